"""Unity Catalog's REST."""
