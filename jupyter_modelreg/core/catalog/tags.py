"""Tags on models and versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jupyter_modelreg.core.catalog.lookup import ReferenceLike, as_reference, require_model, resolve_versions
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Model, Root
from jupyter_modelreg.core.entities.values import TagChange, TagInUse
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import Conflict, InvalidInput
from jupyter_modelreg.core.names import check_tag_key, check_tag_value
from jupyter_modelreg.core.query.events import EventQuery
from jupyter_modelreg.core.query.paging import VERSION_ORDER
from jupyter_modelreg.core.query.search import FIRST, Search, Start
from jupyter_modelreg.core.times import time_text

if TYPE_CHECKING:  # what a process that only looks has no use for
    from jupyter_modelreg.core.unit_of_work import UnitOfWork

# How many events of a model to read at a time when looking for the one that changed a tag.
_LOOK_BACK = 1000
# What suggestions are made from: versions of the model itself, other models, and values of up to so many characters.
_NEAR, _FAR, _LONGEST_SUGGESTED = 200, 1000, 100


class Tags(Topic):
    """`registry.tags`. A reference to a model tags the model, one to versions tags each of them."""

    def set(
        self, reference: ReferenceLike, tags: Mapping[str, str], *, reason: str | None = None
    ) -> Sequence[TagChange]:
        """Set every tag in `tags`, and return what each key held before. Raises InvalidInput, NotFound."""
        changes = _Changes(set=check_tags(tags))
        with self._context.write(reason) as work:
            return _apply(work, "tags.set", reference, changes)

    def remove(
        self, reference: ReferenceLike, keys: Sequence[str], *, reason: str | None = None
    ) -> Sequence[TagChange]:
        """Remove tags, and return those that were there; others are no error (MLflow).

        Raises InvalidInput, NotFound.
        """
        changes = _Changes(remove=_check_keys(keys))
        with self._context.write(reason) as work:
            return _apply(work, "tags.remove", reference, changes)

    def in_use(self, model: str | None = None) -> Sequence[TagInUse]:
        """Tag keys with values, for suggestions: those of `model` and its newest versions, then those of other models.

        It looks at the newest 200 versions and at 1,000 models; values longer than 100 characters, and the tags MLflow
        sets itself, are left out. Governed tags come with the values that are allowed, before all others, and
        without those that the actor may not set. A `model` that is not there is no error.
        """
        with self._context.read() as tx:
            own = tx.models.get(model) if model is not None else None
            near: list[Model | Version] = [own] if own else []
            if own:
                near += tx.versions.search(Search(model_id=own.id, order=VERSION_ORDER, limit=_NEAR, prompts=None))
            found = _in_use(near, tx.models.search(Search(limit=_FAR)))
            root = tx.root.get()
            return _governed(root, self._context.principal, found) if root.tag_policies else list(found.values())

    def edit(
        self,
        reference: ReferenceLike,
        *,
        set: Mapping[str, str] | None = None,
        remove: Sequence[str] = (),
        expected: Mapping[str, str | None] | None = None,
        reason: str | None = None,
    ) -> Sequence[TagChange]:
        """Set and remove tags in one step, unless somebody else has changed them meanwhile; returns what was changed.

        Args:
            reference: the model, or the versions.
            set: what to set, replacing what a key held.
            remove: keys to remove; one that is not there is no error.
            expected: what keys held when the caller looked, None for a tag that was not there. Keys that are neither
                set nor removed do not matter, and a key that is not mentioned may hold anything.

        Raises:
            InvalidInput: a malformed tag, or one that is both set and removed.
            NotFound: no such model or version.
            Conflict: a tag holds something else than expected; nothing was changed.
        """
        changes = _Changes(check_tags(set), _check_keys(remove), expected or {})
        both = sorted(changes.set.keys() & changes.remove)
        if both:
            raise InvalidInput(f"tag {both[0]} is both set and removed", "decide on one of them")
        with self._context.write(reason) as work:
            return _apply(work, "tags.edit", reference, changes)


def _governed(root: Root, principal: str, found: Mapping[str, TagInUse]) -> Sequence[TagInUse]:
    """What is in use by key, and governed tags first, as their policies say."""
    from jupyter_modelreg.core.governance.tags import assigns, policies_of  # which nobody needs where there are none

    policies = policies_of(root)
    allowed = [
        TagInUse(key=key, values=policy.values or (found[key].values if key in found else ()), governed=True)
        for key, policy in policies.items()
        if assigns(root, principal, policy)
    ]
    return [*allowed, *(each for key, each in found.items() if key not in policies)]


def _in_use(near: Sequence[Model | Version], far: Sequence[Model | Version]) -> Mapping[str, TagInUse]:
    """The tags of those that are near, by how frequent they are, then those of all others, by key."""
    found: dict[str, Counter[str]] = {}
    for group in (near, far):
        counts: dict[str, Counter[str]] = {}
        for tagged in group:
            for key, value in tagged.tags.items():
                if not key.startswith("mlflow.") and len(value) <= _LONGEST_SUGGESTED:
                    counts.setdefault(key, Counter())[value] += 1
        for key in sorted(counts, key=lambda each: (-counts[each].total(), each)):
            found.setdefault(key, Counter()).update(counts[key])
    return {
        key: TagInUse(key=key, values=[value for value, _ in values.most_common(20)]) for key, values in found.items()
    }


@dataclass(frozen=True)
class _Changes:
    """Checked changes to the tags of one thing, and what they may only be made on top of (see `Tags.edit`)."""

    set: Mapping[str, str] = field(default_factory=dict)
    remove: Sequence[str] = ()
    expected: Mapping[str, str | None] = field(default_factory=dict)


def _check_keys(keys: Sequence[str]) -> Sequence[str]:
    # Any length will do: no tag is that long, and removing what is not there is no error (MLflow).
    return [check_tag_key(key, limit=None) for key in keys]


def check_tags(tags: Mapping[str, str] | None) -> dict[str, str]:
    """`tags` as a plain dict, keys and values checked. Raises InvalidInput."""
    return {check_tag_key(key): check_tag_value(key, value) for key, value in (tags or {}).items()}


def _apply(work: UnitOfWork, action: str, reference: ReferenceLike, changes: _Changes) -> list[TagChange]:
    parsed = as_reference(reference)
    model = require_model(work.tx, parsed.model)
    work.authorise(action, model)
    made: list[TagChange] = []
    targets: Sequence[Model | Version] = [model] if parsed.whole_model else resolve_versions(work.tx, parsed)
    for target in targets:
        for key in (*changes.set, *changes.remove):
            if key in changes.expected and target.tags.get(key) != changes.expected[key]:
                raise _conflict(work, target, key)
        gone = [key for key in changes.remove if key in target.tags]
        if not gone and not changes.set:
            continue
        name = _name(target)
        done = [TagChange(name=name, key=k, before=target.tags.get(k), after=v) for k, v in changes.set.items()]
        done += [TagChange(name=name, key=key, before=target.tags[key], after=None) for key in gone]
        for change in done:
            _log(work, target, change)
        made += done
    return made


def _conflict(work: UnitOfWork, target: Model | Version, key: str) -> Conflict:
    name = _name(target)
    now = target.tags.get(key)
    what = f"tag {key} of {name} " + ("is gone" if now is None else f"is now {_short(now)!r}")
    event = _last_change(work, target, key)
    who = "" if event is None else f", changed by {event.actor} at {time_text(event.time, seconds=True)}"
    return Conflict(what + who, "nothing was changed: look at the tags as they are now, then decide again")


def _last_change(work: UnitOfWork, target: Model | Version, key: str) -> Event | None:
    """The event that made the tag what it is; None when the tag came with the model or version itself."""
    model_id, version = _subject(target)
    start = FIRST
    while True:
        events = work.tx.events.recent(EventQuery(subject=("model", model_id), version=version), _LOOK_BACK, start)
        for event in events:
            tag = event.action.startswith("tag.") and event.version == version
            if tag and key in {**(event.before or {}), **(event.after or {})}:
                return event
        if len(events) < _LOOK_BACK:
            return None
        start = Start({"seq": events[-1].seq})


def _short(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:60]}…"


def _log(work: UnitOfWork, target: Model | Version, change: TagChange) -> None:
    # MLflow leaves last_updated_timestamp alone when a tag changes, and so does the projection.
    work.log(
        "tag.deleted" if change.after is None else "tag.set",
        target,
        before=None if change.before is None else {change.key: change.before},
        after=None if change.after is None else {change.key: change.after},
    )


def _name(target: Model | Version) -> str:
    return target.name if isinstance(target, Model) else target.reference


def _subject(target: Model | Version) -> tuple[int, int | None]:
    return (target.id, None) if isinstance(target, Model) else (target.model_id, target.version)
