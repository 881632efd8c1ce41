"""Versions side by side by where they come from: their datasets, and the code that made them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from jupyter_modelreg.core.comparison.origins import code_of, datasets_of, source_difference
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.lineage.records import Dataset, GitState, Lineage, Place, Training
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD, SOURCE

PAYMENTS = Dataset(name="payments", digest="1a2b", context="training", rows=1200, schema={"amount": "double"})


def version(lineage: Lineage | None) -> Version:
    """A version that comes from there."""
    told = None if lineage is None else lineage.facts()
    return Version(
        id=1,
        model_id=1,
        name="a.b.c",
        version=1,
        lineage=told,
        created_at=0,
        created_by="a",
        updated_at=0,
        updated_by="a",
    )


@pytest.mark.parametrize(
    ("datasets", "told"),
    [
        ([], {}),
        ([PAYMENTS], {"payments (training)": "digest 1a2b, 1,200 rows, columns amount"}),
        ([Dataset(name="t", snapshot="12", source="s3://x")], {"t": "state 12, s3://x"}),
        ([Dataset(name="t")], {"t": "no digest"}),
        ([Dataset(name="t", digest="1"), Dataset(name="t", digest="2")], {"t": "digest 1; digest 2"}),
    ],
)
def test_datasets_by_what_is_known_of_them(datasets: list[Dataset], told: Mapping[str, JsonValue]) -> None:
    assert datasets_of(version(Lineage(datasets=datasets))) == told


def test_the_code_is_that_of_the_run_or_else_of_the_registration() -> None:
    git = GitState(commit="abc", branch="main", dirty=True)
    trained = Place(kind="notebook", path="train.ipynb", cell="c1", source="fit()\n", git=git)
    registered = Place(kind="script", path="register.py", python="3.12.1")
    assert code_of(version(None)) == {}
    assert code_of(version(Lineage(registered=registered))) == {"script": "register.py", "Python": "3.12.1"}
    assert code_of(version(Lineage(training=Training(place=trained), registered=registered))) == {
        "notebook": "train.ipynb",
        "cell": "c1",
        "commit": "abc, changed since",
        "branch": "main",
        "source": "fit()\n",
    }


def test_the_source_of_the_cell_line_by_line() -> None:
    first, last, none = (
        version(Lineage(registered=Place(source=source))) for source in ("a = 1\nfit(a)", "a = 2\nfit(a)", None)
    )
    [found] = source_difference(first, last)
    assert (found.section, found.path) == ("code", "source")
    assert found.lines == ["@@ -1,2 +1,2 @@", "-a = 1", "+a = 2", " fit(a)"]
    assert list(source_difference(first, first)) == []
    assert list(source_difference(first, none)) == []


def test_two_versions_differ_in_their_data_and_their_code(registry: Registry) -> None:
    made = [registry.versions.register(SOURCE, "plain", check_source=False) for _ in range(2)]
    assert FRAUD not in {each.name for each in made}
    for each, digest, source in zip(made, ("1", "2"), ("fit(1)", "fit(2)"), strict=True):
        dataset = Dataset(name="payments", digest=digest)
        lineage = Lineage(datasets=[dataset], registered=Place(kind="script", source=source))
        with registry.versions._context.write() as work:
            work.tx.versions.update(each.id, {"lineage": lineage.facts()})
    found = registry.comparisons.compare(["plain/1", "plain/2"])
    told = {(each.section, each.key): list(each.values) for each in found.values}
    assert told["datasets", "payments"] == ["digest 1", "digest 2"]
    assert told["code", "source"] == ["fit(1)", "fit(2)"]
    assert [(each.section, each.lines[1:]) for each in found.texts] == [("code", ["-fit(1)", "+fit(2)"])]
