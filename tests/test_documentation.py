"""The documentation builds without a warning, and names files and commands that are there."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_modelreg.commands.group import commands_by_purpose

ROOT = Path(__file__).parents[1]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
TASKS = [
    line
    for line in ARCHITECTURE.splitlines()
    if re.match(r"\| [^|]+ \| .*`(jupyter_modelreg|labextension|tests)/", line)
]


def named_files(text: str) -> set[str]:
    return set(re.findall(r"`((?:jupyter_modelreg|labextension|tests|benchmarks|notebooks)/[\w./]*)`", text))


@pytest.mark.parametrize(
    "document", ["docs/architecture.md", "docs/history.md", "docs/security.md", "README.md", "CONTRIBUTING.md"]
)
def test_files_that_are_named_are_there(document: str) -> None:
    missing = [name for name in named_files((ROOT / document).read_text()) if not (ROOT / name).exists()]
    assert not missing, f"{document} names files that are not there"


def test_ten_tasks_and_more_say_where_to_look() -> None:
    assert len(TASKS) >= 10
    assert all(named_files(task) for task in TASKS)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation, built as `make docs` does."""
    target = tmp_path_factory.mktemp("docs") / "html"
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "-q", "-b", "html", "docs", target]
    done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, timeout=170, check=False)
    assert done.returncode == 0, done.stderr
    return target


def test_every_command_is_in_the_reference_with_its_examples(site: Path) -> None:
    page = (site / "commands.html").read_text()
    text = re.sub(r"<[^>]+>", "", page)
    for command in itertools.chain.from_iterable(commands_by_purpose().values()):
        assert f'id="modelreg-{command.name}"' in page
        for example in command.examples:
            assert f"%modelreg {example}".split('"')[0].split("'")[0] in text.replace("&gt;", ">").replace("&amp;", "&")


def test_the_tutorials_are_pages_with_their_outputs(site: Path) -> None:
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        page = (site / "tutorials" / f"{notebook.stem}.html").read_text()
        assert "cell_output" in page
