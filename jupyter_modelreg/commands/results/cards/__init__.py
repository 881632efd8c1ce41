"""Model cards: what one has to know of a model before one uses it, as Markdown."""
