"""The catalog explorer and the dialogs in a cell's output. Importing this imports ipywidgets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
from traitlets import Dict, Unicode

from jupyter_modelreg.api.dispatch import Envelope, answer
from jupyter_modelreg.commands.results.results import Table
from jupyter_modelreg.commands.verbs import dialogs
from jupyter_modelreg.commands.verbs.explore import model_listing
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.registry import Registry

# Tells the panel in JupyterLab that an output is one of these; it then shows the HTML where no kernel knows the widget.
OUTPUT = "application/vnd.jupyter-modelreg.output+json"

_STATIC = Path(__file__).parent / "_static"


def _built(name: str) -> str:
    try:
        return (_STATIC / name).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ImportError(
            f"the explorer's {name} was not built; pip install -e . builds it, as does jlpm build in labextension/"
        ) from error


class RegistryWidget(anywidget.AnyWidget):
    """What the widgets of a registry share: the code for the browser, and the way from there to the registry.

    The browser asks with `{"id", "op", "params"}` and gets what `api.dispatch.answer` says: word of progress, then the
    answer. That happens on any thread: JupyterLab sends such messages over a subshell while a cell runs.
    """

    _esm = _built("widget.js")
    _css = _built("widget.css")

    def __init__(self, registry: Registry, **traits: object) -> None:
        self._registry = registry
        super().__init__(**traits)
        self.on_msg(self._asked)

    def _picture(self) -> str:
        """The widget as it is now in HTML that needs no kernel."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The widget, and for where no kernel answers, a picture of it."""
        picture = self._picture()
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "text/html": picture, OUTPUT: {"version": 1}}, metadata

    def _asked(self, _widget: object, message: object, _buffers: object) -> None:
        self.send(self._answer(message))

    def _answer(self, message: object) -> Envelope:
        return answer(self._registry, message, on_progress=self.send)


class ExplorerWidget(RegistryWidget):
    """The catalog explorer.

    Args:
        registry: what to explore; it stays open.
        namespace: see the trait.

    Raises NotFound when there is no such namespace.
    """

    selected = Unicode(
        None,
        allow_none=True,
        help="The selected model or version as a reference, like `prod.ml.fraud/3`; None when neither is selected.",
    ).tag(sync=True)
    namespace = Unicode(
        None, allow_none=True, help="The catalog or schema that is open at first; None opens nothing."
    ).tag(sync=True)

    def __init__(self, registry: Registry, namespace: str | None = None) -> None:
        self._listing = model_listing(registry, namespace)
        super().__init__(registry, namespace=namespace)

    def __repr__(self) -> str:
        where = f" {self.namespace}" if self.namespace else ""
        count = len(self._listing.rows)
        noun = "model" if count == 1 and not self._listing.more else "models"
        return f"<Explorer{where}: {count}{'+' if self._listing.more else ''} {noun}>"

    def _picture(self) -> str:
        self._listing = self._fresh_listing()
        return str(self._listing.html())

    def _fresh_listing(self) -> Table:
        try:
            return model_listing(self._registry, self.namespace)
        except RegistryError:
            # The widget itself will say what is wrong; what was last seen is still the best picture for later.
            return self._listing


class DialogWidget(RegistryWidget):
    """A dialog that registers a model, sets an alias or edits tags; `result` says what came of it.

    Args:
        registry: what to change; it stays open.
        request: which dialog, and what stands in its fields at first: see `commands.verbs.dialogs`.
    """

    dialog = Dict(help="The request, as the browser reads it.").tag(sync=True)
    result = Unicode(
        None,
        allow_none=True,
        help="What was registered (`prod.ml.fraud/3`), pointed (`prod.ml.fraud@Champion`) or tagged; None before that.",
    ).tag(sync=True)
    outcome = Dict(help="What the dialog is for or has done, in words for the browser.").tag(sync=True)

    def __init__(self, registry: Registry, request: Mapping[str, JsonValue]) -> None:
        self._lines = [dialogs.purpose(request)]
        super().__init__(registry, dialog=dict(request))
        self._tell()

    def __repr__(self) -> str:
        done = f": {self.result}" if self.result else ""
        return f"<Dialog {dialogs.command_of(self.dialog)}{done}>"

    def _picture(self) -> str:
        return str(dialogs.outcome_html(self._lines, self.result is not None))

    def _answer(self, message: object) -> Envelope:
        given = super()._answer(message)
        if given["ok"] and isinstance(message, Mapping):
            done = dialogs.outcome_of(self.dialog, message.get("op"), message.get("params") or {}, given["result"])
            if done is not None:
                self._lines = list(done.lines)
                self.result = done.reference
                self._tell()
        return given

    def _tell(self) -> None:
        output = {"text/plain": repr(self), "text/html": self._picture()}
        self.outcome = {"done": self.result is not None, "lines": self._lines, "output": output}
