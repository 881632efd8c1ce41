"""The catalog explorer in a cell's output. Importing this imports ipywidgets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
from traitlets import Unicode

from jupyter_modelreg.api.dispatch import answer
from jupyter_modelreg.commands.explore import model_listing
from jupyter_modelreg.commands.results import Table
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.registry import Registry

_STATIC = Path(__file__).parent / "_static"


def _built(name: str) -> str:
    try:
        return (_STATIC / name).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ImportError(
            f"the explorer's {name} was not built; pip install -e . builds it, as does jlpm build in labextension/"
        ) from error


class ExplorerWidget(anywidget.AnyWidget):
    """The catalog explorer.

    The browser asks with `{"id", "op", "params"}` and gets what `api.dispatch.answer` says. That happens on any thread:
    JupyterLab sends such messages over a subshell while a cell runs.

    Args:
        registry: what to explore; it stays open.
        namespace: see the trait.

    Raises NotFound when there is no such namespace.
    """

    _esm = _built("widget.js")
    _css = _built("widget.css")

    selected = Unicode(
        None,
        allow_none=True,
        help="The selected model or version as a reference, like `prod.ml.fraud/3`; None when neither is selected.",
    ).tag(sync=True)
    namespace = Unicode(
        None, allow_none=True, help="The catalog or schema that is open at first; None opens nothing."
    ).tag(sync=True)

    def __init__(self, registry: Registry, namespace: str | None = None) -> None:
        self._registry = registry
        self._listing = model_listing(registry, namespace)
        super().__init__(namespace=namespace)
        self.on_msg(self._answer)

    def __repr__(self) -> str:
        where = f" {self.namespace}" if self.namespace else ""
        count = len(self._listing.rows)
        noun = "model" if count == 1 and not self._listing.more else "models"
        return f"<Explorer{where}: {count}{'+' if self._listing.more else ''} {noun}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The widget, and for where no kernel answers, the models as they are now in a table."""
        self._listing = self._fresh_listing()
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "text/html": self._listing.html()}, metadata

    def _fresh_listing(self) -> Table:
        try:
            return model_listing(self._registry, self.namespace)
        except RegistryError:
            # The widget itself will say what is wrong; what was last seen is still the best picture for later.
            return self._listing

    def _answer(self, _widget: object, message: object, _buffers: object) -> None:
        self.send(answer(self._registry, message))
