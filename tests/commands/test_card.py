"""The commands card and describe --draft: what is known of a model, as Markdown."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from mlflow.models.model import ModelInfo

from jupyter_modelreg.commands.group import BadUsage
from jupyter_modelreg.commands.results.cards import draft as drafting
from jupyter_modelreg.commands.results.cards.sections import demoted, told_apart
from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput, NotFound
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.real_models import experiment, logged, tracking, tracking_uri

if TYPE_CHECKING:
    from tests.support.commands import Do, RecordingHost

__all__ = ["experiment", "logged", "tracking", "tracking_uri"]  # fixtures
pytest_plugins = ["tests.support.commands"]

DESCRIPTION = """\
# Fraud

Scores payments.

## Limitations

Not for refunds.

```
# no heading
```
"""


def parts(text: str) -> tuple[Mapping[str, Any], str]:
    """The metadata, and the rest."""
    _, metadata, rest = text.split("---\n", 2)
    return yaml.safe_load(metadata), rest


def test_the_card_of_a_model_tells_of_its_champion(do: Do, stocked: Registry) -> None:
    stocked.models.describe(FRAUD, DESCRIPTION)
    do(f"tag {FRAUD} license=apache-2.0 task=tabular-regression")
    do(f"link {FRAUD}/1 https://scoring.example.org --as endpoint")
    metadata, text = parts(do(f"card {FRAUD}").text())
    assert metadata["license"] == "apache-2.0"
    assert metadata["library_name"] == "sklearn"
    assert metadata["tags"] == ["mlflow", "task:regression", "team:risk"]  # that of the version goes before
    assert "model-index" not in metadata
    lines = text.splitlines()
    assert lines[1] == f"# {FRAUD}"
    assert [line for line in lines if line.startswith("#")][:4] == [
        f"# {FRAUD}",
        "## Fraud",
        "### Limitations",
        "# no heading",
    ]
    assert f"model = mlflow.pyfunc.load_model('models:/{FRAUD}@Champion')" in lines
    assert "| @Champion | 1 |" in lines
    assert "| endpoint | https://scoring.example.org |" in lines
    assert next(line for line in lines if "version 1: linked" in line).startswith("- 2")


def test_the_card_of_a_version_has_its_metrics_where_hugging_face_reads_them(
    do: Do, stocked: Registry, logged: ModelInfo
) -> None:
    reference = stocked.versions.register(logged.model_uri, "c.s.m").reference
    metadata, text = parts(do(f"card {reference}").text())
    [index] = metadata["model-index"]
    [result] = index["results"]
    assert index["name"] == reference
    assert (result["task"], result["dataset"]) == ({"type": "unknown"}, {"type": "unknown", "name": "unknown"})
    known = stocked.versions.get(reference).latest_metrics
    assert {each["type"]: each["value"] for each in result["metrics"]} == dict(known)
    assert metadata["metrics"] == sorted(known)
    assert f"load_model('models:/{reference}')" in text
    assert f"- **Run:** `{logged.run_id}`" in text.splitlines()


def test_a_card_is_kept_in_a_new_file_and_written_over_one_by_force_only(
    do: Do, stocked: Registry, tmp_path: Path
) -> None:
    file = tmp_path / "card.md"
    note = do(f"card {FRAUD} --out {file}")
    assert note.text() == f"wrote the card of {FRAUD} to {file}"
    assert file.read_text() == do(f"card {FRAUD}").text() + "\n"
    file.write_text("mine")
    with pytest.raises(AlreadyExists, match="is there already"):
        do(f"card {FRAUD} --out {file}")
    assert file.read_text() == "mine"
    do(f"card {FRAUD} --out {file} --force")
    assert file.read_text().startswith("---\n")
    with pytest.raises(InvalidInput, match="cannot be written: No such file or directory"):
        do(f"card {FRAUD} --out {tmp_path / 'nowhere' / 'card.md'}")


def test_as_json_and_as_html(do: Do, stocked: Registry) -> None:
    told = json.loads(do(f"card {FRAUD} --json").text())
    assert (told["name"], told["metadata"]["library_name"]) == (FRAUD, "sklearn")
    assert told["text"] == do(f"card {FRAUD}").text() + "\n"
    shown = str(do(f"card {FRAUD}").html())
    assert f"<h1>{FRAUD}</h1>" in shown
    assert "library_name" not in shown


def test_what_people_write_means_nothing_to_a_table_or_to_html(do: Do, stocked: Registry) -> None:
    do(f"tag {FRAUD}/1 'license=a: [b'")
    do(f"link {FRAUD}/1 'https://x.org/|<b>`*' --as app")
    do(f"deprecate {FRAUD}/1 -m '<script>| `x`'")
    metadata, text = parts(do(f"card {FRAUD}/1").text())
    assert metadata["license"] == "a: [b"
    assert "> **Deprecated:** &lt;script>\\| \\`x\\`." in text.splitlines()
    assert "| app | https://x.org/\\|&lt;b>\\`\\* |" in text.splitlines()
    assert "<script" not in str(do(f"card {FRAUD}/1").html())


def test_what_has_no_card(do: Do, stocked: Registry) -> None:
    with pytest.raises(NotFound):
        do("card prod.ml_team.nothing")
    with pytest.raises(InvalidInput, match="names several versions, and a card is about one"):
        do(f"card {FRAUD}/1-2")
    do("create model c.s.empty")
    assert "There is no version yet." in do("card c.s.empty").text()


def test_what_a_model_is_not_for_is_told_apart() -> None:
    rest, apart = told_apart(DESCRIPTION + "\n## Data\n\nCards.\n\n### Limitations:\n\nOf data.\n")
    assert [(each.level, each.title) for each in apart] == [(2, "Limitations"), (3, "Limitations:")]
    assert apart[0].text == "Not for refunds.\n\n```\n# no heading\n```"
    assert rest == "# Fraud\n\nScores payments.\n\n## Data\n\nCards."
    assert told_apart("") == ("", [])
    assert demoted("# a\n###### b\n#no", 1) == "## a\n###### b\n#no"


def test_a_draft_is_printed_with_the_line_that_keeps_it_where_nobody_can_edit(do: Do, stocked: Registry) -> None:
    shown = do(f"describe {FRAUD} --draft")
    text = shown.text()
    assert text.splitlines()[0].startswith("`fraud` is a model for regression. It takes ")
    assert "## Limitations" in text
    assert text.endswith(f"describe {FRAUD} TEXT keeps what you make of it")
    assert shown.piped() == text.rpartition("\n\n")[0]
    assert stocked.models.get(FRAUD).description is None


def test_what_an_editor_gives_back_is_kept(do: Do, stocked: Registry, host: RecordingHost) -> None:
    host.editor = lambda text: text.replace("_Who uses it, and for what?_", "For refunds.")
    do(f"describe {FRAUD}/1 --draft -m 'first words'")
    assert "For refunds." in str(stocked.versions.get(f"{FRAUD}/1").description)
    assert stocked.history.list(FRAUD)[-1].reason == "first words"
    host.editor = lambda _text: ""
    declined = do(f"describe {FRAUD}/2 --draft")
    assert (declined.exit_code, stocked.versions.get(f"{FRAUD}/2").description) == (1, None)


def test_in_a_notebook_the_dialog_opens_with_the_draft(do: Do, stocked: Registry, host: RecordingHost) -> None:
    asked: list[Mapping[str, Any]] = []

    def opened(_registry: Registry, request: Mapping[str, Any]) -> str:
        asked.append(request)
        return "widget"

    host.asked = opened
    assert do(f"describe {FRAUD}@Champion --draft").value == "widget"
    [request] = asked
    assert request["target"] == {"kind": "version", "name": FRAUD, "version": 1}
    assert str(request["text"]).startswith("`fraud` is a model")


def test_a_text_or_a_draft(do: Do, stocked: Registry) -> None:
    with pytest.raises(BadUsage, match="the TEXT is missing; --draft proposes one"):
        do(f"describe {FRAUD}")
    with pytest.raises(BadUsage, match="--draft proposes a text, and one is given"):
        do(f"describe {FRAUD} 'mine' --draft")
    with pytest.raises(NotFound):
        do("describe prod --draft")


class Describers:
    """Functions of one's own."""

    seen: Mapping[str, Any] = {}

    @staticmethod
    def good(facts: Mapping[str, Any]) -> str:
        Describers.seen = facts
        return f"**{facts['name']}**, by {facts['owner']}\n"

    @staticmethod
    def failing(_facts: Mapping[str, Any]) -> str:
        raise ValueError("no key")

    @staticmethod
    def silent(_facts: Mapping[str, Any]) -> str:
        return " "


@pytest.fixture
def describers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The functions above, as an installed package has them."""
    module = sys.modules[__name__]
    names = ("good", "failing", "silent")
    found = [EntryPoint(name, f"{module.__name__}:Describers.{name}", drafting.GROUP) for name in names]
    monkeypatch.setattr(
        drafting, "entry_points", lambda group, **wanted: EntryPoints(found).select(group=group, **wanted)
    )


@pytest.mark.usefixtures("describers")
def test_a_function_of_ones_own_writes_the_draft_where_it_is_named(
    do: Do, stocked: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    Describers.seen = {}
    do(f"describe {FRAUD} --draft")
    assert Describers.seen == {}  # nothing goes anywhere by itself
    monkeypatch.setenv(drafting.VARIABLE, "good")
    shown = do(f"describe {FRAUD} --draft")
    assert shown.piped().startswith(f"**{FRAUD}**, by ")
    assert Describers.seen["version"] == 1
    assert "## Limitations" in Describers.seen["draft"]
    json.dumps(Describers.seen)


@pytest.mark.usefixtures("describers")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("failing", "the describer failing failed: ValueError: no key"),
        ("silent", "the describer silent gave no text"),
        ("missing", "no package that is installed here has the describer missing, which MODELREG_DESCRIBER names"),
    ],
)
def test_a_function_that_gives_nothing_is_named(
    do: Do, stocked: Registry, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.setenv(drafting.VARIABLE, name)
    with pytest.raises(InvalidInput, match=message):
        do(f"describe {FRAUD} --draft")
