"""The command that says what must be true: policy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import command, reason_option
from jupyter_modelreg.commands.results.columns import Column, Row
from jupyter_modelreg.commands.results.results import Card, Note, Result, Table
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.commands.verbs.access import new_option, securable_of
from jupyter_modelreg.core.access.grants import Kind
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.governance.effective import called, place_of
from jupyter_modelreg.core.governance.records import Policy, PolicyCheck, RuleInfo
from jupyter_modelreg.core.governance.soundness import rule_of
from jupyter_modelreg.core.rules.sentences import listed

_POLICIES = (
    Column("name", "policy", "name"),
    Column("on", "on", "name"),
    Column("rule", "rule", "word"),
    Column("parameters", "with", "tags"),
    Column("mode", "mode", "word"),
    Column("when", "when", "word"),
    Column("alias", "alias", "word"),
    Column("description", "description", "summary"),
)
_RESULTS = (
    Column("policy", "policy", "name"),
    Column("result", "result", "word"),
    Column("lacks", "because it", "lines"),
    Column("remedy", "what to do", "lines"),
    Column("from", "from", "name"),
    Column("mode", "mode", "word", usual="prevent"),
    Column("alias", "alias", "word"),
)
_UNMET = (
    Column("reference", "version", "name"),
    Column("lacks", "does not meet it because it", "lines"),
    Column("remedy", "what to do", "lines"),
)
_RULES = (
    Column("rule", "rule", "name"),
    Column("summary", "asks that", "lines"),
    Column("parameters", "takes", "list"),
    Column("moments", "when", "list"),
)
_USAGE = {
    "add": "policy add owned required-tags owner on catalog prod",
    "remove": "policy remove owned on catalog prod",
    "show": "policy show owned on catalog prod",
    "test": "policy test prod.ml_team.fraud/4 @Champion",
}
# A parameter that is one text, with commas in it or not; and rules whose words may hold `=`.
_WHOLE = frozenset({"expression"})
_OPEN = frozenset({"required-tags", "filter"})


@command(
    "policy",
    calls=[
        "policies.add",
        "policies.check",
        "policies.remove",
        "policies.get",
        "policies.list",
        "policies.rules",
        "policies.test",
    ],
    examples=[
        "policy add owned required-tags owner stage=prod on catalog prod",
        'policy add good filter "metrics.auc >= 0.9" on prod.ml_team.fraud@Champion',
        "policy add release allowed-principals risk-team on registry --at alias",
        "policy add signature-required signature-required on schema dev.sandbox --mode warn",
        "policy add described required-description on catalog prod --dry-run",
        "policy list prod.ml_team.fraud --effective",
        "policy test prod.ml_team.fraud/4 @Champion",
        "policy show owned on prod",
        "policy remove owned on prod",
        "policy rules",
    ],
)
@click.argument("action", type=click.Choice(["list", "show", "add", "remove", "test", "rules"]))
@click.argument(
    "words",
    nargs=-1,
    metavar="[NAME] [RULE] [PARAMETER=V,...]… [on] [KIND] [REF]",
    shell_complete=candidates.securables,
)
@click.option("--mode", type=click.Choice(["prevent", "warn", "off"]), default="prevent", help="Default: prevent.")
@click.option("--at", "when", type=click.Choice(["registration", "alias"]), help="Ask it then; else the usual moment.")
@click.option("--description", metavar="TEXT", help="What it is for.")
@click.option("--replace", "replacing", is_flag=True, help="Put it in the place of one of that name.")
@click.option("--dry-run", is_flag=True, help="With add: only tell which versions that are there do not meet it.")
@click.option("--effective", is_flag=True, help="With list: all that are in force on REF, and where they come from.")
@new_option
@reason_option
def policy(session: CommandSession, action: str, words: Sequence[str], **options: Any) -> Result:
    """Say what must be true of versions and aliases.

    A policy is a rule on a model, schema, catalog or the registry, and holds in all that is in it; on MODEL@ALIAS it is
    asked when that alias is set. One of the same name nearer to a model takes the place of a wider one, so --mode off
    ends it for a part. rules tells which rules there are; test asks all of them about a version, and add, remove and
    show are about one policy. It takes MANAGE on what a policy is put on.
    """
    topic = session.registry.policies
    if action == "rules":
        return Table(_RULES, [_rule_row(each) for each in topic.rules()], "there are no rules")
    if action == "list":
        return _listed(session, _without_on(words), options["effective"])
    if action == "test":
        return _tested(session, words)
    before, where = _split_on(action, words)
    name = before[0] if before else None
    if name is None or not where:
        raise InvalidInput(f"policy {action} takes a name, and what it is on", _USAGE[action])
    kind, on, alias = _place(session, where)
    if action == "show":
        found = topic.get(name, on, kind=kind)
        return Card(name, "policy", _POLICIES[1:], _policy_row(found))
    if action == "remove":
        gone = topic.remove(name, on, kind=kind, reason=options["reason"])
        return Note([f"removed {called(gone)}"], [_policy_row(gone)])
    if len(before) < 2:
        raise InvalidInput("policy add takes a name and a rule", _USAGE["add"])
    asked: dict[str, Any] = {
        **{key: options[key] for key in ("when", "mode", "description", "replacing", "new")},
        "kind": kind,
        "alias": alias,
    }
    parameters = _parameters(before[1], before[2:])
    if options["dry_run"]:
        return _checked(topic.check(name, before[1], on, parameters, **asked))
    made = topic.add(name, before[1], on, parameters, **asked, reason=options["reason"])
    return Note([f"{called(made)}: {_rule_text(made)}, {_force(made)}"], [_policy_row(made)])


def _split_on(action: str, words: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stands before `on`, and behind it; a name alone need not have the word in front."""
    lower = [word.lower() for word in words]
    if "on" not in lower:
        return (list(words[:1]), list(words[1:])) if action != "add" else (list(words), [])
    at = len(lower) - 1 - lower[::-1].index("on")
    return list(words[:at]), list(words[at + 1 :])


def _without_on(words: Sequence[str]) -> list[str]:
    return list(words[1:]) if words and words[0].lower() == "on" else list(words)


def _place(session: CommandSession, words: list[str]) -> tuple[Kind | None, str, str | None]:
    """What `[KIND] NAME` means, and the alias where it is `MODEL@ALIAS`."""
    model, at, alias = words[-1].rpartition("@")
    if at and "/" not in alias:
        kind, name = securable_of(session, [*words[:-1], model])
        return kind, name, alias
    kind, name = securable_of(session, words)
    return kind, name, None


def _parameters(rule: str, words: Sequence[str]) -> dict[str, list[str]]:
    """The parameters of a rule: `count=2`, or words without a name, which are for its first one."""
    names = rule_of(rule).parameters
    found: dict[str, list[str]] = {}
    for word in words:
        name, equals, value = word.partition("=")
        named = equals and (name in names or (name.isidentifier() and rule not in _OPEN))
        key, text = (name, value) if named else (names[0] if names else word, word)
        items = [text] if key in _WHOLE else [each.strip() for each in text.split(",") if each.strip()]
        found.setdefault(key, []).extend(items)
    return found


def _listed(session: CommandSession, words: list[str], effective: bool) -> Result:
    topic = session.registry.policies
    if not words:
        if effective:
            raise InvalidInput("--effective takes a name", "policy list prod.ml_team.fraud --effective")
        return Table(_POLICIES, [_policy_row(each) for each in topic.list()], "there are no policies")
    kind, name, _ = _place(session, words)
    found = topic.list(name, kind=kind, inherited=effective)
    return Table(_POLICIES, [_policy_row(each) for each in found], f"there are no policies on {name}")


def _tested(session: CommandSession, words: Sequence[str]) -> Result:
    if not 1 <= len(words) <= 2 or (len(words) == 2 and not words[1].startswith("@")):
        raise InvalidInput("policy test takes a version, and an alias", _USAGE["test"])
    reference = session.reference(words[0])
    alias = words[1].removeprefix("@") if len(words) == 2 else None
    rows: list[Row] = [
        {
            "policy": each.policy.name,
            "result": "off" if each.met is None else "met" if each.met else "unmet",
            "lacks": each.lacks,
            "remedy": each.remedy,
            "from": place_of(each.policy),
            "mode": each.policy.mode,
            "alias": each.policy.alias,
        }
        for each in session.registry.policies.test(reference, alias=alias)
    ]
    return Table(_RESULTS, rows, f"no policy is in force on {reference}")


def _checked(check: PolicyCheck) -> Result:
    rows: list[Row] = [
        {"reference": each.reference, "lacks": each.lacks, "remedy": each.remedy} for each in check.unmet
    ]
    some = "" if check.complete else f", of {check.looked} looked at"
    more = None if len(rows) == check.count and check.complete else f"the first {len(rows)} of {check.count}{some}"
    met = f"all {check.looked} meet it" if check.looked else "there are no versions that it would be asked about"
    return Table(_UNMET, rows, f"nothing is added; {called(check.policy)}: {met}", more)


def _rule_text(policy: Policy) -> str:
    words = [f"{name} {listed(each)}" for name, each in policy.parameters.items()]
    return " ".join([policy.rule, *words])


def _force(policy: Policy) -> str:
    moment = "at registration"
    if policy.when == "alias":
        moment = f"when @{policy.alias} is set" if policy.alias else "when an alias is set"
    return f"{policy.mode} {moment}"


def _policy_row(policy: Policy) -> Row:
    return {
        "name": policy.name,
        "on": place_of(policy),
        "rule": policy.rule,
        "parameters": {name: list(words) for name, words in policy.parameters.items()},
        "mode": policy.mode,
        "when": policy.when,
        "alias": policy.alias,
        "description": policy.description,
    }


def _rule_row(rule: RuleInfo) -> Row:
    return {
        "rule": rule.name,
        "summary": rule.summary,
        "parameters": list(rule.parameters),
        "moments": list(rule.moments),
    }
