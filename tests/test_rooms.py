"""The import table: which room may know which."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyter_modelreg

PACKAGE = Path(jupyter_modelreg.__file__).parent

# For each room: the rooms of ours and the outside packages it may import. The standard library is open to all.
HOSTS = {"core", "api", "commands"}
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    "core": (set(), set()),
    "system": ({"core"}, {"tqdm"}),
    "storage": ({"core", "system"}, {"sqlalchemy", "duckdb"}),
    "artifacts": ({"core", "system"}, {"tqdm"}),
    "exchange": (
        {"core", "system", "artifacts", "storage", "mlflow_client", "uri"},
        {"duckdb", "sqlalchemy"},
    ),
    "mlflow_client": ({"core", "system"}, {"mlflow", "sqlalchemy"}),
    "uri": ({"core"}, {"platformdirs"}),
    "api": ({"core"}, set()),
    "commands": ({"core", "api"}, {"click", "pandas"}),
    "cli": (HOSTS | {"connection"}, {"click", "platformdirs"}),
    "magics": (HOSTS | {"connection", "widget"}, {"IPython", "click", "mlflow"}),
    "mlflow_plugin": (HOSTS | {"connection", "mlflow_client", "uri"}, {"mlflow", "cryptography"}),
    "connection": ({"core", "storage", "artifacts", "exchange", "mlflow_client", "uri"}, set()),
    "server": (HOSTS | {"connection", "uri"}, {"jupyter_core", "jupyter_server", "tornado", "traitlets"}),
    "widget": (HOSTS, {"anywidget", "traitlets"}),
    "__init__": ({"core", "connection", "magics", "server", "widget"}, {"IPython"}),
}


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}:{node.lineno} imports relatively; write the whole name"
            yield node.lineno, node.module or ""


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else path.stem


def violations(path: Path) -> Iterator[str]:
    import sys

    room = room_of(path)
    ours, outside = ALLOWED[room]
    for line, name in imports(path):
        top, _, rest = name.partition(".")
        if top == "jupyter_modelreg":
            target = rest.split(".")[0] or "__init__"
            if target != room and target not in ours:
                yield f"{path.relative_to(PACKAGE)}:{line}: {room} must not import {name}"
        elif top not in outside and top not in sys.stdlib_module_names:
            yield f"{path.relative_to(PACKAGE)}:{line}: {room} must not import {name}"


def test_every_room_is_in_the_table() -> None:
    assert {room_of(path) for path in PACKAGE.rglob("*.py")} <= set(ALLOWED)


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_imports_obey_the_table(room: str) -> None:
    files = [path for path in PACKAGE.rglob("*.py") if room_of(path) == room]
    assert files, f"the table names {room}, which does not exist"
    broken = [line for path in files for line in violations(path)]
    assert not broken, "\n".join(broken)


def test_a_forbidden_import_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path)
    bad = tmp_path / "core" / "bad.py"
    bad.parent.mkdir()
    bad.write_text("import duckdb\nfrom jupyter_modelreg.storage import DuckDBStore\nimport json\n")
    assert [line.split(": ")[1] for line in violations(bad)] == [
        "core must not import duckdb",
        "core must not import jupyter_modelreg.storage",
    ]
