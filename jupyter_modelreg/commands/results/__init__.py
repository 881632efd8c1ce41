"""What commands return, and how it is shown: columns, text and HTML."""
