"""What a search asks of rights, `can = 'EXECUTE'`, said in the fields that a store knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from jupyter_modelreg.core.access.access import Access
from jupyter_modelreg.core.access.privileges import ON_MODELS, USE, ordered, parse_privilege
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.query.search import All, AnyOf, Condition, Filter, opposite
from jupyter_modelreg.core.rules.sentences import listed


def spelled_out(tx: Transaction, access: Access | None, parts: Sequence[Filter]) -> Sequence[Filter]:
    """`parts`, with the models that the actor may do something with in place of `can`; None for `access` is all.

    Raises InvalidInput for what is no privilege on models, and for an operator that does not fit.
    """
    known: dict[str, Filter] = {}

    def held(privilege: str) -> Filter:
        if privilege not in known:
            known[privilege] = All(()) if access is None else _held(whole(tx), access, privilege)
        return known[privilege]

    return [_spelled_out(part, held) for part in parts]


def _spelled_out(part: Filter, held: Callable[[str], Filter]) -> Filter:
    if not isinstance(part, Condition):
        return replace(part, parts=tuple(_spelled_out(each, held) for each in part.parts))
    if part.field != "can":
        return part
    if part.operator not in ("=", "!=", "IN", "NOT IN"):
        raise InvalidInput(f"can is compared with a privilege, so {part.operator} does not fit", "use =, != or IN")
    values = part.value if isinstance(part.value, tuple) else (part.value,)
    found = AnyOf(tuple(held(_on_models(str(value))) for value in values))
    return found if part.operator in ("=", "IN") else opposite(found)


def texts_seen(tx: Transaction, access: Access, parts: Sequence[Filter]) -> Sequence[Filter]:
    """`parts`, in which a text is looked for in the name and the description alone where no more may be read."""
    reads = AnyOf(tuple(_held(tx, access, privilege) for privilege in sorted(ON_MODELS)))
    return [_texts_seen(part, reads) for part in parts]


def _texts_seen(part: Filter, reads: Filter) -> Filter:
    if not isinstance(part, Condition):
        return replace(part, parts=tuple(_texts_seen(each, reads) for each in part.parts))
    if part.field != "text":
        return part
    described = All((Condition("description", "IS NOT NULL"), Condition("description", "CONTAINS", part.value)))
    anywhere = All((reads, Condition("text", "CONTAINS", part.value)))
    found = AnyOf((Condition("name", "CONTAINS", part.value), described, anywhere))
    return found if part.operator == "CONTAINS" else opposite(found)


def _on_models(text: str) -> str:
    privilege = parse_privilege(text)
    if privilege not in ON_MODELS:
        hint = f"use one of {listed(ordered(ON_MODELS), 'or')}"
        raise InvalidInput(f"{privilege} says nothing of what one can do to a model", hint)
    return privilege


def _held(tx: Transaction, access: Access, privilege: str) -> Filter:
    """The models on which `privilege` holds, the use of their containers included, as `Access.may` says."""
    wanted, using = {privilege, *USE.values()}, set(USE.values())
    everywhere = access.held(access.root)
    found: list[Filter] = [_WORKSPACE] if privilege in everywhere else []
    usable: list[Filter] = [_WORKSPACE]
    for catalog in tx.catalogs.list():
        held = access.held(catalog)
        within = All((_GOVERNED, Condition("catalog", "=", catalog.name)))
        found += [within] if wanted <= held else []
        usable += [within] if using <= held else []
    for schema in tx.schemas.concerning(list(access.principals)):
        held = access.held(schema)
        above, _, name = schema.name.partition(".")
        within = All((_GOVERNED, Condition("catalog", "=", above), Condition("schema", "=", name)))
        found += [within] if wanted <= held else []
        usable += [within] if using <= held else []
    own = Condition("owner", "IN", tuple(access.principals))
    granted = tuple(model.name for model in tx.models.granted() if access.may(privilege, model))
    return AnyOf((*found, All((own, AnyOf(tuple(usable)))), Condition("name", "IN", granted)))


_WORKSPACE = Condition("catalog", "IS NULL")
# What is turned round has to be true of workspace models, which are in no catalog.
_GOVERNED = Condition("catalog", "IS NOT NULL")
