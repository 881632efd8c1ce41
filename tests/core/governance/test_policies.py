"""Policies: where they hold, when they are asked, and what they refuse."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import (
    AlreadyExists,
    InvalidInput,
    NotFound,
    PermissionDenied,
    PolicyRefused,
    RegistryError,
)
from jupyter_modelreg.core.governance.effective import approvals
from jupyter_modelreg.core.governance.records import Policy
from jupyter_modelreg.core.history.sentences import sentence_of, text_of
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of
from tests.support.names import FRAUD, SOURCE
from tests.support.shared import As, as_, close

__all__ = ["as_"]

OWNER = {"tags": ["owner"]}


@pytest.fixture
def stocked(registry: Registry, model_folder: Path) -> Registry:
    """A governed model with three versions, of which the second has an owner, and a workspace model with one."""
    for tags in ({}, {"owner": "ana"}, {}):
        registry.versions.register(str(model_folder), FRAUD, tags=tags)
    registry.versions.register(SOURCE, "iris", check_source=False)
    return registry


SETTING: dict[str, Callable[[Registry, str], object]] = {
    "set": lambda registry, _: registry.aliases.set(FRAUD, "Champion", 1),
    "register": lambda registry, folder: registry.versions.register(folder, FRAUD, aliases=["Champion"]),
    "rollback": lambda registry, _: registry.aliases.rollback(FRAUD, "Champion"),
    "undo": lambda registry, _: registry.history.undo(),
}


@pytest.mark.parametrize("way", SETTING)
def test_an_alias_is_set_on_what_meets_its_policies_whatever_way(
    stocked: Registry, model_folder: Path, way: str
) -> None:
    stocked.aliases.set(FRAUD, "Champion", 3)
    stocked.policies.add("owned", "required-tags", FRAUD, OWNER, alias="Champion")
    stocked.aliases.set(FRAUD, "Champion", 2)
    before, last = stocked.models.get(FRAUD), stocked.history.last()
    with pytest.raises(PolicyRefused) as refused:
        SETTING[way](stocked, str(model_folder))
    lacks = f"cannot become @Champion: it lacks the tag owner (policy owned of model {FRAUD})"
    assert refused.value.message.partition(" ")[2] == lacks
    assert refused.value.hint == "tag it with owner"
    assert (stocked.models.get(FRAUD), stocked.history.last()) == (before, last)
    stocked.tags.set(f"{FRAUD}/1", {"owner": "ben"})
    stocked.aliases.set(FRAUD, "Champion", 1)
    stocked.aliases.set(FRAUD, "Other", 3)


def test_a_version_is_registered_that_meets_the_policies_of_what_it_is_in(
    stocked: Registry, model_folder: Path
) -> None:
    stocked.policies.add("owned", "required-tags", "prod", OWNER)
    stocked.policies.add("told", "required-description", "registry")
    before, folders = stocked.history.last(), stocked.status().file_bytes
    for call in (
        lambda: stocked.versions.register(str(model_folder), FRAUD),
        lambda: stocked.versions.register(str(model_folder), "prod.new.model"),
        lambda: stocked.versions.copy(f"{FRAUD}/1", "prod.new.model"),
    ):
        with pytest.raises(PolicyRefused) as refused:
            call()
        assert refused.value.message.partition(": ")[2] == (
            "it has no description (policy told of the registry) "
            "and it lacks the tag owner (policy owned of catalog prod)"
        )
        assert refused.value.hint == "describe the version; tag it with owner"
    assert (stocked.history.last(), stocked.status().file_bytes) == (before, folders)
    assert [each.name for each in stocked.catalogs.list()] == ["prod"]
    stocked.versions.register(str(model_folder), FRAUD, tags={"owner": "ana"}, description="x")
    stocked.versions.register(str(model_folder), "dev.a.b", description="x")
    with pytest.raises(PolicyRefused, match="this cannot become a version of iris: it has no description"):
        stocked.versions.register(SOURCE, "iris", check_source=False)


def test_a_warning_lets_it_pass_and_off_says_nothing(stocked: Registry, model_folder: Path) -> None:
    stocked.policies.add("owned", "required-tags", "prod", OWNER, mode="warn")
    stocked.policies.add("told", "required-description", "prod", mode="off")
    made = stocked.versions.register(str(model_folder), FRAUD)
    assert [(each.kind, each.message, each.hint) for each in made.warnings] == [
        ("policy", f"{FRAUD}/4 lacks the tag owner (policy owned of catalog prod)", "tag it with owner")
    ]
    told = stocked.previews.register(str(model_folder), FRAUD)
    assert [each.message for each in told.warnings] == [
        "the new version lacks the tag owner (policy owned of catalog prod)"
    ]


def test_the_nearest_of_a_name_is_in_force(stocked: Registry, model_folder: Path) -> None:
    stocked.policies.add("owned", "required-tags", "registry", OWNER)
    stocked.policies.add("owned", "required-tags", "prod", {"tags": ["team"]}, mode="warn")
    stocked.policies.add("owned", "required-tags", FRAUD, OWNER, mode="off")
    assert stocked.versions.register(str(model_folder), FRAUD).warnings == ()
    [warning] = stocked.versions.register(str(model_folder), "prod.ml_team.other").warnings
    assert "lacks the tag team" in warning.message
    with pytest.raises(PolicyRefused):
        stocked.versions.register(str(model_folder), "dev.a.b")
    found = stocked.policies.list(FRAUD, inherited=True)
    assert [(each.name, each.kind, each.mode) for each in found] == [
        ("owned", "model", "off"),
        ("signature-required", "default", "prevent"),
    ]
    assert [each.on for each in stocked.policies.list()] == ["registry", "prod", FRAUD]
    stocked.policies.remove("owned", FRAUD)
    assert stocked.policies.list(FRAUD) == []


def test_a_preview_tells_what_would_stop_it(stocked: Registry) -> None:
    stocked.policies.add("owned", "required-tags", FRAUD, OWNER, alias="Champion")
    stocked.policies.add("why", "required-reason", "registry", when="alias")
    told = stocked.previews.alias(FRAUD, "Champion", 1)
    assert [each.message for each in told.warnings] == [
        f"{FRAUD}/1 lacks the tag owner (policy owned of model {FRAUD}), which stops it"
    ]
    assert stocked.previews.alias(FRAUD, "Champion", 2).warnings == ()
    copied = stocked.previews.copy(f"{FRAUD}/1", FRAUD, aliases=["Champion"])
    assert "the new version lacks the tag owner" in copied.warnings[-1].message


def test_what_every_policy_says_of_a_version(stocked: Registry) -> None:
    stocked.policies.add("owned", "required-tags", "prod", OWNER)
    stocked.policies.add("release", "allowed-principals", FRAUD, {"principals": ["cleo"]}, new=True)
    stocked.policies.add("told", "required-description", FRAUD, alias="Champion", mode="off")

    def told(reference: str, alias: str | None = None) -> list[tuple[str, bool | None, str | None]]:
        return [(each.policy.name, each.met, each.lacks) for each in stocked.policies.test(reference, alias=alias)]

    signed = ("signature-required", True, None)
    off = ("told", None, None)
    owned = ("owned", False, "lacks the tag owner")
    assert told(f"{FRAUD}/1") == [signed, owned, ("release", False, "comes from ana, who may not set @Champion"), off]
    assert told(f"{FRAUD}/2", "Best")[1:] == [
        ("owned", True, None),
        ("release", False, "comes from ana, who may not set @Best"),
    ]
    assert told(FRAUD) == told(f"{FRAUD}/3") == told(f"{FRAUD}/1")
    assert told("iris") == []


def test_a_stored_policy_relaxes_the_signature_that_governed_models_take(
    registry: Registry, unsigned_folder: Path
) -> None:
    with pytest.raises(PolicyRefused, match=r"has no signature, so it cannot become dev\.a\.b"):
        registry.versions.register(str(unsigned_folder), "dev.a.b")
    registry.policies.add("signature-required", "signature-required", "registry", mode="warn")
    [warning] = registry.versions.register(str(unsigned_folder), "dev.a.b").warnings
    assert warning.kind == "policy"
    assert warning.message.endswith("has no signature, which dev.a.b asks for")
    registry.policies.add("signature-required", "signature-required", "dev.a", mode="off")
    assert registry.versions.register(str(unsigned_folder), "dev.a.b").warnings == ()
    registry.catalogs.create("prod")
    registry.policies.add("signature-required", "signature-required", "prod")
    with pytest.raises(PolicyRefused, match=r"has no signature, so it cannot become prod\.a\.b"):
        registry.versions.register(str(unsigned_folder), "prod.a.b")


def test_whoever_manages_it_puts_a_policy_on_something_and_everybody_in_it_sees_that(
    stocked: Registry, as_: As
) -> None:
    stocked.policies.add("owned", "required-tags", "prod", OWNER)
    close(stocked)
    stocked.grants.grant(["USE SCHEMA", "MANAGE"], "prod.ml_team", ["ben"])
    stocked.grants.grant(["USE CATALOG"], "prod", ["ben"])
    with pytest.raises(PermissionDenied, match="ben lacks MANAGE on catalog prod"):
        as_("ben").policies.remove("owned", "prod")
    with pytest.raises(PermissionDenied, match="ben lacks MANAGE on registry"):
        as_("ben").policies.add("told", "required-description", "registry")
    as_("ben").policies.add("told", "required-description", FRAUD, alias="Champion")
    assert [each.name for each in as_("ben").policies.list(FRAUD, inherited=True)] == [
        "owned",
        "signature-required",
        "told",
    ]


def test_approvals_are_told_to_whoever_asks_for_them(stocked: Registry) -> None:
    stocked.groups.create("risk", ["ben", "cleo", "ana"])
    stocked.policies.add("four-eyes", "approvals", FRAUD, {"count": ["2"], "group": ["risk"]}, alias="Champion")
    with pytest.raises(PolicyRefused, match=r"it has none of 2 approvals by the group risk") as refused:
        stocked.aliases.set(FRAUD, "Champion", 1)
    assert refused.value.hint == f"ask for it: request {FRAUD}/1 @Champion"
    context = context_of(stocked)
    with context.read() as tx:
        [needed] = approvals(tx, FRAUD, "Champion")
        assert (needed.count, needed.group) == (2, "risk")
        assert approvals(tx, FRAUD, "Other") == []
    for approved_by, enough in ((["ben", "ana"], False), (["ben", "dora"], False), (["ben", "cleo"], True)):
        with context.write() as work:  # ana has made the version, so hers does not count; dora is not in the group
            work.approved_by = approved_by
            model = work.tx.models.get(FRAUD)
            work.authorise("aliases.set", model)
            if enough:
                work.log("alias.set", model, version=1, after={"Champion": 1})
            else:
                with pytest.raises(PolicyRefused, match="it has 1 of 2 approvals"):
                    work.log("alias.set", model, version=1, after={"Champion": 1})
                work._events.clear()
    assert stocked.models.get(FRAUD).aliases == {"Champion": 1}


def test_it_is_in_the_log_and_can_be_undone(stocked: Registry, tmp_path: Path) -> None:
    stocked.policies.add("owned", "required-tags", "prod", OWNER)
    stocked.policies.add("owned", "required-tags", "prod", OWNER, mode="warn", replacing=True)
    stocked.policies.remove("owned", "prod")
    assert [text_of(sentence_of(event)) for event in stocked.history.recent(limit=3)] == [
        "removed policy owned",
        "changed policy owned: prevent → warn",
        "added policy owned",
    ]
    for modes in (["warn"], ["prevent"], []):
        stocked.history.undo()
        assert [each.mode for each in stocked.policies.list()] == modes
    stocked.policies.add("owned", "required-tags", FRAUD, OWNER)
    assert stocked.maintenance.verify(rebuild=True).findings == []
    stocked.maintenance.backup(tmp_path / "backup.zip")
    stocked.policies.remove("owned", FRAUD)
    stocked.maintenance.restore(tmp_path / "backup.zip", force=True)
    assert [each.name for each in stocked.policies.list(FRAUD)] == ["owned"]
    with pytest.raises(PolicyRefused):
        stocked.versions.copy(f"{FRAUD}/1", FRAUD)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda r: r.policies.add("x", "required-tag", "prod"), InvalidInput, "did you mean required-tags?"),
        (lambda r: r.policies.add("x", "flavors", "prod", {"alowed": ["a"]}), InvalidInput, "did you mean allowed?"),
        (lambda r: r.policies.add("x", "required-tags", "prod"), InvalidInput, "the rule required-tags needs tags"),
        (lambda r: r.policies.add("x y", "required-reason", "prod"), InvalidInput, "x y"),
        (lambda r: r.policies.add("x", "required-reason", "pord"), NotFound, "pord"),
        (lambda r: r.policies.add("owned", "required-reason", "prod"), AlreadyExists, "policy owned on catalog prod"),
        (lambda r: r.policies.add("x", "approvals", "prod", {"count": ["2"]}), InvalidInput, "needs group"),
        (
            lambda r: r.policies.add("x", "approvals", "prod", {"count": ["two"], "group": ["risk"]}),
            InvalidInput,
            "'two' is no number of approvals",
        ),
        (
            lambda r: r.policies.add("x", "approvals", "prod", {"count": ["3"], "group": ["risk"]}),
            InvalidInput,
            "policy x can never be met: it takes 3 of the group risk, and 2 are in it",
        ),
        (
            lambda r: r.policies.add("x", "allowed-principals", "prod", {"principals": ["nobody-yet"]}),
            InvalidInput,
            "policy x can never be met: nobody is in nobody-yet",
        ),
        (
            lambda r: r.policies.add("x", "allowed-principals", "prod", {"principals": ["riskk"]}),
            InvalidInput,
            "nobody has heard of riskk; did you mean risk?",
        ),
        (
            lambda r: r.policies.add("x", "required-tags", "prod", {"tags": ["stage=live"]}),
            InvalidInput,
            "policy x can never be met: tag stage cannot be live: its tag policy allows dev and prod",
        ),
        (
            lambda r: r.policies.add("x", "required-tags", FRAUD, {"tags": ["owner=ben"]}),
            InvalidInput,
            "policy x contradicts policy owned of catalog prod: tag owner cannot be both ben and ana",
        ),
        (
            lambda r: r.policies.add("x", "flavors", "registry", {"allowed": ["keras"]}),
            InvalidInput,
            f"policy x contradicts policy ours of model {FRAUD}: no flavor is both among keras and among sklearn",
        ),
        (
            lambda r: r.policies.add("x", "required-tags", "prod", {"tags": ["a=b", "a=c"]}),
            InvalidInput,
            "no tag a is both b and c",
        ),
        (lambda r: r.policies.add("x", "filter", "prod", {"expression": ["auc > 1"]}), InvalidInput, "no field auc"),
        (
            lambda r: r.policies.add("x", "same-signature", "prod", when="registration"),
            InvalidInput,
            "asked when an alias is set",
        ),
        (
            lambda r: r.policies.add("signature-required", "required-reason", "prod"),
            InvalidInput,
            "its rule is signature-required",
        ),
        (
            lambda r: r.tag_policies.create("owner", ["ben", "cleo"]),
            InvalidInput,
            "policy owned of catalog prod asks for owner=ana, so nothing could meet it any more",
        ),
        (lambda r: r.policies.remove("ownd", "prod"), NotFound, "did you mean owned?"),
        (lambda r: r.policies.get("owned", FRAUD), NotFound, f"no policy owned on model {FRAUD}"),
        (lambda r: r.policies.test("nothing"), NotFound, "no model nothing"),
    ],
)
def test_bad_input_changes_nothing(
    stocked: Registry, call: Callable[[Registry], object], error: type[RegistryError], said: str
) -> None:
    stocked.groups.create("risk", ["ben", "cleo"])
    stocked.groups.create("nobody-yet")
    stocked.tag_policies.create("stage", ["dev", "prod"])
    stocked.policies.add("owned", "required-tags", "prod", {"tags": ["owner=ana"]})
    stocked.policies.add("ours", "flavors", FRAUD, {"allowed": ["sklearn"]})
    before = stocked.history.last()
    with pytest.raises(error) as refused:
        call(stocked)
    assert said in refused.value.message
    assert refused.value.hint or isinstance(refused.value, NotFound)
    assert stocked.history.last() == before


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("metrics.auc > 0.9", "metrics.auc < 0.5", "metrics.auc cannot be < 0.5 and > 0.9"),
        ("metrics.auc >= 0.9", "metrics.auc < 0.9", "metrics.auc cannot be < 0.9 and >= 0.9"),
        ("metrics.auc = 1", "metrics.auc != 1.0", "metrics.auc cannot be != 1 and = 1"),
        ("params.depth = 'deep'", "params.depth > 3", "params.depth cannot be > 3 and = deep"),
        ("tags.stage = 'dev'", "tags.stage = 'prod'", "tag stage cannot be both prod and dev"),
        ("metrics.n >= 2 AND metrics.m > 1", "metrics.n <= 2 AND metrics.n != 2", None),
    ],
)
def test_filters_that_no_version_could_meet_together(stocked: Registry, one: str, other: str, said: str | None) -> None:
    stocked.policies.add("one", "filter", "prod", {"expression": [one]}, alias="Champion")
    before = stocked.history.last()
    for expression, name in ((other, "contradicts policy one of catalog prod"), (f"{one} AND {other}", "never be met")):
        with pytest.raises(InvalidInput, match=name) as refused:
            stocked.policies.add("two", "filter", FRAUD, {"expression": [expression]}, alias="Champion")
        assert said is None or expression != other or said in refused.value.message
    assert stocked.history.last() == before


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("metrics.auc > 0.9", "metrics.auc < 0.95"),
        ("metrics.auc >= 0.9", "metrics.auc <= 0.9"),
        ("metrics.auc > 0.9", "metrics.f1 < 0.5"),
        ("metrics.auc > 0.9", "tags.auc < 0.5"),
        ("metrics.big > 1e308", "metrics.big != 0"),
        ("tags.stage != 'dev'", "tags.stage != 'prod'"),
        ("tags.n != 'some'", "tags.n > 3"),
        ("tags.a = '1'", "tags.a >= 1"),
    ],
)
def test_filters_that_a_version_could_meet_together(stocked: Registry, one: str, other: str) -> None:
    stocked.policies.add("one", "filter", "prod", {"expression": [one]}, alias="Champion")
    assert stocked.policies.add("two", "filter", FRAUD, {"expression": [other]}, alias="Champion").name == "two"


def test_a_filter_and_required_tags_contradict_each_other(stocked: Registry) -> None:
    stocked.policies.add("one", "required-tags", "prod", {"tags": ["stage=prod"]})
    with pytest.raises(InvalidInput, match=r"contradicts policy one of catalog prod: tag stage cannot be both dev and"):
        stocked.policies.add("two", "filter", FRAUD, {"expression": ["tags.stage = 'dev'"]})


def test_what_takes_the_place_of_another_or_warns_contradicts_nothing(stocked: Registry) -> None:
    stocked.policies.add("owned", "required-tags", "prod", {"tags": ["owner=ana"]})
    stocked.policies.add("owned", "required-tags", FRAUD, {"tags": ["owner=ben"]})
    stocked.policies.add("other", "required-tags", FRAUD, {"tags": ["owner=cleo"]}, mode="warn")
    stocked.policies.add("later", "required-tags", FRAUD, {"tags": ["owner=cleo"]}, alias="Champion")


RULES: list[tuple[str, dict[str, list[str]]]] = [
    ("required-tags", {"tags": ["owner"]}),
    ("required-tags", {"tags": ["owner=ana"]}),
    ("required-description", {}),
    ("required-reason", {}),
    ("filter", {"expression": ["tags.owner = 'ana'"]}),
    ("same-signature", {}),
]


class Someone:
    """Does one thing after the other, at random, good or bad."""

    places = ("registry", "prod", "prod.ml_team", FRAUD, "iris")

    def __init__(self, registry: Registry, folder: Path, seed: int) -> None:
        self.registry, self.folder, self.dice = registry, folder, random.Random(seed)

    def add(self) -> None:
        rule, parameters = self.dice.choice(RULES)
        self.registry.policies.add(
            f"p{self.dice.randint(1, 3)}",
            rule,
            self.dice.choice(self.places),
            parameters,
            alias=self.dice.choice((None, "Champion")),
            mode=self.dice.choice(("prevent", "warn", "off")),
            replacing=True,
        )

    def remove(self) -> None:
        self.registry.policies.remove(f"p{self.dice.randint(1, 3)}", self.dice.choice(self.places))

    def register(self) -> None:
        tags, reason = self.dice.choice(({}, {"owner": "ana"})), self.dice.choice((None, "why"))
        self.registry.versions.register(str(self.folder), FRAUD, tags=tags, reason=reason)

    def point(self) -> None:
        self.registry.aliases.set(FRAUD, self.dice.choice(("Champion", "Best")), self.dice.randint(1, 4))

    def undo(self) -> None:
        self.registry.history.undo()


@pytest.mark.parametrize("seed", range(3))
def test_after_anything_the_log_gives_the_tables(stocked: Registry, model_folder: Path, seed: int) -> None:
    someone = Someone(stocked, model_folder, seed)
    for _ in range(40):
        before = stocked.history.last()
        try:
            someone.dice.choice((someone.add, someone.remove, someone.register, someone.point, someone.undo))()
        except RegistryError:
            assert stocked.history.last() == before
    assert stocked.policies.list()
    assert stocked.maintenance.verify(rebuild=True).findings == []


def test_without_policies_nothing_is_looked_up(stocked: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    # What is patched must have been imported: whoever imports it meanwhile keeps it patched.
    from jupyter_modelreg.core.governance import checking, effective

    def never(*_: object) -> None:
        raise AssertionError("nobody has put a policy on anything")

    monkeypatch.setattr(effective, "chain", never)
    monkeypatch.setattr(checking, "chain", never)
    stocked.aliases.set(FRAUD, "Champion", 1)
    stocked.versions.copy(f"{FRAUD}/1", FRAUD)
    assert stocked.policies.list() == []


def test_a_policy_reads_as_it_was_made(stocked: Registry) -> None:
    made = stocked.policies.add(
        "owned", "required-tags", "registry", OWNER, alias="Champion", mode="warn", description="who answers"
    )
    assert made == Policy(
        name="owned",
        rule="required-tags",
        parameters=OWNER,
        mode="warn",
        description="who answers",
        when="alias",
        alias="Champion",
        kind="registry",
        on="registry",
    )
    assert stocked.policies.get("owned", "registry") == made
    assert "required-tags" in {each.name for each in stocked.policies.rules()}


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_import_leaves_out_what_does_not_meet_the_policies_here(
    stocked: Registry, model_folder: Path, tmp_path: Path, dry_run: bool
) -> None:
    other = jupyter_modelreg.connect(str(tmp_path / "other.duckdb"), actor="ben")
    for tags in ({}, {"owner": "eve"}):
        other.versions.register(
            SOURCE, "plain", tags=tags, aliases=["Old"] if not tags else ["Best"], check_source=False
        )
        other.versions.register(str(model_folder), "test.a.b", tags=tags, aliases=["Old"] if not tags else ["Best"])
    other.close()
    stocked.policies.add("owned", "required-tags", "registry", OWNER)
    stocked.policies.add("told", "required-description", "registry", alias="Best")
    report = stocked.exchange.import_from(str(tmp_path / "other.duckdb"), dry_run=dry_run)
    lacks = "it lacks the tag owner (policy owned of the registry)"
    description = "it has no description (policy told of the registry)"
    expected = [
        ("version", "plain/1", f"this cannot become a version of plain: {lacks}"),
        ("version", "test.a.b/1", f"this cannot become a version of test.a.b: {lacks}"),
    ]
    aliases = [
        ("alias", "plain@Best", f"plain/2 cannot become @Best: {description}"),
        ("alias", "test.a.b@Best", f"test.a.b/2 cannot become @Best: {description}"),
    ]
    told = sorted((each.kind, each.name, each.why) for each in report.skipped)
    assert [each for each in told if each[0] == "version"] == expected
    if not dry_run:
        assert [each for each in told if each[0] == "alias"] == aliases
        assert [each.version for each in stocked.versions.list("test.a.b")] == [2]
        assert stocked.models.get("plain").aliases == stocked.models.get("test.a.b").aliases == {}
        assert stocked.maintenance.verify(rebuild=True).findings == []


def test_a_model_is_not_moved_to_where_what_it_has_is_refused(stocked: Registry) -> None:
    stocked.policies.add("mine", "required-tags", FRAUD, {"tags": ["never"]})  # on it already, and so not asked again
    stocked.aliases.set(FRAUD, "Champion", 2)
    stocked.catalogs.create("strict")
    stocked.policies.add("owned", "required-tags", "strict", OWNER)
    before = stocked.history.last()
    with pytest.raises(
        PolicyRefused, match=r"version of strict\.a\.b: it lacks the tag owner \(policy owned of catalog"
    ):
        stocked.models.rename(FRAUD, "strict.a.b")
    assert stocked.history.last() == before
    stocked.policies.add("owned", "required-tags", "strict", OWNER, alias="Champion", replacing=True)
    stocked.policies.add("told", "required-description", "strict", alias="Champion")
    with pytest.raises(PolicyRefused, match=r"strict\.a\.b/2 cannot become @Champion: it has no description"):
        stocked.models.rename(FRAUD, "strict.a.b")
    stocked.versions.describe(f"{FRAUD}/2", "what it is")
    assert stocked.models.rename(FRAUD, "strict.a.b").aliases == {"Champion": 2}
    assert [each.on for each in stocked.policies.list()] == ["strict", "strict", "strict.a.b"]


def test_an_approved_request_brings_the_approval_that_a_policy_asks_for(stocked: Registry, as_: As) -> None:
    stocked.groups.create("risk", ["ben"])
    stocked.policies.add("two-eyes", "approvals", FRAUD, {"count": ["1"], "group": ["risk"]}, alias="Champion")
    asked = stocked.requests.alias(f"{FRAUD}/1", "Champion")
    with pytest.raises(PermissionDenied, match="asks the group risk, and cleo is not in risk"):
        as_("cleo").requests.approve(asked.id)
    assert stocked.models.get(FRAUD).aliases == {}
    as_("ben").requests.approve(asked.id)
    assert stocked.models.get(FRAUD).aliases == {"Champion": 1}


def test_what_is_there_and_would_not_meet_a_policy_is_told_before(registry: Registry, model_folder: Path) -> None:
    for name in (FRAUD, "prod.ml_team.churn"):
        registry.versions.register(str(model_folder), name)
    registry.versions.register(str(model_folder), FRAUD)
    registry.tags.set(f"{FRAUD}/2", {"owner": "ana"})
    registry.aliases.set(FRAUD, "Champion", 1)
    before = registry.history.last()
    check = registry.policies.check("owned", "required-tags", "prod", {"tags": ["owner"]})
    assert (check.looked, check.count, check.complete) == (3, 2, True)
    assert {each.reference: each.lacks for each in check.unmet} == {
        f"{FRAUD}/1": "lacks the tag owner",
        "prod.ml_team.churn/1": "lacks the tag owner",
    }
    on_alias = registry.policies.check("owned", "required-tags", FRAUD, {"tags": ["owner"]}, alias="Champion")
    assert [each.reference for each in on_alias.unmet] == [f"{FRAUD}/1 @Champion"]
    none = registry.policies.check("why", "required-reason", "registry")
    assert (none.looked, list(none.unmet)) == (0, [])
    assert registry.policies.check("off", "required-description", "prod", mode="off").looked == 0
    assert registry.history.last() == before
    assert registry.policies.list() == []


def test_what_cannot_be_added_cannot_be_tried(registry: Registry) -> None:
    registry.policies.add("owned", "required-tags", "registry", {"tags": ["owner"]})
    with pytest.raises(AlreadyExists):
        registry.policies.check("owned", "required-tags", "registry", {"tags": ["team"]})
    with pytest.raises(InvalidInput, match="needs tags"):
        registry.policies.check("other", "required-tags", "registry")
