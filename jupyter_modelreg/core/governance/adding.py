"""Putting a policy on something: what it may be, whether it can be there, and what it would say of what is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from jupyter_modelreg.core.access.grants import check_principal
from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.securables import AnySecurable, Catalog, Model, Root, level_of
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput
from jupyter_modelreg.core.governance.checking import case_now, results, rule_to_ask, with_alias
from jupyter_modelreg.core.governance.effective import (
    SIGNATURE,
    chain_of,
    effective,
    name_of,
    policed,
)
from jupyter_modelreg.core.governance.records import Mode, Policy, PolicyCheck, UnmetVersion, When
from jupyter_modelreg.core.governance.soundness import (
    PRINCIPALS,
    check_agreement,
    check_possible,
    checked_parameters,
    rule_of,
)
from jupyter_modelreg.core.names import check_part, check_settable_alias
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.query.search import Search
from jupyter_modelreg.core.unit_of_work import UnitOfWork

_MOST_VERSIONS = 1_000
_MOST_TOLD = 20


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


def placed(tx: Transaction, place: AnySecurable, draft: Policy, *, replacing: bool, new: bool) -> Policy:
    """A policy as it would be on `place`, which can be there. Raises InvalidInput, AlreadyExists."""
    policy = replace(draft, kind=level_of(place), on=place.name)
    name = policy.name
    if name in place.policies and not replacing:
        raise AlreadyExists(
            f"there is a policy {name} on {name_of(place)} already",
            f"to put this one in its place: --replace; to end that one: policy remove {name} on {place.name}",
        )
    for principal in (each for key in PRINCIPALS & policy.parameters.keys() for each in policy.parameters[key]):
        check_principal(tx, principal, new=new)
    _check_sound(tx, place, policy)
    return policy


def put(work: UnitOfWork, place: AnySecurable, draft: Policy, *, replacing: bool, new: bool) -> Policy:
    """Put a policy on `place`, as it is now. Raises InvalidInput, AlreadyExists."""
    policy = placed(work.tx, place, draft, replacing=replacing, new=new)
    name, before, after = policy.name, place.policies.get(policy.name), told(policy)
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


def _check_sound(shown: Transaction, place: AnySecurable, policy: Policy) -> None:
    """Refuse a policy that can never be met, or that contradicts another one where both would be in force."""
    tx = whole(shown)
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


def tried(context: Context, tx: Transaction, place: AnySecurable, policy: Policy) -> PolicyCheck:
    """What `policy` would say of the versions in `place`, the newest of each model first.

    A rule on who does something, or why, says nothing of versions.
    """
    unmet: list[UnmetVersion] = []
    looked, complete = 0, True
    if policy.mode != "off" and rule_to_ask(policy.rule).of_version:
        for model, version, alias in _asked_about(tx, place, policy):
            if looked == _MOST_VERSIONS:
                complete = False
                break
            looked += 1
            case = case_now(tx, model, version, principal=context.principal, managed=context.managed)
            case = case if alias is None else with_alias(tx, case, model, alias)
            [found] = results(case, [policy])
            if found.met is False:
                name = version.reference if alias is None else f"{version.reference} @{alias}"
                unmet.append(UnmetVersion(reference=name, lacks=str(found.lacks), remedy=str(found.remedy)))
    return PolicyCheck(policy=policy, looked=looked, unmet=unmet[:_MOST_TOLD], count=len(unmet), complete=complete)


def _asked_about(tx: Transaction, place: AnySecurable, policy: Policy) -> Iterator[tuple[Model, Version, str | None]]:
    """The versions that the policy would be asked about, each with the alias where it is asked for one."""
    for model in _models(tx, place):
        if model.is_prompt or model.browse_only or (policy.rule == SIGNATURE and not model.governed):
            continue
        if policy.when == "alias":
            for alias, number in model.aliases.items():
                version = tx.versions.get(model, number) if policy.alias in (None, alias) else None
                if version is not None:
                    yield model, version, alias
        else:
            for version in tx.versions.search(Search(model_id=model.id, prompts=None)):
                yield model, version, None


def _models(tx: Transaction, place: AnySecurable) -> list[Model]:
    if isinstance(place, Model):
        return [place]
    if isinstance(place, Root):
        return tx.models.search(Search())
    narrow = Search(catalog_id=place.id) if isinstance(place, Catalog) else Search(schema_id=place.id)
    return tx.models.search(narrow)
