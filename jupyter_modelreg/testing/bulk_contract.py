"""The store contract's part on rows by the thousand, and on questions about the whole database."""

from __future__ import annotations

from dataclasses import replace

from jupyter_modelreg.core.entities.integrity import VersionSummary
from jupyter_modelreg.core.entities.securables import PROMPT_TAG
from jupyter_modelreg.core.entities.versions import FileEntry
from jupyter_modelreg.core.ports.store import Store
from jupyter_modelreg.core.query.search import Order, Search
from jupyter_modelreg.testing.store_records import (
    ODD,
    ODD_MODEL,
    ODD_VERSION,
    append,
    catalog,
    model,
    names,
    put,
    schema,
    version,
)

_MANY = 3000
_FILE = FileEntry(path="model.pkl", size=1, sha256="ab")


class BulkContract:
    """`BulkRows`: the same as row by row."""

    def test_rows_come_back_as_they_were(self, store: Store) -> None:
        bare = version(21, ODD_MODEL, 2)
        prompt = version(22, ODD_MODEL, 3, tags={PROMPT_TAG: "true"})
        with store.write() as tx:
            tx.bulk.insert_models([ODD_MODEL])
            tx.bulk.insert_versions([ODD_VERSION, bare, prompt])
            events = [append(tx, after={"a": [ODD]})]
        with store.read() as tx:
            assert tx.models.get(ODD) == ODD_MODEL
            assert tx.versions.search(Search(order=[Order("version")], prompts=None)) == [ODD_VERSION, bare, prompt]
            assert tx.versions.search(Search(prompts=True)) == [prompt]
            assert tx.bulk.models([ODD, "other"]) == {ODD: ODD_MODEL}
            assert list(tx.bulk.versions([(ODD_MODEL.id, 2), (ODD_MODEL.id, 9), (9, 1)])) == [bare]
            assert tx.events.list() == events

    def test_events_of_a_batch_are_the_newest(self, store: Store) -> None:
        with store.write() as tx:
            first = append(tx)
        more = [replace(first, seq=number, hash=f"{number}") for number in (2, 3)]
        with store.write() as tx:
            tx.bulk.append_events(more)
            assert tx.events.last() == more[-1]
        with store.read() as tx:
            assert tx.events.list() == [first, *more]
            assert tx.events.last() == more[-1]

    def test_thousands_at_a_time(self, store: Store) -> None:
        models = [model(number, f"m{number:05}") for number in range(1, _MANY + 1)]
        with store.write() as tx:
            tx.bulk.insert_models(models)
            tx.bulk.insert_versions([version(_MANY + each.id, each, 1) for each in models])
            tx.bulk.note_latest([each.id for each in models])
            append(tx)
        with store.read() as tx:
            assert tx.counts()["versions"] == _MANY
            found = tx.bulk.models(names(models))
            assert [found[name].latest for name in names(models)] == [{"None": 1}] * _MANY
            assert len(tx.bulk.versions([(each.id, 1) for each in models])) == _MANY
            assert len(tx.versions.latest(list(found.values()))) == _MANY

    def test_models_are_renumbered(self, store: Store) -> None:
        other = model(5, "other")
        put(store, ODD_MODEL, other)
        changed = replace(ODD_MODEL, aliases={"B": 2}, last_version=7, updated_at=9, updated_by="cy")
        with store.write() as tx:
            assert tx.models.get(ODD) is not None
            tx.bulk.renumber_models([replace(changed, description="not this", tags={})])
            append(tx)
        with store.read() as tx:
            assert tx.models.get(ODD) == changed
            assert tx.models.get("other") == other

    def test_what_is_in_the_trash(self, store: Store) -> None:
        put(store, model(1, "m", last_version=4), version(2, model(1, "m"), 1), model(3, "n", last_version=2))
        with store.write() as tx:
            tx.versions.update(2, {"deleted_at": 5})
            tx.models.update(1, {"key": None, "deleted_at": 5})
            append(tx)
        with store.read() as tx:
            assert [each.deleted_at for each in tx.bulk.versions([(1, 1)])] == [5]
            assert tx.bulk.models(["m"]) == {}

    def test_many_are_removed_for_good(self, store: Store) -> None:
        a, b = model(1, "a"), model(2, "b")
        put(store, a, b, version(11, a, 1), version(12, a, 2), version(13, b, 1))
        with store.write() as tx:
            tx.versions.add_files(11, [FileEntry(path="x", size=1, sha256="ab")])
            append(tx)
        with store.write() as tx:
            tx.bulk.delete_versions([11, 12])
            tx.bulk.delete_models([1])
            append(tx)
        with store.read() as tx:
            assert tx.models.get("a") is None
            assert [each.id for each in tx.bulk.versions([(1, 1), (1, 2), (2, 1)])] == [13]
            assert tx.versions.files(11) == []

    def test_names_that_were_left(self, store: Store) -> None:
        with store.write() as tx:
            assert tx.retired_names.highest("a") == 0
            tx.retired_names.retire(1, "a", 4)
            tx.retired_names.retire(2, "a", 3)
            tx.retired_names.retire(3, "b", 1)
            append(tx)
        with store.write() as tx:
            tx.retired_names.retire(4, "b", 2)
            append(tx)
        with store.read() as tx:
            assert (tx.retired_names.highest("a"), tx.retired_names.highest("b")) == (4, 2)
            assert tx.retired_names.highest_of(["a", "x", "b"]) == {"a": 4, "b": 2}

    def test_newest_versions_are_noted(self, store: Store) -> None:
        a, b = model(1, "a", latest={"None": 9}), model(2, "b")
        staged = [version(10 + n, a, n, stage=stage) for n, stage in enumerate("yxy", 1)]
        put(store, a, b, *staged, version(20, b, 1))
        with store.write() as tx:
            tx.versions.update(13, {"deleted_at": 5})
            tx.bulk.note_latest([1])
            append(tx)
        with store.read() as tx:
            found = tx.bulk.models(["a", "b"])
        assert list(found["a"].latest.items()) == [("y", 1), ("x", 2)]
        assert found["b"].latest == {}

    def test_nothing_is_nothing(self, store: Store) -> None:
        with store.write() as tx:
            tx.bulk.insert_models([])
            tx.bulk.insert_versions([])
            tx.bulk.append_events([])
            tx.bulk.renumber_models([])
            tx.bulk.note_latest([])
            assert tx.bulk.models([]) == {}
            assert tx.bulk.purged_versions([]) == set()
            assert tx.retired_names.highest_of([]) == {}
            tx.bulk.delete_models([])
            tx.bulk.delete_versions([])
            assert list(tx.bulk.versions([])) == []
        with store.read() as tx:
            assert set(tx.counts().values()) == {0}


class IntegrityContract:
    """`Integrity`."""

    def test_versions_that_should_have_files(self, store: Store) -> None:
        m = model(1, "m")
        versions = [
            version(12, m, 1, managed=True, deleted_at=4),
            version(11, m, 2, status="PENDING_REGISTRATION"),
            version(13, m, 3),
        ]
        put(store, m, *versions)
        first = VersionSummary(
            id=11, model_id=1, name="m", version=2, status="PENDING_REGISTRATION", managed=False, created_at=1
        )
        with store.read() as tx:
            assert [each.id for each in tx.integrity.lines()] == [11, 12]
            assert tx.integrity.lines()[0] == first
            assert tx.integrity.line(11) == first
            assert (tx.integrity.line(13) or first).reference == "m/3"
            assert tx.integrity.line(99) is None

    def test_the_whole_is_counted_and_read(self, store: Store) -> None:
        m = model(1, "m")
        put(store, m, version(2, m, 1, deleted_at=3), model(4, "n"))
        with store.write() as tx:
            tx.models.update(4, {"key": None, "deleted_at": 5})
            append(tx)
        with store.read() as tx:
            assert tx.integrity.totals() == {"models": 2, "versions": 1}
            assert tx.integrity.foreign() == []
            assert tx.integrity.tables()
            for table in tx.integrity.tables():
                tx.integrity.read_whole(table)

    def test_manifests_by_version(self, store: Store) -> None:
        m = model(1, "m")
        put(store, m, version(2, m, 1), version(3, m, 2), version(4, m, 3))
        other = replace(_FILE, path="MLmodel")
        with store.write() as tx:
            tx.versions.add_files(3, [_FILE, other])
            tx.versions.add_files(2, [_FILE])
            append(tx)
        with store.read() as tx:
            assert tx.integrity.manifests() == {2: [_FILE], 3: [other, _FILE]}

    def test_a_sound_database_has_nothing_that_dangles(self, store: Store) -> None:
        m = model(3, "prod.ml.m", schema_id=2, aliases={"A": 1}, latest={"None": 1}, last_version=1)
        put(store, catalog(1, "prod"), schema(2, "prod.ml", 1), m, version(4, m, 1, managed=True))
        with store.write() as tx:
            tx.versions.add_files(4, [_FILE])
            append(tx)
        with store.read() as tx:
            assert tx.integrity.dangling() == []

    def test_whatever_leads_nowhere_is_named(self, store: Store) -> None:
        lost = model(9, "lost")
        put(store, schema(1, "gone.ml", 77), model(2, "prod.ml.m", schema_id=78))
        put(store, model(3, "aliased", aliases={"A": 1}), version(4, lost, 1, name=""))
        counted = model(5, "counted", latest={"None": 2}, last_version=1)
        put(store, counted, version(6, counted, 2), model(7, "wrong", latest={"None": 3}))
        bare = model(8, "bare", latest={"None": 1}, last_version=1)
        put(store, bare, version(10, bare, 1, managed=True))
        with store.write() as tx:
            tx.versions.add_files(99, [_FILE])
            append(tx)
        with store.read() as tx:
            found = {orphan.subject: orphan for orphan in tx.integrity.dangling()}
        assert {subject for subject, orphan in found.items() if orphan.derived} == {"wrong"}
        expected = {"gone.ml", "prod.ml.m", "aliased@A", "counted", "bare/1", "wrong"}
        assert expected < set(found)
        assert len(found) == len(expected) + 2  # the version without a model, and the files without a version

    def test_what_is_derived_is_put_right(self, store: Store) -> None:
        m = model(1, "m", latest={"Staging": 9}, last_version=2)
        put(store, m, version(2, m, 1, stage="Production"), version(3, m, 2), model(4, "n", latest={"None": 1}))
        with store.write() as tx:
            assert len(tx.integrity.dangling()) == 2
            tx.integrity.derive()
            append(tx)
        with store.read() as tx:
            assert tx.integrity.dangling() == []
            found = tx.bulk.models(["m", "n"])
        assert list(found["m"].latest.items()) == [("Production", 1), ("None", 2)]
        assert found["n"].latest == {}
