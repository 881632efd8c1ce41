"""Candidates for completion: names, versions, aliases, tag keys and namespaces, for the notebook and the shell alike.

They are click's own completion functions, so click decides which one is asked. Pressing Tab must never show a
traceback: whatever goes wrong while looking is logged for debugging, and nothing is offered.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import click

from jupyter_modelreg.commands.results.formats import alias_text, in_order, number_text
from jupyter_modelreg.commands.results.text import line
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.catalog.catalogs import Catalogs, Schemas
from jupyter_modelreg.core.entities.securables import EVERYBODY, Model
from jupyter_modelreg.core.errors import InvalidInput, NotFound
from jupyter_modelreg.core.names import namespace_of
from jupyter_modelreg.core.query.paging import encode_token
from jupyter_modelreg.core.query.search import Condition, Order
from jupyter_modelreg.core.references import qualify

if TYPE_CHECKING:  # what a command that runs has no use for
    from click.shell_completion import CompletionItem

Candidate = tuple[str, str]  # what to type, and what it is
Completer = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]

# The most candidates worth offering, and how long to look for them, in seconds.
_MOST = 100
PATIENCE = 1.5
_EXACT = "models:/"
_RUNS = "runs:/"

log = logging.getLogger(__name__)


def _looking(find: Callable[[CommandSession, click.Context, str], Iterable[Candidate]]) -> Completer:
    """A click completion function from one that yields candidates; those that do not fit are dropped."""

    def complete(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return looked_up(ctx, lambda session: find(session, ctx, incomplete), incomplete)

    return complete


def looked_up(
    ctx: click.Context, find: Callable[[CommandSession], Iterable[Candidate]], incomplete: str
) -> list[CompletionItem]:
    """The candidates that go on from `incomplete`; none when looking fails."""
    from click.shell_completion import CompletionItem

    known: dict[str, str] = {}
    for text, about in _patiently(_session(ctx), find):
        # What cannot be seen cannot be judged either, and a line break would end the line that a shell reads.
        if text.startswith(incomplete) and text.isprintable():
            known.setdefault(text, line(about))
    return [CompletionItem(text, help=about) for text, about in known.items()][:_MOST]


def _session(ctx: click.Context) -> CommandSession:
    """The session of this line, on the registry it names if it does."""
    session: CommandSession = ctx.obj
    elsewhere: str | None = ctx.find_root().params.get("registry")
    return session if elsewhere is None else session.elsewhere(elsewhere)


def _patiently(session: CommandSession, find: Callable[[CommandSession], Iterable[Candidate]]) -> list[Candidate]:
    """What `find` finds; nothing when it fails, or takes longer than a person waits for a completion."""
    found: list[Candidate] = []

    def look() -> None:
        try:
            for each in find(session):  # one by one: what comes before a failure is offered
                found.append(each)
        except Exception:  # a completion has nobody to report to
            log.debug("looking for completions failed", exc_info=True)

    try:
        _ = session.registry  # what this imports, once, is not counted as waiting
    except Exception:  # as above
        log.debug("opening the registry for completions failed", exc_info=True)
        return []
    worker = threading.Thread(target=look, name="modelreg-completion", daemon=True)
    worker.start()
    worker.join(PATIENCE)
    return [] if worker.is_alive() else found


@_looking
def references(session: CommandSession, _ctx: click.Context, incomplete: str) -> Iterator[Candidate]:
    """REF: models, and behind `@` or `/` what is there of the model."""
    return reference_candidates(session, incomplete)


@_looking
def models(session: CommandSession, _ctx: click.Context, incomplete: str) -> Iterator[Candidate]:
    """MODEL."""
    return _model_names(session, incomplete)


@_looking
def filters(session: CommandSession, _ctx: click.Context, incomplete: str) -> Iterator[Candidate]:
    """FILTER: what may come next in it, and the names of saved searches."""
    found = session.registry.searches.complete(incomplete)
    for each in found.suggestions:
        yield f"{incomplete[: found.start]}{each.text}", each.about


@_looking
def saved_searches(session: CommandSession, _ctx: click.Context, _incomplete: str) -> Iterator[Candidate]:
    """NAME: of a saved search."""
    for each in session.registry.searches.list():
        yield each.name, each.filter


@_looking
def sql(session: CommandSession, _ctx: click.Context, incomplete: str) -> Iterator[Candidate]:
    """STATEMENT: views, or columns of those that it names."""
    return sql_candidates(session, incomplete, incomplete)


def sql_candidates(session: CommandSession, statement: str, incomplete: str) -> Iterator[Candidate]:
    """What may come at the end of `incomplete`, the last of `statement`: columns of the views in it, and views."""
    from re import findall, search

    found = search(r"\w*$", incomplete)
    head = incomplete[: found.start()] if found else incomplete
    words = set(findall(r"\w+", statement.lower()))
    views = session.registry.sql_views()
    named = [view for view in views if view.name in words]
    # Behind FROM and JOIN there are views, and behind a dot columns.
    before = findall(r"(\w+|\.)\s*$", head.lower())[-1:]
    if before != ["."]:
        for view in views if before in (["from"], ["join"]) or not named else ():
            yield f"{head}{view.name}", view.about
    if before not in (["from"], ["join"]):
        for view in named:
            for column in view.columns:
                yield f"{head}{column.name}", f"{column.type}: {column.about}"
        if before != ["."]:
            yield from ((f"{head}{view.name}", view.about) for view in views)


@_looking
def namespaces(session: CommandSession, _ctx: click.Context, incomplete: str) -> Iterator[Candidate]:
    """CATALOG or CATALOG.SCHEMA."""
    yield from _containers(session.registry.catalogs, incomplete, "catalog")
    yield from _containers(session.registry.schemas, incomplete, "schema")


@_looking
def catalogs(session: CommandSession, _ctx: click.Context, incomplete: str) -> Iterator[Candidate]:
    """CATALOG."""
    return _containers(session.registry.catalogs, incomplete, "catalog")


@_looking
def securables(session: CommandSession, ctx: click.Context, incomplete: str) -> Iterator[Candidate]:
    """REF, where a catalog or a schema will do as well."""
    yield from reference_candidates(session, incomplete)
    yield from _containers(session.registry.schemas, incomplete, "schema")
    yield from _containers(session.registry.catalogs, incomplete, "catalog")


@_looking
def statement(session: CommandSession, ctx: click.Context, incomplete: str) -> Iterator[Candidate]:
    """PRIVILEGE… on [KIND] NAME, and behind `to` or `from` principals, as the command has it."""
    from jupyter_modelreg.core.access.privileges import LEVELS, PRIVILEGES  # which no other command looks up

    words = [str(word).lower() for word in ctx.params.get("words") or ()]
    preposition = "from" if ctx.info_name == "revoke" else "to"
    if "on" not in words:
        yield from ((name.replace(" ", "_"), "") for name in PRIVILEGES)
        yield from [("on", "what")] * bool(words)
        return
    behind = words[words.index("on") + 1 :]
    if preposition in behind:
        yield from _principals(session)
        return
    if not behind:
        yield from ((level, "") for level in LEVELS)
    if not behind or behind[-1] in LEVELS:
        yield from reference_candidates(session, incomplete)
        yield from _containers(session.registry.schemas, incomplete, "schema")
        yield from _containers(session.registry.catalogs, incomplete, "catalog")
    if behind:
        yield preposition, "whom"


@_looking
def principals(session: CommandSession, _ctx: click.Context, _incomplete: str) -> Iterator[Candidate]:
    """PRINCIPAL: groups, who is in them, and whoever was granted something."""
    return _principals(session)


def _principals(session: CommandSession) -> Iterator[Candidate]:
    groups = session.registry.groups.list()
    found = {each.name: f"group: {', '.join(each.members)}" for each in groups}
    for group in groups:
        found |= {member: f"in {group.name}" for member in group.members if member not in found}
    for grant in session.registry.grants.list():
        found.setdefault(grant.principal, "everybody" if grant.principal == EVERYBODY else "was granted something")
    yield from sorted(found.items())


@_looking
def aliases(session: CommandSession, _ctx: click.Context, incomplete: str) -> Iterator[Candidate]:
    """MODEL@ALIAS."""
    if "@" in incomplete:
        yield from reference_candidates(session, incomplete)
        return
    for name, about in _model_names(session, incomplete):
        yield f"{name}@", about


@_looking
def alias_versions(session: CommandSession, ctx: click.Context, _incomplete: str) -> Iterator[Candidate]:
    """VERSION behind MODEL@ALIAS: numbers, `latest` and the other aliases of the model."""
    model = session.reference(ctx.params["target"]).model
    for version in session.registry.versions.list(model, limit=_MOST):
        yield str(version.version), _about(version.aliases)
    yield "latest", "the highest version"
    for name, at in session.registry.models.get(model).aliases.items():
        yield f"@{name}", f"version {at}"


@_looking
def tag_pairs(session: CommandSession, ctx: click.Context, incomplete: str) -> Iterator[Candidate]:
    """K=V: governed keys, keys in use, on this model first, and the values a key may have, or has had."""
    key, equals, _ = incomplete.partition("=")
    for policy in session.registry.tag_policies.list():
        if not equals:
            yield f"{policy.key}=", policy.description or ", ".join(policy.values)
        elif policy.key == key and policy.values:
            for value in policy.values:
                yield f"{key}={value}", ""
            return
    for tags in _tags_in_use(session, ctx.params.get("ref")):
        for name, value in tags:
            if not equals:
                yield f"{name}=", f"also {value}"
            elif name == key:
                yield f"{key}={value}", ""


@_looking
def tag_keys(session: CommandSession, ctx: click.Context, _incomplete: str) -> Iterator[Candidate]:
    """K: the tag keys of the model or version."""
    reference = session.reference(ctx.params["ref"])
    model = session.registry.models.get(reference.model)
    if reference.whole_model:
        yield from model.tags.items()
        return
    for version in session.registry.versions.list(model.name, limit=_MOST):
        yield from version.tags.items()


@_looking
def metrics(session: CommandSession, ctx: click.Context, _incomplete: str) -> Iterator[Candidate]:
    """METRIC: the metrics of the newest versions."""
    model = session.model(ctx.params["model"])
    for version in session.registry.versions.list(model, limit=_MOST):
        for key, value in version.latest_metrics.items():
            yield key, f"{number_text(value)} in version {version.version}"


@_looking
def links(session: CommandSession, ctx: click.Context, _incomplete: str) -> Iterator[Candidate]:
    """URL: the links of the versions."""
    for version in session.registry.versions.resolve(session.reference(ctx.params["ref"])):
        yield from version.links.items()


@_looking
def own_comments(session: CommandSession, _ctx: click.Context, _incomplete: str) -> Iterator[Candidate]:
    """ID: the comments that the actor may edit, the newest first."""
    return _comments(session, "edit")


@_looking
def deletable_comments(session: CommandSession, _ctx: click.Context, _incomplete: str) -> Iterator[Candidate]:
    """ID: the comments that the actor may delete, the newest first."""
    return _comments(session, "delete")


def _comments(session: CommandSession, action: str) -> Iterator[Candidate]:
    for each in reversed(session.registry.comments.list(limit=_MOST)):
        if action in each.actions:
            yield str(each.id), f"{each.reference}: {each.text[:_MOST]}"


@_looking
def governed_tags(session: CommandSession, _ctx: click.Context, _incomplete: str) -> Iterator[Candidate]:
    """KEY: of a tag that has a policy."""
    for policy in session.registry.tag_policies.list():
        yield policy.key, policy.description or ", ".join(policy.values)


@_looking
def requests(session: CommandSession, _ctx: click.Context, _incomplete: str) -> Iterator[Candidate]:
    """ID: open requests, the newest first."""
    return _requests(session, None)


@_looking
def decidable_requests(session: CommandSession, _ctx: click.Context, _incomplete: str) -> Iterator[Candidate]:
    """ID: the open requests that the actor may approve or reject, the newest first."""
    return _requests(session, "reject")


@_looking
def own_requests(session: CommandSession, _ctx: click.Context, _incomplete: str) -> Iterator[Candidate]:
    """ID: the open requests that the actor may cancel, the newest first."""
    return _requests(session, "cancel")


def _requests(session: CommandSession, action: str | None) -> Iterator[Candidate]:
    for each in session.registry.requests.list(limit=_MOST):
        if action is None or action in each.actions:
            yield str(each.id), f"{each.wish} on {each.reference}, asked by {each.author}"


def sources(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """SOURCE: `models:/…` of this registry, logged models and those of runs where MLflow is at hand, or a folder."""
    from click.shell_completion import CompletionItem

    if incomplete.startswith((_EXACT, _RUNS)):
        return looked_up(ctx, lambda session: _uris(session, incomplete), incomplete)
    schemes = [CompletionItem(scheme) for scheme in (_RUNS, _EXACT) if incomplete and scheme.startswith(incomplete)]
    return [*schemes, CompletionItem(incomplete, type="dir")]


def registries(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """A registry, which is a file where it is near."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def _uris(session: CommandSession, incomplete: str) -> Iterator[Candidate]:
    """Versions of this registry, and what has been logged; importing MLflow would take longer than anybody waits."""
    if incomplete.startswith(_EXACT):
        yield from reference_candidates(session, incomplete)
    if "mlflow" not in sys.modules:
        return
    for logged in session.registry.tracking.logged_models(limit=_MOST):
        about = ", ".join(filter(None, (logged.name, logged.run_name, logged.experiment)))
        yield f"{_EXACT}{logged.model_id}", about
        if logged.run_id is not None:
            yield f"{_RUNS}{logged.run_id}/{logged.name}", about


def reference_candidates(session: CommandSession, incomplete: str) -> Iterator[Candidate]:
    """Candidates for a reference; `models:/` in front stays in front, and then short names are not completed."""
    exact = incomplete.startswith(_EXACT)
    if not exact and incomplete and _EXACT.startswith(incomplete):
        yield _EXACT, "an exact name"
    prefix, body = (_EXACT, incomplete.removeprefix(_EXACT)) if exact else ("", incomplete)
    separator = max(body.rfind("@"), body.rfind("/"))
    if separator < 0:
        for name, about in _model_names(session, body, exact=exact):
            yield f"{prefix}{name}", about
            if name == body:
                yield from _within(session, f"{prefix}{name}", "@")
        return
    yield from _within(session, f"{prefix}{body[:separator]}", body[separator])


def _within(session: CommandSession, model: str, separator: str) -> Iterator[Candidate]:
    """Aliases behind `@`, versions behind `/`."""
    name = session.reference(model).model
    if separator == "@":
        for alias, at in session.registry.models.get(name).aliases.items():
            yield f"{model}@{alias}", f"version {at}"
        return
    for version in session.registry.versions.list(name, limit=_MOST):
        yield f"{model}/{version.version}", _about(version.aliases)
    yield f"{model}/latest", "the highest version"


def _model_names(session: CommandSession, incomplete: str, exact: bool = False) -> Iterator[Candidate]:
    """Short names in the current namespace first, then every name that begins so."""
    namespace = None if exact else session.namespace
    if namespace is not None:
        for model in _beginning(session, f"{namespace}.{incomplete}"):
            if model.governed:
                yield model.name.removeprefix(f"{namespace}."), _describe(model)
    for model in _beginning(session, incomplete):
        if qualify(model.name, namespace) == model.name:  # else it is only reached as models:/NAME
            yield model.name, _describe(model)


def _containers(topic: Catalogs | Schemas, incomplete: str, kind: str) -> Iterator[Candidate]:
    """Catalogs or schemas whose names begin with `incomplete`; no more rows are read than are worth offering."""
    for found in topic.list(limit=_MOST, page_token=_token_before(incomplete)):
        yield found.name, found.description or kind


def _token_before(incomplete: str) -> str | None:
    """The page token of the place right before the names that begin with `incomplete`.

    Names are sorted by code point and are ASCII without `~`, so the place is behind every name that begins like
    `incomplete` but for a last character one lower.
    """
    if not incomplete:
        return None
    below = f"{incomplete[:-1]}{chr(max(ord(incomplete[-1]) - 1, 0))}~"
    return encode_token({"after": {"name": below}})


def _beginning(session: CommandSession, text: str) -> list[Model]:
    starts = Condition("name", "LIKE", f"{text}%")
    return session.registry.models.search([starts], [Order("name")], limit=_MOST)


def _tags_in_use(session: CommandSession, reference: str | None) -> Iterator[Iterable[tuple[str, str]]]:
    if reference is not None:
        try:
            name = session.reference(reference).model
            yield session.registry.models.get(name).tags.items()
            for version in session.registry.versions.list(name, limit=_MOST):
                yield version.tags.items()
        except (InvalidInput, NotFound):
            pass  # the reference is still being written, or wrong: other models have keys to offer
    for model in session.registry.models.list(limit=_MOST):
        yield model.tags.items()


def _describe(model: Model) -> str:
    return model.description or (namespace_of(model.name) if model.governed else "workspace model")


def _about(aliases: Iterable[str]) -> str:
    return " ".join(map(alias_text, in_order(aliases)))
