"""Files removed after a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_modelreg.system.files import discard


def test_what_is_read_only_is_removed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    inner = tmp_path / "left" / "inner"
    inner.mkdir(parents=True)
    (inner / "file").write_text("")
    (inner / "file").chmod(0o444)
    inner.chmod(0o555)
    discard(tmp_path / "left")
    assert list(tmp_path.iterdir()) == []
    assert caplog.records == []


def test_a_link_is_removed_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    discard(tmp_path / "link")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_what_cannot_be_removed_is_said_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    discard(Path("/proc/self/status"))
    [told] = caplog.records
    assert told.getMessage() == "/proc/self/status could not be removed"
    assert told.exc_info is None
