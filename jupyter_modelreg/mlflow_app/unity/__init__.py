"""Unity Catalog's open REST over a registry: what `uc:` and `databricks-uc` clients of MLflow speak, and others."""
