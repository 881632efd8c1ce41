"""Versions side by side: in what they differ, and what breaks those who call the first."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from jupyter_modelreg.core.comparison.contents import requirements
from jupyter_modelreg.core.comparison.records import ComparedValue, Comparison
from jupyter_modelreg.core.errors import FilesDamaged, InvalidInput, NotFound
from jupyter_modelreg.core.lineage.records import Place
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.shared import As, as_, close

__all__ = ["as_"]

Register = Callable[..., str]
X = {"type": "double", "name": "x"}


@pytest.fixture
def register(registry: Registry, tmp_path: Path) -> Register:
    """Registers a folder with these inputs, packages and files as the next version, and gives its reference."""

    def made(inputs: Sequence[Mapping[str, Any]] = (X,), files: Mapping[str, str | bytes] | None = None) -> str:
        folder = tmp_path / f"model{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        signature = {"inputs": json.dumps(list(inputs)), "outputs": json.dumps([{"type": "long"}])}
        (folder / "MLmodel").write_text(yaml.safe_dump({"flavors": {}, "signature": signature}))
        for path, content in (files or {}).items():
            (folder / path).write_bytes(content if isinstance(content, bytes) else content.encode())
        return registry.versions.register(str(folder), FRAUD).reference

    return made


def told(found: Comparison) -> dict[str, tuple[object, ...]]:
    """What differs but for when and where from it was registered: by section and key, the values."""
    beside = ("registered at", "source", "size")
    return {f"{each.section} {each.key}": tuple(each.values) for each in found.values if each.key not in beside}


def one(found: Comparison, key: str) -> ComparedValue:
    [each] = [each for each in found.values if each.key == key]
    return each


def test_tags_aliases_and_descriptions(registry: Registry, register: Register) -> None:
    first, last = register(), register()
    registry.aliases.set(FRAUD, "Champion", 2)
    registry.tags.set(first, {"task": "fraud", "checked": "yes"})
    registry.tags.set(last, {"task": "fraud"})
    registry.versions.describe(last, "better")
    found = registry.comparisons.compare([first, f"{FRAUD}@Champion"])
    assert found.references == [first, last]
    assert told(found) == {
        "version aliases": (None, ["Champion"]),
        "version description": (None, "better"),
        "tags checked": ("yes", None),
    }
    assert (found.breaking, found.unread, found.texts) == ([], [], [])
    everything = registry.comparisons.compare([first, last], everything=True)
    same = one(everything, "task")
    assert (same.values, same.differs) == (["fraud", "fraud"], False)


def test_a_change_is_the_last_less_the_first_where_both_are_numbers() -> None:
    metric = ComparedValue(section="metrics", key="auc", values=[0.75, 0.5, 1.0], differs=True)
    assert metric.change == 0.25
    assert ComparedValue(section="metrics", key="auc", values=[None, 1.0], differs=True).change is None
    assert ComparedValue(section="params", key="n", values=["1", "2"], differs=True).change is None


@pytest.mark.parametrize(
    ("inputs", "breaking"),
    [
        ([X, {"type": "string", "name": "country"}], ["input country is new"]),
        ([X, {"type": "string", "name": "country", "required": False}], []),
        ([{"type": "double", "name": "y"}], ["input y is new"]),
        ([{"type": "string", "name": "x"}], ["input x was double and is string"]),
    ],
)
def test_what_breaks_callers(
    registry: Registry, register: Register, inputs: list[dict[str, Any]], breaking: list[str]
) -> None:
    """An input that is not named any more breaks nobody: MLflow leaves aside what is one too many."""
    first = register()
    found = registry.comparisons.compare([first, register(inputs)])
    assert found.breaking == breaking
    assert [each.breaking for each in found.values if each.section == "signature"].count(True) == len(breaking)


def test_each_version_is_held_against_the_first(registry: Registry, register: Register) -> None:
    country, hour = ({"type": "string", "name": name} for name in ("country", "hour"))
    references = [register(), register([X, country]), register([X, country, hour])]
    assert registry.comparisons.compare(references).breaking == ["input country is new", "input hour is new"]
    assert registry.comparisons.compare(references[1:]).breaking == ["input hour is new"]
    assert registry.comparisons.compare(references[::-1]).breaking == []
    assert registry.comparisons.compare([f"{FRAUD}/1-3"]).references == references


def test_packages_and_files(registry: Registry, register: Register) -> None:
    first = register(
        files={"requirements.txt": "scikit_learn==1.4\npandas\n", "a.py": "x = 1\ny = 2\n", "b.bin": b"\0a"}
    )
    last = register(
        files={"requirements.txt": "scikit-learn==1.5\n", "a.py": "x = 1\ny = 3\n", "c.py": "", "b.bin": b"\0b"}
    )
    found = registry.comparisons.compare([first, last])
    assert {each.key: each.values for each in found.values if each.section == "requirements"} == {
        "scikit-learn": ["==1.4", "==1.5"],
        "pandas": ["any", None],
    }
    files = [each.key for each in found.values if each.section == "files"]
    assert sorted(files) == ["a.py", "b.bin", "c.py", "requirements.txt"]
    assert one(found, "c.py").values[0] is None
    assert [(each.path, each.lines) for each in found.texts] == [
        ("a.py", ["@@ -1,2 +1,2 @@", " x = 1", "-y = 2", "+y = 3"])
    ]


def test_the_environment_beyond_the_packages(registry: Registry, register: Register) -> None:
    python, conda = "python: 3.{}\n", "dependencies:\n- python=3.9\n- conda-forge::cudatoolkit={}\n- libgomp\n"
    told = "mlflow\n" + f"pandas=={version('pandas')}\n"
    registry._context.provenance = lambda: Place(kind="script", path="/train.py")
    old, new = (
        register(files={"requirements.txt": told, "python_env.yaml": python.format(a), "conda.yaml": conda.format(b)})
        for a, b in ((10, 11), (12, 12))
    )
    registry._context.provenance = lambda: None
    elsewhere = register(files={"requirements.txt": told})
    found = registry.comparisons.compare([old, new, elsewhere])
    there = f"any, {version('mlflow')} installed"
    assert {each.key: each.values for each in found.values if each.section == "requirements"} == {
        "Python": ["3.10", "3.12", None],
        "conda conda-forge::cudatoolkit": ["=11", "=12", None],
        "conda libgomp": ["any", "any", None],
        "mlflow": [there, there, "any"],
    }


def test_requirements_as_people_write_them() -> None:
    text = "# made by hand\n-r other.txt\nA_b.C[x] >= 1, <2  # why\npkg @ https://host/a.whl\n\nnumpy\nhttps://host/b.whl\n"
    assert requirements(text) == {
        "-r other.txt": "any",
        "a-b-c[x]": ">= 1, <2",
        "pkg": "@ https://host/a.whl",
        "numpy": "any",
        "https://host/b.whl": "any",
    }


def test_a_file_that_is_not_what_was_registered(registry: Registry, register: Register) -> None:
    references = [register(files={"a.py": "1"}), register(files={"a.py": "2"})]
    place = Path(registry.versions.folder(references[1]), "a.py")
    place.parent.chmod(0o755)
    place.chmod(0o644)
    place.write_text("3")
    with pytest.raises(FilesDamaged, match=r"a\.py is not what was registered"):
        registry.comparisons.compare(references)


def test_workspace_versions_have_no_files_here(registry: Registry, register: Register) -> None:
    first = register()
    other = registry.versions.register("s3://bucket/iris", "iris").reference
    found = registry.comparisons.compare([first, other])
    assert found.unread[0] == "the files of iris/1 are not kept by the registry, and were not compared"
    assert not [each for each in found.values if each.section in ("files", "requirements")]


def test_who_may_not_load_reads_no_file(registry: Registry, register: Register, as_: As) -> None:
    references = [register(files={"a.py": "1"}), register(files={"a.py": "2"})]
    close(registry)
    registry.grants.grant(["USE CATALOG"], "prod", ["ben"], new=True)
    registry.grants.grant(["USE SCHEMA"], "prod.ml_team", ["ben"])
    registry.grants.grant(["APPLY TAG"], FRAUD, ["ben"])
    found = as_("ben").comparisons.compare(references)
    assert [each.key for each in found.values if each.section == "files"] == ["a.py"]
    assert found.texts == []
    assert "ben lacks EXECUTE" in found.unread[0]
    with pytest.raises(NotFound):
        as_("cleo").comparisons.compare(references)


@pytest.mark.parametrize(
    ("references", "said"),
    [
        ([f"{FRAUD}/1"], "1 version is named"),
        ([], "0 versions are named"),
        ([f"{FRAUD}/1-6"], "6 versions are named"),
    ],
)
def test_too_few_and_too_many(registry: Registry, register: Register, references: list[str], said: str) -> None:
    for _ in range(6):
        register()
    with pytest.raises(InvalidInput, match=said):
        registry.comparisons.compare(references)


def test_a_version_that_is_named_twice_is_compared_once(registry: Registry, register: Register) -> None:
    first, last = register(), register()
    registry.aliases.set(FRAUD, "Champion", 1)
    assert registry.comparisons.compare([first, f"{FRAUD}@Champion", last]).references == [first, last]
    alone = registry.comparisons.compare([first, f"{FRAUD}@Champion"])
    assert (alone.references, alone.values) == ([first], [])
