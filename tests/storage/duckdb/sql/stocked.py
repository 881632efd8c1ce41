"""A registry with something in every view, which is ana's, and what the other operations tell of the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from jupyter_modelreg.core.entities.usage import UsageDay
from jupyter_modelreg.core.entities.versions import Metric, Version
from jupyter_modelreg.core.lineage.records import Dataset, GitState, Lineage, Place, Training
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD, SOURCE
from tests.support.plain_models import plain_model

CHURN, HIDDEN = "prod.ml_team.churn", "dev.lab.secret"
MODELS = (FRAUD, CHURN, HIDDEN, "iris", "wine")


def stock(registry: Registry, folder: Path) -> None:
    """Fill `registry`, which is empty."""
    plain_model(folder / "model", 10)
    for name in (FRAUD, CHURN, HIDDEN):
        registry.models.create(name, description=f"About {name}.", tags={"team": "risk", "tier": name[:3]})
        for number in (1, 2, 3):
            registry.versions.register(str(folder / "model"), name)
            registry.tags.set(f"{name}/{number}", {"round": str(number)})
        registry.versions.delete(f"{name}/3")
        registry.aliases.set(name, "Champion", 2)
        registry.aliases.set(name, "Old", 1)
        registry.comments.add(name, f"well done, {name}")
        registry.comments.add(f"{name}/1", "slow @ana")
        registry.requests.alias(f"{name}/1", "Wanted")
        registry.policies.add("told", "required-description", name, mode="warn")
    registry.versions.link(f"{FRAUD}/2", "https://example.org/fraud", "endpoint")
    registry.versions.pin(f"{CHURN}/1")
    registry.deprecations.set(f"{FRAUD}/1", "too slow")
    registry.versions.copy(f"{FRAUD}/1", CHURN)
    registry.models.create("gone")
    registry.models.delete("gone")
    for name in ("iris", "wine"):
        registry.versions.register(SOURCE, name, check_source=False)
    registry.groups.create("analysts", ["ben", "cleo"])
    registry.groups.create("nobody", [])
    registry.tag_policies.create("colour", ["red", "blue"])
    registry.policies.add("reviewed", "required-tags", "prod", {"tags": ["team"]}, mode="warn")
    _measure(registry, registry.versions.get(f"{FRAUD}/2"))
    with registry._context.store.write() as tx:
        for name in (FRAUD, HIDDEN):
            version = registry_id(tx, name)
            tx.usage.note(
                UsageDay(version_id=version, actor="ben", day="2026-03-01", last_used_at=1_772_323_200_000, count=2)
            )


def registry_id(tx: Any, name: str) -> int:
    return int(tx.versions.get(tx.models.get(name), 2).id)


def _measure(registry: Registry, version: Version) -> None:
    """Give a version what a run would: metrics of several steps, one that is no number, and parameters."""
    steps = [Metric(key="auc", value=value, timestamp=10 * at, step=at) for at, value in enumerate((0.5, 0.7, 0.9))]
    metrics = (
        *steps,
        Metric(key="loss", value=float("inf"), timestamp=1),
        Metric(key="odd", value=float("nan"), timestamp=1),
    )
    with registry._context.store.write() as tx:
        told = {"metrics": metrics, "params": {"C": "1.0", "solver": "lbfgs"}, "lineage": _LINEAGE}
        tx.versions.update(version.id, told)


_LINEAGE = Lineage(
    datasets=[
        Dataset(name="payments", digest="d1", source="/data/p.parquet", context="training", rows=9, metrics=["auc"])
    ],
    training=Training(experiment="cards", place=Place(kind="notebook", path="train.ipynb", cell="c1")),
    registered=Place(kind="script", path="go.py", git=GitState(commit="abc", dirty=True)),
    requirements=["scikit-learn==1.5"],
).facts()


def _lineage(registry: Registry) -> Iterator[tuple[Version, Lineage]]:
    for each in _versions(registry):
        told = registry.versions.get(each.reference).lineage
        if told is not None:
            yield each, Lineage.of(told)


Told = Callable[[Registry], set[Any]]


def _versions(registry: Registry) -> list[Version]:
    return [
        each for model in registry.models.list() if not model.browse_only for each in registry.versions.list(model.name)
    ]


def _grants(registry: Registry) -> set[Any]:
    return {(each.kind, each.name, each.principal, name) for each in registry.grants.list() for name in each.privileges}


def _events(registry: Registry) -> set[Any]:
    return {
        (each.seq, each.time, each.actor, each.action, each.subject, each.name, each.version, each.reason, each.unit)
        for each in registry.history.recent()
    }


def _files(registry: Registry) -> set[Any]:
    return {
        (each.name, each.version, file.path, file.size, file.sha256)
        for each in _versions(registry)
        for file in registry.versions.files(each.reference)
    }


MS = "epoch_ms"
# A statement on each view, and what the operations of the registry say of the same.
SAME: Mapping[str, tuple[str, Told]] = {
    "catalogs": (
        f"name, description, owner, {MS}(created_at), created_by, {MS}(updated_at), updated_by",
        lambda registry: {
            (
                each.name,
                each.description,
                each.owner,
                each.created_at,
                each.created_by,
                each.updated_at,
                each.updated_by,
            )
            for each in registry.catalogs.list()
        },
    ),
    "schemas": (
        "name, catalog, schema, description, owner",
        lambda registry: {
            (each.name, *each.name.split("."), each.description, each.owner) for each in registry.schemas.list()
        },
    ),
    "models": (
        f"name, catalog, schema, description, owner, governed, browse_only, latest_version, aliases::VARCHAR, "
        f"tags['team'], {MS}(created_at)",
        lambda registry: {
            (
                each.name,
                each.name.split(".")[0] if each.governed else None,
                each.name.rpartition(".")[0] or None,
                each.description,
                each.owner,
                each.governed,
                each.browse_only,
                max(each.latest.values(), default=None),
                f"{{{', '.join(f'{alias}={number}' for alias, number in each.aliases.items())}}}",
                each.tags.get("team"),
                each.created_at,
            )
            for each in registry.models.list()
        },
    ),
    "versions": (
        f"name, version, reference, status, stage, source, run_id, managed, size, pinned, deprecated, params['C'], "
        f"metrics['auc'], {MS}(created_at), created_by, array_to_string(aliases, ','), tags['round']",
        lambda registry: {
            (
                each.name,
                each.version,
                each.reference,
                each.status,
                each.stage,
                each.source,
                each.run_id,
                each.managed,
                each.size,
                each.pinned,
                (each.deprecated or {}).get("reason"),
                (each.params or {}).get("C"),
                each.latest_metrics.get("auc"),
                each.created_at,
                each.created_by,
                ",".join(sorted(each.aliases)),
                each.tags.get("round"),
            )
            for each in _versions(registry)
        },
    ),
    "aliases": (
        "name, alias, version",
        lambda registry: {
            (model.name, alias, number) for model in registry.models.list() for alias, number in model.aliases.items()
        },
    ),
    "tags": (
        "name, version, key, value",
        lambda registry: {
            *((each.name, None, *pair) for each in registry.models.list() for pair in each.tags.items()),
            *((each.name, each.version, *pair) for each in _versions(registry) for pair in each.tags.items()),
        },
    ),
    "metrics": (
        "name, version, key, value::VARCHAR, step",
        lambda registry: {
            (each.name, each.version, metric.key, str(metric.value), metric.step)
            for each in _versions(registry)
            for metric in each.metrics or ()
        },
    ),
    "params": (
        "name, version, key, value",
        lambda registry: {
            (each.name, each.version, *pair) for each in _versions(registry) for pair in (each.params or {}).items()
        },
    ),
    "columns": (
        'name, version, side, position, "column", type, required',
        lambda registry: {
            row
            for each in _versions(registry)
            if each.managed
            for row in (
                (each.name, each.version, "input", 1, "x", "double", True),
                (each.name, each.version, "output", 1, None, "long", True),
            )
        },
    ),
    "files": ("name, version, path, size, sha256", _files),
    "links": (
        "name, version, url, kind",
        lambda registry: {
            (each.name, each.version, *link) for each in _versions(registry) for link in each.links.items()
        },
    ),
    "lineage": (
        "name, version, experiment, trained_in, trained_by_cell, registered_in, git_commit, git_dirty, copied_from, "
        "array_to_string(requirements, ',')",
        lambda registry: {
            (
                each.name,
                each.version,
                found.training.experiment if found.training else None,
                found.training.place.path if found.training and found.training.place else None,
                found.training.place.cell if found.training and found.training.place else None,
                found.registered.path if found.registered else None,
                found.registered.git.commit if found.registered and found.registered.git else None,
                found.registered.git.dirty if found.registered and found.registered.git else None,
                _original(registry, found),
                ",".join(found.requirements),
            )
            for each, found in _lineage(registry)
        },
    ),
    "datasets": (
        "name, version, dataset, digest, source, context, rows, array_to_string(metrics, ',')",
        lambda registry: {
            (each.name, each.version, it.name, it.digest, it.source, it.context, it.rows, ",".join(it.metrics))
            for each, found in _lineage(registry)
            for it in found.datasets
        },
    ),
    "usage": (
        f"name, version, actor, count, {MS}(last_used_at)",
        lambda registry: {
            (used.name, used.version, used.actor, used.count, used.last_used_at)
            for model in registry.models.list()
            for used in registry.usage.list(model.name)
        },
    ),
    "comments": (
        "id, name, version, author, text, array_to_string(mentions, ',')",
        lambda registry: {
            (each.id, each.model, each.version, each.author, each.text, ",".join(each.mentions))
            for each in registry.comments.list()
        },
    ),
    "requests": (
        "id, asks_for, kind, name, version, alias, author, state",
        lambda registry: {
            (each.id, each.kind, each.on, each.name, each.version, each.alias, each.author, each.state)
            for each in registry.requests.list(state=None)
        },
    ),
    "events": (f"seq, {MS}(time), actor, action, kind, name, version, reason, unit", _events),
    "grants": ("kind, name, principal, privilege", _grants),
    "groups": (
        "name, member",
        lambda registry: {
            (each.name, member)
            for each in registry.groups.list()
            for member in [*each.members, *([] if each.members else [None])]
        },
    ),
    "policies": (
        'kind, name, policy, rule, mode, "when", alias, parameters::VARCHAR',
        lambda registry: {
            (each.kind, each.on, each.name, each.rule, each.mode, each.when, each.alias, _json(each.parameters))
            for each in registry.policies.list()
        },
    ),
    "tag_policies": (
        "key, array_to_string(values, ','), array_to_string(assigners, ','), description",
        lambda registry: {
            (each.key, ",".join(each.values), ",".join(each.assigners), each.description)
            for each in registry.tag_policies.list()
        },
    ),
}


def _original(registry: Registry, found: Lineage) -> str | None:
    """The version that something is a copy of, where it is to be seen."""
    copied = found.copied_from
    there = {each.id: each.name for each in registry.models.list() if not each.browse_only}
    name = None if copied is None else there.get(copied.model)
    return None if copied is None or name is None else f"{name}/{copied.version}"


def _json(parameters: Mapping[str, Any]) -> str:
    return json.dumps({name: list(words) for name, words in parameters.items()}, separators=(",", ":"))


def told(registry: Registry) -> Iterator[tuple[str, set[Any], set[Any]]]:
    """Each view, with what SQL says of it, asked of all at once, and what the operations say of the same."""
    lists = (f"(SELECT list(json_array({columns})::VARCHAR) FROM {view})" for view, (columns, _) in SAME.items())
    [answers] = registry.sql(f"SELECT {', '.join(lists)}").rows
    for (view, (_, operations)), answer in zip(SAME.items(), answers, strict=True):
        rows = [tuple(json.loads(row)) for row in cast(list[str], answer or [])]
        assert len(rows) == len(set(rows)), f"{view} has a row twice"
        yield view, set(rows), operations(registry)
