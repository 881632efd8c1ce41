"""Commands with `--dialog`: what is left to ask is asked in a dialog, where there is a notebook to show it in.

A request says which dialog, and what stands in its fields at first; the browser's side reads it (see
labextension/src/widget/model.ts). An outcome says what the dialog has done.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import click
from markupsafe import Markup

from jupyter_modelreg.api.wire import decode
from jupyter_modelreg.commands import messages
from jupyter_modelreg.commands.command import parse_tags
from jupyter_modelreg.commands.resolve import alias_version
from jupyter_modelreg.commands.results import html as html_renderer
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.values import JsonValue, TagChange
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.references import Reference
from jupyter_modelreg.uri import local_path

DialogRequest = dict[str, JsonValue]


@dataclass(repr=False)
class OpenedDialog(Note):
    """A dialog that was opened; `widget` is what a notebook gets."""

    widget: object = None

    @property
    def value(self) -> object:
        """The host's dialog."""
        return self.widget


@dataclass(frozen=True)
class DialogOutcome:
    """What a dialog has done.

    Attributes:
        reference: what was registered, pointed or tagged, as a reference: `prod.ml.fraud/3`, `prod.ml.fraud@Champion`.
        lines: the same lines that the command gives.
    """

    reference: str
    lines: Sequence[str]


@dataclass(frozen=True)
class _Purpose:
    """What a kind of dialog is for.

    Attributes:
        command: the command that opens it.
        operations: the operations of which one completes it.
        outcome: what calling that with its parameters has done by giving its result.
    """

    command: str
    operations: Sequence[str]
    outcome: Callable[[Mapping[str, JsonValue], JsonValue], DialogOutcome]


# --- requests ---------------------------------------------------------------------------------------------------


def register(
    session: CommandSession,
    source: str | None,
    model: str | None,
    aliases: tuple[str, ...],
    tags: tuple[str, ...],
    description: str | None,
    workspace: bool,
    reason: str | None,
) -> Result:
    """The dialog of register, which asks about a workspace model whatever `workspace` says."""
    namespace = session.namespace
    return _opened(
        session,
        kind="register",
        source=source and source_of(source),
        model=model and session.model(model),
        namespace=namespace if namespace and "." in namespace else None,
        aliases=[alias.removeprefix("@") for alias in aliases],
        tags=DialogRequest(parse_tags(tags)),
        description=description,
        reason=reason,
    )


def alias(session: CommandSession, target: str | None, version: str | None, reason: str | None) -> Result:
    """The dialog of alias. TARGET may be a model or a version, too."""
    if target is None:
        return _opened(session, kind="alias", choose=True, reason=reason)
    reference = session.reference(target)
    model = session.registry.models.get(reference.model).name
    number = alias_version(session, model, version) if version else None
    if "@" in target:
        name = reference.alias
    else:
        name, number = None, number or _version(session, reference)
    return _opened(session, kind="alias", model=model, alias=name, version=number, reason=reason)


def tag(session: CommandSession, ref: str | None, tags: tuple[str, ...], reason: str | None) -> Result:
    """The dialog of tag."""
    pairs = DialogRequest(parse_tags(tags))
    if ref is None:
        return _opened(session, kind="tags", choose=True, tags=pairs, reason=reason)
    reference = session.reference(ref)
    model = session.registry.models.get(reference.model).name
    number = _version(session, reference)
    target: DialogRequest = {"kind": "model", "name": model}
    if number is not None:
        target = {"kind": "version", "name": model, "version": number}
    return _opened(session, kind="tags", target=target, tags=pairs, reason=reason)


def source_of(source: str) -> str:
    """A local folder, also as a `file:` URI, by its whole path, to be found from anywhere; anything else as it is."""
    folder = local_path(source)
    return str(folder) if folder is not None and os.path.isdir(folder) else source


def _version(session: CommandSession, reference: Reference) -> int | None:
    """The one version that `reference` names; None when it names a model. Raises InvalidInput for a range."""
    if reference.whole_model:
        return None
    if reference.versions is not None and reference.versions[0] != reference.versions[1]:
        raise InvalidInput(f"{reference} names several versions, and a dialog is about one", "leave out --dialog")
    return session.registry.versions.get(reference).version


def _opened(session: CommandSession, **fields: JsonValue) -> Result:
    request: DialogRequest = {name: value for name, value in fields.items() if value not in (None, [], {})}
    widget = session.host.dialog(session.registry, request)
    if widget is None:
        name = click.get_current_context().command.name
        raise InvalidInput(f"--dialog needs a notebook: run %modelreg {name} --dialog in one, or leave it out here")
    return OpenedDialog([purpose(request)], [request], widget)


# --- what is said of them -------------------------------------------------------------------------------------


def purpose(request: Mapping[str, JsonValue]) -> str:
    """What the dialog is for, in a few words."""
    kind, target = request["kind"], request.get("target")
    if kind == "register":
        return f"Register a version of {request['model']}" if "model" in request else "Register a model"
    about = request.get("model")
    if isinstance(target, Mapping):
        about = f"{target['name']}/{target['version']}" if "version" in target else target["name"]
    what = {"alias": "Set an alias", "tags": "Edit tags"}.get(str(kind), "Edit the draft of a description")
    return f"{what} of {about}" if about else what


def command_of(request: Mapping[str, JsonValue]) -> str:
    """The command behind a dialog: register, alias, tag or describe."""
    return _PURPOSES[str(request["kind"])].command


def outcome_of(
    request: Mapping[str, JsonValue], operation: object, params: Mapping[str, JsonValue], result: JsonValue
) -> DialogOutcome | None:
    """What the dialog that `request` asked for has done, when `operation` is the one it was opened for; else None.

    A dialog calls other operations too: it reads, and the explorer beside it can change anything.
    """
    purpose_of_kind = _PURPOSES[str(request["kind"])]
    return purpose_of_kind.outcome(params, result) if operation in purpose_of_kind.operations else None


def outcome_html(lines: Sequence[str], done: bool) -> Markup:
    """The lines of an outcome as HTML: ticked when it is done, else with how to get the form."""
    if done:
        return html_renderer.page(html_renderer.note_html(lines))
    return html_renderer.page(html_renderer.more_html(f"{', '.join(lines)}: run this cell for the form"))


def _registered(params: Mapping[str, JsonValue], result: JsonValue) -> DialogOutcome:
    assert isinstance(result, dict), "versions.register gives a version"
    reference, moves = f"{result['name']}/{result['version']}", result["moves"]
    assert isinstance(moves, list), "versions.register says where its aliases pointed before"
    before = {str(move["alias"]): move["before"] for move in moves if isinstance(move, dict)}
    known = {alias: at if isinstance(at, int) else None for alias, at in before.items()}
    return DialogOutcome(reference, messages.registered(reference, str(params["source"]), known))


def _pointed(params: Mapping[str, JsonValue], result: JsonValue) -> DialogOutcome:
    model, name, version = str(params["model"]), str(params["alias"]), params["version"]
    assert isinstance(version, int), "aliases.set has checked it"
    before = result if isinstance(result, int) else None
    return DialogOutcome(f"{model}@{name}", [messages.pointed(model, name, version, before)])


def _tagged(params: Mapping[str, JsonValue], result: JsonValue) -> DialogOutcome:
    reference, changes = str(params["reference"]), decode(result, Sequence[TagChange], "tags.edit")
    lines = messages.tagged(reference, cast(Sequence[TagChange], changes))
    return DialogOutcome(reference, lines or [f"{reference}: no tag changed"])


def _described(params: Mapping[str, JsonValue], _result: JsonValue) -> DialogOutcome:
    reference = str(params.get("reference") or params["name"]).removeprefix("models:/")
    done = "described" if params.get("description") else "removed the description of"
    return DialogOutcome(reference, [f"{done} {reference}"])


_PURPOSES: Mapping[str, _Purpose] = {
    "register": _Purpose("register", ["versions.register"], _registered),
    "alias": _Purpose("alias", ["aliases.set"], _pointed),
    "tags": _Purpose("tag", ["tags.edit"], _tagged),
    "describe": _Purpose("describe", ["models.describe", "versions.describe"], _described),
}
