"""Saved searches, and help with writing one: `registry.searches`."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from jupyter_modelreg.core.context import Context, Topic
from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput, NotFound
from jupyter_modelreg.core.names import check_search_name
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.fields import Kind
from jupyter_modelreg.core.query.finding import sought, sought_of
from jupyter_modelreg.core.searches.completion import complete
from jupyter_modelreg.core.searches.records import Completion, SavedSearch, saved_in, saved_name, told_of

# So many are kept, and so many of one author: whoever asks what they may do reads them along.
MOST, MOST_OF_ONE = 500, 100


class Searches(Topic):
    """`registry.searches`: filters that are kept under a name. Everybody sees them, whatever they find."""

    def save(
        self,
        name: str,
        filter: str,
        *,
        order_by: str = "",
        kind: Kind | None = None,
        replace: bool = False,
        reason: str | None = None,
    ) -> SavedSearch:
        """Keep a filter under a name.

        Args:
            name: letters, digits, `_`, `-` and `.`; `@name` in place of a filter stands for it from now on.
            filter, order_by: as `models.find` and `versions.find` take them.
            kind: whether to look for models or for versions; without it what the filter asks of.
            replace: whether it may take the place of one of that name. Only who has saved that, or manages the
                registry, replaces it.
            reason: kept in the log.

        Raises InvalidInput, which says where the filter cannot be read, AlreadyExists, PermissionDenied.
        """
        check_search_name(name)
        if not filter.strip() and not order_by.strip():
            raise InvalidInput("there is nothing to save: no filter, and no order", "write what to look for")
        if filter.lstrip().startswith("@"):
            raise InvalidInput("a saved search is no filter to save again", "save the filter that it stands for")
        found = sought(filter, order_by, self._context.now()).kind if kind is None else kind
        sought_of(found, filter, order_by, self._context.now())
        with self._context.write(reason) as work:
            before = saved_in(work.tx.root.get())
            there = before.get(name)
            if there is None:
                work.authorise("searches.save", None)
                own = sum(each.author == work.principal for each in before.values())
                if len(before) >= MOST or own >= MOST_OF_ONE:
                    what = f"a registry keeps at most {MOST} searches, and {MOST_OF_ONE} of one author"
                    raise InvalidInput(what, "delete one before: find --forget NAME")
            else:
                work.authorise("searches.delete", None, author=there.author)
                if not replace:
                    what = f"there is a saved search {name} by {there.author}"
                    raise AlreadyExists(what, f"to put this in its place: find FILTER --save {name} --replace")
            made = SavedSearch(
                name=name,
                filter=filter.strip(),
                order_by=order_by.strip(),
                kind=found,
                author=work.principal,
                saved_at=work.now,
            )
            work.log(
                "search.saved",
                work.tx.root.get(),
                before=None if there is None else {name: told_of(there)},
                after={name: told_of(made)},
            )
            return made

    def complete(self, filter: str, at: int | None = None) -> Completion:
        """What may come next in a filter that is being written, and what is wrong with it as it is.

        Args:
            filter: as far as it has been written.
            at: how many characters of it stand before the cursor; all unless that is said.
        """
        return complete(self._context, filter, len(filter) if at is None else min(max(at, 0), len(filter)))

    def get(self, name: str) -> SavedSearch:
        """The search that is saved as `name`. Raises NotFound."""
        with self._context.read() as tx:
            return find_saved(tx, name)

    def list(self) -> Sequence[SavedSearch]:
        """All saved searches, by name."""
        with self._context.read() as tx:
            return list(saved_in(tx.root.get()).values())

    def delete(self, name: str, *, reason: str | None = None) -> SavedSearch:
        """Keep a search no longer; returns what it was. Raises NotFound, PermissionDenied."""
        with self._context.write(reason) as work:
            gone = find_saved(work.tx, name)
            work.authorise("searches.delete", None, author=gone.author)
            work.log("search.saved", work.tx.root.get(), before={name: told_of(gone)})
            return gone


def as_written(context: Context, filter: str, order_by: str) -> tuple[str, str]:
    """A filter and an order; those of a saved search where `@name` stands in place of the filter. Raises NotFound."""
    name = saved_name(filter)
    if name is None:
        return filter, order_by
    with context.read() as tx:
        found = find_saved(tx, name)
    return found.filter, order_by or found.order_by


def find_saved(tx: Transaction, name: str) -> SavedSearch:
    """The search that is saved as `name`. Raises NotFound."""
    saved = saved_in(tx.root.get())
    if name not in saved:
        hint = "find --saved lists them" if saved else "there is none yet: find FILTER --save NAME saves one"
        raise NotFound.named("saved search", name, get_close_matches(name, saved, n=2), hint)
    return saved[name]
