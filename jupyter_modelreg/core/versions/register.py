"""Registering a version: a row for a workspace model; for a governed one also its files, copied, hashed and kept.

Order of steps for a governed version, so that nothing is half-done: everything that can be wrong with the request
is checked, and the files are fetched and looked at, before a number is taken; then the version appears as
PENDING_REGISTRATION, its files are taken in, and it becomes READY, or FAILED_REGISTRATION with the reason.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

from jupyter_modelreg.core.catalog.aliases import check_room, point_alias
from jupyter_modelreg.core.catalog.lookup import require_model, resolve_version
from jupyter_modelreg.core.catalog.models import new_model
from jupyter_modelreg.core.catalog.tags import check_tags
from jupyter_modelreg.core.context import Domain
from jupyter_modelreg.core.entities.findings import VersionLine
from jupyter_modelreg.core.entities.values import PROMPT_TAG, FileEntry, JsonValue, Model, Version
from jupyter_modelreg.core.errors import InvalidState, NotFound, PolicyRefused, RegistryError, SourceUnresolved
from jupyter_modelreg.core.names import check_model_name, check_settable_alias, is_governed, parse_reference
from jupyter_modelreg.core.ports.store import ModelFiles, Origin
from jupyter_modelreg.core.unit_of_work import Work

_logger = logging.getLogger(__name__)

TakeIn = Callable[[Version], list[FileEntry]]

_WHY_SIGNATURE = (
    "log it with input_example= or signature=: governed models declare what they take and what they give back"
)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to register; see `Versions.register` for the fields."""

    name: str
    source: str
    aliases: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    description: str | None = None
    run_id: str | None = None
    run_link: str | None = None
    logged_model_id: str | None = None
    local_folder: str | None = None
    create_model: bool = True
    check_source: bool = True
    reason: str | None = None

    def checked(self) -> Request:
        """The same with every part validated. Raises InvalidInput."""
        check_model_name(self.name)
        for alias in self.aliases:
            check_settable_alias(alias)
        return replace(self, aliases=tuple(dict.fromkeys(self.aliases)), tags=check_tags(self.tags))


def register(domain: Domain, request: Request) -> Version:
    """Register one version; see `Versions.register` for the errors."""
    request = request.checked()
    if not request.create_model and is_governed(request.name):
        # Before anything is fetched. For a workspace model MLflow looks at the source first, and so does `_insert`.
        with domain.read() as tx:
            require_model(tx, request.name)
    original = _registered_source(domain, request)
    origin = _origin(domain, request, original)
    governed = is_governed(request.name) and request.tags.get(PROMPT_TAG) != "true"
    # A workspace version leaves its files where they are, unless another version of ours would take them along.
    if not governed and not (original and original.managed):
        with domain.write(request.reason) as work:
            return _insert(work, request, origin, status="READY", signature=original.signature if original else None)
    with _take_in(domain, request, original) as (take_in, signature):
        if governed:
            check_signature(signature, request.source, request.name)
        with ExitStack() as claims:
            with domain.write(request.reason) as work:
                pending = _insert(work, request, origin, status="PENDING_REGISTRATION", signature=signature)
                # Before anybody can see it, and until it is READY: what is PENDING and unclaimed is known to be stuck.
                claims.enter_context(domain.artifacts.claim(pending.id))
            return _finish(domain, request, pending, take_in)


def _registered_source(domain: Domain, request: Request) -> Version | None:
    """The registered version that `source` names, when it is a `models:/name/3` or `models:/name@alias` URI."""
    if not request.source.startswith("models:/"):
        return None
    body = request.source.removeprefix("models:/").lstrip("/")
    if "/" not in body and "@" not in body:  # models:/m-4f…, a logged model
        return None
    try:
        with domain.read() as tx:
            found = resolve_version(tx, parse_reference(request.source))
    except RegistryError as error:
        raise SourceUnresolved(f"the source {request.source} cannot be found: {error.message}", error.hint) from error
    if found.status != "READY":
        raise InvalidState(
            f"{found.reference} is {found.status}, so nothing can be made from it",
            found.status_message or "wait until it is READY",
        )
    return found


def _origin(domain: Domain, request: Request, original: Version | None) -> Origin:
    if original is None:
        # A prompt has no files, and a governed model's are about to be fetched.
        strict = request.check_source and not is_governed(request.name) and PROMPT_TAG not in request.tags
        return domain.origins.origin(request.source, request.run_id, request.logged_model_id, strict=strict)
    return Origin(
        location=original.files_uri,
        run_id=_run_of(domain, request, original),
        logged_model_id=request.logged_model_id or original.logged_model_id,
        params=original.params,
        metrics=original.metrics,
    )


def _run_of(domain: Domain, request: Request, original: Version) -> str | None:
    """The run of a version made from another one: as requested, else that of the logged model requested (MLflow)."""
    if request.run_id or not request.logged_model_id:
        return request.run_id
    if request.logged_model_id == original.logged_model_id:  # which may be gone by now
        return original.run_id
    return domain.origins.origin(original.files_uri, None, request.logged_model_id).run_id


@contextmanager
def _take_in(
    domain: Domain, request: Request, original: Version | None
) -> Iterator[tuple[TakeIn, Mapping[str, JsonValue] | None]]:
    """How to fill the version's folder, and the signature of what comes in."""
    if original is not None and original.managed:
        with domain.read() as tx:
            entries = tx.versions.files(original.id)

        def link(version: Version) -> list[FileEntry]:
            domain.artifacts.link(original.id, version.id, entries)
            return entries

        yield link, original.signature
        return
    source = request.source if original is None else original.files_uri
    with domain.origins.files(source, request.local_folder) as files:
        yield lambda version: _copy(domain, files, version), files.signature


def _copy(domain: Domain, files: ModelFiles, version: Version) -> list[FileEntry]:
    return domain.artifacts.take_in(files.folder, version.id, move=files.disposable)


def check_signature(signature: Mapping[str, JsonValue] | None, source: str, name: str) -> None:
    """Unity Catalog: a signature with inputs and outputs is required (`_validate_model_signature` of its store).

    Raises PolicyRefused, which says that `source` cannot become a version of the governed model `name`.
    """
    if not signature or not signature.get("inputs"):
        raise PolicyRefused(f"{source} has no signature, so it cannot become {name}", _WHY_SIGNATURE)
    if not signature.get("outputs"):
        raise PolicyRefused(
            f"the signature of {source} has inputs but no outputs, so it cannot become {name}", _WHY_SIGNATURE
        )


def _insert(
    work: Work, request: Request, origin: Origin, *, status: str, signature: Mapping[str, JsonValue] | None
) -> Version:
    model = work.tx.models.get(request.name)
    if model is None:
        if not request.create_model:
            raise NotFound.named("model", request.name, work.tx.models.closest(request.name))
        model = new_model(work, request.name)
    check_room(model, request.aliases)
    version = Version(
        id=work.next_id(),
        model_id=model.id,
        name=model.name,
        version=model.last_version + 1,
        tags=request.tags,
        description=request.description,
        source=request.source,
        location=origin.location,
        run_id=origin.run_id,
        run_link=request.run_link,
        logged_model_id=origin.logged_model_id,
        params=origin.params,
        metrics=origin.metrics,
        signature=signature,
        status=status,  # type: ignore[arg-type]
        **work.stamp,
    )
    work.tx.versions.insert(version)
    latest = {**model.latest, version.stage: version.version}
    work.tx.models.update(model.id, {"last_version": version.version, "latest": latest, **work.touch})
    after: dict[str, JsonValue] = {
        "source": version.source,
        "run_id": version.run_id,
        "description": version.description,
        "tags": dict(version.tags),
        "status": status,
    }
    work.log("version.created", "model", model.id, model.name, version=version.version, after=after)
    if status == "READY":
        version = _point_aliases(work, request, model, version)
    return version


def _point_aliases(work: Work, request: Request, model: Model, version: Version) -> Version:
    for alias in request.aliases:
        point_alias(work, model, alias, version)
        model = replace(model, aliases={**model.aliases, alias: version.version})
    return replace(version, aliases=request.aliases)


def _finish(domain: Domain, request: Request, pending: Version, take_in: TakeIn) -> Version:
    try:
        entries = take_in(pending)
    except BaseException as error:  # what it had begun is gone already; a folder that is there is not ours
        record_failure(domain, request.reason, pending, error)
        raise
    try:
        return _ready(domain, request, pending, entries)
    except BaseException as error:
        if record_failure(domain, request.reason, pending, error):
            domain.artifacts.remove(pending.id)
        raise


def _ready(domain: Domain, request: Request, pending: Version, entries: list[FileEntry]) -> Version:
    changes: dict[str, object] = {
        "status": "READY",
        "managed": True,
        "location": domain.artifacts.path(pending.id).as_uri(),
        "size": sum(entry.size for entry in entries),
    }
    with domain.write(request.reason) as work:
        work.tx.versions.update(pending.id, changes)
        work.tx.versions.add_files(pending.id, entries)
        _log_status(work, pending, "READY", None)
        ready = replace(pending, **changes)  # type: ignore[arg-type]
        if request.aliases:
            ready = _point_aliases(work, request, require_model(work.tx, request.name), ready)
        return ready


def record_failure(domain: Domain, reason: str | None, pending: Version, error: BaseException) -> bool:
    """Set a version to FAILED_REGISTRATION; whether that could be put on record."""
    message = getattr(error, "message", None) or str(error) or type(error).__name__
    try:
        with domain.write(reason) as work:
            fail(work, pending, message)
    except RegistryError:  # on a full disk, say; what is to be heard of is the error that came first
        _logger.warning("%s stays %s until verify --repair", pending.reference, pending.status, exc_info=True)
        return False
    return True


def fail(work: Work, version: Version | VersionLine, message: str) -> None:
    """Set a version that never became READY to FAILED_REGISTRATION, for the reason `message`."""
    work.tx.versions.update(version.id, {"status": "FAILED_REGISTRATION", "status_message": message})
    _log_status(work, version, "FAILED_REGISTRATION", message)


def _log_status(work: Work, version: Version | VersionLine, status: str, message: str | None) -> None:
    work.log(
        "version.status",
        "model",
        version.model_id,
        version.name or "",
        version=version.version,
        before={"status": version.status},
        after={"status": status, "message": message} if message else {"status": status},
    )
