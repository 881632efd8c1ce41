"""Rows by the thousand are the same as rows one by one."""

from __future__ import annotations

from dataclasses import replace

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import PROMPT_TAG, Model
from jupyter_modelreg.core.entities.versions import Metric, Version
from jupyter_modelreg.core.query.search import Order, Search
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of

AUTHORED = {"created_at": 1, "created_by": "ana", "updated_at": 2, "updated_by": "ben"}
ODD = "é \U0001f600 \" ' \\ \n \0 $1 :x {y}"
MODEL = Model(id=1, name=ODD, owner="ana", tags={ODD: ODD}, aliases={"A": 1}, description=ODD, **AUTHORED)  # type: ignore[arg-type]
VERSION = Version(
    id=2,
    model_id=1,
    name=ODD,
    version=1,
    aliases=("A",),
    tags={"k": ODD},
    description=ODD,
    source=ODD,
    params={"p": ODD},
    metrics=(Metric(key="auc", value=float("inf"), timestamp=3), Metric(key="f1", value=0.1, timestamp=2**53)),
    signature={"inputs": [{"name": ODD}], "outputs": None},
    size=2**53,
    **AUTHORED,  # type: ignore[arg-type]
)
BARE = Version(id=3, model_id=1, name=ODD, version=2, **AUTHORED)  # type: ignore[arg-type]
PROMPT = replace(BARE, id=4, version=3, tags={PROMPT_TAG: "true"})
BY_NUMBER = Search(order=(Order("version"),), model_id=1, prompts=None)


def test_they_come_back_as_they_were(registry: Registry) -> None:
    with context_of(registry).store.write() as tx:
        tx.bulk.insert_models([MODEL])
        tx.bulk.insert_versions([VERSION, BARE, PROMPT])
        event = Event(
            seq=1,
            time=1,
            actor="a",
            action="x",
            subject="model",
            subject_id=1,
            name=ODD,
            after={"a": [ODD]},
            unit=1,
            hash="h",
        )
        tx.bulk.append_events([event])
    with context_of(registry).store.read() as tx:
        assert tx.models.get(ODD) == MODEL
        assert tx.versions.search(BY_NUMBER) == [VERSION, BARE, PROMPT]
        assert tx.versions.search(replace(BY_NUMBER, prompts=True)) == [PROMPT]
        assert tx.versions.get(MODEL, 2) == BARE
        assert tx.events.list() == [event]
        assert tx.bulk.models([ODD, "other"]) == {ODD: MODEL}
        assert list(tx.bulk.versions([(1, 2), (1, 9)])) == [BARE]


def test_models_are_renumbered(registry: Registry) -> None:
    other = replace(MODEL, id=5, name="other")
    changed = replace(MODEL, aliases={"B": 2}, last_version=7, updated_at=9, updated_by="cy")
    with context_of(registry).store.write() as tx:
        tx.bulk.insert_models([MODEL, other])
        tx.bulk.renumber_models([replace(changed, description="not this")])
    with context_of(registry).store.read() as tx:
        assert tx.models.get(ODD) == changed
        assert tx.models.get("other") == other


def test_those_in_the_trash(registry: Registry) -> None:
    with context_of(registry).store.write() as tx:
        tx.bulk.insert_models([MODEL])
        tx.bulk.insert_versions([BARE])
    with context_of(registry).store.write() as tx:
        tx.versions.update(BARE.id, {"deleted_at": 5})
        tx.models.update(MODEL.id, {"key": None, "deleted_at": 5, "last_version": 4})
    with context_of(registry).store.read() as tx:
        assert [version.deleted_at for version in tx.bulk.versions([(1, 2)])] == [5]
        assert tx.bulk.models([ODD]) == {}


def test_nothing_is_nothing(registry: Registry) -> None:
    with context_of(registry).store.write() as tx:
        tx.bulk.insert_models([])
        tx.bulk.insert_versions([])
        tx.bulk.append_events([])
        tx.bulk.renumber_models([])
        assert tx.bulk.models([]) == {}
    assert registry.status().events == 0
