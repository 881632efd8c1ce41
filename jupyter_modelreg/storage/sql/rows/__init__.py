"""The rows of each topic, read and written."""
