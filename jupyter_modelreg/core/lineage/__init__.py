"""Where versions come from, and what comes from them."""
