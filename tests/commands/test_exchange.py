"""`import` and `export`: what they print, and what a notebook can do with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import jupyter_modelreg
from jupyter_modelreg.commands.group import BadUsage
from jupyter_modelreg.commands.verbs.exchange import Imported
from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD

if TYPE_CHECKING:
    from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]


@pytest.fixture
def elsewhere(tmp_path: Path, unsigned_folder: Path) -> str:
    """The URI of a registry with a model that has no signature, and one that cannot be governed."""
    registry = jupyter_modelreg.connect(str(tmp_path / "elsewhere.duckdb"), actor="ben")
    registry.versions.register(str(unsigned_folder), "unsigned")
    for number in range(30):
        registry.models.create(f"odd <b>name {number:02}")
    registry.close()
    return registry.uri


def test_an_import_says_what_came_and_what_did_not(do: Do, elsewhere: str) -> None:
    shown = repr(do(f"import {elsewhere} --into prod.risk"))
    assert f"imported from {elsewhere} into prod.risk\n" in shown
    assert [line.split() for line in shown.splitlines() if line.startswith(("models", "versions"))] == [
        ["models", "1", "0", "30"],
        ["versions", "0", "0", "1"],
    ]
    assert "\nodd <b>name 00: 'odd <b>name 00' cannot be the last part of a governed name" in shown
    assert "\nand 11 more; --json lists them all\n" in shown


def test_a_dry_run_says_so(do: Do, session: object, elsewhere: str) -> None:
    shown = repr(do(f"import {elsewhere} --dry-run"))
    assert shown.startswith(f"would import from {elsewhere}; nothing was changed\n")
    assert repr(do("models")).startswith("no models here yet")


def test_the_result_is_a_value(do: Do, elsewhere: str) -> None:
    result = do(f"import {elsewhere} --into prod.risk")
    assert isinstance(result, Imported)
    assert result.rows[0] == {"what": "models", "imported": 1, "there": 0, "skipped": 30}
    assert len(result.skipped.to_df()) == 31
    assert result.skipped.rows[-1]["name"] == "unsigned/1"
    page = result.html()
    assert "&lt;b&gt;name" in page
    assert "<b>name" not in page
    told = json.loads(repr(do(f"import {elsewhere} --into prod.risk --json")))
    assert len(told["skipped"]) == 31
    assert told["counts"][0]["there"] == 1


def test_export_and_import(do: Do, stocked: Registry, tmp_path: Path) -> None:
    do("use prod.ml_team")
    file = tmp_path / "out.zip"
    shown = repr(do(f"export fraud/1 ml_team models:/iris {file}"))
    assert shown.startswith(f"exported 2 models, 3 versions, {2 * len(stocked.versions.files(f'{FRAUD}/1'))} files to ")
    assert f"to {file} (" in shown
    again = do(f"import {file}")
    assert [row["there"] for row in again.rows] == [2, 0, 3]
    with pytest.raises(NotFound, match=r"no model prod\.ml_team\.nothing"):
        do(f"export nothing {tmp_path / 'x.zip'}")
    with pytest.raises(BadUsage, match="name what to export, or say --all"):
        do(f"export {file}")
    assert repr(do(f"export --all {tmp_path / 'all.zip'}")).startswith("exported 2 models, 3 versions, ")
    with pytest.raises(BadUsage, match="--all leaves nothing to name"):
        do(f"export fraud --all {tmp_path / 'x.zip'}")


def test_help_tells_what_becomes_of_stages(do: Do) -> None:
    shown = " ".join(repr(do("import --help")).split())
    assert "a version that has one gets it as the tag `stage`" in shown
    assert "a second run continues where the first one ended" in shown
