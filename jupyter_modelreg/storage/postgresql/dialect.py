"""PostgreSQL for SQLAlchemy: its own dialect, but for what means another thing there than elsewhere."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg, PGDialect_psycopg


class PostgreSQLCompiler(PGCompiler_psycopg):
    """SQL as PostgreSQL reads it. A backslash in a pattern means itself, as in DuckDB."""

    def visit_like_op_binary(self, binary: sa.BinaryExpression[Any], operator: Any, **kw: Any) -> str:
        """A pattern."""
        return self._like("LIKE", binary, **kw)

    def visit_not_like_op_binary(self, binary: sa.BinaryExpression[Any], operator: Any, **kw: Any) -> str:
        """A pattern that must not fit."""
        return self._like("NOT LIKE", binary, **kw)

    def visit_ilike_op_binary(self, binary: sa.BinaryExpression[Any], operator: Any, **kw: Any) -> str:
        """A pattern, whatever the case."""
        return self._like("ILIKE", binary, **kw)

    def visit_not_ilike_op_binary(self, binary: sa.BinaryExpression[Any], operator: Any, **kw: Any) -> str:
        """A pattern that must not fit in any case."""
        return self._like("NOT ILIKE", binary, **kw)

    def _like(self, word: str, binary: sa.BinaryExpression[Any], **kw: Any) -> str:
        escape = (binary.modifiers or {}).get("escape") or ""
        text = f"{self.process(binary.left, **kw)} {word} {self.process(binary.right, **kw)}"
        return f"{text} ESCAPE {self.render_literal_value(escape, sa.String())}"  # type: ignore[no-untyped-call]


class PostgreSQLDialect(PGDialect_psycopg):
    """PostgreSQL over psycopg."""

    statement_compiler = PostgreSQLCompiler
    supports_statement_cache = True

    def __init__(self, **options: Any) -> None:
        # Values stand in the order in which they are asked for. Types that are not in use here are not looked up.
        own = {"paramstyle": "format", "use_native_hstore": False}
        super().__init__(**{**own, **options})  # type: ignore[no-untyped-call]


sa.dialects.registry.register("postgresql.modelreg", __name__, PostgreSQLDialect.__name__)
