"""Registering a version: a row for a workspace model; for a governed one also its files, copied, hashed and kept.

Order of steps for a governed version, so that nothing is half-done: everything that can be wrong with the request
is checked, and the files are fetched and looked at, before a number is taken; then the version appears as
PENDING_REGISTRATION, its files are added, and it becomes READY, or FAILED_REGISTRATION with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from jupyter_modelreg.core.catalog.aliases import check_alias_current, warn_of_deprecated
from jupyter_modelreg.core.catalog.lookup import ReferenceLike, require_model, resolve_version
from jupyter_modelreg.core.catalog.models import new_model
from jupyter_modelreg.core.context import Context, note_warning
from jupyter_modelreg.core.entities.securables import is_prompt
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import (
    AWAITED,
    FileEntry,
    ModelFiles,
    Registered,
    Sent,
    Version,
    files_among,
)
from jupyter_modelreg.core.errors import (
    InvalidInput,
    InvalidState,
    NotFound,
    PermissionDenied,
    RegistryError,
    SourceUnresolved,
)
from jupyter_modelreg.core.governance.cases import Files, in_folder
from jupyter_modelreg.core.governance.tags import admitted, check_tags
from jupyter_modelreg.core.lineage.records import Lineage
from jupyter_modelreg.core.names import is_governed
from jupyter_modelreg.core.ports.tracking import ResolvedSource
from jupyter_modelreg.core.previews.standing import Change, Standing
from jupyter_modelreg.core.references import parse_reference
from jupyter_modelreg.core.rules.aliases import check_alias_room
from jupyter_modelreg.core.rules.warnings import tag_warnings
from jupyter_modelreg.core.unit_of_work import UnitOfWork
from jupyter_modelreg.core.versions.incoming import check_incoming
from jupyter_modelreg.core.versions.pending import AddFiles, Pointed, finish, point_aliases
from jupyter_modelreg.core.versions.request import RegistrationRequest
from jupyter_modelreg.core.versions.tracing import completed, traced


def register(context: Context, request: RegistrationRequest) -> Registered:
    """Register one version; see `Versions.register` for the errors."""
    request = request.checked()
    before, pointed = _register(context, request)
    version = pointed.version
    change = Change(
        what=version.reference,
        model=version.name,
        version=version.version,
        new=True,
        tags=version.tags,
        aliases=request.aliases,
        signature=version.signature,
        more=pointed.warnings,
    )
    return Registered(**vars(version), moves=pointed.moves, warnings=before.warnings(change))


def _register(context: Context, request: RegistrationRequest) -> tuple[Standing, Pointed]:
    if not request.create_model and is_governed(request.name):
        # Before anything is fetched. For a workspace model MLflow looks at the source first, and so does `_insert`.
        context.look(lambda tx: require_model(tx, request.name))
    original = registered_source(context, request)
    governed = is_governed(request.name) and not is_prompt(request.tags)
    if governed:
        _check_early(context, request)
    origin = _origin(context, request, original)
    lineage = traced(context, origin, original)
    # A workspace version leaves its files where they are, unless another version of ours would take them along.
    if not governed and not (original and original.managed):
        incoming = Incoming(origin, original.signature if original else None, lineage)
        with context.write(request.reason) as work:
            return _insert(work, request, incoming, status="READY")
    with _prepare_files(context, request, original, origin) as (add_files, incoming):
        incoming = replace(incoming, lineage=completed(lineage, incoming.files))
        warned = check_incoming(context, incoming.signature, request.source, request.name) if governed else ()
        with ExitStack() as claims:
            with context.write(request.reason) as work:
                before, inserted = _insert(work, request, incoming, status="PENDING_REGISTRATION")
                pending = inserted.version
                # Before anybody can see it, and until it is READY: what is PENDING and unclaimed is known to be stuck.
                claims.enter_context(context.files.claim(pending.id))
            ready = finish(context, request, pending, add_files)
            return before, replace(ready, warnings=(*warned, *inserted.warnings, *ready.warnings))


def begin(context: Context, request: RegistrationRequest) -> Version:
    """Take a number for a governed version whose files somebody is about to send. Raises what `register` raises."""
    request = request.checked()
    if not is_governed(request.name):
        raise InvalidInput(f"{request.name} is a workspace model, which keeps no files", "register it from a source")
    with context.read() as tx:
        require_model(tx, request.name)
    _check_early(context, request)
    origin = ResolvedSource(location=request.source, run_id=request.run_id, logged_model_id=request.logged_model_id)
    incoming = Incoming(origin, None, traced(context, origin, None))
    with context.write(request.reason) as work:
        _, inserted = _insert(work, request, incoming, status="PENDING_REGISTRATION", awaited=True)
    return inserted.version


def complete(context: Context, reference: ReferenceLike, sent: Sent, reason: str | None) -> Version:
    """Take over the files of a version that was begun, and make it READY.

    Until they are found to be what a version takes, nothing has happened to it. Whoever has begun it does so, and
    nobody else: it is their name that it has.
    """
    pending = _awaited(context, reference)
    # Two at once would take over the same files twice.
    with context.files.claim(pending.id):
        pending = _awaited(context, pending.reference)
        with sent(pending) as files:
            request = RegistrationRequest(name=pending.name, source=pending.source or "", reason=reason)
            warned = check_incoming(context, files.signature, request.source, pending.name)
            incoming = in_folder(files.folder)
            lineage = completed(Lineage.of(pending.lineage), incoming)
            told = replace(pending, signature=files.signature, lineage=lineage.facts())
            with context.write(reason) as work:
                model = require_model(work.tx, pending.name)
                work.authorise("versions.complete", model)
                work.check_version(model, told, (), incoming)
            learned = {"signature": told.signature, "lineage": told.lineage}
            ready = finish(context, request, pending, partial(_copy, context, files), learned)
    for warning in warned:
        note_warning(warning)
    return ready.version


def _awaited(context: Context, reference: ReferenceLike) -> Version:
    """The version, which is to have files, and from whoever asks. Raises InvalidInput, NotFound, PermissionDenied."""
    with context.reading() as (tx, access):
        found = resolve_version(tx, reference)
        if access is not None:
            access.authorise("versions.complete", require_model(tx, found.name))
    if not found.awaits_files:
        raise InvalidInput(
            f"{found.reference} is {found.status}, and awaits no files", found.status_message or "begin another one"
        )
    if found.created_by != context.actor:
        raise PermissionDenied(
            f"{found.reference} was begun by {found.created_by}, who is to send its files", "begin one of your own"
        )
    return found


def _check_early(context: Context, request: RegistrationRequest) -> None:
    """Refuse, before anything is fetched, what would be refused afterwards whatever is in the files.

    Raises PermissionDenied, PolicyRefused.
    """
    with context.reading() as (tx, access):
        model = tx.models.get(request.name)
        if model is not None and access is not None:
            access.authorise("versions.register", model)
        root = tx.root.get()
        if not request.tags_carried and root.tag_policies:
            check_tags(root, context.principal, request.tags)
        if root.policed:
            from jupyter_modelreg.core.governance.checking import case_now, enforce_early
            from jupyter_modelreg.core.previews.policies import drafted  # which nobody needs without policies

            tags = admitted(root, context.principal, request.tags)[0] if request.tags_carried else request.tags
            model, version = drafted(context.actor, model, replace(request, tags=tags))
            case = case_now(
                tx, model, version, principal=context.principal, managed=context.managed, reason=request.reason
            )
            enforce_early(tx, case, request.aliases)


def registered_source(context: Context, request: RegistrationRequest) -> Version | None:
    """The registered version that `source` names, when it is a `models:/name/3` or `models:/name@alias` URI."""
    if not request.source.startswith("models:/"):
        return None
    body = request.source.removeprefix("models:/").lstrip("/")
    if "/" not in body and "@" not in body:  # models:/m-4f…, a logged model
        return None
    try:
        with context.reading() as (tx, access):
            found = resolve_version(tx, parse_reference(request.source))
            if access is not None:
                access.authorise("versions.copy", require_model(tx, found.name))
    except PermissionDenied:
        raise
    except RegistryError as error:
        raise SourceUnresolved(f"the source {request.source} cannot be found: {error.message}", error.hint) from error
    if found.status != "READY":
        raise InvalidState(
            f"{found.reference} is {found.status}, so nothing can be made from it",
            found.status_message or "wait until it is READY",
        )
    return found


def _origin(context: Context, request: RegistrationRequest, original: Version | None) -> ResolvedSource:
    if original is None:
        # A prompt has no files. Those of a governed model are about to be fetched: where nobody can say where they are,
        # there is no sense in asking twice.
        wanted = not (request.local_folder or request.run_id) if is_governed(request.name) else request.check_source
        strict = wanted and not is_prompt(request.tags)
        return context.tracking.resolve(request.source, request.run_id, request.logged_model_id, strict=strict)
    return ResolvedSource(
        location=original.files_uri,
        run_id=_run_of(context, request, original),
        logged_model_id=request.logged_model_id or original.logged_model_id,
        params=original.params,
        metrics=original.metrics,
        last_metrics=original.metrics,
    )


def _run_of(context: Context, request: RegistrationRequest, original: Version) -> str | None:
    """The run of a version made from another one: as requested, else that of the logged model requested (MLflow)."""
    if request.run_id or not request.logged_model_id:
        return request.run_id
    if request.logged_model_id == original.logged_model_id:  # the logged model itself may be gone by now
        return original.run_id
    return context.tracking.resolve(original.files_uri, None, request.logged_model_id).run_id


@dataclass(frozen=True)
class Incoming:
    """What comes in: where from, its signature, and its files as far as they are at hand."""

    origin: ResolvedSource
    signature: Mapping[str, JsonValue] | None
    lineage: Lineage = field(default_factory=Lineage)
    files: Files = field(default_factory=Files)


@contextmanager
def _prepare_files(
    context: Context, request: RegistrationRequest, original: Version | None, origin: ResolvedSource
) -> Iterator[tuple[AddFiles, Incoming]]:
    """How to fill the version's folder, and what comes in."""
    if original is not None and original.managed:
        with context.read() as tx:
            entries = tx.versions.files(original.id)

        def link(version: Version) -> list[FileEntry]:
            context.files.link(original.id, version.id, entries)
            return entries

        there = Files(
            kept=partial(context.files.path, original.id),
            listed=lambda: [each.path for each in files_among(entries)],
        )
        yield link, Incoming(origin, original.signature, files=there)
        return
    source = request.source if original is None else original.files_uri
    with context.tracking.fetch(source, request.local_folder or origin.location) as files:
        yield (
            lambda version: _copy(context, files, version),
            Incoming(origin, files.signature, files=in_folder(files.folder)),
        )


def _copy(context: Context, files: ModelFiles, version: Version) -> list[FileEntry]:
    return context.files.add(files.folder, version.id, move=files.disposable)


def _insert(
    work: UnitOfWork, request: RegistrationRequest, incoming: Incoming, *, status: str, awaited: bool = False
) -> tuple[Standing, Pointed]:
    """Insert the version; returns its model as it was before, and the version, with its aliases when it is READY.

    Policies ask about one that is `awaited` when its files have come.
    """
    origin = incoming.origin
    model = work.tx.models.get(request.name)
    before = Standing.of(work.tx, model, request.aliases)
    if model is None:
        if not request.create_model:
            raise NotFound.named("model", request.name, work.tx.models.closest(request.name))
        model = new_model(work, request.name)
    work.authorise("versions.register", model)
    warn_of_deprecated(work, model)
    check_alias_room(model, request.aliases)
    for alias in request.aliases:  # which a later unit sets, when the files have come
        check_alias_current(work.tx, model, alias, None)
    tags, left_out = _admitted(work, request)
    version = Version(
        id=work.next_id(),
        model_id=model.id,
        name=model.name,
        version=model.last_version + 1,
        tags=tags,
        description=request.description,
        source=request.source,
        location=origin.location if status == "READY" else None,  # the registry keeps the files itself
        run_id=origin.run_id,
        run_link=request.run_link,
        logged_model_id=origin.logged_model_id,
        params=origin.params,
        # What the run itself shows; a workspace version has what MLflow's own store gives it.
        metrics=origin.last_metrics if model.governed else origin.metrics,
        signature=incoming.signature,
        lineage=incoming.lineage.facts(),
        status=status,  # type: ignore[arg-type]
        status_message=AWAITED if awaited else None,
        **work.stamp,
    )
    # Those of a version that is not READY yet are set by a later unit, when all has been done that cannot be refused.
    if not awaited:
        work.check_version(model, version, () if status == "READY" else request.aliases, incoming.files)
    work.log_created(version)
    inserted = point_aliases(work, request, model, version) if status == "READY" else Pointed(version)
    return before, replace(inserted, warnings=(*tag_warnings(left_out), *work.warnings))


def _admitted(work: UnitOfWork, request: RegistrationRequest) -> tuple[Mapping[str, str], Mapping[str, RegistryError]]:
    """The tags that the version gets, and why others that came along do not."""
    if not request.tags_carried:
        return request.tags, {}
    return admitted(work.tx.root.get(), work.principal, request.tags)
