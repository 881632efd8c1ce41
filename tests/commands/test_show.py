"""`show` as a card: what a model is, what it is not for, which version stands for it, how to load it, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from jupyter_modelreg.commands.results.cards.gathered import Gathered
from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Metric, Version
from jupyter_modelreg.core.lineage.records import Dataset, Lineage
from jupyter_modelreg.core.registry import Registry
from tests.support.cards import card_of_model, card_of_version
from tests.support.names import FRAUD

if TYPE_CHECKING:
    from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]

NOW = 1_795_258_384_000  # 2026-11-21T10:53:04Z
DESCRIPTION = """\
Scores **payments**.

## Limitations

Not for refunds.

## Data

Those of October.
"""
SIGNATURE: dict[str, JsonValue] = {
    "inputs": [{"type": "double", "name": f"f{number}"} for number in range(12)],
    "outputs": [{"type": "long"}],
}


def version(number: int, **changes: object) -> Version:
    known: dict[str, object] = {"id": number, "model_id": 1, "name": FRAUD, "created_at": NOW, "created_by": "ben"}
    return Version(**{**known, "version": number, "updated_at": NOW, "updated_by": "ben", **changes})  # type: ignore[arg-type]


def model(**changes: object) -> Model:
    known: dict[str, object] = {"id": 1, "schema_id": 1, "name": FRAUD, "owner": "ana", "created_at": NOW}
    more = {"created_by": "ana", "updated_at": NOW, "updated_by": "ana"}
    return Model(**{**known, **more, **changes})  # type: ignore[arg-type]


def lines_from(text: str, first: str) -> Sequence[str]:
    """The block that begins with the line `first`."""
    lines = text.splitlines()
    rest = lines[lines.index(first) :]
    return rest[: rest.index("")] if "" in rest else rest


def test_what_it_is_comes_first_and_what_it_is_not_for_stands_out(do: Do, stocked: Registry) -> None:
    stocked.models.describe(FRAUD, DESCRIPTION)
    card = do(f"show {FRAUD}")
    text = card.text(80)
    order = [
        "(governed model)",
        "Scores **payments**.",
        "## Data",
        "Limitations\n",
        "@Champion ",
        "How to load it",
        "Lately",
    ]
    assert sorted(order, key=text.index) == order
    assert lines_from(text, "Limitations") == ["Limitations", "  Not for refunds."]
    shown = str(card.html())
    assert '<div class="mreg-out-md mreg-out-apart mreg-out-careful"><p><b>Limitations</b></p><p>Not for' in shown
    assert "<strong>payments</strong>" in shown
    assert max(map(len, text.splitlines())) <= 80


def test_a_model_is_told_of_by_its_champion(do: Do, stocked: Registry) -> None:
    text = do(f"show {FRAUD}").text(80, now=stocked.versions.get(f"{FRAUD}/1").created_at)
    assert "@Champion  version 1, registered just now by ana" in text
    assert "inputs     float64[-1, 1]" in text
    assert "flavors    sklearn" in text
    assert f"  model = mlflow.pyfunc.load_model('models:/{FRAUD}@Champion')" in text.splitlines()
    assert any(line.endswith("ana  version 1: @Champion → 1") for line in lines_from(text, "Lately"))
    stocked.aliases.remove(FRAUD, "Champion")
    assert "newest   version 2, registered" in do(f"show {FRAUD}").text(80)


def test_a_version_is_told_of_with_what_its_model_is_not_for_and_its_own_history(do: Do, stocked: Registry) -> None:
    stocked.models.describe(FRAUD, DESCRIPTION)
    text = do(f"show {FRAUD}/1").text(80)
    assert text.splitlines()[2] == "the first"
    assert "Scores" not in text
    assert "## Limitations\n\nNot for refunds." in do(f"card {FRAUD}/1").text()
    stocked.versions.describe(f"{FRAUD}/2", "## Uses\n\nTests.")
    assert "Limitations" not in do(f"show {FRAUD}/2").text(80)
    assert lines_from(text, "Limitations") == ["Limitations", "  Not for refunds."]
    assert f"  model = mlflow.pyfunc.load_model('models:/{FRAUD}/1')" in text.splitlines()
    assert not any("version 1:" in line or "described" in line for line in lines_from(text, "Lately"))


def test_metrics_and_data_of_the_version_that_stands_for_a_model() -> None:
    data = Dataset(name="payments", digest="ab12", context="training", rows=1_200)
    champion = version(
        3,
        aliases=("Champion",),
        metrics=(Metric(key="auc", value=0.91, timestamp=NOW),),
        lineage=Lineage(datasets=(data,), flavors=("sklearn",)).facts(),
    )
    about = Gathered(model=model(aliases={"Champion": 3}), version=champion, whole_model=True)
    card = card_of_model(about.model, version(4), about=about)
    text = card.text(80)
    assert "metrics of v3  auc=0.91" in text
    assert "datasets       payments (training): digest ab12, 1,200 rows" in text
    assert "newest" not in text
    assert "metrics" not in card.rows[0], "what is told of a version is no field of the model"


def test_what_is_long_is_cut_with_the_line_that_tells_the_rest() -> None:
    described = "\n\n".join(f"Line {number}." for number in range(20)) + "\n\n## Limitations\n\n" + "No.\n\n" * 9
    params = {f"p{number}": "1" for number in range(30)}
    told = version(1, description=described, params=params, signature=SIGNATURE)
    card = card_of_version(told)
    cut = card.text(80)
    assert "p7=1, and 22 more" in " ".join(cut.split())
    assert "f7: double, and 4 more" in " ".join(cut.split())
    assert "… 27 more lines" in cut
    assert cut.splitlines()[-1] == "--full tells all of it"
    card.full = True
    whole = card.text(80)
    assert " more" not in whole
    assert "p29=1" in whole
    assert card.text(None) == card_of_version(told).text(None), "a pipe gets all of it in any case"
    shown = str(card.html())
    assert shown.count("<details>") == 3, "inputs, parameters, and where it comes from"
    assert "f11: double" in shown


def test_the_line_that_tells_the_rest_can_be_pasted(do: Do, stocked: Registry) -> None:
    stocked.models.describe(FRAUD, "\n\n".join(f"Line {number}." for number in range(20)))
    assert do(f"show {FRAUD}/2").text(80).splitlines()[-1] == f"modelreg show {FRAUD}/2 --full tells all of it"
    assert "tells all of it" not in do(f"show {FRAUD} --full").text(80)


def test_more_versions_are_no_more_reading(do: Do, stocked: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    reading = Context.reading

    def counted(context: Context) -> object:
        begun.append("read")
        return reading(context)

    monkeypatch.setattr(Context, "reading", counted)
    do(f"show {FRAUD}")
    few = len(begun)
    assert few <= 6
    begun.clear()
    for _ in range(3):
        do(f"copy {FRAUD}/1 {FRAUD}")
    begun.clear()
    do(f"show {FRAUD}")
    assert len(begun) == few


def test_it_reads_no_file_of_a_version_whose_flavors_are_known(
    do: Do, stocked: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(stocked.versions), "file", None)
    assert "sklearn" in do(f"card {FRAUD}/1").text()
    assert "sklearn" in do(f"show {FRAUD}/1").text()
