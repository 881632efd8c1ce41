"""What shows how the server does: whether it is there, what it measures, and what it writes down."""
