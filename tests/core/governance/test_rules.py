"""Each rule by itself: what meets it, what does not, and what is said then."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_modelreg.core.entities.securables import Root
from jupyter_modelreg.core.entities.versions import Metric, Version
from jupyter_modelreg.core.errors import InvalidInput, PolicyRefused
from jupyter_modelreg.core.governance.cases import Case, Files
from jupyter_modelreg.core.governance.expressions import parse
from jupyter_modelreg.core.governance.rules import RULES
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.testing.store_records import model, version
from tests.support.names import FRAUD, SOURCE

COLUMN = '[{"type": "double", "name": "amount"}]'
SIGNATURE = {"inputs": COLUMN, "outputs": COLUMN}
NUMBERED = replace(
    version(2, model(1, FRAUD), 4),
    tags={"owner": "ana", "checked": "yes", "level": "10"},
    params={"depth": "12"},
    metrics=(
        Metric(key="auc", value=0.1, timestamp=1),
        Metric(key="auc", value=0.9, timestamp=2),
        Metric(key="loss", value=float("nan"), timestamp=1),
    ),
    signature=SIGNATURE,
    description="x",
    created_by="ana",
)
OTHER = {"inputs": COLUMN, "outputs": None}


def case(tmp_path: Path, **changes: object) -> Case:
    (tmp_path / "MLmodel").write_text("flavors:\n  python_function:\n    env: x\n  sklearn:\n    code: null\n")
    there = Case(
        moment="alias",
        root=Root(groups={"risk": ["ana", "juniors"], "juniors": ["ben", "cleo"]}),
        model=replace(model(1, FRAUD), tags={"team": "fraud", "owner": "nobody"}),
        version=NUMBERED,
        alias="Champion",
        principal="ben",
        reason="why",
        files=Files(folder=tmp_path, listed=lambda: ["MLmodel", "data/model.pkl", "weights.bin"]),
    )
    return replace(there, **changes)  # type: ignore[arg-type]


def of(**changes: object) -> Version:
    return replace(NUMBERED, **changes)  # type: ignore[arg-type]


MET: list[tuple[str, dict[str, Sequence[str]], dict[str, object]]] = [
    ("required-tags", {"tags": ["owner", "owner=ana", "team=fraud"]}, {}),
    ("required-description", {}, {}),
    ("required-reason", {}, {}),
    ("allowed-principals", {"principals": ["risk"]}, {}),
    ("allowed-principals", {"principals": ["account users"]}, {}),
    ("approvals", {"count": ["2"], "group": ["risk"]}, {"approved_by": ["ben", "cleo"]}),
    ("same-signature", {}, {}),
    ("same-signature", {}, {"holder": of(id=9)}),
    ("same-signature", {}, {"holder": of(id=9, signature=None)}),
    ("filter", {"expression": ["metrics.auc >= 0.9 AND tags.checked = 'yes' and params.depth > 9"]}, {}),
    (
        "filter",
        {"expression": ["metrics.auc between 0.8 and 0.9 and not (metrics.auc < 0.5 or tags.checked = 'no')"]},
        {},
    ),
    ("filter", {"expression": ["tags.level >= 9 AND tags.owner != 'ben' AND metrics.`auc` = 0.9"]}, {}),
    ("flavors", {"allowed": ["sklearn", "xgboost"]}, {}),
    ("file-formats", {"forbidden": ["*.joblib"]}, {}),
    ("file-formats", {"allowed": ["*.bin", "data/*"]}, {}),
    ("signature-required", {}, {}),
]
UNMET: list[tuple[str, dict[str, Sequence[str]], dict[str, object], str]] = [
    ("required-tags", {"tags": ["owner=ben", "stage"]}, {}, "lacks the tags owner=ben and stage"),
    ("required-description", {}, {"version": of(description=" ")}, "has no description"),
    ("required-reason", {}, {"reason": None}, "comes without a reason"),
    ("allowed-principals", {"principals": ["ana"]}, {}, "comes from ben, who may not set @Champion"),
    ("approvals", {"count": ["1"], "group": ["risk"]}, {"approved_by": ["ana"]}, "has no approval by the group risk"),
    ("approvals", {"count": ["2"], "group": ["risk"]}, {"approved_by": ["ben", "ben"]}, "has 1 of 2 approvals"),
    ("same-signature", {}, {"holder": of(id=9, version=3, signature=OTHER)}, f"has another signature than {FRAUD}/3"),
    ("filter", {"expression": ["metrics.auc > 0.9"]}, {}, "has metrics.auc = 0.9, and it has to be > 0.9"),
    ("filter", {"expression": ["metrics.loss != 1"]}, {}, "has metrics.loss = nan, and it has to be != 1"),
    ("filter", {"expression": ["metrics.f1 > 0"]}, {}, "has no metrics.f1"),
    ("filter", {"expression": ["tags.owner > 1"]}, {}, "has tags.owner = ana, and it has to be > 1"),
    ("flavors", {"allowed": ["xgboost"]}, {}, "is of flavor sklearn"),
    ("flavors", {"allowed": ["sklearn"]}, {"files": Files()}, "has files that the registry does not keep"),
    ("file-formats", {"forbidden": ["*.pkl"]}, {}, "holds data/model.pkl"),
    ("file-formats", {"allowed": ["*.bin"]}, {}, "holds data/model.pkl"),
    ("file-formats", {"forbidden": ["*.pkl"]}, {"files": Files()}, "has files that the registry does not keep"),
    ("signature-required", {}, {"version": of(signature=OTHER)}, "has a signature without outputs"),
    ("signature-required", {}, {"version": of(signature=None)}, "has no signature"),
]


@pytest.mark.parametrize(("rule", "parameters", "changes"), MET)
def test_what_meets_a_rule(
    tmp_path: Path, rule: str, parameters: dict[str, Sequence[str]], changes: dict[str, object]
) -> None:
    assert RULES[rule].check(case(tmp_path, **changes), parameters) is None


@pytest.mark.parametrize(("rule", "parameters", "changes", "said"), UNMET)
def test_what_does_not(
    tmp_path: Path, rule: str, parameters: dict[str, Sequence[str]], changes: dict[str, object], said: str
) -> None:
    lack = RULES[rule].check(case(tmp_path, **changes), parameters)
    assert lack is not None
    assert lack.phrase.startswith(said)
    assert lack.remedy


def test_every_rule_is_looked_at() -> None:
    assert {row[0] for row in MET} == {row[0] for row in UNMET} == RULES.keys()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is nothing to search for"),
        ("auc > 1", "there is no field auc (column 1)"),
        ("name = 'x'", "a policy asks for metrics, params and tags, and not for name"),
        ("metrics.auc", "an operator is missing behind metrics.auc"),
        ("metrics.auc > 'x'", "metrics is a number, and 'x' is text"),
        ("metrics.auc = 'x'", "metrics is a number, and 'x' is text"),
        ("metrics.a > 1 OR metrics.b > 1", "joined by AND only"),
        ("tags.a = b", "b is no value"),
        ("tags.a > 'b'", "'b' is no number, so nothing can be > it"),
        ("tags.a LIKE 'b%'", "and not by LIKE"),
        ("tags.a IS NULL", "and not by IS NULL"),
    ],
)
def test_a_condition_that_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(text)
    assert said in refused.value.message
    assert refused.value.hint


def test_files_are_looked_at_wherever_they_are(registry: Registry, model_folder: Path) -> None:
    """In the folder that is registered, in that of a version that is copied, and when an alias is set."""
    registry.versions.register(str(model_folder), FRAUD)
    registry.policies.add("formats", "file-formats", "registry", {"forbidden": ["*.bin"]})
    registry.policies.add("formats-of-best", "file-formats", FRAUD, {"forbidden": ["weights.*"]}, alias="Best")
    holds = r"it holds weights\.bin \(policy formats"
    for call in (
        lambda: registry.versions.register(str(model_folder), FRAUD),
        lambda: registry.versions.copy(f"{FRAUD}/1", "dev.a.b"),
        lambda: registry.aliases.set(FRAUD, "Best", 1),
    ):
        with pytest.raises(PolicyRefused, match=holds):
            call()
    with pytest.raises(PolicyRefused, match="it has files that the registry does not keep"):
        registry.versions.register(SOURCE, "iris", check_source=False)
    registry.policies.add("formats", "flavors", "registry", {"allowed": ["sklearn"]}, replacing=True)
    with pytest.raises(PolicyRefused, match="it is of no known flavor"):
        registry.versions.register(str(model_folder), FRAUD)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Installs a package with a rule called `scan`, whose function has that body."""

    def installed(body: str) -> None:
        about = tmp_path / "packages" / "our_rules-1.0.dist-info"
        about.mkdir(parents=True, exist_ok=True)
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: our-rules\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text("[jupyter_modelreg.policies]\nscan = our_rules:scan\n")
        (about.parent / "our_rules.py").write_text(f"def scan(case):\n    {body}\n")
        monkeypatch.syspath_prepend(str(about.parent))
        monkeypatch.delitem(sys.modules, "our_rules", raising=False)

    return installed


def test_a_rule_of_a_package(registry: Registry, model_folder: Path, install: Callable[[str], None]) -> None:
    with pytest.raises(InvalidInput, match="there is no rule scan"):
        registry.policies.add("scanned", "scan", "registry")
    install("return f'holds {case.files.paths[-1]}' if 'bin' in case.parameters['suffixes'] else None")
    assert {each.name: each.summary for each in registry.policies.rules()}[
        "scan"
    ] == "What the package our-rules asks for."
    assert "our_rules" not in sys.modules
    registry.policies.add("scanned", "scan", "registry", {"suffixes": ["pkl"]})
    registry.versions.register(str(model_folder), FRAUD)
    registry.policies.add("scanned", "scan", "registry", {"suffixes": ["bin"]}, replacing=True)
    with pytest.raises(PolicyRefused, match=r"it holds weights\.bin \(policy scanned of the registry\)"):
        registry.versions.register(str(model_folder), FRAUD)
    with pytest.raises(InvalidInput, match=r"did you mean scan\?"):
        registry.policies.add("scanned", "scann", "registry")


def test_a_rule_that_fails_or_is_gone_is_not_met(
    registry: Registry, model_folder: Path, install: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list(sys.path)
    install("raise ValueError('no scanner here')")
    registry.policies.add("scanned", "scan", "registry")
    failed = r"it could not be checked by the rule scan: ValueError: no scanner here \(policy scanned of the registry\)"
    with pytest.raises(PolicyRefused, match=failed):
        registry.versions.register(str(model_folder), FRAUD)
    monkeypatch.setattr(sys, "path", before)
    with pytest.raises(PolicyRefused, match="no package that is installed here has the rule scan") as refused:
        registry.versions.register(str(model_folder), FRAUD)
    assert refused.value.hint == "install the package that has it, or give the policy the mode warn or off"
    registry.policies.remove("scanned", "registry")
    registry.versions.register(str(model_folder), FRAUD)


@pytest.mark.parametrize("protocol", [2, 5])
def test_the_documented_rule_does_what_it_says(tmp_path: Path, protocol: int) -> None:
    document = (Path(__file__).parents[3] / "docs" / "policies.md").read_text()
    module: dict[str, Callable[[Case], str | None]] = {}
    exec(document.partition("```python\n")[2].partition("```")[0], module)
    scanned = module["scanned"]
    for name, content in (("bad.pkl", os.system), ("good.pkl", {"cosine": 1})):
        (tmp_path / name).write_bytes(pickle.dumps(content, protocol))
    assert scanned(case(tmp_path, files=Files(folder=tmp_path, listed=lambda: ["good.pkl"]))) is None
    found = scanned(case(tmp_path, files=Files(folder=tmp_path, listed=lambda: ["bad.pkl", "good.pkl"])))
    assert found is not None
    assert found.startswith("holds bad.pkl, which imports")
    assert scanned(case(tmp_path, files=Files())) == "has files that are not here to be scanned"
