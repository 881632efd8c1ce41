"""The one list of what can be searched and sorted by, and the check of what a search asks for.

Who parses a query, compiles it to SQL, asks Python or answers over REST takes the fields from here: a new one is a line
in `FIELDS`, a value in `query.evaluation`, and a column in `storage/sql/searching/columns.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.search import Condition, Filter, Order, conditions_in

Kind = Literal["model", "version"]
Type = Literal["text", "mixed", "whole", "time", "number", "flag"]


@dataclass(frozen=True)
class SearchField:
    """Something of a model or version that a search can compare and sort by.

    Attributes:
        name: what conditions and orders call it; also the attribute of the entity, where that has one.
        about: what it is, for the documentation.
        type: of its values. A `mixed` one is text that is compared as a number with a number; a `time` is in epoch
            milliseconds.
        kinds: which of the two has it. In a search for models, what only a version has is asked of their versions.
        sorts: in a search for which of the two results can be sorted by it.
        keyed: it is one of many, and a key says which: `tags.team`.
        many: it has several values, and any of them may meet a condition; one that is turned round, as `!=`, is met
            when none of them is what it names.
        word: what people call it, where that is not its name.
        synonyms: what else they may call it.
        values: what it may be, where that is settled; people may write it in small letters.
        said: whether the language knows it; else it is for those who make searches.
    """

    name: str
    about: str
    type: Type = "text"
    kinds: tuple[Kind, ...] = ("model", "version")
    sorts: tuple[Kind, ...] = ("model", "version")
    keyed: bool = False
    many: bool = False
    word: str = ""
    synonyms: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    said: bool = True

    def as_kept(self, said: str) -> str:
        """A value as it is stored, whatever the case of its letters here."""
        return next((each for each in self.values if each.lower() == said.lower()), said)

    @property
    def called(self) -> str:
        """What people call it."""
        return self.word or self.name

    @property
    def missing(self) -> str | int | float:
        """What is sorted in place of a value that is not there: before all values that are."""
        return "" if self.texts else -math.inf if self.type == "number" else -1

    @property
    def texts(self) -> bool:
        """Whether its values are text."""
        return self.type in ("text", "mixed")


_VERSION: tuple[Kind, ...] = ("version",)
_BOTH: tuple[Kind, ...] = ("model", "version")
# How well a name fits some words, as `query.words` says; behind the dot of an order are the words.
RANK = SearchField("rank", "how well it fits words", "whole", keyed=True, said=False)
FIELDS: Sequence[SearchField] = (
    SearchField("name", "the full name of the model"),
    SearchField("created_at", "when it was created", "time", word="created", synonyms=("creation_timestamp",)),
    SearchField(
        "updated_at",
        "when it was changed last",
        "time",
        word="updated",
        synonyms=("last_updated_timestamp", "timestamp"),
    ),
    SearchField("version", "the number of the version", "whole", _VERSION, _VERSION, synonyms=("version_number",)),
    SearchField("run_id", "the run it was made by", "text", _VERSION, _VERSION),
    SearchField("source", "what was registered", "text", _VERSION, _VERSION, synonyms=("source_path",)),
    SearchField(
        "stage",
        "the stage, `None` where it is in none",
        "text",
        _VERSION,
        _VERSION,
        values=("None", "Staging", "Production", "Archived"),
    ),
    SearchField("catalog", "the first part of a three-part name"),
    SearchField("schema", "the second part of a three-part name"),
    SearchField("description", "the description"),
    SearchField("text", "the name, the description, keys and values of tags, and comments", sorts=(), many=True),
    SearchField("owner", "who owns the model", sorts=("model",)),
    SearchField("created_by", "who made it", word="author"),
    SearchField(
        "alias", "any alias that points at the version", "text", _VERSION, (), many=True, synonyms=("aliases",)
    ),
    SearchField(
        "status",
        "`READY`, `PENDING_REGISTRATION` or `FAILED_REGISTRATION`",
        "text",
        _VERSION,
        _VERSION,
        values=("READY", "PENDING_REGISTRATION", "FAILED_REGISTRATION"),
    ),
    SearchField("size", "bytes of its files", "whole", _VERSION, _VERSION),
    SearchField("pinned", "whether it is pinned", "flag", _VERSION, _VERSION),
    SearchField("deprecated", "whether it is deprecated, or its model is", "flag", sorts=()),
    SearchField("last_used_at", "when it was loaded last", "time", _VERSION, (), word="last_used"),
    SearchField(
        "can",
        "what the actor may do to the model",
        sorts=(),
        many=True,
        values=("EXECUTE", "APPLY TAG", "CREATE MODEL VERSION", "MANAGE"),
    ),
    SearchField(
        "dataset",
        "the name or the digest of any dataset it was trained or measured on",
        "text",
        _VERSION,
        (),
        many=True,
        synonyms=("datasets",),
    ),
    SearchField("notebook", "the notebook or script that trained it, or registered it", "text", _VERSION, _VERSION),
    SearchField("flavor", "what kind of MLflow model it is, as `sklearn`", "text", _VERSION, _VERSION),
    SearchField("experiment", "the name of the experiment it was trained in", "text", _VERSION, _VERSION),
    SearchField("tags", "a tag of what is searched for", "mixed", keyed=True, synonyms=("tag",)),
    SearchField("model_tags", "a tag of the model", "mixed", sorts=(), keyed=True, synonyms=("model_tag",)),
    SearchField(
        "version_tags", "a tag of the version", "mixed", _VERSION, _VERSION, keyed=True, synonyms=("version_tag",)
    ),
    SearchField(
        "metrics", "a metric, as it was logged last", "number", _VERSION, _VERSION, keyed=True, synonyms=("metric",)
    ),
    SearchField(
        "params",
        "a parameter",
        "mixed",
        _VERSION,
        _VERSION,
        keyed=True,
        synonyms=("param", "parameter", "parameters"),
    ),
    SearchField("input", "the type of a column that it takes", "text", _VERSION, (), keyed=True, synonyms=("inputs",)),
    SearchField(
        "output", "the type of a column that it gives back", "text", _VERSION, (), keyed=True, synonyms=("outputs",)
    ),
)
_BY_WORD: Mapping[str, SearchField] = {
    word: field for field in (*FIELDS, RANK) for word in (field.name, field.called, *field.synonyms)
}
LONGEST_FACET = 120
"""Characters of a value that is counted among what is found; longer ones are text, and no two are the same."""
# A search compares with so many values at most: each is looked for in every row, while others wait.
MAX_VALUES = 1000
_MOST = 2**63 - 1  # what a database can count
_WORDS: Mapping[Type, str] = {
    "text": "text",
    "mixed": "text, or numbers",
    "whole": "whole numbers",
    "time": "whole numbers",
    "number": "numbers",
    "flag": "true or false",
}
_PYTHON: Mapping[Type, tuple[type, ...]] = {
    "text": (str,),
    "mixed": (str, int, float),
    "whole": (int,),
    "time": (int,),
    "number": (int, float),
    "flag": (bool,),
}
_OF_TEXT = frozenset({"LIKE", "NOT LIKE", "ILIKE", "NOT ILIKE", "CONTAINS", "NOT CONTAINS"})
_OF_FLAGS = frozenset({"=", "!=", "IN", "NOT IN"})


def fields_of(kind: Kind) -> Mapping[str, SearchField]:
    """What models, or versions, have themselves and can be sorted by as it is, by name."""
    return {field.name: field for field in FIELDS if kind in field.sorts and not field.keyed}


@lru_cache(maxsize=2000)
def field_and_key(said: str) -> tuple[SearchField, str] | None:
    """The field that a condition or an order calls so, and the key behind its dot, if it has one; None for no field."""
    word, _, key = said.partition(".")
    field = _BY_WORD.get(word)
    if field is None or field.keyed is not bool(key):
        return None
    return field, key


def field_called(word: str) -> SearchField | None:
    """The field that goes by a word, whatever its capitals and whether it takes a key; None for none."""
    field = _BY_WORD.get(word.lower())
    return field if field is not None and field.said else None


def named_field(text: str) -> tuple[SearchField, str] | None:
    """The field that a word of a filter names, `tags.`my team``, and its key; None for none."""
    name, _, key = text.partition(".")
    key = key[1:-1] if key[:1] in ("`", '"') else key
    found = field_and_key(f"{name.lower()}.{key}" if key else name.lower())
    return found if found is not None and found[0].said else None


def field_of(said: str) -> SearchField:
    """The same field, which is known to be one."""
    found = field_and_key(said)
    if found is None:
        raise InvalidInput(f"there is no field {said or 'without a name'}", _known(FIELDS))
    return found[0]


def named_plainly(name: str) -> SearchField:
    """The field of that name, of one that is keyed without a key."""
    return _BY_WORD[name]


def of_versions_only(parts: Sequence[Filter]) -> bool:
    """Whether any condition is about what models do not have themselves. Raises InvalidInput for an unknown field."""
    return any("model" not in field_of(condition.field).kinds for condition in conditions_in(parts))


def check_search(kind: Kind, conditions: Sequence[Filter], order: Sequence[Order]) -> None:
    """Raise InvalidInput for a condition or an order that a search for models, or versions, cannot mean."""
    for what, made, given in (("conditions", Filter, conditions), ("order", Order, order)):
        for each in given:
            if not isinstance(each, made):
                name = "Order" if what == "order" else "Condition"
                hint = f"make one with jupyter_modelreg.core.query.search.{name}"
                raise InvalidInput(f"{what} holds {str(each)[:60]!r}, which is no {name}", hint)
    values = 0
    for at, condition in enumerate(conditions_in(conditions)):
        _check_condition(f"conditions[{at}]", condition)
        values += len(condition.value) if isinstance(condition.value, tuple) else 1
    if values > MAX_VALUES:
        raise InvalidInput(f"a search compares with at most {MAX_VALUES:,} values", "search in several steps")
    for at, each in enumerate(order):
        _check_order(f"order[{at}]", kind, each)


def _check_condition(where: str, condition: Condition) -> None:
    found = field_and_key(condition.field)
    if found is None:
        raise InvalidInput(f"{where}: {_not_there(condition.field)}", _known(FIELDS))
    field, operator, value = found[0], condition.operator, condition.value
    if operator in ("IS NULL", "IS NOT NULL"):
        if value is not None:
            raise InvalidInput(f"{where}: {operator} takes no value")
        return
    many = operator in ("IN", "NOT IN")
    if isinstance(value, tuple) is not many or value is None:
        raise InvalidInput(f"{where}: {operator} takes {'a list' if many else 'one value'}")
    if operator in _OF_TEXT and not (field.texts and isinstance(value, str)):
        raise InvalidInput(f"{where}: {condition.field} is not text, so {operator} does not fit")
    if field.many and operator in ("<", "<=", ">", ">="):
        raise InvalidInput(f"{where}: {condition.field} may be several, so {operator} does not fit")
    if field.name == "text" and not (operator in ("CONTAINS", "NOT CONTAINS") and has_letters(value)):
        raise InvalidInput(f"{where}: {condition.field} is asked whether it CONTAINS a letter or a digit, or does not")
    if not field.said:
        raise InvalidInput(f"{where}: {field.name} is for orders only")
    if field.type == "flag" and operator not in _OF_FLAGS:
        raise InvalidInput(f"{where}: {condition.field} is true or false, so {operator} does not fit")
    _check_values(where, condition.field, field.type, value if isinstance(value, tuple) else (value,))


def has_letters(text: object) -> bool:
    """Whether there is anything in a text to look for among others: a letter, or a digit."""
    return isinstance(text, str) and any(map(str.isalnum, text))


def _check_values(where: str, said: str, kind: Type, values: Sequence[object]) -> None:
    wanted = _PYTHON[kind]
    if not all(isinstance(value, wanted) and (kind == "flag" or not isinstance(value, bool)) for value in values):
        raise InvalidInput(f"{where}: {said} is compared with {_WORDS[kind]} only")
    if len({isinstance(value, str) for value in values}) > 1:
        raise InvalidInput(f"{where}: {said} is compared with text and with numbers", "make two conditions of it")
    if any(isinstance(value, int) and abs(value) > _MOST for value in values):
        raise InvalidInput(f"{where}: the value is larger than any number here", f"use at most {_MOST}")
    if any(isinstance(value, float) and math.isnan(value) for value in values):
        raise InvalidInput(f"{where}: nothing can be compared with what is no number", "use IS NULL for what is none")


def _check_order(where: str, kind: Kind, order: Order) -> None:
    found = field_and_key(order.field)
    if found is None:
        raise InvalidInput(f"{where}: {_not_there(order.field)}", _known(_sorting(kind)))
    if kind not in found[0].sorts:
        raise InvalidInput(f"{where}: {kind}s cannot be sorted by {order.field}", _known(_sorting(kind)))


def _not_there(said: str) -> str:
    field = _BY_WORD.get(said.partition(".")[0])
    if field is not None and field.keyed:
        return f"{said} needs a key behind a dot"
    if field is not None:
        return f"{field.called} has nothing behind a dot"
    return f"there is no field {said or 'without a name'}"


def _sorting(kind: Kind) -> Iterator[SearchField]:
    return (field for field in FIELDS if kind in field.sorts)


def _known(fields: Sequence[SearchField] | Iterator[SearchField]) -> str:
    return f"use one of {', '.join(f'{each.name}.KEY' if each.keyed else each.name for each in fields)}"
