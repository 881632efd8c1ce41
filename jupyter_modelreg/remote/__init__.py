"""The registry of a server, as if it were opened here: calls travel as operations, files as MLflow's artifacts do."""
