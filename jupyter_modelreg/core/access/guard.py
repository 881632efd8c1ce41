"""A transaction that shows an actor only what is theirs to see: whatever is read goes through it.

What is hidden is not there: it is in no answer, list, count, search, suggestion or event. Only a name that is taken by
something hidden cannot be told from one that must not be used (`Access.check_unused`). What is written goes through as
it is, since a unit of work asks before it writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from operator import itemgetter
from typing import Any, TypeVar, cast

from jupyter_modelreg.core.access.access import Access
from jupyter_modelreg.core.access.shown import Shown
from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.usage import VersionUsage
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.ports.store import Store, Transaction
from jupyter_modelreg.core.query.events import EVERYTHING, EventQuery
from jupyter_modelreg.core.query.fields import RANK, field_of
from jupyter_modelreg.core.query.paging import BY_NAME
from jupyter_modelreg.core.query.search import FIRST, Condition, Search, Start, asks_of, conditions_in

Counted = Mapping[str, Sequence[tuple[str, str, int]]]
T = TypeVar("T", Catalog, Schema)
R = TypeVar("R")
# The fields of a model that somebody knows who may only browse.
_BROWSED = frozenset({"name", "catalog", "schema", "owner", "description", "text"})
_PAGE = 200


def guarded(tx: Transaction, access: Access) -> tuple[Transaction, Access]:
    """`tx` as `access`, which is restricted, allows it to be read."""
    return cast(Transaction, GuardedTransaction(tx, access, tx)), access


def guarded_past(tx: Transaction, present: Store, actor: str) -> tuple[Transaction, Access | None]:
    """`tx`, on the past of the registry in `present`, as `actor` may read it today, and what the actor may do."""
    now = cast(Transaction, _Briefly(present))
    access = Access(now, actor)
    if access.unrestricted:
        return tx, None
    return cast(Transaction, GuardedTransaction(tx, access, now)), access


class _Briefly:
    """A transaction that is opened anew for each question."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, kind: str) -> Any:
        return _BriefRows(self._store, kind)


class _BriefRows:
    def __init__(self, store: Store, kind: str) -> None:
        self._store = store
        self._kind = kind

    def __getattr__(self, name: str) -> Any:
        def ask(*args: Any, **kwargs: Any) -> Any:
            with self._store.read() as tx:
                return getattr(getattr(tx, self._kind), name)(*args, **kwargs)

        return ask


class GuardedTransaction:
    """`core.ports.Transaction`, in which what is hidden is not to be found."""

    def __init__(self, tx: Transaction, access: Access, now: Transaction) -> None:
        self.whole = tx
        self.access = access
        self._shown = Shown(access, now, past=now is not tx)

    def counts(self) -> Mapping[str, int]:
        """See `core.ports`."""
        models, workspace = self.models.count(Search()), self.models.count(Search(workspace=True))
        return {
            **self.whole.counts(self.access.visibility(browse=False)),
            "catalogs": len(self.catalogs.list()),
            "schemas": len(self.schemas.list()),
            "governed_models": models - workspace,
            "workspace_models": workspace,
        }

    def __getattr__(self, name: str) -> Any:
        """The rows of that name, as far as they may be seen; what holds nothing to hide, and only writes, as it is."""
        rows, kind = getattr(self.whole, name), _GUARDS.get(name)
        if kind is None:
            return rows
        guarded = self.__dict__[name] = kind(rows, self._shown)
        return guarded


class _Rows:
    """Rows of one kind; what is not said here goes through."""

    def __init__(self, rows: Any, shown: Shown) -> None:
        self._rows = rows
        self._shown = shown

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rows, name)


class _Named(_Rows):
    def closest(self, name: str) -> Sequence[str]:
        return [each for each in self._rows.closest(name) if self.get(each) is not None]


class _Containers(_Named):
    def get(self, name: str) -> Any:
        return self._only(self._rows.get(name))

    def by_id(self, row_id: int) -> Any:
        return self._only(self._rows.by_id(row_id))

    def _only(self, found: T | None) -> T | None:
        return found if found is not None and self._shown.sees(found) else None

    def _page(self, fetch: Callable[[int | None, Start], list[T]], limit: int | None, start: Start) -> list[T]:
        """The first `limit` that may be seen, from `start`."""
        found: list[T] = []
        skipped = start.offset
        start = Start(start.after)
        while True:
            page = fetch(_PAGE, start)
            found += [each for each in page if self._shown.sees(each)]
            if len(page) < _PAGE or (limit is not None and len(found) >= limit + skipped):
                return _cut(found, skipped, limit)
            start = Start({order.field: getattr(page[-1], order.field) for order in BY_NAME})


class _Catalogs(_Containers):
    def list(self, limit: int | None = None, start: Start = FIRST) -> list[Catalog]:
        return self._page(self._rows.list, limit, start)


class _Schemas(_Containers):
    def list(self, catalog_id: int | None = None, limit: int | None = None, start: Start = FIRST) -> list[Schema]:
        return self._page(lambda limit, start: self._rows.list(catalog_id, limit, start), limit, start)


class _Models(_Named):
    def get(self, name: str) -> Model | None:
        return self._shown.model(self._rows.get(name))

    def by_id(self, row_id: int) -> Model | None:
        return self._shown.model(self._rows.by_id(row_id))

    def search(self, search: Search) -> list[Model]:
        if self._shown.past:  # whose rows know the rights of then
            browse = _browses(search) and not asks_of(search.conditions, "text")
            found = self._of(self._rows.search(_wide(search)), browse=browse)
            return _cut(found, search.start.offset, search.limit)
        return self._of(self._rows.search(self._visible(search)), browse=True)

    def count(self, search: Search) -> int:
        if self._shown.past:
            return len(self.search(replace(search, limit=None, start=FIRST)))
        return int(self._rows.count(self._visible(search)))

    def most_frequent(self, search: Search, fields: Sequence[str], limit: int) -> Counted:
        if self._shown.past:
            return _counted_apart(self._rows, search, fields, limit, self.count)
        search = self._visible(search)
        # What may only be browsed is counted by nothing else than what is told of it.
        browsed, others = ([each for each in fields if (each in _BROWSED) is told] for told in (True, False))
        read = replace(search, visible=self._shown.access.visibility(browse=False))
        asked = ((search, browsed), (read, others))
        return {
            field: found
            for narrowed, some in asked
            if some
            for field, found in self._rows.most_frequent(narrowed, some, limit).items()
        }

    def _of(self, models: Sequence[Model], browse: bool) -> list[Model]:
        found = map(self._shown.model, models)
        return [model for model in found if model is not None and (browse or not model.browse_only)]

    def count_by_schema(self) -> Mapping[int | None, int]:
        if self._shown.past:
            return Counter(model.schema_id for model in self.search(Search()))
        counted: Mapping[int | None, int] = self._rows.count_by_schema(self._shown.access.visibility(browse=True))
        return counted

    def trashed(self, limit: int | None = None) -> list[Model]:
        found = [model for model in self._rows.trashed() if self._shown.reads_model(model.id)]
        return found[:limit]

    def count_trashed(self) -> int:
        return len(self.trashed())

    def granted(self) -> list[Model]:
        return self._of(self._rows.granted(), browse=False)

    def policed(self) -> list[Model]:
        return self._of(self._rows.policed(), browse=False)

    def _visible(self, search: Search) -> Search:
        access, browse = self._shown.access, _browses(search)
        if browse and asks_of(search.conditions, "text"):
            from jupyter_modelreg.core.access.searching import texts_seen  # which few searches need

            search = replace(search, conditions=texts_seen(self._shown.now, access, search.conditions))
        return replace(search, visible=access.visibility(browse=browse))


def _wide(search: Search) -> Search:
    """A search for all that `search` may find on this page and on later ones."""
    return replace(search, limit=None, start=Start(search.start.after))


def _cut(found: list[R], offset: int, limit: int | None) -> list[R]:
    return found[offset:] if limit is None else found[offset : offset + limit]


def _those(
    fetch: Callable[[int | None, Start], Sequence[R]],
    shown: Callable[[R], bool],
    key: str,
    limit: int | None,
    start: Start,
) -> list[R]:
    """The first `limit` of what `fetch` gives, sorted by `key`, that may be `shown`."""
    found: list[R] = []
    skipped, start = start.offset, Start(start.after)
    size = None if limit is None else max(limit, _PAGE)
    while True:
        page = fetch(size, start)
        found += filter(shown, page)
        if limit is None or size is None or len(found) >= skipped + limit or len(page) < size:
            return _cut(found, skipped, limit)
        start = Start({key: getattr(page[-1], key)})


def _browses(search: Search) -> bool:
    """Whether a search finds what may only be browsed: what it asks for must not tell what else is in there."""
    asked = {condition.field for condition in conditions_in(search.conditions)}
    sorting = {order.field for order in search.order if field_of(order.field) is not RANK}
    return asked | sorting <= _BROWSED


def _counted_apart(
    rows: Any, search: Search, fields: Sequence[str], limit: int, count: Callable[[Search], int]
) -> Counted:
    """What `most_frequent` tells, value by value: rows of the past do not know who may see them today."""
    search = replace(search, order=(), limit=None, start=FIRST)
    found: dict[str, list[tuple[str, str, int]]] = {}
    for field, values in rows.most_frequent(search, fields, None).items():
        seen = []
        for key, value, _ in values:
            asked = Condition(f"{field}.{key}" if key else field, "=", value)
            seen.append((key, value, count(replace(search, conditions=[*search.conditions, asked]))))
        found[field] = sorted(filter(itemgetter(2), seen), key=lambda each: (-each[2], *each[:2]))[:limit]
    return found


class _Versions(_Rows):
    def get(self, model: Model, version: int) -> Version | None:
        found: Version | None = self._rows.get(model, version) if self._shown.reads(model) else None
        return found

    def numbered(self, model_id: int, version: int) -> Version | None:
        found: Version | None = self._rows.numbered(model_id, version) if self._shown.reads_model(model_id) else None
        return found

    def of_model(self, model_id: int) -> list[Version]:
        return list(self._rows.of_model(model_id)) if self._shown.reads_model(model_id) else []

    def search(self, search: Search) -> list[Version]:
        if search.model_id is not None:
            return list(self._rows.search(search)) if self._shown.reads_model(search.model_id) else []
        if self._shown.past:
            found = [each for each in self._rows.search(_wide(search)) if self._shown.reads_model(each.model_id)]
            return _cut(found, search.start.offset, search.limit)
        return list(self._rows.search(replace(search, visible=self._shown.access.visibility(browse=False))))

    def most_frequent(self, search: Search, fields: Sequence[str], limit: int) -> Counted:
        if self._shown.past:
            return _counted_apart(self._rows, search, fields, limit, lambda each: len(self.search(each)))
        visible = self._shown.access.visibility(browse=False)
        found: Counted = self._rows.most_frequent(replace(search, visible=visible), fields, limit)
        return found

    def count(self, model_id: int) -> int:
        return int(self._rows.count(model_id)) if self._shown.reads_model(model_id) else 0

    def latest(self, models: Sequence[Model]) -> list[Version]:
        return list(self._rows.latest([model for model in models if self._shown.reads(model)]))

    def count_by_model(self, model_ids: Sequence[int]) -> Mapping[int, int]:
        found: Mapping[int, int] = self._rows.count_by_model(list(filter(self._shown.reads_model, model_ids)))
        return found

    def marked(self, model_id: int) -> Sequence[Version]:
        return list(self._rows.marked(model_id)) if self._shown.reads_model(model_id) else []

    def trashed(self, limit: int | None = None) -> list[Version]:
        found = [version for version in self._rows.trashed() if self._shown.reads_model(version.model_id)]
        return found[:limit]

    def count_trashed(self) -> int:
        return sum(not self._shown.in_trash(version.model_id) for version in self.trashed())


class _Events(_Rows):
    def list(self, subject: tuple[str, int] | None = None, after: int = 0, limit: int | None = None) -> list[Event]:
        found: list[Event] = []
        while True:
            page = self._rows.list(subject, after, None if limit is None else max(limit, _PAGE))
            found += filter(self._shown.event, page)
            if limit is None or len(found) >= limit or len(page) < max(limit, _PAGE):
                return found[:limit]
            after = page[-1].seq

    def recent(self, query: EventQuery = EVERYTHING, limit: int | None = None, start: Start = FIRST) -> Sequence[Event]:
        return _those(partial(self._rows.recent, query), self._shown.event, "seq", limit, start)


class _Comments(_Rows):
    def by_id(self, row_id: int) -> Comment | None:
        found: Comment | None = self._rows.by_id(row_id)
        return found if found is not None and self._shown.reads_model(found.model_id) else None

    def of_model(self, model_id: int) -> list[Comment]:
        return list(self._rows.of_model(model_id)) if self._shown.reads_model(model_id) else []

    def recent(
        self, mentioning: Sequence[str] | None = None, limit: int | None = None, start: Start = FIRST
    ) -> list[Comment]:
        fetch = partial(self._rows.recent, mentioning)
        return _those(fetch, lambda each: self._shown.reads_model(each.model_id), "id", limit, start)


class _Requests(_Rows):
    def by_id(self, row_id: int) -> Request | None:
        found: Request | None = self._rows.by_id(row_id)
        return found if found is not None and self._shown.request(found) else None

    def of_subject(self, subject: str, subject_id: int) -> list[Request]:
        return list(filter(self._shown.request, self._rows.of_subject(subject, subject_id)))

    def recent(
        self, state: str | None = None, author: str | None = None, limit: int | None = None, start: Start = FIRST
    ) -> list[Request]:
        return _those(partial(self._rows.recent, state, author), self._shown.request, "id", limit, start)


class _Bulk(_Rows):
    def models(self, names: Sequence[str]) -> Mapping[str, Model]:
        found = {name: self._shown.model(model) for name, model in self._rows.models(names).items()}
        return {name: model for name, model in found.items() if model is not None}


class _Usage(_Rows):
    def of_models(self, model_ids: Sequence[int], since: int | None = None) -> Sequence[VersionUsage]:
        found: Sequence[VersionUsage] = self._rows.of_models(list(filter(self._shown.reads_model, model_ids)), since)
        return found

    def last_used(self, model_ids: Iterable[int]) -> Mapping[tuple[int, int], int]:
        found: Mapping[tuple[int, int], int] = self._rows.last_used(list(filter(self._shown.reads_model, model_ids)))
        return found


_GUARDS: Mapping[str, type[_Rows]] = {
    "catalogs": _Catalogs,
    "schemas": _Schemas,
    "models": _Models,
    "versions": _Versions,
    "events": _Events,
    "comments": _Comments,
    "requests": _Requests,
    "usage": _Usage,
    "bulk": _Bulk,
}
