"""Which policies are in force on a model: those on it and on what it is in, the nearest of each name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jupyter_modelreg.core.catalog.lookup import containers
from jupyter_modelreg.core.entities.securables import AnySecurable, Model, Root, Schema, level_of
from jupyter_modelreg.core.governance.records import ApprovalsNeeded, Policy
from jupyter_modelreg.core.names import is_governed, namespace_of
from jupyter_modelreg.core.ports.store import Transaction, whole

SIGNATURE = "signature-required"
DEFAULTS: Sequence[Policy] = (Policy(name=SIGNATURE, rule=SIGNATURE, kind="default", on="governed models"),)
"""What holds for governed models where nobody says otherwise: Unity Catalog's rule. One of the name relaxes it."""


def place_of(policy: Policy) -> str:
    """Where a policy comes from: `catalog prod`."""
    where = policy.on if policy.kind in ("registry", "default") else f"{policy.kind} {policy.on}"
    return f"the {where}" if policy.kind == "registry" else where


def name_of(place: AnySecurable) -> str:
    """What something is called in a sentence: `catalog prod`, and `the registry`."""
    return "the registry" if isinstance(place, Root) else f"{level_of(place)} {place.name}"


def called(policy: Policy) -> str:
    """What a policy is called in a sentence: `policy no-pickle of catalog prod`."""
    return f"policy {policy.name} of {place_of(policy)}"


def policies_on(place: AnySecurable) -> Mapping[str, Policy]:
    """The policies that were put on something itself, by name."""
    return {name: _policy(name, told, level_of(place), place.name) for name, told in place.policies.items()}


def _policy(name: str, told: Mapping[str, Any], kind: str, on: str) -> Policy:
    return Policy(name=name, kind=kind, on=on, **told)


def policed(tx: Transaction) -> Sequence[AnySecurable]:
    """Everything that has policies of its own, from the top, by name."""
    root = tx.root.get()
    if not root.policed:
        return []
    found: list[AnySecurable] = [root, *tx.catalogs.list(), *tx.schemas.list(), *tx.models.policed()]
    return [each for each in found if each.policies]


def chain(tx: Transaction, name: str) -> Sequence[AnySecurable]:
    """What a model called `name` is in, from the registry down, and itself, as far as that is there."""
    tx = whole(tx)  # what holds does so whether or not the actor sees where it comes from
    model = tx.models.get(name)
    within = containers(tx, namespace_of(name)) if is_governed(name) else ()
    return [tx.root.get(), *within, *([] if model is None else [model])]


def chain_of(tx: Transaction, place: AnySecurable) -> Sequence[AnySecurable]:
    """What something is in, from the registry down to itself."""
    if isinstance(place, Model):
        return chain(tx, place.name)
    tx = whole(tx)
    within = containers(tx, namespace_of(place.name)) if isinstance(place, Schema) else ()
    return [tx.root.get(), *within, *([] if isinstance(place, Root) else [place])]


def effective(places: Sequence[AnySecurable], *, governed: bool) -> Mapping[str, Policy]:
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
