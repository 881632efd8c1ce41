"""Names, tags, filters and the like to try on a model registry: ordinary ones, odd ones, and bad ones.

Filters hold the places `{name}`, `{name2}`, `{value}`, `{pattern}` and `{number}`.
"""

from __future__ import annotations

import base64

NAMES = (
    "fraud",
    "Fraud",
    "churn",
    "my model",
    "modèle 数",
    "a.b",
    "a.b.c.d",
    "a..c",
    "'; DROP TABLE models; --",
    'say "hi"',
    "50%_off",
    "back\\slash",
    "m@alias",
    "x" * 300,
)
BAD_NAMES = ("", "   ", None, "a/b", "a:b", ".", "..", "../up")
VERSIONS = (1, 1, 1, 2, 2, 3, 4, "1", "2", " 1 ", 0, -1, 99)
BAD_VERSIONS = ("abc", "1.5", "", "v1", None)
STAGES = ("None", "Staging", "Production", "Archived", "staging", "PRODUCTION")
BAD_STAGES = ("Deleted_Internal", "bogus", "")
ALIASES = ("Champion", "champion", "prod", "1", "ünïcode", "dash-ed_", "x" * 255)
BAD_ALIASES = ("latest", "LATEST", "v1", "V22", "a b", "", None, "a.b", "x" * 256, "'; --")
KEYS = ("task", "task", "task", "a b", "a/b", "a:b", "schlüssel", "mlflow.note.content", "x" * 250)
BAD_KEYS = ("", None, "x" * 251, "a//b", "../x", "no'quote", "no(parens)")
VALUES = ("ranking", "Ranking", "", "true", "100%", "it's", "日本", "y" * 5000)
BAD_VALUES = ("z" * 100_001,)
SOURCES = ("s3://bucket/one", "s3://bucket/two", "/local/path", "runs:/0123/model", "dbfs:/x", "")
RUNS = (None, None, "run1", "run2", "Run1", "")
TEXTS = (None, "", "some text", "日本語 text", "w" * 6000)
PROMPT = "mlflow.prompt.is_prompt"
EVENTS = ("registered_model.created", "model_version.created", "model_version_alias.deleted", "prompt.created")
TOKENS = ("!!!", "abc", "ünï", "e30=", "W10=", *(base64.b64encode(text).decode() for text in (b'{"offset": "x"}',)))

MODEL_FILTERS = (
    None,
    "",
    "name = '{name}'",
    "name != '{name}'",
    "name LIKE '{pattern}'",
    "name like '{pattern}'",
    "name ILIKE '{pattern}'",
    "name IN ('{name}', '{name2}')",
    "name NOT IN ('{name}', '{name2}')",
    'name = "{name}"',
    "attribute.name = '{name}'",
    "tags.task = '{value}'",
    "tag.task != '{value}'",
    "tags.`a b` LIKE '{pattern}'",
    "tags.`a/b` = '{value}'",
    "tags.schlüssel ILIKE '{pattern}'",
    "tags.`mlflow.note.content` = '{value}'",
    "tags.`x.y[0]` = '{value}'",
    "tags.`*` = '{value}'",
    "tags.\"task\" = '{value}'",
    "tags.task != '{value}' AND tags.task LIKE '{pattern}'",
    "tags.task = '{value}' and tags.`a b` = '{value}'",
    "name LIKE '{pattern}' tags.task = '{value}'",
    "name LIKE '{pattern}' AND name != '{name}' AND tags.task ILIKE '{pattern}'",
    f"tags.`{PROMPT}` = 'true'",
    f"tags.`{PROMPT}` != 'true'",
    f"tags.`{PROMPT}` = 'false'",
    f"tags.`{PROMPT}` != 'false'",
    f"tags.`{PROMPT}` = 'TRUE'",
    f"tags.`{PROMPT}` LIKE 'true'",
    f"tags.`{PROMPT}` = 'true' AND name LIKE '{{pattern}}'",
    f"tags.`{PROMPT}` = 'true' AND tags.`{PROMPT}` = 'false'",
    f"tags.`{PROMPT}` = 'false' AND tags.`{PROMPT}` = 'true'",
)
BAD_FILTERS = (
    "foo = 'x'",
    "name > 'x'",
    "name = x",
    "name = 5",
    "name IS NULL",
    "name IS NOT NULL",
    "tags.task IS NULL",
    "name = 'a' OR name = 'b'",
    "NOT name = 'a'",
    "(name = 'a')",
    "name = 'a",
    "name = 'a';",
    "name = 'a'; name = 'b'",
    "tags.task = 5",
    "tags.task IN ('a')",
    "tags.task > 'a'",
    "params.x = '1'",
    "name IN ()",
    "name IN (1)",
    "name IN ('a'",
    "name IN (foo)",
    "name BETWEEN 'a' AND 'b'",
    "name RLIKE 'a'",
    "name",
    "   ",
    "= 'a'",
    "version_number = 1.0",
    "version_number = 'abc'",
    "version_number LIKE '1'",
    "version_number IN (1)",
    "source_path IN ('a')",
    "run_id > 'a'",
    "creation_timestamp > 0",
    "aliases = 'Champion'",
)
VERSION_FILTERS = (
    *MODEL_FILTERS,
    "version_number = {number}",
    "version_number != {number}",
    "version_number > {number} AND version_number <= 3",
    "version_number < '{number}'",
    "version_number >= -1",
    "run_id = 'run1'",
    "run_id != 'run1'",
    "run_id IN ('run1', 'run2')",
    "run_id NOT IN ('run1')",
    "run_id ILIKE 'RUN%'",
    "source_path = 's3://bucket/one'",
    "source_path LIKE 's3%'",
    "source_path != '/local/path' AND name = '{name}'",
    "name = '{name}' AND version_number = {number} AND run_id LIKE 'run_'",
)
PATTERNS = ("%", "%", "%a%", "f%", "F%", "%a%", "_raud", "%", "", "50\\%%", "%\\%", "%'; --", "RAN%", "%日%", "a.b%")
MODEL_ORDERS: tuple[list[str] | None, ...] = (
    None,
    [],
    ["name"],
    ["name DESC"],
    ["name desc"],
    ["timestamp ASC"],
    ["timestamp DESC"],
    ["last_updated_timestamp ASC", "name DESC"],
    ["`name` ASC"],
)
VERSION_ORDERS: tuple[list[str] | None, ...] = (
    None,
    [],
    ["name"],
    ["name DESC"],
    ["version_number"],
    ["version_number DESC", "name DESC"],
    ["creation_timestamp"],
    ["creation_timestamp DESC", "version_number"],
    ["last_updated_timestamp ASC"],
    ["last_updated_timestamp DESC", "name DESC"],
)
BAD_ORDERS = (
    ["foo"],
    ["name BLAH"],
    ["name ASC DESC"],
    ["name", "name DESC"],
    ["timestamp", "last_updated_timestamp"],
    ["version_number", "version_number"],
    ["run_id"],
    ["name'"],
    [""],
    ["tags.task"],
    "name",
)
