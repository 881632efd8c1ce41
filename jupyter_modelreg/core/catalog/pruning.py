"""Which old versions go, and why others stay: the rules of `prune`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jupyter_modelreg.core.catalog.holders import Holders, Number, holders_of
from jupyter_modelreg.core.catalog.resolve import models_in, resolve
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.trash import Prune, PruneReason, PruneVerdict
from jupyter_modelreg.core.entities.values import HolderKind
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.search import Order, Search
from jupyter_modelreg.core.references import parse_reference
from jupyter_modelreg.core.usage.summary import recent_users

_NEWEST_FIRST = (Order("version", descending=True),)
_HELD: Mapping[HolderKind, PruneReason] = {
    "pin": "pinned",
    "link": "deployed",
    "copy": "copied",
    "request": "requested",
}


@dataclass(frozen=True, kw_only=True)
class PruneRules:
    """What to prune.

    Attributes:
        name: a model, or a schema or catalog for every model in it but prompts; `namespace` goes in front of a short
            name.
        keep: how many of the newest versions of each model stay.
        unused_since: what was loaded from then on stays, too, in epoch milliseconds; None asks for no usage.
    """

    name: str
    namespace: str | None
    keep: int
    unused_since: int | None


@dataclass(frozen=True)
class Plan:
    """What a prune does: `told` says it, and `gone` are the versions that go, by model, lowest first."""

    told: Prune
    gone: Sequence[tuple[Model, Sequence[Version]]]


def plan(tx: Transaction, rules: PruneRules, now: int, principal: str) -> Plan:
    """Find what goes and what stays of what `principal` may see. Raises InvalidInput, NotFound."""
    if rules.keep < 1:
        raise InvalidInput(f"{rules.keep} is no number of versions to keep", "keep 1 at least; delete takes all")
    models = _models(tx, rules)
    last_used = tx.usage.last_used([model.id for model in models])
    holders = holders_of(tx, models, now, principal)
    newest, old = 0, dict[int, Sequence[Version]]()
    for model in models:
        versions = tx.versions.search(Search(model_id=model.id, order=_NEWEST_FIRST, prompts=None))
        old[model.id] = _old(versions, rules.keep)
        newest += len(versions) - len(old[model.id])
    judged = {
        (version.model_id, version.version): _verdict(version, last_used, rules.unused_since)
        for versions in old.values()
        for version in versions
    }
    _hold(judged, [version for versions in old.values() for version in versions], holders)
    gone: list[tuple[Model, Sequence[Version]]] = []
    for model in models:
        going = [each for each in old[model.id] if judged[model.id, each.version].why is None]
        if going:
            gone.append((model, going[::-1]))
    users = recent_users(tx, [version for _, versions in gone for version in versions], now)
    return Plan(Prune(models=len(models), newest=newest, versions=list(judged.values()), users=users), gone)


def _hold(judged: dict[Number, PruneVerdict], old: Sequence[Version], holders: Holders) -> None:
    """Let what is held by endpoints, copies and requests stay, too.

    A copy that goes as well holds nothing; but where it stays, what it was made from does, and so on.
    """
    while True:
        going = {number for number, verdict in judged.items() if verdict.why is None}
        for version in old:
            number = (version.model_id, version.version)
            held = holders.of_version(version, going) if number in going else []
            if held:
                why = _HELD[held[0].kind]
                judged[number] = replace(judged[number], why=why, held_by=[each.text for each in held])
        if going == {number for number, verdict in judged.items() if verdict.why is None}:
            return


def _models(tx: Transaction, rules: PruneRules) -> Sequence[Model]:
    if not parse_reference(rules.name).whole_model:
        raise InvalidInput(
            f"{rules.name} names versions, and prune takes a model, a schema or a catalog",
            f"write {parse_reference(rules.name).model}; to delete versions that you name: delete {rules.name}",
        )
    return models_in(tx, resolve(tx, rules.name, rules.namespace), prompts=False)


def _old(versions: Sequence[Version], keep: int) -> Sequence[Version]:
    """What comes after the newest `keep` of `versions`, the newest first.

    Those that are not READY do not count: whoever keeps three means three that can be loaded.
    """
    ready = 0
    for at, version in enumerate(versions):
        if ready == keep:
            return versions[at:]
        ready += version.status == "READY"
    return []


def _verdict(version: Version, last_used: Mapping[tuple[int, int], int], unused_since: int | None) -> PruneVerdict:
    last = last_used.get((version.model_id, version.version))
    why: PruneReason | None = None
    if version.aliases:
        why = "alias"
    elif version.pinned:
        why = "pinned"
    elif version.status not in ("READY", "FAILED_REGISTRATION"):
        why = "registering"
    elif unused_since is not None and last is not None and last >= unused_since:
        why = "used"
    return PruneVerdict(
        name=version.name,
        version=version.version,
        why=why,
        aliases=version.aliases,
        last_used_at=last,
        size=version.stored_size,
    )
