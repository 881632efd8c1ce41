"""The commands themselves, one file for each topic."""
