"""What a registry offers to another one, page by page: models by name, the versions of each by number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from jupyter_modelreg.core.access.needs import NEEDS
from jupyter_modelreg.core.catalog.lookup import require_model, resolve_versions
from jupyter_modelreg.core.catalog.resolve import resolve
from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.versions import Version, VersionFile
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.exchange.schema import CATALOGS, FILES, MODELS, SCHEMAS, VERSIONS
from jupyter_modelreg.core.lineage.records import Lineage
from jupyter_modelreg.core.names import is_governed, namespace_of
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.query.paging import BY_NAME
from jupyter_modelreg.core.query.search import Condition, Order, Search, Start
from jupyter_modelreg.core.references import parse_reference
from jupyter_modelreg.core.sync.changes import changes_of, former_names
from jupyter_modelreg.core.sync.marks import Marks, marks_of, registry_id
from jupyter_modelreg.core.sync.records import Change, Known, Offer
from jupyter_modelreg.core.sync.tables import CHANGES, as_columns

# A page is sent whole, and worked on whole: it is full with so many of either.
_VERSIONS, _MODELS = 100, 200
_BY_NUMBER = (Order("version"),)
_EVENTS = 5000
_OF_RIGHTS = ("grant.changed", "owner.changed", "group.changed")


@dataclass(frozen=True)
class Scope:
    """What is asked for.

    Attributes:
        names: models, schemas and catalogs; None for everything.
        numbers: of models of which some versions are asked for, and not the model as a whole.
    """

    names: Sequence[str] | None
    numbers: dict[str, set[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, tx: Transaction, references: Sequence[str] | None) -> Scope:
        """What `references` name. Raises InvalidInput, NotFound."""
        if references is None:
            return cls(None)
        if not references:
            raise InvalidInput("nothing is named that is to be brought", "name models, versions, schemas or catalogs")
        names: list[str] = []
        numbers: dict[str, set[int]] = {}
        for reference in references:
            parsed = parse_reference(reference)
            if parsed.whole_model:
                names.append(resolve(tx, reference).name)
            else:
                found = numbers.setdefault(require_model(tx, parsed.model).name, set())
                found |= {version.version for version in resolve_versions(tx, parsed)}
        return cls(names, numbers)

    def has(self, name: str) -> bool:
        """Whether a model as a whole is asked for."""
        return self.names is None or any(name == each or name.startswith(f"{each}.") for each in self.names)

    def wants(self, version: Version) -> bool:
        """Whether a version is asked for."""
        return self.has(version.name) or version.version in self.numbers.get(version.name, ())


def make_offer(
    context: Context, receiver: Known, references: Sequence[str] | None, after: str | None, events: int | None
) -> Offer:
    """The page that begins `after` what the token of the page before says.

    `events` is how many the registry had when the first page was made. Raises InvalidInput, NotFound.
    """
    name, number = _place(after)
    with context.reading() as (tx, access):
        scope = Scope.of(tx, references)
        last = whole(tx).events.last()
        position = (last.seq if last else 0) if events is None else events
        page = _Page(tx, scope, marks_of(tx, receiver.registry, None if access is None else access.actor))
        wanted = None if receiver.since == 0 else _changed(tx, receiver, restricted=access is not None)
        following = None
        for model in _models(tx, scope, name, number):
            if (access is not None and not access.may(NEEDS["exchange.export"], model)) or model.browse_only:
                continue
            if wanted is not None and model.id not in wanted[0] and model.name not in wanted[1]:
                continue
            if page.full:
                following = f"{page.last}\n"
                break
            begin = number if model.name == name else 0
            following = page.add(model, begin)
            if following is not None:
                break
        return page.offer(registry_id(tx), position, following)


def _changed(tx: Transaction, receiver: Known, *, restricted: bool) -> tuple[set[int], set[str]] | None:
    """Ids of the models that something has happened to since, and names of those that are offered anyway.

    None where everything is to be looked at: whoever is `restricted` may load other models since.
    """
    found: set[int] = set()
    after = receiver.since
    while events := whole(tx).events.list(after=after, limit=_EVENTS):
        if restricted and any(event.action in _OF_RIGHTS for event in events):
            return None
        found |= {event.subject_id for event in events if event.subject == "model"}
        after = events[-1].seq
    return found, set(receiver.again)


def _place(after: str | None) -> tuple[str, int]:
    """The model after which a page begins, and after which of its versions, where they go on. Raises InvalidInput."""
    name, _, number = (after or "").partition("\n")
    if number and not (number.isascii() and number.isdecimal() and len(number) < 11):
        raise InvalidInput(f"{after!r} is no place in what is offered", "send what `next` of the page before says")
    return name, int(number or 0)


def _models(tx: Transaction, scope: Scope, name: str, number: int) -> Iterator[Model]:
    """Those in `scope` after the one called `name`; that itself, too, where its versions go on after `number`."""
    if name and number:
        model = tx.models.get(name)
        if model is not None:
            yield model
    start = Start({"name": name}) if name else Start()
    while found := tx.models.search(Search(order=BY_NAME, limit=_MODELS, start=start, prompts=None)):
        yield from (model for model in found if scope.has(model.name) or model.name in scope.numbers)
        start = Start({"name": found[-1].name})


class _Page:
    """A page as it grows."""

    def __init__(self, tx: Transaction, scope: Scope, marks: Marks) -> None:
        self._tx = tx
        self._scope = scope
        self._marks = marks
        self._catalogs: dict[str, Catalog] = {}
        self._schemas: dict[str, Schema] = {}
        self._models: list[Model] = []
        self._versions: list[Version] = []
        self._files: list[VersionFile] = []
        self._changes: list[Change] = []
        self._complete: list[str] = []
        self._names: dict[str, str] = {}
        self._formerly: dict[str, Sequence[str]] = {}

    @property
    def full(self) -> bool:
        """Whether nothing more is to come on it."""
        return len(self._versions) >= _VERSIONS or len(self._models) >= _MODELS

    @property
    def last(self) -> str:
        """The name of the last model on it."""
        return self._models[-1].name

    def add(self, model: Model, begin: int) -> str | None:
        """Add a model with its versions after number `begin`; where they do not fit, the token to go on with."""
        room = max(1, _VERSIONS - len(self._versions))
        conditions = (Condition("version", ">", begin),) if begin else ()
        search = Search(conditions, model_id=model.id, order=_BY_NUMBER, limit=room + 1, prompts=None)
        found = self._tx.versions.search(search)
        rest, found = found[room:], found[:room]
        versions = {each.version: each for each in found if each.status == "READY" and self._scope.wants(each)}
        self._put(model, list(versions.values()))
        changes = changes_of(self._tx, model, versions, self._marks, model.name)
        # What concerns the model as a whole is merged when all its versions are there.
        whole_model = not rest and self._scope.has(model.name)
        pointing = {str(number) for number in self._scope.numbers.get(model.name, ())} & {
            str(each) for each in versions
        }
        self._changes += [
            each
            for item, each in changes.items()
            if item.version is not None or whole_model or (item.kind == "alias" and each.value in pointing)
        ]
        if rest:
            return f"{model.name}\n{found[-1].version}"
        if whole_model:
            self._complete.append(model.name)
        return None

    def _put(self, model: Model, versions: Sequence[Version]) -> None:
        numbers = {version.version for version in versions}
        pointing = {alias: at for alias, at in model.aliases.items() if at in numbers or self._scope.has(model.name)}
        # What is granted here means nothing elsewhere, and what is the newest there shows there.
        self._models.append(replace(model, aliases=pointing, grants={}, policies={}, latest={}))
        former = former_names(self._tx, model)
        if former:
            self._formerly[model.name] = former
        self._versions += versions
        for version in versions:
            if version.managed:
                entries = self._tx.versions.files(version.id)
                self._files += [VersionFile(version_id=version.id, **vars(entry)) for entry in entries]
            copied = Lineage.of(version.lineage).copied_from
            self._name(None if copied is None else copied.model)
            self._name((version.deprecated or {}).get("model"))
        self._name((model.deprecated or {}).get("model"))
        if is_governed(model.name):
            schema = self._tx.schemas.get(namespace_of(model.name))
            catalog = self._tx.catalogs.get(model.name.partition(".")[0])
            if schema is not None and catalog is not None:
                self._schemas[schema.name] = replace(schema, grants={}, policies={})
                self._catalogs[catalog.name] = replace(catalog, grants={}, policies={})

    def _name(self, model_id: object) -> None:
        """Say what a model is called that is spoken of by its id, to whoever may know that."""
        model = None if model_id is None else self._tx.models.by_id(int(str(model_id)))
        if model is not None and model.deleted_at is None:
            self._names[str(model.id)] = model.name

    def offer(self, registry: str, position: int, following: str | None) -> Offer:
        """The page."""
        return Offer(
            registry=registry,
            position=position,
            tables={
                CATALOGS.name: as_columns(CATALOGS, list(self._catalogs.values())),
                SCHEMAS.name: as_columns(SCHEMAS, list(self._schemas.values())),
                MODELS.name: as_columns(MODELS, self._models),
                VERSIONS.name: as_columns(VERSIONS, self._versions),
                FILES.name: as_columns(FILES, self._files),
                CHANGES.name: as_columns(CHANGES, self._changes),
            },
            names=self._names,
            formerly=self._formerly,
            complete=self._complete,
            next=following,
        )
