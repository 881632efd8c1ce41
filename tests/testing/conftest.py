"""A PostgreSQL server for the contracts."""

from tests.support.postgresql import postgresql

__all__ = ["postgresql"]
