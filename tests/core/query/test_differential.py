"""Any filter finds the same in DuckDB, in memory, and by a slow and obvious reading of SQL's three values."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key, reduce
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_modelreg.core.discussion.records import Comment
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.usage import UsageDay
from jupyter_modelreg.core.entities.versions import Metric, Version
from jupyter_modelreg.core.lineage.records import Dataset, Lineage, Place, Training
from jupyter_modelreg.core.ports.store import Store
from jupyter_modelreg.core.query.fields import check_search
from jupyter_modelreg.core.query.language import parse_filter, parse_order
from jupyter_modelreg.core.query.paging import BY_NAME, VERSION_ORDER, decode_token, full_order, page_of
from jupyter_modelreg.core.query.search import FIRST, Search
from jupyter_modelreg.storage import DuckDBStore, PostgreSQLStore
from jupyter_modelreg.storage.memory.store import MemoryStore
from jupyter_modelreg.testing.store_records import append, catalog, model, put, schema, version
from tests.support.postgresql import Server, postgresql

__all__ = ["postgresql"]  # a fixture

NOW = 1_790_000_000_000
DAY = 86_400_000
NONE: Sequence[Version | None] = (None,)
WORDS = ("a", "A", "b", "10", "9", "1e1", "x y", "it's", 'say "a"', "ä", "%", "")
NUMBERS = (-1.0, 0.0, 0.5, 9.0, 10.0, math.inf, math.nan)
Facts = Mapping[str, Any]
Truth = bool | None


# --- random registries -----------------------------------------------------------------------------------------


def maybe(chance: random.Random, value: Callable[[], Any]) -> Any:
    return value() if chance.random() < 0.6 else None


def pairs(chance: random.Random) -> dict[str, str]:
    return {key: chance.choice(WORDS) for key in ("k", "my key", "k.k") if chance.random() < 0.5}


def metrics(chance: random.Random) -> tuple[Metric, ...]:
    logged = [(key, step) for key in ("auc", "loss") for step in range(chance.randrange(3))]
    chance.shuffle(logged)
    return tuple(Metric(key=key, value=chance.choice(NUMBERS), timestamp=1, step=step) for key, step in logged)


def signature(chance: random.Random) -> dict[str, Any]:
    columns = [{"name": name, "type": chance.choice(("double", "long"))} for name in ("amount", "age")]
    return {"inputs": columns[: chance.randrange(3)], "outputs": [{"type": "long"}]}


def lineage(chance: random.Random) -> dict[str, Any]:
    """Datasets with and without a digest, some of one name; a notebook, or none; an experiment, or none."""
    datasets = [
        Dataset(name=chance.choice(WORDS), digest=maybe(chance, lambda: chance.choice(WORDS)))
        for _ in range(chance.randrange(3))
    ]
    places = [maybe(chance, lambda: Place(path=maybe(chance, lambda: chance.choice(WORDS)))) for _ in range(2)]
    training = Training(experiment=maybe(chance, lambda: chance.choice(WORDS)), place=places[0])
    flavors = maybe(chance, lambda: [chance.choice(WORDS), "onnx"]) or []
    made = Lineage(datasets=datasets, training=training, registered=places[1], flavors=flavors)
    return made.facts() or {}


def registry(seed: int) -> tuple[list[Any], list[Model], list[Version], dict[int, int], list[Comment]]:
    """Containers, models, versions, when which version was used, and what was said."""
    chance = random.Random(seed)
    containers = [catalog(1, "prod"), schema(2, "prod.a", 1), schema(3, "prod.b", 1)]
    models: list[Model] = []
    versions: list[Version] = []
    names = ["m", "n", "o", "prod.a.m", "prod.a.n", "prod.b.m", "Über"]
    for at, name in enumerate(names):
        numbers = range(1, chance.randrange(5) + 1)
        aliases = {
            alias: chance.choice(numbers) for alias in ("Champion", "b-2", "x") if numbers and chance.random() < 0.5
        }
        made = model(
            10 + at,
            name,
            schema_id={"prod.a": 2, "prod.b": 3}.get(name.rpartition(".")[0]),
            aliases=aliases,
            tags=pairs(chance),
            description=maybe(chance, lambda: chance.choice(WORDS)),
            owner=chance.choice(("ana", "ben")),
            created_at=NOW - chance.randrange(9) * DAY,
            latest={"None": max(numbers)} if numbers else {},
            deleted_at=9 if chance.random() < 0.1 else None,
            deprecated={"reason": "old"} if chance.random() < 0.2 else None,
        )
        models.append(made)
        for number in numbers:
            versions.append(
                version(
                    100 + 10 * at + number,
                    made,
                    number,
                    tags=pairs(chance),
                    params=maybe(chance, lambda: pairs(chance)),
                    metrics=maybe(chance, lambda: metrics(chance)),
                    signature=maybe(chance, lambda: signature(chance)),
                    lineage=maybe(chance, lambda: lineage(chance)),
                    description=maybe(chance, lambda: chance.choice(WORDS)),
                    run_id=maybe(chance, lambda: chance.choice(WORDS)),
                    size=maybe(chance, lambda: chance.randrange(3)),
                    stage=chance.choice(("None", "Staging")),
                    pinned=chance.random() < 0.5,
                    deprecated={"reason": "old"} if chance.random() < 0.2 else None,
                    created_at=NOW - chance.randrange(9) * DAY,
                    created_by=chance.choice(("ana", "ben")),
                    deleted_at=9 if chance.random() < 0.1 else None,
                )
            )
    used = {each.id: NOW - chance.randrange(9) * DAY for each in versions if chance.random() < 0.4}
    records: list[Model | Version] = [*models, *versions]
    said = [
        Comment(
            id=1000 + at,
            model_id=about.model_id if isinstance(about, Version) else about.id,
            version=about.version if isinstance(about, Version) else None,
            author="ana",
            text=chance.choice(WORDS),
            created_at=NOW,
            updated_at=NOW,
            deleted_at=9 if chance.random() < 0.2 else None,
        )
        for at, about in enumerate(each for each in records if chance.random() < 0.3)
    ]
    return containers, models, versions, used, said


def fill(store: Store, seed: int) -> Store:
    containers, models, versions, used, said = registry(seed)
    put(store, *containers, *models, *versions)
    with store.write() as tx:
        for version_id, time in used.items():
            tx.usage.note(
                UsageDay(
                    version_id=version_id, actor="a", notebook=None, day="d", alias=None, last_used_at=time, count=1
                )
            )
        for comment in said:
            tx.comments.insert(comment)
        for each in models:
            if each.deleted_at is not None:
                tx.models.update(each.id, {"key": None, "deleted_at": 9})
        append(tx)
    return store


SEEDS = range(4)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory, postgresql: Server) -> Iterator[Mapping[int, Sequence[Store]]]:
    made: dict[int, Sequence[Store]] = {}
    database = postgresql.uri(postgresql.make_database())
    for seed in SEEDS:
        path = tmp_path_factory.mktemp("registry") / "r.duckdb"
        in_database = PostgreSQLStore(database, f"modelreg:{database}", f"seed_{seed}")
        new: list[Store] = [DuckDBStore(path, f"modelreg:///{path}"), MemoryStore(), in_database]
        made[seed] = [fill(each, seed) for each in new]
    yield made
    for kept in made.values():
        for each in kept:
            each.close()


def facts_of(made: Model, of: Version | None, kind: str, used: Mapping[int, int], said: Sequence[Comment]) -> Facts:
    """What there is to know of one row, by the words of the language."""
    parts = made.name.split(".") if "." in made.name else (None, None)
    own: Any = made if kind == "model" else of
    found: dict[str, Any] = {
        "name": made.name,
        "catalog": parts[0],
        "schema": parts[1],
        "owner": made.owner,
        "description": own.description,
        "author": own.created_by,
        "created": own.created_at,
        "text": {made.name, own.description or "", *(text for pair in own.tags.items() for text in pair)}
        | {
            each.text
            for each in said
            if each.model_id == made.id and not each.deleted_at and (kind == "model" or each.version == own.version)
        },
        "deprecated": bool(own.deprecated or made.deprecated),
        "dataset": set(),
        "alias": {alias for alias, number in made.aliases.items() if of is not None and number == of.version},
    }
    for prefix, tags in (("tags", own.tags), ("model_tags", made.tags), ("version_tags", of.tags if of else {})):
        found |= {f"{prefix}.{key}": value for key, value in tags.items()}
    if of is None:
        return found
    found |= {name: getattr(of, name) for name in ("version", "run_id", "size", "stage", "pinned")}
    found["last_used"] = used.get(of.id)
    known_of = Lineage.of(of.lineage)
    training = known_of.training or Training()
    paths = [place.path for place in (training.place, known_of.registered) if place and place.path]
    found["notebook"] = paths[0] if paths else None
    found["experiment"] = training.experiment
    found["flavor"] = known_of.flavors[0] if known_of.flavors else None
    found["dataset"] = {text for each in known_of.datasets for text in (each.name, each.digest) if text}
    found |= {f"params.{key}": value for key, value in (of.params or {}).items()}
    for metric in sorted(of.metrics or (), key=lambda each: each.step):
        found[f"metrics.{metric.key}"] = None if math.isnan(metric.value) else metric.value
    for part in ("input", "output"):
        columns: Any = (of.signature or {}).get(f"{part}s") or ()
        found |= {f"{part}.{each.get('name', '1')}": each["type"] for each in columns}
    return found


# --- random filters, each with what it is of a row, by SQL's three values --------------------------------------


@dataclass(frozen=True)
class Asked:
    text: str
    truth: Callable[[Facts], Truth]


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def like(found: str, pattern: str, flags: int = 0) -> bool:
    parts = [{"%": ".*", "_": "."}.get(each, re.escape(each)) for each in pattern]
    return re.fullmatch("".join(parts), found, re.DOTALL | flags) is not None


def compare(found: Any, operator: str, wanted: Any) -> bool:
    return {
        "=": lambda: found == wanted,
        "==": lambda: found == wanted,
        "!=": lambda: found != wanted,
        "<>": lambda: found != wanted,
        "<": lambda: found < wanted,
        "<=": lambda: found <= wanted,
        ">": lambda: found > wanted,
        ">=": lambda: found >= wanted,
        "LIKE": lambda: like(found, wanted),
        "iLike": lambda: like(found, wanted, re.IGNORECASE),
        "contains": lambda: wanted.lower() in found.lower(),
    }[operator]()


def known(found: Any, operator: str, wanted: Any) -> Truth:
    """One comparison of what is there; None for what is not."""
    if found is None:
        return None
    if isinstance(found, set):
        if operator in ("!=", "<>"):
            return wanted not in found
        return any(compare(each, operator, wanted) for each in found)
    if isinstance(found, str) and isinstance(wanted, float):
        if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?(e[0-9]+)?", found):
            return {"=": False, "==": False, "!=": True, "<>": True}.get(operator)
        found = float(found)
    return compare(found, operator, wanted)


def negation(truth: Truth) -> Truth:
    return None if truth is None else not truth


def conjunction(first: Truth, second: Truth) -> Truth:
    return False if False in (first, second) else None if None in (first, second) else True


def disjunction(first: Truth, second: Truth) -> Truth:
    return negation(conjunction(negation(first), negation(second)))


EQUAL = ("=", "==", "!=", "<>")
ORDERED = (*EQUAL, "<", "<=", ">", ">=")
TEXTUAL = (*ORDERED, "LIKE", "iLike", "contains")
KEYED = ("k", "`my key`", "k.k", '"none"')
FAMILIES = ("tags", "model_tags", "version_tags", "params")
TEXT_FIELDS = (
    *("name", "catalog", "Schema", "owner", "description", "author"),
    *("run_id", "notebook", "experiment", "flavor", "input.amount", "output.1"),
)
TEXTS = (*WORDS, "m", "prod", "a", "b", "ana", "prod.a.m", "%a%", "_", "A%", "double", "long", "Über")


def field_name(said: str) -> str:
    name, _, key = said.partition(".")
    name = {"metric": "metrics"}.get(name, name)
    return f"{name.lower()}.{key.strip('`' + chr(34))}" if key else name.lower()


def atom(field: str, operator: str, shown: str, value: Any) -> Asked:
    return Asked(f"{field} {operator} {shown}", lambda facts: known(facts.get(field_name(field)), operator, value))


keyed = st.builds("{}.{}".format, st.sampled_from(FAMILIES), st.sampled_from(KEYED))
text_field = st.one_of(st.sampled_from(TEXT_FIELDS), keyed)
text_value = st.sampled_from(TEXTS)
number_value = st.sampled_from([each for each in NUMBERS if math.isfinite(each)])
metric_field = st.sampled_from(("metrics.auc", "metric.loss", "metrics.none"))
numeric_field = st.one_of(metric_field, keyed)
textual = st.builds(
    lambda field, operator, value: atom(field, operator, quoted(value), value),
    text_field,
    st.sampled_from(TEXTUAL),
    text_value,
)
numeric = st.builds(
    lambda field, operator, value: atom(field, operator, repr(value), value),
    numeric_field,
    st.sampled_from(ORDERED),
    number_value,
)
whole = st.builds(
    lambda field, operator, value: atom(field, operator, str(value), value),
    st.sampled_from(("version", "size")),
    st.sampled_from(ORDERED),
    st.integers(0, 4),
)
flags = st.builds(
    lambda field, operator, value: atom(field, operator, str(value), value),
    st.sampled_from(("pinned", "deprecated")),
    st.sampled_from(EQUAL),
    st.booleans(),
)
moments = st.builds(
    lambda field, operator, days: atom(field, operator, f"now() - {days}d", NOW - days * DAY),
    st.sampled_from(("created", "last_used")),
    st.sampled_from(ORDERED),
    st.integers(0, 8),
)
aliases = st.builds(
    lambda operator, value: atom("alias", operator, quoted(value), value),
    st.sampled_from((*EQUAL, "LIKE", "iLike", "contains")),
    st.sampled_from(("Champion", "champion", "b-2", "%x%", "none", "")),
)


datasets = st.builds(
    lambda operator, value: atom("dataset", operator, quoted(value), value),
    st.sampled_from((*EQUAL, "LIKE", "iLike", "contains")),
    st.sampled_from((*WORDS, "none", "%a%")),
)


def among(field: str, values: Sequence[Any]) -> Asked:
    shown = ", ".join(quoted(each) if isinstance(each, str) else repr(each) for each in values)

    def truth(facts: Facts) -> Truth:
        found = facts.get(field_name(field))
        return reduce(disjunction, (known(found, "=", value) for value in values))

    return Asked(f"{field} IN ({shown})", truth)


def between(field: str, first: float, last: float) -> Asked:
    def truth(facts: Facts) -> Truth:
        found = facts.get(field_name(field))
        return conjunction(known(found, ">=", first), known(found, "<=", last))

    return Asked(f"{field} BETWEEN {first!r} and {last!r}", truth)


def missing(field: str, there: bool) -> Asked:
    def truth(facts: Facts) -> Truth:
        found = facts.get(field_name(field))
        return (found in (None, set())) is not there

    return Asked(f"{field} IS {'not ' if there else ''}NULL", truth)


atoms = st.one_of(
    textual,
    st.builds(
        lambda value: atom("text", "contains", quoted(value), value), st.sampled_from(("a", "K", 'say "a', "10"))
    ),
    numeric,
    whole,
    flags,
    moments,
    aliases,
    datasets,
    st.builds(among, text_field, st.lists(text_value, min_size=1, max_size=3)),
    st.builds(among, keyed, st.lists(st.one_of(text_value, number_value), min_size=1, max_size=3)),
    st.builds(among, st.just("dataset"), st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)),
    st.builds(among, st.just("alias"), st.lists(st.sampled_from(("Champion", "x", "y")), min_size=1, max_size=3)),
    st.builds(between, numeric_field, number_value, number_value),
    st.builds(
        missing,
        st.one_of(text_field, metric_field, st.sampled_from(("alias", "size", "last_used", "version", "pinned"))),
        st.booleans(),
    ),
)


def turned(asked: Asked) -> Asked:
    return Asked(f"NOT ({asked.text})", lambda facts: negation(asked.truth(facts)))


def turned_inside(asked: Asked) -> Asked:
    """`a NOT IN (…)` in place of `NOT a IN (…)`."""
    text = re.sub(r" (LIKE|iLike|contains|IN|BETWEEN) ", r" not \1 ", asked.text, count=1)
    return (
        turned(asked)
        if text == asked.text or " '" in asked.text.split(" not ")[0]
        else Asked(text, lambda facts: negation(asked.truth(facts)))
    )


def joined(word: str, parts: Sequence[Asked]) -> Asked:
    truth = conjunction if word.upper() == "AND" else disjunction
    return Asked(
        f" {word} ".join(f"({each.text})" for each in parts),
        lambda facts: reduce(truth, (each.truth(facts) for each in parts)),
    )


filters = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(turned, inner),
        st.builds(turned_inside, atoms),
        st.builds(joined, st.sampled_from(("AND", "or", "OR", "and")), st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=6,
)
ORDERS: Mapping[str, Sequence[str]] = {
    "model": ("", "created desc", "owner, name desc", "tags.k desc", "description", "catalog desc, schema"),
    "version": (
        "",
        "name desc",
        "metrics.auc desc, name",
        "metrics.loss, created",
        "params.`my key` desc",
        "size, pinned desc",
        "run_id desc, version",
        "tags.k, version_tags.k.k desc",
        "stage, author",
        "notebook desc, experiment",
    ),
}


def sort_key(facts: Facts, field: str) -> tuple[bool, Any]:
    value = facts.get(field)
    return (value is not None and value != "", 0 if value in (None, "") else value)


def in_order(rows: Sequence[Facts], order: str, kind: str) -> list[Facts]:
    fields = [
        (part.split()[0], part.endswith("desc"))
        for part in order.replace("`my key`", "`my\x00key`").split(", ")
        if part
    ]
    fields = [(field_name(field.replace("\x00", " ")), down) for field, down in fields]
    fields += [("name", False)] if kind == "model" else [("name", False), ("version", True)]

    def behind(one: Facts, other: Facts) -> int:
        for field, down in fields:
            first, second = sort_key(one, field), sort_key(other, field)
            if first != second:
                return (-1 if first < second else 1) * (-1 if down else 1)
        return 0

    return sorted(rows, key=cmp_to_key(behind))


def expected(seed: int, kind: str, asked: Asked, order: str) -> list[str]:
    _, models, versions, used, said = registry(seed)
    rows = []
    for made in models:
        if made.deleted_at is not None:
            continue
        live = [each for each in versions if each.model_id == made.id and each.deleted_at is None]
        if kind == "version":
            rows += [facts_of(made, each, kind, used, said) for each in live]
        elif any(asked.truth(facts_of(made, each, kind, used, said)) for each in live or NONE):
            rows.append(facts_of(made, None, kind, used, said))
    if kind == "version":
        rows = [each for each in rows if asked.truth(each)]
    return [f"{each['name']}/{each.get('version', '')}" for each in in_order(rows, order, kind)]


def found(store: Store, kind: str, asked: Asked, order: str, limit: int) -> list[str]:
    conditions, sorting = [parse_filter(asked.text, NOW)], parse_order(order)
    check_search("model" if kind == "model" else "version", conditions, sorting)
    full = full_order(sorting, BY_NAME if kind == "model" else VERSION_ORDER)
    names: list[str] = []
    start = FIRST
    while True:
        search = Search(conditions, full, limit + 1, start)
        with store.read() as tx:
            rows: Sequence[Any] = tx.models.search(search) if kind == "model" else tx.versions.search(search)
        page = page_of(rows, limit, full)
        names += [f"{each.name}/{getattr(each, 'version', '')}" for each in page]
        if page.token is None:
            return names
        start = decode_token(page.token, full)


@pytest.mark.parametrize("kind", ["version", "model"])
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), asked=filters, seed=st.sampled_from(SEEDS), limit=st.sampled_from((2, 100)))
def test_a_filter_finds_the_same_everywhere(
    stores: Mapping[int, Sequence[Store]], kind: str, data: st.DataObject, asked: Asked, seed: int, limit: int
) -> None:
    order = data.draw(st.sampled_from(ORDERS[kind]))
    wanted = expected(seed, kind, asked, order)
    for store in stores[seed]:
        assert found(store, kind, asked, order, limit) == wanted, (type(store).__name__, asked.text, order)
