"""How PostgreSQL says what SQL's standard leaves open."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from jupyter_modelreg.core.query.evaluation import NUMBER
from jupyter_modelreg.storage.postgresql.dialect import PostgreSQLDialect
from jupyter_modelreg.storage.sql.backend import Backend, Clause, Type
from jupyter_modelreg.storage.sql.json_text import NUMBER_WIDTH, JsonText

_OBJECTS = """\
SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind,
    c.relname::text AS name
FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
UNION SELECT 'macro', proname::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
UNION SELECT 'type', typname::text FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace AND typrelid = 0 AND typelem = 0
ORDER BY kind, name"""


def _value_list(of_type: Type, values: Sequence[object]) -> object:
    return list(values)


def _unnest(parameter: Clause, of_type: Type) -> Clause:
    plain = sa.Text() if isinstance(of_type, JsonText) else of_type
    return sa.func.unnest(sa.cast(parameter, postgresql.ARRAY(plain)), type_=of_type)


def _contains(text: Clause, piece: Clause) -> sa.ColumnElement[bool]:
    return sa.func.strpos(text, piece, type_=sa.Integer) > 0


def _json_key(key: str) -> str:
    return key


def _json(text: Clause) -> Clause:
    return sa.cast(text, postgresql.JSON)


def _json_value(text: Clause, key: Clause) -> sa.ColumnElement[str]:
    return sa.func.json_extract_path_text(_json(text), key, type_=sa.Text)


def _json_items(text: Clause) -> tuple[sa.ColumnElement[str], sa.ColumnElement[str]]:
    each = sa.func.json_each_text(_json(text)).table_valued("key", "value")
    values = sa.func.array(sa.select(each.c.value).scalar_subquery())
    return sa.func.json_object_keys(_json(text), type_=sa.Text), sa.func.unnest(values, type_=sa.Text)


def _aligned_number(text: Clause, piece: Clause, key: Clause) -> sa.ColumnElement[float]:
    begin = sa.func.strpos(text, piece) + sa.func.length(piece)
    number = sa.func.btrim(sa.func.substr(text, begin, NUMBER_WIDTH), ' "')  # infinities are texts in JSON
    return sa.case((_contains(text, piece), sa.cast(number, sa.Double)), else_=sa.null())


def _number(text: Clause) -> sa.ColumnElement[float]:
    # PostgreSQL refuses what is too large or too small for a number, where others make infinity or nothing of it.
    written: sa.ColumnElement[str] = sa.literal_column("'^(" + NUMBER.replace(r"\d", "[0-9]") + ")$'")
    return sa.case(
        (sa.func.coalesce(text.bool_op("~")(written), sa.false()).is_(sa.false()), sa.null()),
        (sa.func.pg_input_is_valid(text, sa.literal_column("'float8'")), sa.cast(text, sa.Double)),
        (text.bool_op("~")(sa.literal_column("'[eE]-'")), sa.literal_column("0.0::float8")),
        (text.startswith("-"), sa.literal_column("'-Infinity'::float8")),
        else_=sa.literal_column("'Infinity'::float8"),
    )


POSTGRESQL = Backend(
    name="PostgreSQL",
    dialect=PostgreSQLDialect(),
    error=psycopg.Error,
    value_list=_value_list,
    unnest=_unnest,
    contains=_contains,
    json_key=_json_key,
    json_value=_json_value,
    json_items=_json_items,
    aligned_number=_aligned_number,
    number=_number,
    edit_distance=None,
    knows_counts=False,
    objects=sa.text(_OBJECTS).columns(kind=sa.Text, name=sa.Text),
)
