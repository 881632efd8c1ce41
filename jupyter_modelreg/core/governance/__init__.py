"""What must be true: tags whose values are given, and policies that versions and aliases meet."""
