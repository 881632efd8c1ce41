"""The rows of each kind that a transaction of the store offers.

What holds for all of them:

- An id is what the caller gives a row, unique among rows of its kind; the store makes none up.
- What a method gives back is a value: changing the store later does not change it, and it stays valid after the
  transaction. The order is always stated; where it says none, callers must not rely on one.
- Text is compared by its code points, as Python does; so is what is sorted by. Times are UTC epoch milliseconds.
- Every method sees what this transaction has done before. In a reading transaction only reading methods may be called.
- `limit` is the most rows a list may have, None for all; `start` is where it begins: behind the row whose sort fields
  hold `start.after`, and then `start.offset` rows further on. No page costs more for being a late one, `offset` aside.
- `update` sets the fields in `changes`, by their names, and leaves the others; a row that is not there is none changed.
- `closest` gives up to two names a few keystrokes away from `name` (case aside), the nearest first, for a hint; what
  counts as near is the backend's. `name` itself may be among them.
- Methods raise RegistryUnavailable when the database cannot be read or written, and RegistryBusy when others hold it
  for too long; nothing of the transaction is kept then. What else one raises is stated with it.
- An instance belongs to its transaction, and so to one thread.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Protocol

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, Root, Schema
from jupyter_modelreg.core.entities.versions import FileEntry, Version
from jupyter_modelreg.core.query.events import EventQuery
from jupyter_modelreg.core.query.search import Search, Start
from jupyter_modelreg.core.query.visibility import Visibility

if TYPE_CHECKING:  # what a process that only looks has no use for
    from jupyter_modelreg.core.discussion.records import Comment, Request
    from jupyter_modelreg.core.entities.integrity import Orphan, VersionSummary
    from jupyter_modelreg.core.entities.usage import UsageDay, VersionUsage
    from jupyter_modelreg.core.entities.webhooks import Webhook


class RootRows(Protocol):
    """The registry itself: one row, which is always there."""

    def get(self, name: str = ...) -> Root:
        """The registry. It is called `registry`."""

    def by_id(self, row_id: int) -> Root | None:
        """The registry, whose id is 0."""

    def update(self, row_id: int, changes: Mapping[str, object]) -> None:
        """Change fields of the registry."""


class CatalogRows(Protocol):
    """Catalogs, keyed by name."""

    def get(self, name: str) -> Catalog | None:
        """The catalog called exactly `name`; None where there is none."""

    def by_id(self, row_id: int) -> Catalog | None:
        """The catalog with that id; None where there is none."""

    def list(self, limit: int | None = None, start: Start = ...) -> list[Catalog]:
        """Catalogs by name."""

    def insert(self, catalog: Catalog) -> None:
        """Add a catalog whose id and name are free, which the caller has made sure of in this transaction."""

    def update(self, row_id: int, changes: Mapping[str, object]) -> None:
        """Change fields of the catalog with that id. A new `name` must be free."""

    def delete(self, row_id: int) -> None:
        """Remove the catalog with that id for good; its schemas are the caller's business. Its name is free then."""

    def closest(self, name: str) -> Sequence[str]:
        """Names of catalogs near `name`."""


class SchemaRows(Protocol):
    """Schemas, keyed by `catalog.schema`."""

    def get(self, name: str) -> Schema | None:
        """The schema called exactly `name`; None where there is none."""

    def by_id(self, row_id: int) -> Schema | None:
        """The schema with that id; None where there is none."""

    def list(self, catalog_id: int | None = None, limit: int | None = None, start: Start = ...) -> list[Schema]:
        """Schemas by name: those of one catalog, or all."""

    def concerning(self, principals: Sequence[str]) -> Sequence[Schema]:
        """The schemas that one of `principals` owns, or has been granted something on; in no order."""

    def insert(self, schema: Schema) -> None:
        """Add a schema whose id and name are free, which the caller has made sure of in this transaction."""

    def update(self, row_id: int, changes: Mapping[str, object]) -> None:
        """Change fields of the schema with that id. A new `name` must be free."""

    def delete(self, row_id: int) -> None:
        """Remove the schema with that id for good; its models are the caller's business. Its name is free then."""

    def closest(self, name: str) -> Sequence[str]:
        """Names of schemas near `name`, in full."""


class ModelRows(Protocol):
    """Models, keyed by full name.

    A row's `key` is the name it is found by. It is the name for as long as the model is not in the trash, and None in
    the trash, which frees the name: there may be many of one name in the trash, but one only out of it. Putting a model
    into the trash is `update(id, {"key": None, "deleted_at": now, …})`, a renaming `{"key": name, "name": name, …}`.
    """

    def get(self, name: str) -> Model | None:
        """The model that is found by exactly `name`; None where there is none, or only one in the trash."""

    def by_id(self, row_id: int) -> Model | None:
        """The model with that id, the trash included; None where there is none."""

    def search(self, search: Search) -> list[Model]:
        """Models out of the trash that match every condition, in the order asked for, then by name.

        `name`, `created_at` and `updated_at` can be compared and sorted by. A condition on a tag compares the value of
        that tag as text, and never matches a model without it. `catalog_id`, `schema_id` and
        `workspace` narrow the search; `model_id` is none of its business. `prompts`: True for prompts only, unless a
        condition is about the prompt tag itself; False for all others, and conditions on the prompt tag are ignored
        (MLflow does so); None for both.
        Raises InvalidInput for a field that there is not.
        """

    def count(self, search: Search) -> int:
        """How many `search` finds, whatever its `limit` and `start`."""

    def most_frequent(
        self, search: Search, fields: Sequence[str], limit: int
    ) -> Mapping[str, Sequence[tuple[str, str, int]]]:
        """For each field the `limit` values that most of what `search` finds has in it, with how much of it has each.

        The most frequent first, then by key and by value. Fields are `catalog`, `owner`, `alias`, `flavor` and `tags`,
        whose values have a key each; else that is empty. A model has the aliases and the flavors of
        those of its versions that meet the conditions.
        Values of more than `query.fields.LONGEST_FACET` characters, and tags whose key begins with `mlflow.`, are left
        out. `order`, `limit` and `start` of the search are none of its business.
        """

    def count_by_schema(self, visible: Visibility | None = None) -> Mapping[int | None, int]:
        """How many models out of the trash, without prompts, there are in each schema, by its id; None: in none.

        Only those that are `visible`, where that is given; a schema without any may be left out.
        """

    def trashed(self, limit: int | None = None) -> list[Model]:
        """Models in the trash, by id."""

    def count_trashed(self) -> int:
        """How many models are in the trash."""

    def granted(self) -> list[Model]:
        """Models out of the trash on which something is granted, by name."""

    def policed(self) -> list[Model]:
        """Models out of the trash with policies on them, by name."""

    def insert(self, model: Model) -> None:
        """Add a model whose id and name are free, to be found by its name."""

    def update(self, row_id: int, changes: Mapping[str, object]) -> None:
        """Change fields of the model with that id, or its `key`; a new one must be free."""

    def delete(self, row_id: int) -> None:
        """Remove the model with that id for good, with what was said of it; its versions are the caller's business."""

    def closest(self, name: str) -> Sequence[str]:
        """Names of models out of the trash near `name`."""


class VersionRows(Protocol):
    """Versions, keyed by model and number.

    A version has the name of its model, and as `aliases` those of the model's that point to it, in the model's order:
    neither is stored with the version. One is out of sight when it or its model is in the trash (`deleted_at` is set),
    except where it says otherwise.
    """

    def get(self, model: Model, version: int) -> Version | None:
        """Version `version` of `model`, unless the version is in the trash; name and aliases are as `model` says."""

    def numbered(self, model_id: int, version: int) -> Version | None:
        """Version `version` of the model with that id, the trash included; None where there is none.

        Its name and aliases are not looked up: they are empty.
        """

    def of_model(self, model_id: int) -> list[Version]:
        """All versions of the model with that id, by id, the trash included, with name and aliases."""

    def search(self, search: Search) -> list[Version]:
        """Versions in sight that match every condition, in the order asked for, then by name, then newest first.

        Besides what `ModelRows.search` says: `version`, `run_id`, `source` and `stage` can be compared and sorted by,
        too; what is None matches no comparison, and is sorted as an empty text. Tags are the version's own. `model_id`
        narrows the search; `catalog_id`, `schema_id` and `workspace` are none of its business. For `prompts`, False
        leaves out every version of a model of which any version is a prompt, in the trash or not (MLflow does so),
        True keeps the versions that are prompts themselves.
        """

    def count(self, model_id: int) -> int:
        """How many versions of a model are in sight."""

    def most_frequent(
        self, search: Search, fields: Sequence[str], limit: int
    ) -> Mapping[str, Sequence[tuple[str, str, int]]]:
        """For each field the `limit` values that most of what `search` finds has in it, with how much of it has each.

        The most frequent first, then by key and by value. Fields are `catalog`, `owner`, `alias`, `flavor` and `tags`,
        whose values have a key each; else that is empty. The tags are
        the version's own.
        Values of more than `query.fields.LONGEST_FACET` characters, and tags whose key begins with `mlflow.`, are left
        out. `order`, `limit` and `start` of the search are none of its business.
        """

    def latest(self, models: Sequence[Model]) -> list[Version]:
        """The versions that the models name in their `latest`, in no order; those in the trash are left out."""

    def count_by_model(self, model_ids: Sequence[int]) -> Mapping[int, int]:
        """How many versions out of the trash models have, by the model's id; one without any may be left out."""

    def stages(self, model_id: int) -> Mapping[str, int]:
        """The highest number in each stage of the versions not in the trash, by the lowest number in the stage."""

    def marked(self, model_id: int) -> Sequence[Version]:
        """The versions of a model that are pinned or have links, and are not in the trash, lowest number first."""

    def trashed(self, limit: int | None = None) -> list[Version]:
        """Versions in the trash, on their own or with their model, by id."""

    def count_trashed(self) -> int:
        """How many versions are in the trash on their own, their models not."""

    def insert(self, version: Version) -> None:
        """Add a version whose id, and whose number within its model, are free; its model has been added before."""

    def update(self, row_id: int, changes: Mapping[str, object]) -> None:
        """Change fields of the version with that id."""

    def touch(self, model_id: int, now: int) -> None:
        """Set `updated_at` of every version of a model, the trash included, to `now`."""

    def delete(self, row_id: int) -> None:
        """Remove the version with that id, its manifest and its usage, for good."""

    def files(self, version_id: int) -> list[FileEntry]:
        """The manifest of a version, by path; empty where there is none."""

    def holding(self, hashes: Sequence[str]) -> Mapping[str, int]:
        """For each SHA-256 the lowest id of the READY versions, out of the trash, that have a file with it.

        One that none has is left out.
        """

    def add_files(self, version_id: int, files: Sequence[FileEntry]) -> None:
        """Add to the manifest of a version; every path is new to it."""


class UsageRows(Protocol):
    """Who loaded which version: a row for each version, actor, notebook and day. It goes with its version.

    It is no part of what the log says, so a transaction may change it without an event.
    """

    def note(self, usage: UsageDay) -> None:
        """Add to the row of that version, which is there, actor, notebook and day, or make it.

        Counts are added, the later `last_used_at` stays, and so does an alias where `usage` has none.
        """

    def of_models(self, model_ids: Sequence[int], since: int | None = None) -> Sequence[VersionUsage]:
        """The usage of the versions of these models, those in the trash too: the latest first, then by version id.

        What was used last before `since`, in epoch milliseconds, is left out.
        """

    def last_used(self, model_ids: Sequence[int]) -> Mapping[tuple[int, int], int]:
        """When versions of these models were used last, by model id and number; those that never were are left out."""


class CommentRows(Protocol):
    """Comments on models and versions. Removing a version for good removes what was said of it, a model all of it."""

    def by_id(self, row_id: int) -> Comment | None:
        """The comment with that id, deleted or not; None where there is none."""

    def of_model(self, model_id: int) -> list[Comment]:
        """All comments on the model with that id and on its versions, by id, the deleted ones included."""

    def recent(
        self, mentioning: Sequence[str] | None = None, limit: int | None = None, start: Start = ...
    ) -> list[Comment]:
        """Comments that are not deleted, newest first, by id; only those that mention one of `mentioning`."""

    def insert(self, comment: Comment) -> None:
        """Add a comment whose id is free."""

    def update(self, row_id: int, changes: Mapping[str, object]) -> None:
        """Change fields of the comment with that id."""

    def delete(self, row_id: int) -> None:
        """Remove the comment with that id for good."""


class RequestRows(Protocol):
    """What people ask each other for. Removing a version, or a model, for good removes the requests about it."""

    def by_id(self, row_id: int) -> Request | None:
        """The request with that id, deleted or not; None where there is none."""

    def of_subject(self, subject: str, subject_id: int) -> list[Request]:
        """All requests about what is of this kind and has that id, by id, the deleted ones included."""

    def recent(
        self, state: str | None = None, author: str | None = None, limit: int | None = None, start: Start = ...
    ) -> list[Request]:
        """Requests that are not deleted, newest first, by id; of this `state`, and by this `author`, where given."""

    def insert(self, request: Request) -> None:
        """Add a request whose id is free."""

    def update(self, row_id: int, changes: Mapping[str, object]) -> None:
        """Change fields of the request with that id."""

    def delete(self, row_id: int) -> None:
        """Remove the request with that id for good."""


class RetiredNames(Protocol):
    """Names that governed models have left, and the highest version number used under each, which nothing forgets."""

    def highest(self, name: str) -> int:
        """The highest number used under `name` by models that have left it; 0 for none."""

    def highest_of(self, names: Sequence[str]) -> Mapping[str, int]:
        """The same for many names; those that nobody has left are not in it."""

    def retire(self, row_id: int, name: str, highest: int) -> None:
        """Keep that numbers up to `highest` have been used under `name`; lower ones than it knows change nothing.

        `row_id` is the id of the row, should this be the first time that the name is left.
        """


class EventRows(Protocol):
    """The activity log. Events are numbered from 1 without gaps (`seq`); nothing ever changes or removes one."""

    def last(self) -> Event | None:
        """The newest event, what this transaction appended included; None in an empty log. Costs no search."""

    def append(self, event: Event) -> None:
        """Add an event whose number is that of `last()` and one, and whose hash is chained to it."""

    def list(self, subject: tuple[str, int] | None = None, after: int = 0, limit: int | None = None) -> list[Event]:
        """Events with numbers above `after`, oldest first: of one subject (its kind and id), or all."""

    def recent(self, query: EventQuery = ..., limit: int | None = None, start: Start = ...) -> Sequence[Event]:
        """Events that meet `query`, newest first. Pages are by `seq`."""

    def actors(self) -> Sequence[str]:
        """Everybody who has done something, by name."""


class WebhookRows(Protocol):
    """Webhooks, keyed by their public id; deleted ones (`deleted_at` is set) are out of sight and stay."""

    def get(self, webhook_id: str) -> Webhook | None:
        """The webhook with that public id, unless deleted."""

    def by_id(self, row_id: int) -> Webhook | None:
        """The webhook with that id, deleted or not; None where there is none."""

    def list(self, event: tuple[str, str] | None = None, limit: int | None = None, start: Start = ...) -> list[Webhook]:
        """Webhooks, newest first by `created_at`, then by id; only those that listen to `event` when it is given."""

    def insert(self, webhook: Webhook) -> None:
        """Add a webhook whose id and public id are free."""

    def update(self, row_id: int, changes: Mapping[str, object]) -> None:
        """Change fields of the webhook with that id."""


class BulkRows(Protocol):
    """Rows by the thousand, for an import: each method takes about as long as one statement does."""

    def models(self, names: Sequence[str]) -> Mapping[str, Model]:
        """The models out of the trash that are called so, by name; a name without one is left out."""

    def purged_versions(self, model_ids: Sequence[int]) -> Set[tuple[int, int]]:
        """Ids of these models with the numbers of their versions that the log says were purged."""

    def versions(self, numbers: Iterable[tuple[int, int]]) -> Sequence[Version]:
        """The versions with these model ids and numbers, those in the trash too, in no order."""

    def insert_models(self, models: Sequence[Model]) -> None:
        """As `ModelRows.insert` for each."""

    def insert_versions(self, versions: Sequence[Version]) -> None:
        """As `VersionRows.insert` for each."""

    def append_events(self, events: Sequence[Event]) -> None:
        """As `EventRows.append` for each, in order."""

    def delete_models(self, model_ids: Sequence[int]) -> None:
        """As `ModelRows.delete` for each."""

    def delete_versions(self, version_ids: Sequence[int]) -> None:
        """As `VersionRows.delete` for each."""

    def renumber_models(self, models: Sequence[Model]) -> None:
        """Store `last_version`, `aliases`, `updated_at` and `updated_by` of models that are there; nothing else."""

    def note_latest(self, model_ids: Iterable[int]) -> None:
        """Have these models' `latest` say what `VersionRows.stages` says."""


class Integrity(Protocol):
    """Questions about the whole database. Nothing here is quick."""

    def lines(self) -> list[VersionSummary]:
        """Every version that has files of the registry's own (`managed`) or is not READY, the trash included, by id."""

    def line(self, version_id: int) -> VersionSummary | None:
        """One version by its id, the trash included; None where there is none."""

    def tables(self) -> Sequence[str]:
        """What `read_whole` takes: the names of all tables there are."""

    def foreign(self) -> Sequence[str]:
        """What is in the database and not of the registry, each by what it is and its name: `macro f`."""

    def read_whole(self, table: str) -> None:
        """Read every value of a table, for what the database finds damaged on the way. Raises RegistryUnavailable."""

    def totals(self) -> Mapping[str, int]:
        """How many `models` and `versions` there are, the trash included."""

    def manifests(self) -> Mapping[int, list[FileEntry]]:
        """The manifest of every version that has one, by path, by the id of the version."""

    def dangling(self) -> list[Orphan]:
        """Every row that leads nowhere: each with what it is about and what is wrong, in a sentence.

        A schema without a catalog, a model out of the trash without its schema, a version without a model, files
        without a version, an alias whose version is not there or in the trash, a `last_version` below the highest
        number there is, a `latest` that differs from `stages` (`derived`), a managed READY version without files, and a
        comment or request without its model or version.
        """

    def derivations(self, model_ids: Collection[int] | None = None) -> list[Orphan]:
        """Versions of these models, or of all, of which searches know something else than follows from what is kept.

        Each is `derived`; there are none where searches ask what is kept itself.
        """

    def derive(self) -> None:
        """Put right what is `derived` in `dangling` and in `derivations`."""

    def some_models(self, count: int) -> Sequence[int]:
        """The ids of `count` models chosen at random, or of all where there are no more; the trash included."""

    def log(self, after: int, limit: int) -> Sequence[tuple[Event, bool]]:
        """The `limit` events that follow number `after`, oldest first, as they are stored.

        With each, whether its values are stored in another spelling than `events.canonical` gives them.
        """
