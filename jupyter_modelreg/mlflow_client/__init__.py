"""The adapter to MLflow as something the registry asks: runs, logged models, model files, other registries."""
