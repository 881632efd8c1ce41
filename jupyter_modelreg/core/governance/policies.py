"""Policies: rules that hold on something, and on all that is in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from jupyter_modelreg.core.access.access import called as place_called
from jupyter_modelreg.core.access.access import level_of
from jupyter_modelreg.core.access.grants import Kind, check_principal, find
from jupyter_modelreg.core.catalog.lookup import (
    ReferenceLike,
    as_reference,
    require_model,
    require_version,
    resolve_version,
    version_by_alias,
)
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput, NotFound
from jupyter_modelreg.core.governance.cases import Case
from jupyter_modelreg.core.governance.checking import kept_files, results, with_alias
from jupyter_modelreg.core.governance.effective import (
    SIGNATURE,
    Place,
    chain_of,
    effective,
    of_alias,
    of_model,
    policed,
    policies_on,
)
from jupyter_modelreg.core.governance.hooks import known_rules
from jupyter_modelreg.core.governance.records import Mode, Policy, PolicyResult, RuleInfo, When
from jupyter_modelreg.core.governance.soundness import (
    PRINCIPALS,
    check_agreement,
    check_possible,
    checked_parameters,
    rule_of,
)
from jupyter_modelreg.core.names import check_alias, check_part, check_settable_alias
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.unit_of_work import UnitOfWork


class Policies(Topic):
    """`registry.policies`. A securable is named as everywhere; `registry` is the registry itself.

    A policy holds where it is and in all that is in there. One of the same name nearer to a model takes its place,
    which is how it is relaxed for a part: the same name, and another mode. Rules are asked when a version is
    registered, or copied, and when an alias is set, whoever does it and by whatever way.
    """

    def add(
        self,
        name: str,
        rule: str,
        on: str,
        parameters: Mapping[str, Sequence[str]] | None = None,
        *,
        kind: Kind | None = None,
        alias: str | None = None,
        when: When | None = None,
        mode: Mode = "prevent",
        description: str | None = None,
        replacing: bool = False,
        new: bool = False,
        reason: str | None = None,
    ) -> Policy:
        """Put a policy on a securable.

        Args:
            name: what to call it there; letters, digits, `_` and `-`.
            rule: one of those that `rules` tells.
            on: a model, schema or catalog, or `registry`.
            parameters: what the rule takes, each a list of words.
            kind: what `on` is.
            alias: ask it only when this alias is set.
            when: ask it at the registration of a version, or when an alias is set; without it the rule's usual moment.
            mode: whether it refuses what does not meet it, or warns of that; `off` for neither.
            description: what it is for.
            replacing: whether there may be one of that name on the securable already.
            new: whether a principal may be one that nobody has heard of, though its name is close to a known one.
            reason: kept in the log.

        Raises InvalidInput (unknown rule or parameter, one that can never be met, one that contradicts another),
        NotFound, AlreadyExists, PermissionDenied.
        """
        check_part(name, "policy")
        if alias is not None:
            check_settable_alias(alias)
        moments = rule_of(rule).moments
        moment: When = when or ("alias" if alias is not None else moments[0])
        words = checked_parameters(rule, parameters or {})
        _check_moment(name, rule, moment, alias)
        with self._context.write(reason) as work:
            place = find(work.tx, on, kind)
            work.authorise("policies.add", place)
            before = place.policies.get(name)
            if before is not None and not replacing:
                raise AlreadyExists(
                    f"there is a policy {name} on {place_called(place)} already",
                    f"to put this one in its place: --replace; to end that one: policy remove {name} on {on}",
                )
            for principal in (each for key in PRINCIPALS & words.keys() for each in words[key]):
                check_principal(work.tx, principal, new=new)
            policy = Policy(
                name=name,
                rule=rule,
                parameters=words,
                mode=mode,
                description=description or None,
                when=moment,
                alias=alias,
                kind=level_of(place),
                on=place.name,
            )
            _check_sound(work, place, policy)
            told = _told(policy)
            if told != before:
                was = None if before is None else {name: dict(before)}
                work.log("policy.changed", place, before=was, after={name: told})
            return policy

    def remove(self, name: str, on: str, *, kind: Kind | None = None, reason: str | None = None) -> Policy:
        """Take a policy off a securable; returns it as it was. Raises InvalidInput, NotFound, PermissionDenied."""
        with self._context.write(reason) as work:
            place = find(work.tx, on, kind)
            work.authorise("policies.remove", place)
            gone = _on(place, name)
            work.log("policy.changed", place, before={name: _told(gone)})
            return gone

    def get(self, name: str, on: str, *, kind: Kind | None = None) -> Policy:
        """The policy of that name on a securable itself. Raises InvalidInput, NotFound."""
        with self._context.read() as tx:
            return _on(find(tx, on, kind), name)

    def list(self, on: str | None = None, *, kind: Kind | None = None, inherited: bool = False) -> Sequence[Policy]:
        """The policies on one securable itself, or on all; `inherited` tells of one those in force there, by name.

        Raises InvalidInput, NotFound.
        """
        with self._context.read() as tx:
            if on is None:
                return [each for place in policed(tx) for each in _sorted(policies_on(place))]
            place = find(tx, on, kind)
            if not inherited:
                return _sorted(policies_on(place))
            governed = not isinstance(place, Model) or place.governed
            return _sorted(effective(chain_of(tx, place), governed=governed))

    def rules(self) -> Sequence[RuleInfo]:
        """The rules that policies can be made of, those of installed packages first."""
        return [
            RuleInfo(name=name, summary=rule.summary, parameters=rule.parameters, moments=rule.moments)
            for name, rule in known_rules().items()
        ]

    def test(self, reference: ReferenceLike, *, alias: str | None = None) -> Sequence[PolicyResult]:
        """What every policy in force says of a version; of a model, of its newest one.

        Those on aliases are asked as if `alias` was set on it, or each the alias that it names; what is on all aliases
        is asked about `alias` only. Those on who does something, or why, are asked about the actor, who says nothing.

        Raises InvalidInput, NotFound.
        """
        if alias is not None:
            check_alias(alias)
        asked = as_reference(reference)
        with self._context.read() as tx:
            model = require_model(tx, asked.model)
            version = version_by_alias(tx, model, "latest") if asked.whole_model else resolve_version(tx, asked)
            version = require_version(tx, model, version.version)
            policies = of_model(tx, model.name)
            case = Case(
                moment="registration",
                root=tx.root.get(),
                model=model,
                version=version,
                principal=self._context.principal,
                files=kept_files(tx, self._context.managed, version),
            )
            found = results(case, [each for each in policies.values() if each.when == "registration"])
            named = {each.alias for each in policies.values() if each.when == "alias" and each.alias is not None}
            for name in [alias] if alias is not None else sorted(named):
                found += results(with_alias(tx, case, model, name), of_alias(policies, name))
            return found


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


def _check_sound(work: UnitOfWork, place: Place, policy: Policy) -> None:
    """Refuse a policy that can never be met, or that contradicts another one where both would be in force."""
    tx: Transaction = getattr(work.tx, "whole", work.tx)
    root = tx.root.get()
    check_possible(root, policy)
    told = {policy.name: _told(policy)}
    for below in (place, *_below(tx, place)):
        places = [
            replace(each, policies={**each.policies, **told}) if _same(each, place) else each
            for each in chain_of(tx, below)
        ]
        governed = not isinstance(below, Model) or below.governed
        there = effective(places, governed=governed)
        if there.get(policy.name) == policy:
            check_agreement(root, policy, [each for each in there.values() if each != policy])


def _same(one: Place, other: Place) -> bool:
    return type(one) is type(other) and one.id == other.id


def _below(tx: Transaction, place: Place) -> Iterator[Place]:
    """What has policies of its own, and is in `place`."""
    for each in policed(tx):
        if not _same(each, place) and any(_same(above, place) for above in chain_of(tx, each)):
            yield each


def _on(place: Place, name: str) -> Policy:
    there = policies_on(place)
    if name not in there:
        known = f"there are {', '.join(sorted(there))}" if there else "policy list shows where there are some"
        raise NotFound.named("policy", f"{name} on {place_called(place)}", get_close_matches(name, there, n=1), known)
    return there[name]


def _sorted(policies: Mapping[str, Policy]) -> Sequence[Policy]:
    return [policies[name] for name in sorted(policies)]


def _told(policy: Policy) -> dict[str, JsonValue]:
    """What a securable keeps of a policy under its name; what is as usual is left out."""
    told: dict[str, JsonValue] = {"rule": policy.rule}
    if policy.parameters:
        told["parameters"] = {key: list(words) for key, words in policy.parameters.items()}
    usual = {"mode": "prevent", "description": None, "when": "registration", "alias": None}
    return told | {name: value for name in usual if (value := getattr(policy, name)) != usual[name]}
