"""What a `FileStore` has to do, as pytest classes: inherit `FilesContract` and supply the fixture `files`."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from jupyter_modelreg.core.entities.versions import FileEntry
from jupyter_modelreg.core.errors import FilesDamaged, InvalidInput, RegistryUnavailable
from jupyter_modelreg.core.ports.files import MLFLOW_NOTE, FileStore

_MODEL: Mapping[str, bytes] = {"MLmodel": b"flavors: {}\n", "code/fraud.py": b"LIMIT = 3\n", "model.pkl": b"weights"}


class FilesContract:
    """The contract of `core.ports.files.FileStore`.

    The fixture `files` is an empty store in which nothing has been created yet.
    """

    @pytest.fixture
    def files(self) -> FileStore:
        """The store to hold against the contract."""
        raise NotImplementedError("give a fixture `files`, an empty store")

    @pytest.fixture
    def source(self, tmp_path: Path) -> Path:
        """The folder of a small model, with a program and an empty folder."""
        folder = tmp_path / "contract-source"
        for path, content in _MODEL.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        (folder / "cache").mkdir()
        (folder / "code" / "fraud.py").chmod(0o755)
        return folder

    @pytest.fixture
    def entries(self, files: FileStore, source: Path) -> list[FileEntry]:
        """The manifest of version 7, which has that model."""
        return files.add(source, 7)

    def test_an_empty_store_answers(self, files: FileStore) -> None:
        assert files.size() == 0
        assert files.inventory().versions == frozenset()
        assert files.claimed(7) is not True
        assert files.check({}) == {}
        files.remove(7)
        files.clean_up()

    def test_files_of_another_store_come_out_of_sight_and_stay_when_that_is_cut_off(
        self, files: FileStore, source: Path, tmp_path: Path
    ) -> None:
        entries = files.add(source, 7)
        (tmp_path / "key").write_text("secret")

        def gone(_: int) -> Path:
            raise AssertionError("it is there already")

        # What is known by its hash need not come at all.
        for folder_of, brought in ((files.path, (3, 0)), (gone, (0,))):
            with files.incoming() as incoming:
                assert incoming.tables.is_dir()
                assert incoming.bring(folder_of, {7: entries}) in brought
                incoming.bring_file(tmp_path / "key", tmp_path / "new-key")
                *folders, (key, new_key) = incoming.places()
                assert new_key == tmp_path / "new-key"
                for gathered, place in folders:
                    assert place == files.path(7).parent
                    assert (gathered / "7" / "MLmodel").read_bytes() == (source / "MLmodel").read_bytes()
                with pytest.raises(RuntimeError), incoming.settled("before"):
                    raise RuntimeError
                files.verify(7, entries)
                assert key.read_text() == "secret"
            assert not key.exists()
            assert files.inventory().versions == frozenset({7})
        with files.incoming() as incoming:
            assert incoming.bring(gone, {}) == 0
        assert [gathered for gathered, _ in folders if gathered.exists()] == []

    def test_a_manifest_says_what_was_added(self, files: FileStore, source: Path) -> None:
        (source / "code" / "__pycache__").mkdir()
        (source / "code" / "__pycache__" / "fraud.pyc").write_bytes(b"derived")
        (source / MLFLOW_NOTE).write_text("model_name: x")
        entries = files.add(source, 7)
        assert [entry.path for entry in entries] == ["MLmodel", "cache", "code/fraud.py", "model.pkl"]
        for entry in entries:
            if entry.is_folder:
                assert (entry.path, entry.size, entry.sha256) == ("cache", 0, "")
                continue
            content = _MODEL[entry.path]
            assert (entry.size, entry.sha256) == (len(content), hashlib.sha256(content).hexdigest())
            assert (files.path(7) / entry.path).read_bytes() == content
        if os.name != "nt":
            assert [entry.path for entry in entries if entry.kind == "executable"] == ["code/fraud.py"]
        assert {path: (source / path).read_bytes() for path in _MODEL} == _MODEL

    def test_what_is_added_is_whole_and_counted(self, files: FileStore, entries: list[FileEntry]) -> None:
        files.verify(7, entries)
        assert (files.path(7) / "cache").is_dir()
        assert files.check({7: entries}) == {}
        assert files.size() == sum(map(len, _MODEL.values()))
        assert files.inventory().versions == {7}
        assert list(files.inventory().unexpected) == []
        assert list(files.inventory().stale) == []

    def test_moving_gives_the_same(self, files: FileStore, source: Path, entries: list[FileEntry]) -> None:
        assert files.add(source, 8, move=True) == entries
        files.verify(8, entries)

    def test_a_version_gets_its_files_once(self, files: FileStore, source: Path, entries: list[FileEntry]) -> None:
        (source / "model.pkl").write_bytes(b"other")
        with pytest.raises(RegistryUnavailable):
            files.add(source, 7)
        files.verify(7, entries)

    def test_what_cannot_be_added_leaves_nothing(self, files: FileStore, source: Path) -> None:
        (source / "out").symlink_to(source.parent)
        with pytest.raises(InvalidInput):
            files.add(source, 7)
        with pytest.raises(InvalidInput):
            files.add(source / "MLmodel", 7)
        with pytest.raises(InvalidInput):
            files.add(source / "cache", 7)
        assert files.inventory().versions == frozenset()
        assert files.size() == 0

    def test_a_linked_version_costs_nothing_and_stands_alone(self, files: FileStore, entries: list[FileEntry]) -> None:
        before = files.size()
        files.link(7, 8, entries)
        assert files.size() == before
        files.remove(7)
        files.verify(8, entries)
        assert files.inventory().versions == {8}
        with pytest.raises(FilesDamaged):
            files.verify(7, entries)
        with pytest.raises(FilesDamaged):
            files.link(7, 9, entries)
        assert 9 not in files.inventory().versions

    def test_a_manifest_that_is_not_met_is_named(self, files: FileStore, entries: list[FileEntry]) -> None:
        more = FileEntry(path="z.bin", size=1, sha256="0" * 64)
        other = [FileEntry(path=each.path, size=each.size, sha256="0" * 64, kind=each.kind) for each in entries]
        for wrong, named in (([*entries, more], "z.bin"), (entries[:-1], "model.pkl"), (other, "MLmodel")):
            with pytest.raises(FilesDamaged, match=named):
                files.verify(7, wrong)
            assert named in files.check({7: wrong, 8: entries})[7].message
        assert set(files.check({7: entries, 8: entries})) == {8}

    def test_a_working_copy_is_written_to_alone(self, files: FileStore, entries: list[FileEntry]) -> None:
        copy = files.working_copy(7, entries)
        assert files.working_copy(7, entries) == copy
        assert (copy / "cache").is_dir()
        for path, content in _MODEL.items():
            assert (copy / path).read_bytes() == content
            (copy / path).write_bytes(b"other")
        files.verify(7, entries)
        again = files.working_copy(7, entries)
        assert {path: (again / path).read_bytes() for path in _MODEL} == _MODEL
        assert files.inventory().versions == {7}
        assert files.size() == sum(map(len, _MODEL.values()))

    def test_a_claim_lasts_as_long_as_the_work(self, files: FileStore) -> None:
        with files.claim(7):
            assert files.claimed(7) is not False
            assert files.claimed(8) is not True
            assert list(files.inventory().stale) == []
        assert files.claimed(7) is not True

    def test_removing_is_final_and_harmless_twice(self, files: FileStore, entries: list[FileEntry]) -> None:
        files.remove(7)
        files.remove(7)
        assert files.size() == 0
        assert isinstance(files.check({7: entries})[7], FilesDamaged)

    def test_threads_add_side_by_side(self, files: FileStore, source: Path) -> None:
        manifests: dict[int, list[FileEntry]] = {}

        def add(version_id: int) -> None:
            manifests[version_id] = files.add(source, version_id)

        threads = [threading.Thread(target=add, args=(version_id,)) for version_id in range(1, 5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(manifests) == files.inventory().versions == {1, 2, 3, 4}
        assert files.check(manifests) == {}

    def test_a_backup_brings_files_back(self, files: FileStore, entries: list[FileEntry], tmp_path: Path) -> None:
        files.link(7, 8, entries)
        manifests = {7: entries, 8: entries}
        with files.backup_writer(tmp_path / "backup.zip") as writer:
            assert writer.gather({**manifests, 9: entries}) == {9}
            left_out = writer.write(manifests, {7: "a/1", 8: "a/2"}, {"said": "so"}, skip_damaged=False)
            assert list(left_out) == []
        with files.backup_reader(tmp_path / "backup.zip") as reader:
            assert reader.about["said"] == "so"
            assert reader.size == (tmp_path / "backup.zip").stat().st_size
            moves = reader.unpack_files(manifests)
            with pytest.raises(RuntimeError), reader.settled("before"):
                raise RuntimeError
            files.verify(7, entries)
            for version_id in manifests:
                files.remove(version_id)
            with reader.settled("before"):
                for old, new in moves:
                    new.rename(new.with_name(f"{new.name}.before"))
                    old.rename(new)
        assert files.check(manifests) == {}
        assert files.size() == sum(map(len, _MODEL.values()))
        with pytest.raises(InvalidInput):
            files.backup_reader(tmp_path / "nothing.zip").__enter__()
