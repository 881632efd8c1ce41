"""A PostgreSQL server for the tests of that backend."""

from tests.support.postgresql import postgresql, postgresql_uri, registry_template

__all__ = ["postgresql", "postgresql_uri", "registry_template"]
