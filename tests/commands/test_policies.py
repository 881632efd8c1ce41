"""policy and tag-policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.completion import complete_line
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.errors import InvalidInput, NotFound, RegistryError
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.notes import check_refused, done

if TYPE_CHECKING:
    from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]


def test_a_tag_is_governed_and_governed_no_longer(do: Do, stocked: Registry) -> None:
    do(f"tag {FRAUD} stage=live")
    do("tag iris/1 stage=dev")
    assert done(do("tag-policy create stage --values dev,prod --assign ana,risk")).splitlines() == [
        "tag stage is governed: it may be dev or prod, set by ana and risk",
        "1 tag with another value stays as it is:",
        f"{FRAUD} has stage=live",
    ]
    assert done(do('tag-policy change stage --values dev --assign "" --description "Where it runs"')).splitlines() == [
        "tag stage is governed: it may be dev",
        "1 tag with another value stays as it is:",
        f"{FRAUD} has stage=live",
    ]
    row = {"key": "stage", "values": ["dev"], "assigners": [], "description": "Where it runs"}
    assert do("tag-policy list").rows == do("tag-policy show stage").rows == [row]
    assert "live" in do("tag-policy show stage").text()
    assert done(do("tag-policy remove stage")) == "tag stage is governed no longer; until now it may be dev"
    assert repr(do("tag-policy list")) == "no tag is governed; tag-policy create KEY --values a,b,c does that"


@pytest.mark.parametrize(
    ("line", "error", "said"),
    [
        ("tag-policy create", InvalidInput, "tag-policy create takes the key of a tag"),
        ("tag-policy create x", InvalidInput, "governs nothing"),
        ("tag-policy show x", NotFound, "no tag policy x"),
        ("tag-policy make x", InvalidInput, "'make' is not one of"),
    ],
)
def test_bad_input_is_one_sentence(do: Do, stocked: Registry, line: str, error: type[RegistryError], said: str) -> None:
    check_refused(do, stocked, line, error, said)


def test_what_is_allowed_is_offered_first_and_nothing_else(
    do: Do, session: CommandSession, stocked: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "PATIENCE", 20.0)
    do(f"tag {FRAUD} stage=live")
    do("tag-policy create stage --values prod,dev")

    def offered(line: str) -> list[str]:
        return [text for text, _ in complete_line(session, line).items]

    assert offered(f"tag {FRAUD} stage=") == ["stage=prod", "stage=dev"]
    assert offered(f"tag {FRAUD} ")[0] == "stage="
    assert offered("tag-policy show ") == ["stage"]


def test_policies_are_put_on_things_and_taken_off(do: Do, stocked: Registry) -> None:
    assert done(do("policy add owned required-tags owner stage=prod on catalog prod")) == (
        "policy owned of catalog prod: required-tags tags owner and stage=prod, prevent at registration"
    )
    assert done(
        do(f"policy add good filter \"metrics.auc >= 0.9 AND tags.a = 'b,c'\" on {FRAUD}@Champion --mode warn")
    ) == (
        f"policy good of model {FRAUD}: filter expression metrics.auc >= 0.9 AND tags.a = 'b,c', "
        "warn when @Champion is set"
    )
    assert done(do("policy add release allowed-principals ana, cleo on registry")) == (
        "policy release of the registry: allowed-principals principals ana and cleo, prevent when an alias is set"
    )
    assert [(row["name"], row["on"]) for row in do("policy list").rows] == [
        ("release", "the registry"),
        ("owned", "catalog prod"),
        ("good", f"model {FRAUD}"),
    ]
    assert [row["name"] for row in do(f"policy list {FRAUD} --effective").rows] == [
        "good",
        "owned",
        "release",
        "signature-required",
    ]
    assert do("policy show owned on prod").rows == do("policy list catalog prod").rows
    assert done(do("policy remove owned on prod")) == "removed policy owned of catalog prod"
    assert repr(do("policy list iris")) == "there are no policies on iris"
    assert "required-tags" in do("policy rules").text()


def test_a_version_is_tested(do: Do, stocked: Registry) -> None:
    do("policy add owned required-tags owner on catalog prod")
    do(f"policy add told required-description on {FRAUD}@Champion")
    rows = do(f"policy test {FRAUD}/2 @Champion").rows
    assert [(row["policy"], row["result"], row["lacks"], row["from"]) for row in rows] == [
        ("signature-required", "met", None, "governed models"),
        ("owned", "unmet", "lacks the tag owner", "catalog prod"),
        ("told", "unmet", "has no description", f"model {FRAUD}"),
    ]
    assert repr(do("policy test iris/1")) == "no policy is in force on iris/1"


def test_a_change_says_of_which_policies_it_does_not_meet(do: Do, stocked: Registry) -> None:
    do(f"policy add told required-reason on {FRAUD}@Champion --mode warn")
    warning = f"{FRAUD}/2 comes without a reason (policy told of model {FRAUD})"
    assert warning in repr(do(f"alias {FRAUD}@Champion 2"))
    assert warning not in repr(do(f"alias {FRAUD}@Champion 1 -m why"))
    assert warning in repr(do(f"rollback {FRAUD}@Champion"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("policy add", "policy add takes a name, and what it is on"),
        ("policy add owned on prod", "policy add takes a name and a rule"),
        ("policy add owned required-tags owner", "policy add takes a name, and what it is on"),
        ("policy add owned required-tag owner on prod", "did you mean required-tags?"),
        ("policy add owned flavors allow=x on prod", "did you mean allowed?"),
        ("policy list --effective", "--effective takes a name"),
        ("policy test", "policy test takes a version, and an alias"),
        ("policy show none on prod", "no policy none on catalog prod"),
    ],
)
def test_a_bad_policy_is_one_sentence(do: Do, stocked: Registry, line: str, said: str) -> None:
    before = stocked.history.last()
    with pytest.raises(RegistryError) as refused:
        do(line)
    assert said in refused.value.message
    assert stocked.history.last() == before


def test_a_version_says_what_it_lacks(do: Do, stocked: Registry) -> None:
    assert do(f"show {FRAUD}/2").rows[0]["lacks"] is None
    do("policy add owned required-tags owner on catalog prod --mode warn")
    do(f"policy add told required-description on {FRAUD}@Champion")
    do(f"policy add release allowed-principals cleo on {FRAUD} --new")
    lacks = ["lacks the tag owner (policy owned of catalog prod)", f"has no description (policy told of model {FRAUD})"]
    shown = do(f"show {FRAUD}/2")
    assert shown.rows[0]["lacks"] == "\n".join(lacks)
    assert all(each in shown.text(200) for each in lacks)


def test_a_policy_is_tried_before_it_is_added(do: Do, stocked: Registry) -> None:
    found = do("policy add described required-description on catalog prod --dry-run")
    assert f"{FRAUD}/2" in found.text()
    assert "has no description" in found.text()
    assert repr(do("policy list")) == "there are no policies"
    assert "no versions that it would be asked about" in repr(
        do("policy add why required-reason on registry --dry-run")
    )
