"""What every topic works with: the database, the files, the tracking, and the actor on whose behalf."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from copy import copy
from functools import cache, cached_property, wraps
from types import FunctionType
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from jupyter_modelreg.core.errors import InvalidState, ReadOnly
from jupyter_modelreg.core.history.moved import check_not_moved
from jupyter_modelreg.core.ports.store import Clock, PastStoreFactory, Store, Transaction
from jupyter_modelreg.core.query.search import Filter, asks_of
from jupyter_modelreg.core.rules.text import check_argument, check_list

if TYPE_CHECKING:  # what most commands never use
    from jupyter_modelreg.core.access.access import Access
    from jupyter_modelreg.core.access.sight import Sight
    from jupyter_modelreg.core.entities.values import ChangeWarning
    from jupyter_modelreg.core.identity.records import Caller
    from jupyter_modelreg.core.ports.exchange import ExchangeGateway, ExchangeGatewayFactory
    from jupyter_modelreg.core.ports.files import FileStore, FileStoreFactory
    from jupyter_modelreg.core.ports.provenance import Provenance
    from jupyter_modelreg.core.ports.sql import SqlEngine, SqlEngineFactory
    from jupyter_modelreg.core.ports.tracking import Tracking, TrackingFactory, TrackingLimit
    from jupyter_modelreg.core.unit_of_work import UnitOfWork
    from jupyter_modelreg.core.usage.reader import Reader
    from jupyter_modelreg.core.usage.recorder import UsageRecorder

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
W = TypeVar("W", bound="UnitOfWork")
# How the annotations of parameters begin that take lists.
_LISTS = ("Sequence[", "Collection[", "Iterable[")


_units: ContextVar[list[int] | None] = ContextVar("_units", default=None)


def noting_units() -> AbstractContextManager[list[int]]:
    """The numbers of the units of work that are done inside, oldest first, for whoever may want to undo them.

    What has no way back is none of them: what is done to thousands of rows at once, and what `without_way_back` is for.
    """
    return _noting(_units)


def note_unit(number: int) -> None:
    """Tell whoever is noting them that this unit of work was done, as a server has said."""
    noted = _units.get()
    if noted is not None:
        noted.append(number)


_warnings: ContextVar[list[ChangeWarning] | None] = ContextVar("_warnings", default=None)


def noting_warnings() -> AbstractContextManager[list[ChangeWarning]]:
    """What there is to know about what is done inside, for whoever tells what was done.

    That is what policies that are not met have to say, and that what is used is deprecated.
    """
    return _noting(_warnings)


def note_warning(warning: ChangeWarning) -> bool:
    """Hand a warning to whoever is noting them; whether there is anybody."""
    noted = _warnings.get()
    if noted is not None:
        noted.append(warning)
    return noted is not None


@contextmanager
def _noting(variable: ContextVar[list[T] | None]) -> Iterator[list[T]]:
    """A list that `variable` holds meanwhile, for what happens inside to be added to."""
    found: list[T] = []
    token = variable.set(found)
    try:
        yield found
    finally:
        variable.reset(token)


@contextmanager
def without_way_back() -> Iterator[None]:
    """Nothing that is done inside is noted by `noting_units`: it is not one change that could be undone as a whole."""
    with noting_units():
        yield


@cache
def own_version() -> str:
    """The version of this package."""
    from importlib.metadata import version  # which most commands need not

    return version("jupyter_modelreg")


def epoch_ms() -> int:
    """Now, in UTC epoch milliseconds."""
    return int(time.time() * 1000)  # by the clock that MLflow's own times are from


class Context:
    """A registry's insides, opened for one actor: what `Registry` and its topics work with, and nobody else.

    Args:
        store: the database.
        files: makes the managed files; called on first use.
        tracking: makes what models come from; called on first use, since that imports MLflow.
        actor: on whose behalf everything is done.
        clock: the time in epoch milliseconds.
        gateway: makes what opens other registries, and archives; without it nothing is imported or exported.
        past: makes the store of the registry as it was after an event; without it nobody can look back.
        reader: who loads models here, for what is noted of that; None notes nothing.
        os_user: the user of the operating system; None where that is not known.
        provenance: gives the code that works here, for what is kept of where versions come from; None keeps nothing.
        sql: makes what answers SQL about the store; without it nobody can ask so.
        limit: makes tracking that reads from some places only, for whoever asks a server.

    Raises:
        InvalidInput: the actor holds half a character, or is too long.
    """

    def __init__(
        self,
        store: Store,
        files: FileStoreFactory,
        tracking: TrackingFactory,
        actor: str,
        clock: Clock = epoch_ms,
        gateway: ExchangeGatewayFactory | None = None,
        past: PastStoreFactory | None = None,
        reader: Reader | None = None,
        os_user: str | None = None,
        provenance: Provenance | None = None,
        sql: SqlEngineFactory | None = None,
        limit: TrackingLimit | None = None,
    ) -> None:
        check_argument("actor", actor)
        self.store = store
        self._make_files = files
        self.actor = actor
        self._make_tracking = tracking
        self._clock = clock
        self._make_gateway = gateway
        self._make_past = past
        self._reader = reader
        self.provenance = provenance
        self._make_sql = sql
        self._limit = limit
        # The log keeps it where the actor is called otherwise.
        self.os_user = None if os_user == actor else os_user
        self._present: Store | None = None  # the registry of today, where `store` is what it was
        self.read_only = False
        self.on_behalf_of: str | None = None  # for whom the actor does everything, with the rights of that one
        self._access: tuple[int, Access | None] | None = None  # with the number of the event up to which it holds

    @cached_property
    def files(self) -> FileStore:
        """The managed files."""
        return self._make_files()

    def managed(self) -> FileStore:
        """The managed files, for whoever may not need them."""
        return self.files

    @cached_property
    def tracking(self) -> Tracking:
        """Where models come from."""
        return self._make_tracking()

    @cached_property
    def usage(self) -> UsageRecorder | None:
        """Notes who loads what; None where nobody wants to know."""
        from jupyter_modelreg.core.usage.recorder import UsageRecorder  # which few processes need

        reader = self._reader
        return None if reader is None else UsageRecorder(self.store, self.actor, self._clock, reader)

    @cached_property
    def gateway(self) -> ExchangeGateway:
        """How other registries, and archives, are opened and written. Raises InvalidState."""
        if self._make_gateway is None:
            raise InvalidState("this registry can neither import nor export", "open it with jupyter_modelreg.connect()")
        return self._make_gateway()

    def sql(self) -> SqlEngine:
        """What answers SQL about the registry. Raises InvalidState."""
        if self._present is not None:
            raise InvalidState("SQL asks the registry as it is, not as it was", "the view events has what has happened")
        if self._make_sql is None:
            raise InvalidState("this registry cannot be asked in SQL", "open it with jupyter_modelreg.connect()")
        return self._make_sql(self.store)

    def sight(self, tx: Transaction) -> Sight:
        """What the actor may see of what `tx` holds."""
        from jupyter_modelreg.core.access.sight import Sight

        return Sight(tx, self.shown(tx)[1], self.principal)

    def as_of(self, last: int, time: int) -> Context:
        """The same registry as it was when event `last` had just happened, at `time`. Raises InvalidState."""
        if self._make_past is None:
            raise InvalidState("this registry cannot be looked at as it was", "open it with jupyter_modelreg.connect()")
        made = copy(self)
        made.store, made._present, made._access = self._make_past(self.store, last, time), self.store, None
        made._make_past = made._reader = None
        made.__dict__["usage"] = self.usage  # what is loaded from there is loaded today
        return made

    def called_by(self, caller: Caller) -> Context:
        """The same registry on behalf of whoever asks a server, which reads models for them from `caller.places`."""
        made = copy(self)
        made.actor, made.read_only, made._access = caller.actor, caller.read_only, None
        if self._limit is not None:
            made.__dict__["tracking"] = self._limit(self.tracking, caller.places)
        made.__dict__.pop("usage", None)
        return made

    def acting_as(self, principal: str) -> Context:
        """The same registry with what `principal` may do and see; what is done is the actor's, on their behalf."""
        made = copy(self)
        made.on_behalf_of, made._access = principal, None
        made.__dict__["usage"] = None  # who looks as somebody else uses nothing
        return made

    @property
    def principal(self) -> str:
        """Whose rights count."""
        return self.on_behalf_of or self.actor

    def now(self) -> int:
        """The time, in epoch milliseconds."""
        return self._clock()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent view of what the actor may see of the registry."""
        with self.reading() as (tx, _):
            yield tx

    def look(self, work: Callable[[Transaction], T]) -> T:
        """What `work` finds in a view as `read` gives it. It only looks, since it may be called twice; see `Store`."""
        return self.store.look(lambda tx: work(self.shown(tx)[0]))

    @contextmanager
    def reading(self) -> Iterator[tuple[Transaction, Access | None]]:
        """The same, with what the actor may do there; None for everything."""
        with self.store.read() as tx:
            yield self.shown(tx)

    def shown(self, tx: Transaction, *, writes: bool = False) -> tuple[Transaction, Access | None]:
        """`tx`, without what the actor may not see of it today, and what the actor may do; None for everything.

        What the actor may do is remembered for as long as nothing happens; of one that `writes`, not beyond it.
        """
        if self._present is not None:
            from jupyter_modelreg.core.access.guard import guarded_past

            return guarded_past(tx, self._present, self.principal)
        last = tx.events.last()
        reached = last.seq if last else 0
        if self._access is None or self._access[0] != reached:
            self._access = (reached, self._find_access(tx))
        access = self._access[1]
        if access is None:
            return tx, None
        from jupyter_modelreg.core.access.guard import guarded  # which nobody needs where all is open

        return guarded(tx, access.within(tx, anew=writes))

    def _find_access(self, tx: Transaction) -> Access | None:
        if tx.root.get().open:
            return None
        from jupyter_modelreg.core.access.access import Access

        access = Access(tx, self.principal)
        return None if access.unrestricted else access

    def unit_of_work(self, kind: type[W], tx: Transaction, access: Access | None, reason: str | None) -> W:
        """A unit of work of the actor, which begins now, on what `shown` gives."""
        return kind(
            tx,
            self.actor,
            self._clock(),
            reason,
            access=access,
            on_behalf_of=self.on_behalf_of,
            os_user=self.os_user,
            managed=self.managed,
        )

    def by_rights(self, tx: Transaction, access: Access | None, parts: Sequence[Filter]) -> Sequence[Filter]:
        """What a search asks, with what it asks of the actor's rights said in fields that a store knows.

        `tx` and `access` are those of `reading`. Raises InvalidInput, see `core.access.searching`.
        """
        if not asks_of(parts, "can"):
            return parts
        from jupyter_modelreg.core.access.searching import spelled_out  # which few searches need

        return spelled_out(tx, access, parts)

    def authorise(self, operation: str) -> None:
        """Raise PermissionDenied when the actor may not do what only reads, to the registry as a whole."""
        with self.reading() as (_, access):
            if access is not None:
                access.authorise(operation, None)

    @contextmanager
    def writing(self, *, even_moved: bool = False) -> Iterator[tuple[Transaction, Access | None]]:
        """The one transaction of a unit of work, as the actor sees it, with what the actor may do; None for everything.

        Raises ReadOnly for a caller who may only look, InvalidState in a registry that has moved to another place,
        unless it is to be done `even_moved`.
        """
        if self.read_only:
            raise ReadOnly("your token is for looking only", "use one that was made without --read-only")
        with self.store.write() as tx:
            if not even_moved:
                check_not_moved(tx)
            yield self.shown(tx, writes=True)

    @contextmanager
    def write(self, reason: str | None = None, *, even_moved: bool = False) -> Iterator[UnitOfWork]:
        """A unit of work: all of it happens, or nothing. For `even_moved`, and what it raises, see `writing`."""
        from jupyter_modelreg.core.unit_of_work import UnitOfWork  # which a process that only looks needs not

        with self.writing(even_moved=even_moved) as (shown, access):
            work = self.unit_of_work(UnitOfWork, shown, access, reason)
            yield work
            work.finish()
        warnings = _warnings.get()
        if warnings is not None:
            warnings += work.warnings
        if work.number is not None:
            note_unit(work.number)


class Topic:
    """One topic of the registry; its public methods are the operations `topic.verb`.

    Every argument of theirs is checked by `rules.text` before anything is done, so that no method can forget to.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def __init_subclass__(cls) -> None:
        for name, method in list(vars(cls).items()):
            if isinstance(method, FunctionType) and not name.startswith("_"):
                setattr(cls, name, checks_text(method))


def checks_text(method: Callable[P, R]) -> Callable[P, R]:
    """`method`, which raises InvalidInput for text that no database, file or log could hold, or that has no end.

    And for one text where it takes a list, which Python would take for a list of letters.
    """
    parameters = inspect.signature(method).parameters
    names = tuple(parameters)
    lists = {name: str(each.annotation) for name, each in parameters.items() if str(each.annotation).startswith(_LISTS)}

    @wraps(method)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        for name, value in (*zip(names[1:], args[1:], strict=False), *kwargs.items()):
            check_argument(name, value)
            if name in lists:
                check_list(name, value, lists[name])
        return method(*args, **kwargs)

    return checked
