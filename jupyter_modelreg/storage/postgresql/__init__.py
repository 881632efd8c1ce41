"""The registry in a PostgreSQL database: a schema of its own, and one advisory lock for whoever writes."""
