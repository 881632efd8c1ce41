"""Searches as SQL: templates, the clauses for their conditions, pages, and what an actor may see."""
