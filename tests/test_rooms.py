"""The layout: which room may import which, no circle, and no folder that is too wide to look through."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import jupyter_modelreg

PACKAGE = Path(jupyter_modelreg.__file__).parent

# For each room: the rooms of ours and the outside packages it may import. The standard library is open to all.
HOSTS = {"core", "api", "commands"}
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    "core": (set(), {"lark", "networkx"}),
    "system": ({"core"}, {"tqdm"}),
    "uri": ({"core"}, {"platformdirs"}),
    "notebook": (set(), set()),
    "provenance": ({"core", "notebook", "system"}, set()),
    "recent": ({"core", "system", "uri"}, set()),
    "testing": ({"core"}, {"pytest"}),
    "storage": ({"core", "system"}, {"sqlalchemy", "duckdb", "psycopg"}),
    "artifacts": ({"core", "system"}, {"fsspec", "platformdirs", "tqdm"}),
    "mlflow_client": ({"core", "system", "uri"}, {"mlflow", "sqlalchemy", "yaml"}),
    "exchange": ({"core", "system", "artifacts", "mlflow_client", "uri"}, {"pyarrow"}),
    "api": ({"core"}, set()),
    "remote": ({"core", "system", "uri", "artifacts", "api"}, {"keyring", "requests", "urllib3"}),
    "connection": (
        {"core", "storage", "artifacts", "exchange", "mlflow_client", "notebook", "provenance", "remote", "uri"},
        set(),
    ),
    "commands": ({"core", "api", "uri"}, {"click", "pandas", "wcwidth", "markdown_it", "markupsafe", "yaml"}),
    "widget": (HOSTS, {"anywidget", "traitlets"}),
    "mlflow_app": (
        HOSTS | {"connection", "mlflow_client", "uri"},
        {"anyio", "boto3", "botocore", "fastapi", "flask", "mlflow", "prometheus_client", "requests", "starlette"},
    ),
    "cli": (HOSTS | {"connection", "mlflow_app", "recent"}, {"click", "platformdirs"}),
    "magics": (HOSTS | {"connection", "recent", "widget"}, {"IPython", "click", "mlflow"}),
    "server": (
        HOSTS | {"artifacts", "connection", "recent", "remote", "system", "uri"},
        {"jupyter_core", "jupyter_server", "tornado", "traitlets"},
    ),
    "mlflow_plugin": (
        HOSTS | {"connection", "mlflow_client", "notebook", "provenance", "system", "uri"},
        {"mlflow", "cryptography", "duckdb"},
    ),
    "__init__": (
        {"core", "connection", "magics", "mlflow_plugin", "server", "widget"},
        {"IPython", "duckdb", "mlflow"},
    ),
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


def module_of(path: Path) -> str:
    name = ".".join(("jupyter_modelreg", *path.relative_to(PACKAGE).with_suffix("").parts))
    return name.removesuffix(".__init__")


def graph() -> dict[str, set[str]]:
    """Each module of the package, with the modules of the package it imports, wherever in it the import stands."""
    modules = {module_of(path): path for path in PACKAGE.rglob("*.py")}
    found: dict[str, set[str]] = {}
    for name, path in modules.items():
        tree = ast.parse(path.read_text())
        hidden = {
            id(node)
            for block in ast.walk(tree)
            if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(block.test)
            for node in ast.walk(block)
        }
        found[name] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and id(node) not in hidden:
                for alias in node.names:
                    target = f"{node.module}.{alias.name}"
                    found[name].add(target if target in modules else node.module or "")
        found[name] &= modules.keys() - {name}
    return found


def circle_in(edges: Mapping[str, set[str]]) -> list[str]:
    """The nodes of one circle, in order, or nothing when there is none."""
    done: set[str] = set()

    def walk(node: str, way: list[str]) -> list[str]:
        if node in way:
            return [*way[way.index(node) :], node]
        if node in done:
            return []
        for below in sorted(edges[node]):
            if circle := walk(below, [*way, node]):
                return circle
        done.add(node)
        return []

    return next((circle for node in sorted(edges) if (circle := walk(node, []))), [])


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert circle_in(graph()) == []


def test_a_circle_is_seen() -> None:
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


def test_the_table_lists_rooms_from_the_bottom_up() -> None:
    """What a room may import stands above it in the table, so no import can run upward."""
    below: set[str] = set()
    for room, (ours, _) in ALLOWED.items():
        assert ours <= below, f"{room} may import {ours - below}, which stands below it in the table"
        below.add(room)


@pytest.mark.parametrize("folder", sorted({path.parent for path in PACKAGE.rglob("*.py")}), ids=lambda path: path.name)
def test_no_folder_holds_more_than_a_dozen_files(folder: Path) -> None:
    files = [path.name for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(files) <= 12 or folder.name == "verbs", files


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


def test_one_module_of_core_reads_the_language_of_searches() -> None:
    users = [path.name for path in PACKAGE.rglob("*.py") if any(n.startswith("lark") for _, n in imports(path))]
    assert users == ["language.py"]


def test_private_names_of_mlflow_are_taken_in_one_module() -> None:
    found = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "mlflow":
                private = [name.name for name in node.names if name.name.startswith("_")]
                found += [(path.name, name) for name in private]
    assert {name for name, _ in found} == {"mlflow_compat.py"}, found
