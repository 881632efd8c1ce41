"""The records of the domain: frozen, typed, and without behaviour that needs a database."""
