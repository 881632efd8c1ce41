"""Commands with `--dialog`: what is left to ask is asked in a dialog, where there is a notebook to show it in.

An order says which dialog, and what stands in its fields at first; the browser's side reads it (DialogOrder in
labextension/src/widget/model.ts). An account says what the dialog has done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from jupyter_modelreg.commands import messages
from jupyter_modelreg.commands.command import parse_tags
from jupyter_modelreg.commands.resolve import alias_version
from jupyter_modelreg.commands.results import html as html_face
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.session import Session
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.references import Reference

Order = dict[str, JsonValue]


@dataclass(repr=False)
class Asked(Note):
    """A dialog that was opened; `widget` is what a notebook gets."""

    widget: object = None

    @property
    def value(self) -> object:
        """The host's dialog."""
        return self.widget


@dataclass(frozen=True)
class Account:
    """What a dialog has done.

    Attributes:
        reference: what was registered, pointed or tagged, as a reference: `prod.ml.fraud/3`, `prod.ml.fraud@Champion`.
        lines: the same lines that the command gives.
    """

    reference: str
    lines: Sequence[str]


# --- orders ---------------------------------------------------------------------------------------------------


def register(
    session: Session,
    source: str | None,
    model: str | None,
    aliases: tuple[str, ...],
    tags: tuple[str, ...],
    description: str | None,
    reason: str | None,
) -> Result:
    """The dialog of register."""
    namespace = session.namespace
    return _opened(
        session,
        kind="register",
        source=source and source_of(source),
        model=model and session.model(model),
        namespace=namespace if namespace and "." in namespace else None,
        aliases=[alias.removeprefix("@") for alias in aliases],
        tags=Order(parse_tags(tags)),
        description=description,
        reason=reason,
    )


def alias(session: Session, target: str | None, version: str | None, reason: str | None) -> Result:
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


def tag(session: Session, ref: str | None, tags: tuple[str, ...], reason: str | None) -> Result:
    """The dialog of tag."""
    pairs = Order(parse_tags(tags))
    if ref is None:
        return _opened(session, kind="tags", choose=True, tags=pairs, reason=reason)
    reference = session.reference(ref)
    model = session.registry.models.get(reference.model).name
    number = _version(session, reference)
    target: Order = {"kind": "model", "name": model}
    if number is not None:
        target = {"kind": "version", "name": model, "version": number}
    return _opened(session, kind="tags", target=target, tags=pairs, reason=reason)


def source_of(source: str) -> str:
    """A local folder by its whole path, to be found from any working directory; anything else as it is."""
    folder = Path(source).expanduser()
    return str(folder.absolute()) if folder.is_dir() else source


def _version(session: Session, reference: Reference) -> int | None:
    """The one version that `reference` names; None when it names a model. Raises InvalidInput for a range."""
    if reference.whole_model:
        return None
    if reference.versions is not None and reference.versions[0] != reference.versions[1]:
        raise InvalidInput(f"{reference} names several versions, and a dialog is about one", "leave out --dialog")
    return session.registry.versions.get(reference).version


def _opened(session: Session, **fields: JsonValue) -> Result:
    order: Order = {name: value for name, value in fields.items() if value not in (None, [], {})}
    widget = session.host.dialog(session.registry, order)
    if widget is None:
        word = click.get_current_context().command.name
        raise InvalidInput(f"--dialog needs a notebook: run %modelreg {word} --dialog in one, or leave it out here")
    return Asked([purpose(order)], [order], widget)


# --- what is said of them -------------------------------------------------------------------------------------


def purpose(order: Mapping[str, JsonValue]) -> str:
    """What the dialog is for, in a few words."""
    kind, target = order["kind"], order.get("target")
    if kind == "register":
        return f"Register a version of {order['model']}" if "model" in order else "Register a model"
    about = order.get("model")
    if isinstance(target, Mapping):
        about = f"{target['name']}/{target['version']}" if "version" in target else target["name"]
    what = "Set an alias" if kind == "alias" else "Edit tags"
    return f"{what} of {about}" if about else what


def command_of(order: Mapping[str, JsonValue]) -> str:
    """The command behind a dialog: register, alias or tag."""
    return "tag" if order["kind"] == "tags" else str(order["kind"])


def account_of(op: object, params: Mapping[str, JsonValue], result: JsonValue) -> Account | None:
    """What the operation `op`, called with `params`, has done by giving `result`; None for one that only reads."""
    tell = _TELLING.get(str(op))
    return tell(params, result) if tell else None


def account_html(lines: Sequence[str], done: bool) -> str:
    """The lines of an account as HTML: ticked when it is done, else with what to do to open the dialog."""
    if done:
        return html_face.page(html_face.note_html(lines))
    return html_face.page(html_face.more_html(f"{', '.join(lines)}: run this cell to open the dialog"))


def _registered(params: Mapping[str, JsonValue], result: JsonValue) -> Account:
    assert isinstance(result, dict), "versions.register gives a version"
    reference, aliases = f"{result['name']}/{result['version']}", result["aliases"]
    names = [str(alias) for alias in aliases] if isinstance(aliases, list) else []
    return Account(reference, messages.registered(reference, str(params["source"]), names))


def _pointed(params: Mapping[str, JsonValue], result: JsonValue) -> Account:
    model, name, version = str(params["model"]), str(params["alias"]), params["version"]
    assert isinstance(version, int), "aliases.set has checked it"
    before = result if isinstance(result, int) else None
    return Account(f"{model}@{name}", [messages.pointed(model, name, version, before)])


def _tagged(params: Mapping[str, JsonValue], _result: JsonValue) -> Account:
    reference, pairs, keys = str(params["reference"]), params.get("set"), params.get("remove")
    lines = []
    if isinstance(pairs, Mapping) and pairs:
        lines.append(messages.tagged(reference, {key: str(value) for key, value in pairs.items()}))
    if isinstance(keys, list) and keys:
        lines.append(messages.untagged(reference, [str(key) for key in keys]))
    return Account(reference, lines or [f"{reference}: no tag changed"])


_TELLING: Mapping[str, Callable[[Mapping[str, JsonValue], JsonValue], Account]] = {
    "versions.register": _registered,
    "aliases.set": _pointed,
    "tags.edit": _tagged,
}
