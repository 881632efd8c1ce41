"""Files in S3, as a real server speaks it: what is sent, what is refused, and what is left where it is cut off."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path

import pytest
import s3fs

from jupyter_modelreg.artifacts.objects import ObjectFiles
from jupyter_modelreg.artifacts.objects.remote import Remote, until
from jupyter_modelreg.core.errors import FilesDamaged, InvalidInput, RegistryUnavailable, SourceUnavailable
from tests.support.object_store import Bucket, ObjectStore, Relay, bucket, object_store

__all__ = ["bucket", "object_store"]  # fixtures

WEIGHTS = b"weights" * 1000


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "code").mkdir(parents=True)
    (folder / "cache").mkdir()
    (folder / "MLmodel").write_bytes(b"flavors: {}\n")
    (folder / "model.pkl").write_bytes(WEIGHTS)
    (folder / "code" / "run.sh").write_bytes(b"true\n")
    (folder / "code" / "run.sh").chmod(0o755)
    return folder


@pytest.fixture
def files(bucket: Bucket) -> ObjectFiles:
    return ObjectFiles(bucket.url)


def key_of(content: bytes) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    return f"objects/{sha256[:2]}/{sha256}"


def test_it_is_added_linked_fetched_and_removed(
    files: ObjectFiles, bucket: Bucket, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = files.add(source, 7)
    assert bucket.keys("versions") == ["versions/7.json"]
    assert len(bucket.keys("objects")) == 3
    before = len(bucket.store.requests())
    files.link(7, 8, entries)
    assert bucket.sent(before) == ["versions/8.json"]
    assert files.size() == sum(entry.size for entry in entries)
    with pytest.raises(RegistryUnavailable, match=r"versions/8\.json says that the version has files already"):
        files.link(7, 8, entries)
    monkeypatch.setenv("MODELREG_CACHE", str(tmp_path / "another machine"))
    elsewhere = ObjectFiles(bucket.url)
    folder = elsewhere.path(8, ["MLmodel"])
    assert [path.name for path in folder.iterdir()] == ["MLmodel"]
    copy = elsewhere.working_copy(8, entries)
    assert (copy / "model.pkl").read_bytes() == WEIGHTS
    assert (copy / "code" / "run.sh").stat().st_mode & 0o100
    before = len(bucket.store.requests())
    elsewhere.verify(8, entries)
    assert len(bucket.store.requests()) == before  # it is here, and as it has to be
    files.remove(7)
    assert files.inventory().versions == {8}
    assert files.check({8: entries}) == {}


def test_only_what_is_missing_is_sent(files: ObjectFiles, bucket: Bucket, source: Path) -> None:
    files.add(source, 7)
    (source / "MLmodel").write_bytes(b"flavors: {a: 1}\n")
    before = len(bucket.store.requests())
    files.add(source, 8)
    assert bucket.sent(before) == [key_of(b"flavors: {a: 1}\n"), "versions/8.json"]


def test_a_large_file_goes_in_parts(files: ObjectFiles, bucket: Bucket, source: Path) -> None:
    with (source / "model.pkl").open("wb") as file:
        for number in range(40):
            file.write(bytes([number]) * (1 << 20))
    before = len(bucket.store.requests())
    entries = files.add(source, 7)
    asked = bucket.store.requests()[before:]
    assert sum("partNumber" in path for _, path in asked) >= 3
    assert files.check({7: entries}) == {}


def test_damage_is_found_and_named(files: ObjectFiles, bucket: Bucket, source: Path, cache: Path) -> None:
    entries = files.add(source, 7)
    files.link(7, 8, entries)
    there = bucket.store.files()
    there.pipe_file(f"{bucket.name}/models/{key_of(WEIGHTS)}", WEIGHTS.replace(b"w", b"W"))
    assert set(files.check({7: entries, 8: entries})) == {7, 8}
    assert "model.pkl has changed since it was registered" in files.check({7: entries})[7].message
    files.verify(7, entries)  # what is here is as it has to be
    subprocess.run(["rm", "-rf", cache], check=True)
    with pytest.raises(FilesDamaged, match=r"model\.pkl has changed since it was registered"):
        ObjectFiles(bucket.url).working_copy(7, entries)
    there.rm_file(f"{bucket.name}/models/{key_of(WEIGHTS)}")
    assert "model.pkl is missing" in files.check({7: entries})[7].message
    there.pipe_file(f"{bucket.name}/models/versions/8.json", b"{")
    assert "does not say which files" in files.check({8: entries})[8].message
    assert files.size() == sum(entry.size for entry in entries)


def test_what_no_version_has_goes_after_a_day(
    files: ObjectFiles, bucket: Bucket, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.add(source, 7)
    (source / "model.pkl").write_bytes(b"other")
    files.add(source, 8)
    files.remove(7)
    files.clean_up()
    assert key_of(WEIGHTS) in bucket.keys("objects")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 25 * 3600)
    (source / "MLmodel").unlink()
    (source / "code" / "run.sh").write_bytes(WEIGHTS)
    files.clean_up()
    assert key_of(WEIGHTS) not in bucket.keys("objects")
    assert len(bucket.keys("objects")) == 3


def test_what_is_old_and_wanted_again_is_written_again(
    files: ObjectFiles, bucket: Bucket, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.add(source, 7)
    files.remove(7)
    time.sleep(1.1)  # S3 tells seconds
    written = bucket.store.files().info(f"{bucket.name}/models/{key_of(WEIGHTS)}")["LastModified"]
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 13 * 3600)
    entries = files.add(source, 8)
    again = bucket.store.files().info(f"{bucket.name}/models/{key_of(WEIGHTS)}")["LastModified"]
    assert again > written
    assert files.check({8: entries}) == {}


def test_an_upload_that_is_killed_leaves_no_version_and_is_taken_up(bucket: Bucket, source: Path, cache: Path) -> None:
    for number in range(20):
        (source / f"part-{number:02}").write_bytes(bytes([number]) * 100_000)
    code = f"""
import os
from pathlib import Path
from jupyter_modelreg.artifacts.objects import ObjectFiles
from jupyter_modelreg.artifacts.objects.remote import Remote
send, sent = Remote.send, []
def killed(self, file, key, advance):
    send(self, file, key, advance)
    sent.append(key)
    if len(sent) == 10:
        os.kill(os.getpid(), 9)
Remote.send = killed
ObjectFiles({bucket.url!r}).add(Path({str(source)!r}), 7)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == -9
    there = bucket.keys()
    assert len(there) >= 10
    assert [key for key in there if not key.startswith("objects/")] == []
    files = ObjectFiles(bucket.url)
    assert files.inventory().versions == frozenset()
    before = len(bucket.store.requests())
    entries = files.add(source, 9)
    sent = bucket.sent(before)
    assert set(sent).isdisjoint(there)
    assert len(sent) == 23 - len(there) + 1
    assert files.check({9: entries}) == {}


def test_what_stands_there_is_read_ever_after(files: ObjectFiles, bucket: Bucket, source: Path) -> None:
    """The format of `versions/<id>.json` is kept: whoever changes it raises its number, and reads this one, too."""
    sha256 = hashlib.sha256(WEIGHTS).hexdigest()
    there = bucket.store.files()
    there.pipe_file(f"{bucket.name}/models/objects/{sha256[:2]}/{sha256}", WEIGHTS)
    stated = f"""{{"format": 1, "files": [
        {{"path": "data", "size": 0, "sha256": "", "kind": "folder"}},
        {{"path": "größe/model.pkl", "size": {len(WEIGHTS)}, "sha256": "{sha256}", "kind": "executable"}}]}}"""
    there.pipe_file(f"{bucket.name}/models/versions/7.json", stated.encode())
    folder = files.path(7)
    assert (folder / "data").is_dir()
    assert (folder / "größe" / "model.pkl").read_bytes() == WEIGHTS
    assert (folder / "größe" / "model.pkl").stat().st_mode & 0o111
    there.pipe_file(
        f"{bucket.name}/models/versions/8.json", stated.replace("1,", "2,", 1).replace("size", "length").encode()
    )
    with pytest.raises(FilesDamaged, match="was written by a newer jupyter_modelreg"):
        files.path(8)
    there.pipe_file(f"{bucket.name}/models/versions/9.json", stated.replace("größe/", "../").encode())
    with pytest.raises(FilesDamaged, match="leads out of it"):
        files.path(9)


def test_what_is_told_to_stop_stops_in_the_middle(
    files: ObjectFiles, bucket: Bucket, source: Path, tmp_path: Path
) -> None:
    (source / "large").write_bytes(os.urandom(40 << 20))
    [entry] = [entry for entry in files.add(source, 7) if entry.path == "large"]
    stop, come = threading.Event(), list[int]()

    def advance(size: int) -> None:
        come.append(size)
        stop.set()

    remote = Remote(bucket.url)
    with pytest.raises(CancelledError):
        remote.fetch(key_of((source / "large").read_bytes()), tmp_path / "large", until(stop, advance))
    assert 0 < sum(come) < entry.size


def test_a_network_that_is_lost_in_the_middle(
    bucket: Bucket, source: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay = Relay(bucket.store.endpoint)
    monkeypatch.setenv("MLFLOW_S3_ENDPOINT_URL", relay.endpoint)
    (source / "large").write_bytes(os.urandom(40 << 20))
    files = ObjectFiles(bucket.url)
    relay.cut_after(30 << 20)
    with pytest.raises(RegistryUnavailable, match=r"cannot keep model files in s3://") as cut:
        files.add(source, 7)
    assert "what has arrived need not be sent again" in (cut.value.hint or "")
    relay.cut_after(None)
    assert files.inventory().versions == frozenset()
    there = bucket.keys("objects")
    assert len(there) == 3
    before = len(bucket.store.requests())
    entries = files.add(source, 7)
    assert set(bucket.sent(before)).isdisjoint(there)
    shutil.rmtree(cache)
    relay.cut_after(0)
    with pytest.raises(SourceUnavailable, match=r"cannot read s3://"):
        files.working_copy(7, entries)
    assert list(cache.rglob("*.part")) == []
    relay.cut_after(None)
    assert (files.working_copy(7, entries) / "model.pkl").read_bytes() == WEIGHTS
    relay.close()


def test_of_several_that_say_what_a_version_has_one_does(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_S3_ENDPOINT_URL")
    monkeypatch.setenv("AWS_ENDPOINT_URL", bucket.store.endpoint)
    remote = Remote(bucket.url)
    assert remote.read("versions/1.json") is None
    # All of them find nothing there before the first has written it.
    monkeypatch.setattr(s3fs.S3FileSystem, "exists", lambda *_: False)
    with ThreadPoolExecutor(5) as pool:
        made = list(pool.map(lambda number: remote.put_new("versions/1.json", b"%d" % number), range(5)))
    assert sorted(made) == [False] * 4 + [True]
    assert remote.read("versions/1.json") == b"%d" % made.index(True)


def test_a_store_that_cannot_be_used_says_what_to_do(
    files: ObjectFiles, object_store: ObjectStore, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = ObjectFiles("s3://no-such-bucket/models")
    with pytest.raises(RegistryUnavailable, match=r"cannot keep model files in s3://no-such-bucket/models") as refused:
        nowhere.add(source, 7)
    assert refused.value.hint == "check its name, or make it: the registry makes no bucket"
    monkeypatch.setenv("MLFLOW_S3_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(SourceUnavailable, match=r"cannot read s3://") as away:
        ObjectFiles("s3://bucket/models").inventory()
    assert "check the address and the network" in (away.value.hint or "")
    monkeypatch.setenv("MLFLOW_S3_ENDPOINT_URL", object_store.endpoint)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", "/nonexistent")
    with pytest.raises(SourceUnavailable) as nobody:
        ObjectFiles("s3://bucket/models").inventory()
    assert nobody.value.hint == "say who asks: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    with pytest.raises(InvalidInput, match=r"gs://bucket/models cannot be opened without gcsfs") as missing:
        ObjectFiles("gs://bucket/models").inventory()
    assert missing.value.hint == "pip install 'jupyter_modelreg[gcs]'"
