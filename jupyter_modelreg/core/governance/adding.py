"""Putting a policy on something: what it may be, and whether it can be there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from jupyter_modelreg.core.access.grants import check_principal
from jupyter_modelreg.core.entities.securables import AnySecurable, Model, level_of
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput
from jupyter_modelreg.core.governance.effective import (
    SIGNATURE,
    chain_of,
    effective,
    name_of,
    policed,
)
from jupyter_modelreg.core.governance.records import Mode, Policy, When
from jupyter_modelreg.core.governance.soundness import (
    PRINCIPALS,
    check_agreement,
    check_possible,
    checked_parameters,
    rule_of,
)
from jupyter_modelreg.core.names import check_part, check_settable_alias
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.unit_of_work import UnitOfWork


def drafted(
    name: str,
    rule: str,
    parameters: Mapping[str, Sequence[str]],
    *,
    when: When | None,
    alias: str | None,
    mode: Mode,
    description: str | None,
) -> Policy:
    """A policy that is on nothing yet; see `Policies.add`. Raises InvalidInput."""
    check_part(name, "policy")
    if alias is not None:
        check_settable_alias(alias)
    moment: When = when or ("alias" if alias is not None else rule_of(rule).moments[0])
    words = checked_parameters(rule, parameters)
    _check_moment(name, rule, moment, alias)
    return Policy(
        name=name,
        rule=rule,
        parameters=words,
        mode=mode,
        description=description or None,
        when=moment,
        alias=alias,
        kind="",
        on="",
    )


def put(work: UnitOfWork, place: AnySecurable, draft: Policy, *, replacing: bool, new: bool) -> Policy:
    """Put a policy on `place`, as it is now. Raises InvalidInput, AlreadyExists."""
    policy = replace(draft, kind=level_of(place), on=place.name)
    name, before = policy.name, place.policies.get(policy.name)
    if before is not None and not replacing:
        raise AlreadyExists(
            f"there is a policy {name} on {name_of(place)} already",
            f"to put this one in its place: --replace; to end that one: policy remove {name} on {place.name}",
        )
    for principal in (each for key in PRINCIPALS & policy.parameters.keys() for each in policy.parameters[key]):
        check_principal(work.tx, principal, new=new)
    _check_sound(work, place, policy)
    after = told(policy)
    if after != before:
        was = None if before is None else {name: dict(before)}
        work.log("policy.changed", place, before=was, after={name: after})
    return policy


def take_off(work: UnitOfWork, place: AnySecurable, name: str) -> None:
    """Take the policy of that name, which is there, off `place`."""
    work.log("policy.changed", place, before={name: dict(place.policies[name])})


def _check_moment(name: str, rule: str, when: str, alias: str | None) -> None:
    moments = rule_of(rule).moments
    if when not in moments:
        raise InvalidInput(f"the rule {rule} is asked when an alias is set, and at no registration", "leave --at out")
    if alias is not None and when != "alias":
        raise InvalidInput(f"policy {name} cannot be for @{alias} and be asked at a registration", "leave --at out")
    if name == SIGNATURE and (rule != SIGNATURE or when != "registration"):
        raise InvalidInput(
            f"policy {SIGNATURE} is the one that governed models have anyway: its rule is {SIGNATURE}, at registration",
            "give this one another name",
        )


def _check_sound(work: UnitOfWork, place: AnySecurable, policy: Policy) -> None:
    """Refuse a policy that can never be met, or that contradicts another one where both would be in force."""
    tx = whole(work.tx)
    root = tx.root.get()
    check_possible(root, policy)
    there = {policy.name: told(policy)}
    for below in (place, *_below(tx, place)):
        places = [
            replace(each, policies={**each.policies, **there}) if _same(each, place) else each
            for each in chain_of(tx, below)
        ]
        governed = not isinstance(below, Model) or below.governed
        in_force = effective(places, governed=governed)
        if in_force.get(policy.name) == policy:
            check_agreement(root, policy, [each for each in in_force.values() if each != policy])


def _same(one: AnySecurable, other: AnySecurable) -> bool:
    return type(one) is type(other) and one.id == other.id


def _below(tx: Transaction, place: AnySecurable) -> Iterator[AnySecurable]:
    """What has policies of its own, and is in `place`."""
    for each in policed(tx):
        if not _same(each, place) and any(_same(above, place) for above in chain_of(tx, each)):
            yield each


def told(policy: Policy) -> dict[str, JsonValue]:
    """What a securable keeps of a policy under its name; what is as usual is left out."""
    kept: dict[str, JsonValue] = {"rule": policy.rule}
    if policy.parameters:
        kept["parameters"] = {key: list(words) for key, words in policy.parameters.items()}
    usual = {"mode": "prevent", "description": None, "when": "registration", "alias": None}
    return kept | {name: value for name in usual if (value := getattr(policy, name)) != usual[name]}
