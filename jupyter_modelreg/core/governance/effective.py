"""Which policies are in force on a model: those on it and on what it is in, the nearest of each name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jupyter_modelreg.core.access.privileges import Level
from jupyter_modelreg.core.entities.securables import Catalog, Model, Root, Schema
from jupyter_modelreg.core.governance.records import ApprovalsNeeded, Policy
from jupyter_modelreg.core.names import is_governed, namespace_of
from jupyter_modelreg.core.ports.store import Transaction

Place = Root | Catalog | Schema | Model
_KINDS: Mapping[type, Level] = {Root: "registry", Catalog: "catalog", Schema: "schema", Model: "model"}

SIGNATURE = "signature-required"
DEFAULTS: Sequence[Policy] = (Policy(name=SIGNATURE, rule=SIGNATURE, kind="default", on="governed models"),)
"""What holds for governed models where nobody says otherwise: Unity Catalog's rule. One of the name relaxes it."""


def place_of(policy: Policy) -> str:
    """Where a policy comes from: `catalog prod`."""
    where = policy.on if policy.kind in ("registry", "default") else f"{policy.kind} {policy.on}"
    return f"the {where}" if policy.kind == "registry" else where


def kind_of(place: Place) -> Level:
    """What something is."""
    return _KINDS[type(place)]


def name_of(place: Place) -> str:
    """What something is called in a sentence: `catalog prod`, and `the registry`."""
    return "the registry" if isinstance(place, Root) else f"{kind_of(place)} {place.name}"


def called(policy: Policy) -> str:
    """What a policy is called in a sentence: `policy no-pickle of catalog prod`."""
    return f"policy {policy.name} of {place_of(policy)}"


def policies_on(place: Place) -> Mapping[str, Policy]:
    """The policies that were put on something itself, by name."""
    kind = _KINDS[type(place)]
    return {name: _policy(name, told, kind, place.name) for name, told in place.policies.items()}


def _policy(name: str, told: Mapping[str, Any], kind: str, on: str) -> Policy:
    return Policy(name=name, kind=kind, on=on, **told)


def policed(tx: Transaction) -> Sequence[Place]:
    """Everything that has policies of its own, from the top, by name."""
    root = tx.root.get()
    if not root.policed:
        return []
    found: list[Place] = [root, *tx.catalogs.list(), *tx.schemas.list(), *tx.models.policed()]
    return [each for each in found if each.policies]


def chain(tx: Transaction, name: str) -> Sequence[Place]:
    """What a model, schema or catalog called `name` is in, from the registry down to itself, as far as it is there."""
    tx = getattr(tx, "whole", tx)  # what holds does so whether or not the actor sees where it comes from
    found: list[Place | None] = [tx.root.get()]
    if is_governed(name):
        namespace = namespace_of(name)
        found += [tx.catalogs.get(namespace.partition(".")[0]), tx.schemas.get(namespace)]
    found.append(tx.models.get(name))
    return [each for each in found if each is not None]


def chain_of(tx: Transaction, place: Place) -> Sequence[Place]:
    """What something is in, from the registry down to itself."""
    if isinstance(place, Model):
        return chain(tx, place.name)
    tx = getattr(tx, "whole", tx)
    root = tx.root.get()
    if isinstance(place, Schema):
        catalog = tx.catalogs.get(place.name.partition(".")[0])
        return [each for each in (root, catalog, place) if each is not None]
    return [root] if isinstance(place, Root) else [root, place]


def effective(places: Sequence[Place], *, governed: bool) -> Mapping[str, Policy]:
    """The policies in force where `places`, from the top, lead to, by name; those that are off among them."""
    found = {policy.name: policy for policy in DEFAULTS} if governed else {}
    for place in places:
        found.update(policies_on(place))
    # The registry does not keep the signatures of workspace models.
    return found if governed else {name: each for name, each in found.items() if each.rule != SIGNATURE}


def of_model(tx: Transaction, name: str) -> Mapping[str, Policy]:
    """The policies in force on the model `name`, which need not be there."""
    places = chain(tx, name) if tx.root.get().policed else ()
    return effective(places, governed=is_governed(name))


def of_alias(policies: Mapping[str, Policy], alias: str) -> Iterator[Policy]:
    """Those of `policies` that are asked when that alias is set."""
    return (each for each in policies.values() if each.when == "alias" and each.alias in (None, alias))


def approvals(tx: Transaction, model: str, alias: str) -> Sequence[ApprovalsNeeded]:
    """The approvals that it takes to set an alias of a model."""
    if not tx.root.get().policed:
        return []
    return [
        ApprovalsNeeded(count=int(each.parameters["count"][0]), group=each.parameters["group"][0], policy=each)
        for each in of_alias(of_model(tx, model), alias)
        if each.rule == "approvals" and each.mode == "prevent"
    ]
