"""The governance of the registry as one document: `registry.configuration`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_modelreg.core.configuration.document import DeclaredSecurable, Document, Place, read_document, written
from jupyter_modelreg.core.configuration.enforcing import Enforcement
from jupyter_modelreg.core.configuration.records import ConfigurationChange
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.securables import AnySecurable, Level, Model, Root, level_of
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.governance.effective import policies_on
from jupyter_modelreg.core.governance.tags import policies_of
from jupyter_modelreg.core.ports.store import Transaction


class Configuration(Topic):
    """`registry.configuration`: catalogs, schemas, groups, owners, grants and tag policies, see `document`."""

    def export(self) -> Mapping[str, JsonValue]:
        """The document that says how everything is. Raises PermissionDenied."""
        self._context.authorise("configuration.export")
        with self._context.read() as tx:
            return written(_as_it_is(tx))

    def apply(
        self,
        document: Mapping[str, JsonValue],
        *,
        prune: bool = False,
        dry_run: bool = False,
        force: bool = False,
        new: bool = False,
        reason: str | None = None,
    ) -> Sequence[ConfigurationChange]:
        """Make everything be as a document says, all of it or nothing; returns what was otherwise.

        Args:
            document: see `core.configuration.document`.
            prune: whether what the document lacks is removed: groups, members, grants, tag policies, and catalogs and
                schemas in which nothing is.
            dry_run: whether nothing is changed.
            force: whether the actor may lose the right to grant anything by it.
            new: whether a principal may be one that nobody has heard of, though its name is close to a known one.
            reason: kept in the log.

        Raises MisplacedValue (which knows where in the document it is), PermissionDenied, InvalidState.
        """
        wanted = read_document(dict(document))
        found: list[ConfigurationChange] = []
        try:
            with self._context.write(reason) as work:
                found += Enforcement(work, wanted, prune=prune, new=new).run(force=force)
                if dry_run:
                    raise _Undone
        except _Undone:
            pass
        return found


def _as_it_is(tx: Transaction) -> Document:
    """The document that says how everything is; of models those with grants or policies of their own."""
    root = tx.root.get()
    securables: list[AnySecurable] = [root, *tx.catalogs.list(), *tx.schemas.list(), *_own_models(tx)]
    return Document(groups=root.groups, tag_policies=policies_of(root), securables=list(map(_declared, securables)))


def _own_models(tx: Transaction) -> Sequence[Model]:
    found = {model.id: model for model in (*tx.models.granted(), *tx.models.policed())}
    return sorted(found.values(), key=lambda model: model.name)


def _declared(securable: AnySecurable) -> DeclaredSecurable:
    level, name = level_of(securable), securable.name
    described = None if isinstance(securable, Root | Model) else securable.description
    return DeclaredSecurable(
        level=level,
        name=name,
        place=_place(level, name),
        owner=securable.owner,
        described=described is not None,
        description=described,
        grants=securable.grants,
        policies=policies_on(securable),
    )


def _place(level: Level, name: str) -> Place:
    """Where in a document something is said."""
    if level == "registry":
        return ()
    parts = name.split(".")
    if level == "model" and len(parts) != 3:
        return "models", name
    return tuple(each for pair in zip(("catalogs", "schemas", "models"), parts, strict=False) for each in pair)


class _Undone(Exception):
    """Raised to have a unit of work rolled back."""
