"""Who asks a server: users with passwords, and their tokens."""
