"""The store contract's part on versions and the manifests of their files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from jupyter_modelreg.core.entities.securables import PROMPT_TAG
from jupyter_modelreg.core.entities.usage import UsageDay
from jupyter_modelreg.core.entities.versions import FileEntry, Metric, Version
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.ports.store import Store
from jupyter_modelreg.core.query.search import All, AnyOf, Condition, Filter, Order, Search, Start
from jupyter_modelreg.testing.store_records import ODD, ODD_MODEL, ODD_VERSION, append, model, numbers, put, version

_A = model(1, "a", aliases={"Best": 2, "Also": 2, "First": 1}, latest={"None": 3, "Staging": 2}, last_version=3)
_B = model(2, "b")
_METRICS = (
    Metric(key="auc", value=0.5, timestamp=1, step=1),
    Metric(key="auc", value=0.9, timestamp=1),
    Metric(key="loss", value=float("inf"), timestamp=1),
    Metric(key="none", value=float("nan"), timestamp=1),
)
_SIGNATURE = {"inputs": [{"name": "age", "type": "long"}], "outputs": [{"type": "double"}]}
_KNOWN = version(
    7, _B, 2, params={"depth": "10", "kind": "gbt"}, metrics=_METRICS, signature=_SIGNATURE, size=3, pinned=True
)
_VERSIONS = (
    version(3, _A, 1, source="s3://a/1", run_id="r1", tags={"tier": "gold"}, created_at=9),
    version(4, _A, 2, stage="Staging", tags={"tier": "no", "odd": '"tier": "gold"'}, created_at=7, updated_at=8),
    version(5, _A, 3, run_id="r1", created_at=9),
    version(6, _B, 1, source="s3://b/1", run_id="r2", tags={"tier": "gold"}, created_at=8),
)
_PATHS = ("model.pkl", "MLmodel", "data/é \"'.bin")


def _refs(found: Sequence[Version]) -> list[str]:
    return [each.reference for each in found]


class VersionsContract:
    """`VersionRows`."""

    def test_a_version_comes_back_as_it_was(self, store: Store) -> None:
        bare = version(21, ODD_MODEL, 2, metrics=(), params={})
        put(store, ODD_MODEL, ODD_VERSION, bare)
        with store.read() as tx:
            assert tx.versions.get(ODD_MODEL, 1) == ODD_VERSION
            assert tx.versions.get(ODD_MODEL, 2) == bare
            assert tx.versions.get(ODD_MODEL, 3) is None
            assert tx.versions.search(Search(order=[Order("version")])) == [ODD_VERSION, bare]
            assert tx.versions.search(Search([Condition("name", "=", ODD)])) == [bare, ODD_VERSION]

    def test_counts_leave_out_the_trash(self, store: Store) -> None:
        put(store, _A, _B, *_VERSIONS)
        with store.write() as tx:
            tx.versions.update(4, {"deleted_at": 9})
            append(tx)
        with store.read() as tx:
            counts = tx.versions.count_by_model([1, 2, 99])
            assert [counts.get(each, 0) for each in (1, 2, 99)] == [2, 1, 0]
            assert not tx.versions.count_by_model([])

    def test_name_and_aliases_are_those_of_the_model(self, store: Store) -> None:
        put(store, _A, *_VERSIONS[:3])
        with store.write() as tx:
            tx.models.update(1, {"key": "z", "name": "z", "aliases": {"Only": 3}})
            append(tx)
        with store.read() as tx:
            renamed = tx.models.get("z")
            assert renamed is not None
            expected = [replace(each, name="z", aliases=("Only",) if each.version == 3 else ()) for each in _VERSIONS]
            assert [tx.versions.get(renamed, number) for number in (1, 2, 3)] == expected[:3]
            assert tx.versions.search(Search(order=[Order("version")])) == expected[:3]
            assert tx.versions.search(Search(model_id=1)) == expected[2::-1]

    def test_a_change_changes_what_it_names_and_no_more(self, store: Store) -> None:
        put(store, ODD_MODEL, ODD_VERSION)
        metrics = (Metric(key="m", value=-0.5, timestamp=0),)
        changes: dict[str, Any] = {"tags": {}, "metrics": metrics, "status": "READY", "size": None}
        with store.write() as tx:
            assert tx.versions.get(ODD_MODEL, 1) is not None
            tx.versions.update(ODD_VERSION.id, changes)
            append(tx)
        with store.read() as tx:
            assert tx.versions.get(ODD_MODEL, 1) == Version(**{**vars(ODD_VERSION), **changes})

    @pytest.mark.parametrize(
        ("conditions", "found"),
        [
            ([], ["a/3", "a/2", "a/1", "b/1"]),
            ([Condition("name", "=", "a")], ["a/3", "a/2", "a/1"]),
            ([Condition("name", "=", "a"), Condition("name", "=", "b")], []),
            ([Condition("name", "=", "nobody")], []),
            ([Condition("name", "LIKE", "b%")], ["b/1"]),
            ([Condition("name", ">", "a")], ["b/1"]),
            ([Condition("version", ">=", 2)], ["a/3", "a/2"]),
            ([Condition("version", "IN", (1, 3))], ["a/3", "a/1", "b/1"]),
            ([Condition("run_id", "=", "r1")], ["a/3", "a/1"]),
            ([Condition("run_id", "!=", "r1")], ["b/1"]),
            ([Condition("source", "CONTAINS", "B/")], ["b/1"]),
            ([Condition("stage", "=", "Staging")], ["a/2"]),
            ([Condition("created_at", "=", 9)], ["a/3", "a/1"]),
            ([Condition("tags.tier", "=", "gold")], ["a/1", "b/1"]),
            ([Condition("tags.tier", "=", "gold"), Condition("name", "=", "a")], ["a/1"]),
        ],
    )
    def test_conditions(self, store: Store, conditions: Sequence[Condition], found: list[str]) -> None:
        put(store, _A, _B, *_VERSIONS)
        with store.read() as tx:
            assert _refs(tx.versions.search(Search(conditions))) == found

    @pytest.mark.parametrize(
        ("part", "found"),
        [
            (AnyOf((Condition("run_id", "=", "r2"), Condition("stage", "=", "Staging"))), ["a/2", "b/1"]),
            (AnyOf(()), []),
            (All(()), ["a/3", "a/2", "a/1", "b/2", "b/1"]),
            (AnyOf((Condition("name", "=", "b"), All((Condition("version", ">", 1),)))), ["a/3", "a/2", "b/2", "b/1"]),
            (Condition("run_id", "IS NULL"), ["a/2", "b/2"]),
            (Condition("tags.tier", "IS NOT NULL"), ["a/2", "a/1", "b/1"]),
            (Condition("tags.tier", "NOT LIKE", "g%"), ["a/2"]),
            (Condition("tags.tier", "NOT IN", ()), ["a/2", "a/1", "b/1"]),
            (Condition("alias", "=", "Best"), ["a/2"]),
            (Condition("alias", "!=", "Best"), ["a/3", "a/1", "b/2", "b/1"]),
            (Condition("alias", "IN", ("First", "Also")), ["a/2", "a/1"]),
            (Condition("alias", "NOT ILIKE", "f%"), ["a/3", "a/2", "b/2", "b/1"]),
            (Condition("alias", "IS NULL"), ["a/3", "b/2", "b/1"]),
            (Condition("alias", "IS NOT NULL"), ["a/2", "a/1"]),
            (Condition("metrics.auc", "<", 0.6), ["b/2"]),
            (Condition("metrics.loss", ">", 1e300), ["b/2"]),
            (Condition("metrics.none", "IS NOT NULL"), []),
            (Condition("params.depth", ">", 9), ["b/2"]),
            (Condition("params.depth", ">", "9"), []),
            (Condition("params.kind", "!=", 9), ["b/2"]),
            (Condition("params.kind", "<", 9), []),
            (Condition("input.age", "=", "long"), ["b/2"]),
            (Condition("output.1", "LIKE", "d%"), ["b/2"]),
            (Condition("size", ">=", 3), ["b/2"]),
            (Condition("pinned", "=", True), ["b/2"]),
            (Condition("owner", "=", "ana"), ["a/3", "a/2", "a/1", "b/2", "b/1"]),
            (Condition("model_tags.team", "=", "risk"), []),
            (Condition("last_used_at", ">", 5), ["a/1"]),
        ],
    )
    def test_trees_and_every_field(self, store: Store, part: Filter, found: list[str]) -> None:
        put(store, _A, _B, *_VERSIONS, _KNOWN)
        with store.write() as tx:
            tx.usage.note(
                UsageDay(version_id=3, actor="a", notebook=None, day="2026-01-01", alias=None, last_used_at=6, count=1)
            )
            append(tx)
        with store.read() as tx:
            assert _refs(tx.versions.search(Search([part]))) == found
            of_one = [each for each in found if each.startswith("a/")]
            assert _refs(tx.versions.search(Search([part], model_id=1))) == of_one

    @pytest.mark.parametrize(
        ("order", "found"),
        [
            ([Order("name", descending=True)], ["b/1", "a/3", "a/2", "a/1"]),
            ([Order("version")], ["a/1", "b/1", "a/2", "a/3"]),
            ([Order("created_at")], ["a/2", "b/1", "a/3", "a/1"]),
            ([Order("updated_at", descending=True)], ["a/2", "a/3", "a/1", "b/1"]),
            ([Order("run_id")], ["a/2", "a/3", "a/1", "b/1"]),
            ([Order("source", descending=True), Order("version")], ["b/1", "a/1", "a/2", "a/3"]),
            ([Order("stage"), Order("name", descending=True)], ["b/1", "a/3", "a/1", "a/2"]),
        ],
    )
    def test_every_order_in_one_and_in_pages(self, store: Store, order: Sequence[Order], found: list[str]) -> None:
        put(store, _A, _B, *_VERSIONS)
        fields = list(dict.fromkeys([*(each.field for each in order), "name", "version"]))
        paged: list[str] = []
        with store.read() as tx:
            assert _refs(tx.versions.search(Search(order=order))) == found
            assert _refs(tx.versions.search(Search(order=order, limit=2, start=Start(offset=1)))) == found[1:3]
            start = Start()
            while page := tx.versions.search(Search(order=order, limit=1, start=start)):
                paged += _refs(page)
                start = Start({field: getattr(page[-1], field) or "" for field in fields})
        assert paged == found

    def test_a_search_within_one_model(self, store: Store) -> None:
        put(store, _A, _B, *_VERSIONS)
        with store.read() as tx:
            assert _refs(tx.versions.search(Search(model_id=1, limit=2))) == ["a/3", "a/2"]
            after = Start({"name": "a", "version": 3})
            assert _refs(tx.versions.search(Search(model_id=1, limit=1, start=after))) == ["a/2"]
            assert tx.versions.search(Search(model_id=9)) == []
            assert [tx.versions.count(model_id) for model_id in (1, 9)] == [3, 0]
        with store.read() as tx, pytest.raises(InvalidInput):
            tx.versions.search(Search([Condition("colour", "=", "red")], model_id=1))

    def test_the_trash_is_out_of_sight(self, store: Store) -> None:
        put(store, _A, _B, *_VERSIONS)
        with store.write() as tx:
            tx.versions.update(4, {"deleted_at": 9})
            tx.models.update(2, {"key": None, "deleted_at": 9})
            append(tx)
        with store.read() as tx:
            assert tx.versions.get(_A, 2) is None
            assert _refs(tx.versions.search(Search())) == ["a/3", "a/1"]
            assert _refs(tx.versions.search(Search(model_id=1))) == ["a/3", "a/1"]
            assert tx.versions.search(Search(model_id=2)) == []
            assert _refs(tx.versions.latest([_A])) == ["a/3"]
            assert tx.versions.trashed(9) == [replace(_VERSIONS[1], deleted_at=9), _VERSIONS[3]]
            assert _refs(tx.versions.trashed(1)) == _refs([_VERSIONS[1]])
            assert tx.versions.count_trashed() == 1  # the other one goes with its model

    def test_the_newest_versions_of_models(self, store: Store) -> None:
        b = replace(_B, latest={"None": 1})
        put(store, _A, b, *_VERSIONS)
        with store.read() as tx:
            assert sorted(_refs(tx.versions.latest([_A]))) == ["a/2", "a/3"]
            assert sorted(tx.versions.latest([_A, b]), key=lambda each: each.id) == list(_VERSIONS[1:])
            assert tx.versions.latest([]) == []
            assert tx.versions.latest([model(9, "none")]) == []

    def test_those_that_are_marked(self, store: Store) -> None:
        one, other = model(1, "one", aliases={"A": 4}), model(2, "other")
        pinned = [version(number + 2, one, number, pinned=number != 2) for number in (3, 2, 1)]
        linked = version(6, one, 4, links={"https://x.org": "endpoint"})
        put(store, one, other, *pinned, linked, version(9, other, 1, pinned=True))
        with store.write() as tx:
            tx.versions.update(5, {"deleted_at": 9})
            append(tx)
        with store.read() as tx:
            assert list(tx.versions.marked(1)) == [pinned[-1], linked]
            assert list(tx.versions.marked(3)) == []

    def test_stages_by_the_lowest_number_in_each(self, store: Store) -> None:
        staged = [version(10 + n, _B, n, stage=stage) for n, stage in enumerate("yxyzx", 1)]
        put(store, _B, *staged)
        with store.read() as tx:
            assert list(tx.versions.stages(2).items()) == [("y", 3), ("x", 5), ("z", 4)]
            assert tx.versions.stages(9) == {}
        with store.write() as tx:
            tx.versions.update(11, {"deleted_at": 1})
            tx.versions.update(15, {"deleted_at": 1})
            append(tx)
        with store.read() as tx:
            assert list(tx.versions.stages(2).items()) == [("x", 2), ("y", 3), ("z", 4)]

    def test_versions_of_a_prompt(self, store: Store) -> None:
        put(store, _A, _B, _VERSIONS[0], version(7, _B, 1, tags={PROMPT_TAG: "true"}), version(8, _B, 2))
        with store.read() as tx:
            assert _refs(tx.versions.search(Search())) == ["a/1"]
            assert _refs(tx.versions.search(Search(limit=5))) == ["a/1"]
            assert _refs(tx.versions.search(Search(model_id=2))) == []
            assert _refs(tx.versions.search(Search(prompts=True))) == ["b/1"]
            assert _refs(tx.versions.search(Search(prompts=True, model_id=2))) == ["b/1"]
            assert _refs(tx.versions.search(Search(prompts=None))) == ["a/1", "b/2", "b/1"]

    def test_touching_reaches_every_version_of_the_model_and_no_other(self, store: Store) -> None:
        put(store, _A, _B, *_VERSIONS)
        with store.write() as tx:
            tx.versions.update(4, {"deleted_at": 9})
            tx.versions.touch(1, 77)
            append(tx)
        with store.read() as tx:
            everything = [*tx.versions.search(Search()), *tx.versions.trashed(9)]
        assert {each.id: each.updated_at for each in everything} == {3: 77, 4: 77, 5: 77, 6: 2}

    def test_a_manifest_goes_with_its_version(self, store: Store) -> None:
        files = [FileEntry(path=path, size=2**40, sha256="ab") for path in _PATHS]
        files += [FileEntry(path="run.sh", size=1, sha256="cd", kind="executable")]
        files += [FileEntry(path="empty", size=0, sha256="", kind="folder")]
        put(store, _A, *_VERSIONS[:2])
        with store.write() as tx:
            tx.versions.add_files(3, files[:1])
            tx.versions.add_files(3, files[1:])
            tx.versions.add_files(4, [])
            append(tx)
        with store.read() as tx:
            assert [each.path for each in tx.versions.files(3)] == sorted([*_PATHS, "empty", "run.sh"])
            assert set(tx.versions.files(3)) == set(files)
            assert tx.versions.files(4) == []
            assert tx.versions.holding(["ab", "cd", "ef"]) == {"ab": 3, "cd": 3}
            assert tx.versions.holding([]) == {}
        with store.write() as tx:
            tx.versions.update(3, {"deleted_at": 9})
            append(tx)
        with store.read() as tx:
            assert tx.versions.holding(["ab"]) == {}, "it is in the trash"
        with store.write() as tx:
            tx.versions.delete(3)
            append(tx)
        with store.read() as tx:
            assert tx.versions.files(3) == []
            assert numbers(tx.versions.search(Search())) == [2]
            assert tx.versions.get(_A, 1) is None
