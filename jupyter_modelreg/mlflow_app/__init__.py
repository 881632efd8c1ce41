"""A registry as a server that knows who asks: what `modelreg server` and `mlflow server --app-name modelreg` run."""
