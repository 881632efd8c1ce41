"""Asking policies: what they say of a version, refusing what does not meet them, and warning of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from jupyter_modelreg.core.entities.securables import Model, is_prompt
from jupyter_modelreg.core.entities.values import ChangeWarning
from jupyter_modelreg.core.entities.versions import Version, files_among
from jupyter_modelreg.core.errors import PolicyRefused
from jupyter_modelreg.core.governance.cases import Case, Files
from jupyter_modelreg.core.governance.effective import (
    SIGNATURE,
    called,
    chain,
    effective,
    of_alias,
    of_model,
)
from jupyter_modelreg.core.governance.records import Policy, PolicyResult
from jupyter_modelreg.core.governance.rules import RULES, Rule
from jupyter_modelreg.core.ports.files import FileStore
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.search import Search
from jupyter_modelreg.core.rules.sentences import listed


def results(case: Case, policies: Iterable[Policy]) -> list[PolicyResult]:
    """What each of `policies` says of a case; those that are off are not asked."""
    return [_result(case, each) for each in policies]


def _result(case: Case, policy: Policy) -> PolicyResult:
    if policy.mode == "off":
        return PolicyResult(policy=policy, met=None)
    lack = rule_to_ask(policy.rule).check(case, policy.parameters)
    if lack is None:
        return PolicyResult(policy=policy, met=True)
    return PolicyResult(policy=policy, met=False, lacks=lack.phrase, remedy=lack.remedy)


def rule_to_ask(name: str) -> Rule:
    """The rule of that name; of a package that is not installed one that nothing meets."""
    if name in RULES:
        return RULES[name]
    from jupyter_modelreg.core.governance.hooks import missing_rule, rule_called  # which few registries need

    return rule_called(name) or missing_rule(name)


def asked(case: Case, policies: Mapping[str, Policy]) -> list[Policy]:
    """Those of `policies` that are asked about a case; the signature a governed model takes is looked at before."""
    if case.alias is not None:
        return list(of_alias(policies, case.alias))
    return [each for each in policies.values() if each.when == "registration" and each.name != SIGNATURE]


def enforce(tx: Transaction, case: Case) -> list[ChangeWarning]:
    """Refuse a case that does not meet the policies in force; returns what to warn of. Raises PolicyRefused."""
    return _enforce(case, of_model(tx, case.model.name))


def enforce_early(tx: Transaction, case: Case, aliases: Sequence[str]) -> None:
    """Refuse what is to be registered, where that is known before its files are at hand. Raises PolicyRefused."""
    policies = {
        name: each
        for name, each in of_model(tx, case.model.name).items()
        if each.mode == "prevent" and each.rule in RULES and RULES[each.rule].early
    }
    _enforce(case, policies)
    for alias in aliases:
        _enforce(with_alias(tx, case, case.model, alias), policies)


def enforce_moved(tx: Transaction, model: Model, name: str, case_of: Callable[[Version], Case]) -> list[ChangeWarning]:
    """Ask the policies that a model comes under by being called `name` about its versions and aliases.

    Those on the model itself, and others that were in force already, are not asked. Raises PolicyRefused.
    """
    before, there = of_model(tx, model.name), [each for each in chain(tx, name) if not isinstance(each, Model)]
    after = effective([*there, model], governed=model.governed)
    new = {key: policy for key, policy in after.items() if before.get(key) != policy}
    warnings: list[ChangeWarning] = []
    for version in tx.versions.search(Search(model_id=model.id, prompts=None)) if new else ():
        case = case_of(version)
        warnings += _enforce(case, new)
        for alias in version.aliases:
            warnings += _enforce(with_alias(tx, case, case.model, alias), new)
    return warnings


def _enforce(case: Case, policies: Mapping[str, Policy]) -> list[ChangeWarning]:
    if is_prompt(case.version.tags) or case.model.is_prompt:
        return []
    found = results(case, asked(case, policies))
    unmet = [each for each in found if each.met is False]
    refused = [each for each in unmet if each.policy.mode == "prevent"]
    if refused:
        raise refusal(case, refused)
    return [unmet_warning(case.version.reference, each) for each in unmet]


def refusal(case: Case, unmet: Sequence[PolicyResult]) -> PolicyRefused:
    """The error that names every policy that is not met, where it comes from, and what would satisfy it."""
    reasons = listed([f"it {each.lacks} ({called(each.policy)})" for each in unmet])
    if case.alias is None:
        cannot = f"this cannot become a version of {case.model.name}"
    else:
        cannot = f"{case.version.reference} cannot become @{case.alias}"
    return PolicyRefused(f"{cannot}: {reasons}", "; ".join(dict.fromkeys(str(each.remedy) for each in unmet)))


def unmet_warning(what: str, result: PolicyResult, *, before: bool = False) -> ChangeWarning:
    """That a policy is not met; `before` the change also that one would stop it."""
    stops = before and result.policy.mode == "prevent"
    message = f"{what} {result.lacks} ({called(result.policy)}){', which stops it' if stops else ''}"
    return ChangeWarning(kind="policy", message=message, hint=result.remedy)


def kept_files(tx: Transaction, files: Callable[[], FileStore], version: Version) -> Files:
    """The files of a version that is there; those of one that the registry does not keep are not at hand."""
    if not version.managed:
        return Files()
    return Files(
        kept=partial(files().path, version.id),
        listed=lambda: [entry.path for entry in files_among(tx.versions.files(version.id))],
    )


def case_now(
    tx: Transaction,
    model: Model,
    version: Version,
    *,
    principal: str,
    managed: Callable[[], FileStore],
    reason: str | None = None,
    approved_by: Sequence[str] = (),
) -> Case:
    """What rules are asked about a version as it is, where nothing is done yet; `managed` gives the managed files."""
    return Case(
        moment="registration",
        root=tx.root.get(),
        model=model,
        version=version,
        principal=principal,
        reason=reason,
        approved_by=approved_by,
        files=kept_files(tx, managed, version),
    )


def with_alias(tx: Transaction, case: Case, model: Model, alias: str) -> Case:
    """The same case for setting an alias of `model`."""
    number = model.aliases.get(alias)
    holder = None if number is None else tx.versions.get(model, number)
    return replace(case, moment="alias", alias=alias, holder=holder, model=model)
