"""Reading the models of an MLflow registry, from its database or through its client."""
