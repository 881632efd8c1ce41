"""Policies: rules that hold on something, and on all that is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from jupyter_modelreg.core.catalog.lookup import (
    ReferenceLike,
    as_reference,
    require_model,
    require_version,
    resolve_version,
    version_by_alias,
)
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.securables import AnySecurable, Level, Model
from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.core.governance.checking import case_now, results, with_alias
from jupyter_modelreg.core.governance.effective import (
    chain_of,
    effective,
    name_of,
    of_alias,
    of_model,
    policed,
    policies_on,
)
from jupyter_modelreg.core.governance.records import Mode, Policy, PolicyCheck, PolicyResult, RuleInfo, When
from jupyter_modelreg.core.names import check_alias
from jupyter_modelreg.core.ports.store import Transaction


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
        kind: Level | None = None,
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
        from jupyter_modelreg.core.governance.adding import drafted, put  # which nobody needs who only asks

        draft = drafted(name, rule, parameters or {}, when=when, alias=alias, mode=mode, description=description)
        with self._context.write(reason) as work:
            place = _find(work.tx, on, kind)
            work.authorise("policies.add", place)
            return put(work, place, draft, replacing=replacing, new=new)

    def check(
        self,
        name: str,
        rule: str,
        on: str,
        parameters: Mapping[str, Sequence[str]] | None = None,
        *,
        kind: Level | None = None,
        alias: str | None = None,
        when: When | None = None,
        mode: Mode = "prevent",
        description: str | None = None,
        replacing: bool = False,
        new: bool = False,
    ) -> PolicyCheck:
        """What adding a policy would mean, without adding it: which versions that are there do not meet it.

        Arguments and errors are those of `add`. What is there stays as it is, whatever comes into force.
        """
        from jupyter_modelreg.core.governance.adding import drafted, placed, tried  # which nobody needs who only asks

        draft = drafted(name, rule, parameters or {}, when=when, alias=alias, mode=mode, description=description)
        with self._context.reading() as (tx, access):
            place = _find(tx, on, kind)
            if access is not None:
                access.authorise("policies.add", place)
            return tried(self._context, tx, place, placed(tx, place, draft, replacing=replacing, new=new))

    def remove(self, name: str, on: str, *, kind: Level | None = None, reason: str | None = None) -> Policy:
        """Take a policy off a securable; returns it as it was. Raises InvalidInput, NotFound, PermissionDenied."""
        with self._context.write(reason) as work:
            from jupyter_modelreg.core.governance.adding import take_off

            place = _find(work.tx, on, kind)
            work.authorise("policies.remove", place)
            gone = _on(place, name)
            take_off(work, place, name)
            return gone

    def get(self, name: str, on: str, *, kind: Level | None = None) -> Policy:
        """The policy of that name on a securable itself. Raises InvalidInput, NotFound."""
        with self._context.read() as tx:
            return _on(_find(tx, on, kind), name)

    def list(self, on: str | None = None, *, kind: Level | None = None, inherited: bool = False) -> Sequence[Policy]:
        """The policies on one securable itself, or on all; `inherited` tells of one those in force there, by name.

        Raises InvalidInput, NotFound.
        """
        with self._context.read() as tx:
            if on is None:
                return [each for place in policed(tx) for each in _sorted(policies_on(place))]
            place = _find(tx, on, kind)
            if not inherited:
                return _sorted(policies_on(place))
            governed = not isinstance(place, Model) or place.governed
            return _sorted(effective(chain_of(tx, place), governed=governed))

    def rules(self) -> Sequence[RuleInfo]:
        """The rules that policies can be made of, those of installed packages first."""
        from jupyter_modelreg.core.governance.hooks import known_rules

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
            case = case_now(tx, model, version, principal=self._context.principal, managed=self._context.managed)
            found = results(case, [each for each in policies.values() if each.when == "registration"])
            named = {each.alias for each in policies.values() if each.when == "alias" and each.alias is not None}
            for name in [alias] if alias is not None else sorted(named):
                found += results(with_alias(tx, case, model, name), of_alias(policies, name))
            return found


def _find(tx: Transaction, on: str, kind: Level | None) -> AnySecurable:
    from jupyter_modelreg.core.access.grants import find  # which nobody needs who only asks

    return find(tx, on, kind)


def _on(place: AnySecurable, name: str) -> Policy:
    there = policies_on(place)
    if name not in there:
        known = f"there are {', '.join(sorted(there))}" if there else "policy list shows where there are some"
        raise NotFound.named("policy", f"{name} on {name_of(place)}", get_close_matches(name, there, n=1), known)
    return there[name]


def _sorted(policies: Mapping[str, Policy]) -> Sequence[Policy]:
    return [policies[name] for name in sorted(policies)]
