"""The registry as a part of MLflow: its registry store, its webhooks, and the tags of a run."""
