"""What undoes a grant, a change of a group, of an owner, of policies, of saved searches, and a move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import AnySecurable
from jupyter_modelreg.core.history.moved import MOVED, REOPENED
from jupyter_modelreg.core.history.undo.present import about, check_still, container_now, model_now
from jupyter_modelreg.core.searches.records import saved_in
from jupyter_modelreg.core.unit_of_work import UnitOfWork


def take_back_grant(work: UnitOfWork, event: Event) -> None:
    """Have a principal hold on a securable what it held before."""
    _exchange(work, event, _securable(work, event), "grants")


def take_back_group(work: UnitOfWork, event: Event) -> None:
    """Have a group the members that it had, or none of it where there was none."""
    work.authorise("history.undo", None)
    _exchange(work, event, work.tx.root.get(), "groups")


def take_back_tag_policy(work: UnitOfWork, event: Event) -> None:
    """Have a tag the policy that it had, or none."""
    work.authorise("history.undo", None)
    _exchange(work, event, work.tx.root.get(), "tag_policies")


def take_back_search(work: UnitOfWork, event: Event) -> None:
    """Have the search be saved under a name that was, or none."""
    now = saved_in(work.tx.root.get())
    [name] = (event.before or {}).keys() | (event.after or {}).keys()
    work.authorise("history.undo", None, author=now[name].author if name in now else event.actor)
    _exchange(work, event, work.tx.root.get(), "searches")


def take_back_policy(work: UnitOfWork, event: Event) -> None:
    """Have on a securable the policy of that name that there was, or none."""
    _exchange(work, event, _securable(work, event), "policies")


def take_back_owner(work: UnitOfWork, event: Event) -> None:
    """Give a securable back to who owned it."""
    securable = _securable(work, event)
    check_still(work, event, {"owner": securable.owner}, ["owner"], replace(about(event), actions=(event.action,)))
    work.log("owner.changed", securable, before={"owner": securable.owner}, after=event.before)


def take_back_move(work: UnitOfWork, event: Event) -> None:
    """Open a registry that has moved away, or close it again."""
    work.authorise("history.undo", None)
    now = {"moved_to": work.tx.root.get().moved_to}
    check_still(work, event, now, ["moved_to"], replace(about(event), actions=(MOVED, REOPENED)))
    work.log(REOPENED if event.action == MOVED else MOVED, None, before=event.after, after=event.before)


def _securable(work: UnitOfWork, event: Event) -> AnySecurable:
    if event.subject == "registry":
        work.authorise("history.undo", None)
        return work.tx.root.get()
    return model_now(work, event) if event.subject == "model" else container_now(work, event)


def _exchange(work: UnitOfWork, event: Event, target: AnySecurable, field: str) -> None:
    before, after = event.before or {}, event.after or {}
    [name] = before.keys() | after.keys()
    now: Mapping[str, object] = getattr(target, field)
    query = replace(about(event), actions=(event.action,))
    check_still(work, event, {each: _plain(told) for each, told in now.items()}, [name], query)
    work.log(event.action, target, before=after or None, after=before or None)


def _plain(told: object) -> object:
    """As events have it."""
    return dict(told) if isinstance(told, Mapping) else list(told) if isinstance(told, tuple) else told
