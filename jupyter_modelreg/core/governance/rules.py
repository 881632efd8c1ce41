"""The rules that policies are made of: each a small pure function, and one table of them all.

A rule is given a case and its parameters, each a list of words. It returns nothing where the case meets it, else what
is missing, as a phrase that goes on from the name of the version, and what would satisfy it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch

from jupyter_modelreg.core.access.principals import everybody_in, memberships
from jupyter_modelreg.core.governance.cases import Case, Moment
from jupyter_modelreg.core.rules.sentences import listed
from jupyter_modelreg.core.rules.signature import signature_changes

Parameters = Mapping[str, Sequence[str]]
_MOST = 5


@dataclass(frozen=True)
class Lack:
    """What is missing, as a phrase, and what would satisfy the rule."""

    phrase: str
    remedy: str


Check = Callable[[Case, Parameters], Lack | None]


@dataclass(frozen=True)
class Rule:
    """A rule.

    Attributes:
        summary: what it asks for.
        check: the function.
        parameters: the names of those it takes, the one first that words without a name are for.
        moments: when it can be asked, the usual one first.
        of_version: whether it is about the version, and not about who does something, or why.
        early: whether it can be asked of a version before its files, its signature and its metrics are at hand.
        own: whether it is built in; any other takes parameters of any name.
    """

    summary: str
    check: Check
    parameters: Sequence[str] = ()
    moments: Sequence[Moment] = ("registration", "alias")
    of_version: bool = True
    early: bool = False
    own: bool = True


def _required_tags(case: Case, parameters: Parameters) -> Lack | None:
    missing = []
    for wanted in parameters["tags"]:
        key, equals, value = wanted.partition("=")
        if key not in case.tags or (equals and case.tags[key] != value):
            missing.append(wanted)
    if not missing:
        return None
    word = "tag" if len(missing) == 1 else "tags"
    return Lack(f"lacks the {word} {listed(missing)}", f"tag it with {listed(missing)}")


def _required_description(case: Case, _: Parameters) -> Lack | None:
    if (case.version.description or "").strip():
        return None
    return Lack("has no description", "describe the version")


def _required_reason(case: Case, _: Parameters) -> Lack | None:
    if (case.reason or "").strip():
        return None
    return Lack("comes without a reason", 'say why: -m "…"')


def _allowed_principals(case: Case, parameters: Parameters) -> Lack | None:
    allowed = parameters["principals"]
    if not memberships(case.principal, case.root.groups).keys().isdisjoint(allowed):
        return None
    doing = f"set @{case.alias}" if case.moment == "alias" else "register versions of it"
    return Lack(f"comes from {case.principal}, who may not {doing}", f"have it done by {listed(allowed)}")


def _approvals(case: Case, parameters: Parameters) -> Lack | None:
    count, group = int(parameters["count"][0]), parameters["group"][0]
    able = everybody_in(group, case.root.groups) - {case.version.created_by}
    given = {each for each in case.approved_by if each in able}
    if len(given) >= count:
        return None
    some = f"{len(given)} of {count}" if given else "no" if count == 1 else f"none of {count}"
    noun = "approval" if count == 1 else "approvals"
    return Lack(
        f"has {some} {noun} by the group {group}", f"ask for it: request {case.version.reference} @{case.alias}"
    )


def _same_signature(case: Case, _: Parameters) -> Lack | None:
    if case.holder is None or case.holder.id == case.version.id:
        return None
    changes = signature_changes(case.holder.signature, case.signature)
    if not changes:
        return None
    few = ", ".join([*changes[:_MOST], *(["and more"] if len(changes) > _MOST else ())])
    return Lack(
        f"has another signature than {case.holder.reference}: {few}",
        f"take a version with the signature of {case.holder.reference}, or another alias",
    )


def _filter(case: Case, parameters: Parameters) -> Lack | None:
    from jupyter_modelreg.core.governance.expressions import parse

    for comparison in parse(parameters["expression"][0]):
        found = comparison.unmet_by(case)
        if found is not None:
            return Lack(found, f"take a version of which {parameters['expression'][0]} is true")
    return None


_ELSEWHERE = Lack(
    "has files that the registry does not keep, and so cannot look at",
    "register it in a governed model: catalog.schema.model",
)


def _flavors(case: Case, parameters: Parameters) -> Lack | None:
    if not case.files.at_hand:
        return _ELSEWHERE
    allowed, found = parameters["allowed"], case.files.flavors
    if not set(found).isdisjoint(allowed):
        return None
    has = f"is of flavor {listed(found)}" if found else "is of no known flavor"
    return Lack(has, f"log it as {listed(allowed)}")


def _file_formats(case: Case, parameters: Parameters) -> Lack | None:
    if not case.files.at_hand:
        return _ELSEWHERE
    forbidden, allowed = parameters.get("forbidden", ()), parameters.get("allowed", ())
    wrong = [
        path
        for path in case.files.paths
        if _matches(path, forbidden) or (allowed and not _matches(path, (*allowed, "MLmodel")))
    ]
    if not wrong:
        return None
    shown = [*wrong[:_MOST], *([f"{len(wrong) - _MOST} more"] if len(wrong) > _MOST else [])]
    remedy = f"save it without {listed(forbidden)}" if forbidden else f"save it as {listed(allowed)} alone"
    return Lack(f"holds {listed(shown)}", remedy)


def _matches(path: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(path, each) or fnmatch(path.rpartition("/")[2], each) for each in patterns)


def _signature_required(case: Case, _: Parameters) -> Lack | None:
    signature = case.signature or {}
    if signature.get("inputs") and signature.get("outputs"):
        return None
    lacks = "has no signature" if not signature.get("inputs") else "has a signature without outputs"
    return Lack(lacks, "log it with input_example= or signature=")


RULES: Mapping[str, Rule] = {
    "required-tags": Rule(
        "The version, or its model, has these tags, or tags with these values.", _required_tags, ("tags",), early=True
    ),
    "required-description": Rule("The version has a description.", _required_description, early=True),
    "required-reason": Rule("Whoever does it says why.", _required_reason, of_version=False, early=True),
    "allowed-principals": Rule(
        "It is done by one of these users, or a member of these groups.",
        _allowed_principals,
        ("principals",),
        moments=("alias", "registration"),
        of_version=False,
        early=True,
    ),
    "approvals": Rule(
        "So many members of a group, the author of the version aside, have approved it.",
        _approvals,
        ("count", "group"),
        moments=("alias",),
        of_version=False,
        early=True,
    ),
    "same-signature": Rule(
        "It can take the place of the version that the alias points at: its signature is the same.",
        _same_signature,
        moments=("alias",),
        of_version=False,
    ),
    "filter": Rule(
        "The expression, which compares metrics, parameters and tags, is true of it.", _filter, ("expression",)
    ),
    "flavors": Rule("It is of one of these MLflow flavors.", _flavors, ("allowed",)),
    "file-formats": Rule(
        "None of its files is of a forbidden pattern, as `*.pkl`, or all are of an allowed one.",
        _file_formats,
        ("forbidden", "allowed"),
    ),
    "signature-required": Rule("It has a signature with inputs and outputs.", _signature_required),
}
"""Every rule by its name; others come from packages, see `hooks`."""
