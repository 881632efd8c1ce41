"""Where files come in, and where clients read them without the server in between: a folder, or an object store."""
