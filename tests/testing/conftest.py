"""A PostgreSQL server for the contracts."""

from tests.support.postgresql import postgresql, registry_template

__all__ = ["postgresql", "registry_template"]
