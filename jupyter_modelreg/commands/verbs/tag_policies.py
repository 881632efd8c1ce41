"""The command that governs tags: tag-policy."""

from __future__ import annotations

from collections.abc import Sequence

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import command, reason_option
from jupyter_modelreg.commands.results.columns import Column, Row
from jupyter_modelreg.commands.results.formats import counted, tag_text
from jupyter_modelreg.commands.results.results import Card, Note, Result, Table
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.commands.verbs.access import new_option
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.governance.records import TagPolicy, TagViolation
from jupyter_modelreg.core.rules.sentences import listed

_TAG_POLICIES = (
    Column("key", "tag", "name"),
    Column("values", "values", "list"),
    Column("assigners", "set by", "list"),
    Column("description", "description", "summary"),
)
_OUTSIDE = (Column("name", "name", "name"), Column("key", "tag", "word"), Column("value", "value", "word"))
_FEW = 5


@command(
    "tag-policy",
    calls=[
        "tag_policies.create",
        "tag_policies.change",
        "tag_policies.delete",
        "tag_policies.get",
        "tag_policies.list",
        "tag_policies.violations",
    ],
    examples=[
        'tag-policy create stage --values dev,test,prod --description "Where a model may run"',
        "tag-policy create approved --values yes,no --assign risk-team",
        "tag-policy change stage --values dev,prod",
        "tag-policy list",
        "tag-policy show stage",
        "tag-policy remove stage",
    ],
)
@click.argument("action", type=click.Choice(["list", "show", "create", "change", "remove"]))
@click.argument("key", required=False, shell_complete=candidates.governed_tags)
@click.option("--values", metavar="V,...", help="The values it may have. Without: any.")
@click.option("--assign", metavar="PRINCIPAL,...", help="Users and groups who may set it. Without: whoever may tag.")
@click.option("--description", metavar="TEXT", help="What it is for.")
@new_option
@reason_option
def tag_policy(
    session: CommandSession,
    action: str,
    key: str | None,
    values: str | None,
    assign: str | None,
    description: str | None,
    new: bool,
    reason: str | None,
) -> Result:
    """Govern tags: which values one may have, and who may set it.

    What a policy does not allow is refused wherever a tag is set, and left out of copies and imports. Values that were
    set before stay as they are; show lists them. It takes MANAGE on the registry to make, change or remove one.
    """
    topic = session.registry.tag_policies
    if action == "list":
        nothing = "no tag is governed; tag-policy create KEY --values a,b,c does that"
        return Table(_TAG_POLICIES, [_row(each) for each in topic.list()], nothing)
    if key is None:
        raise InvalidInput(f"tag-policy {action} takes the key of a tag", f"tag-policy {action} stage")
    if action == "show":
        found = topic.get(key)
        outside = topic.violations(key)
        rows: list[Row] = [vars(each) for each in outside]
        below = Table(_OUTSIDE, rows, "no tag has another value")
        return Card(key, "tag policy", _TAG_POLICIES[1:], _row(found), below=below)
    if action == "remove":
        gone = topic.delete(key, reason=reason)
        return Note([f"tag {key} is governed no longer; until now {_told(gone)}"], [_row(gone)])
    wanted, assigners = _items(values), _items(assign)
    if action == "create":
        made = topic.create(key, wanted or (), assigners or (), description=description, new=new, reason=reason)
    else:
        made = topic.change(key, values=wanted, assigners=assigners, description=description, new=new, reason=reason)
    return Note([f"tag {key} is governed: {_told(made)}", *_outside(topic.violations(key))], [_row(made)])


def _items(text: str | None) -> list[str] | None:
    """What is listed with commas; None where nothing was said, and nothing for an empty text."""
    return None if text is None else [each.strip() for each in text.split(",")] if text.strip() else []


def _told(policy: TagPolicy) -> str:
    values = f"it may be {listed(policy.values, 'or')}" if policy.values else "it may have any value"
    return f"{values}, set by {listed(policy.assigners)}" if policy.assigners else values


def _outside(found: Sequence[TagViolation]) -> list[str]:
    """A line on each tag that has another value, as far as they are few."""
    if not found:
        return []
    lines = [f"{each.name} has {tag_text(each.key, each.value)}" for each in found[:_FEW]]
    more = [f"and {len(found) - _FEW:,} more: tag-policy show {found[0].key}"] if len(found) > _FEW else []
    stays = "stays as it is" if len(found) == 1 else "stay as they are"
    return [f"{counted(len(found), 'tag')} with another value {stays}:", *lines, *more]


def _row(policy: TagPolicy) -> Row:
    return {
        "key": policy.key,
        "values": list(policy.values),
        "assigners": list(policy.assigners),
        "description": policy.description,
    }
