"""In what versions differ."""
