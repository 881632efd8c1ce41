"""Which policies a change would not meet, as far as that is known before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.values import ChangeWarning
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.names import is_governed
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.unit_of_work import Stamp

if TYPE_CHECKING:
    from jupyter_modelreg.core.versions.request import RegistrationRequest

# What can be said of a source before its files, metrics and description are at hand.
_OF_ANY = frozenset({"required-tags", "allowed-principals", "approvals"})
# Whoever asks has not said yet why, and may.
_SAID = "as will be said"


def of_alias(context: Context, tx: Transaction, model: Model, version: Version, alias: str) -> list[ChangeWarning]:
    """What policies say against setting an alias on a version."""
    if not tx.root.get().policed:
        return []
    return _asked(context, tx, model, version, version.reference, [alias], registering=False, only=None)


def of_new(
    context: Context, tx: Transaction, model: Model | None, request: RegistrationRequest, original: Version | None
) -> list[ChangeWarning]:
    """What policies say against a new version; `original` is what it would be a copy of, None where it is none."""
    if not tx.root.get().policed:
        return []
    model, version = drafted(context.actor, model, request)
    if original is not None:
        version = replace(
            original, name=model.name, version=version.version, tags=request.tags, created_by=context.actor
        )
    only = None if original is not None else _OF_ANY
    return _asked(context, tx, model, version, "the new version", request.aliases, registering=True, only=only)


def drafted(author: str, model: Model | None, request: RegistrationRequest) -> tuple[Model, Version]:
    """The version that a request would make, as far as the request says, and its model, which may be yet to be made."""
    stamp = Stamp(created_at=0, created_by=author, updated_at=0, updated_by=author)
    if model is None:
        model = Model(
            id=0, name=request.name, schema_id=0 if is_governed(request.name) else None, owner=author, **stamp
        )
    version = Version(
        id=0,
        model_id=model.id,
        name=model.name,
        version=model.last_version + 1,
        tags=request.tags,
        description=request.description,
        **stamp,
    )
    return model, version


def _asked(
    context: Context,
    tx: Transaction,
    model: Model,
    version: Version,
    what: str,
    aliases: Sequence[str],
    *,
    registering: bool,
    only: frozenset[str] | None,
) -> list[ChangeWarning]:
    from jupyter_modelreg.core.governance import checking  # which nobody needs where there are no policies
    from jupyter_modelreg.core.governance.effective import of_model

    policies = {name: each for name, each in of_model(tx, model.name).items() if only is None or each.rule in only}
    case = checking.case_now(tx, model, version, principal=context.principal, managed=context.managed, reason=_SAID)
    cases = [case] if registering else []
    cases += [
        checking.with_alias(tx, case, model, alias) for alias in aliases if model.aliases.get(alias) != version.version
    ]
    found = [result for each in cases for result in checking.results(each, checking.asked(each, policies))]
    return [checking.unmet_warning(what, each, before=True) for each in found if each.met is False]
