"""Tag policies and policies."""
