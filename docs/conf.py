"""How the documentation is built: `make docs`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import jupyter_modelreg

if TYPE_CHECKING:
    import click
    from sphinx.application import Sphinx

project = "jupyter_modelreg"
author = "jupyter_modelreg contributors"
project_copyright = author
version = release = jupyter_modelreg.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click", "sphinx_copybutton"]
html_theme = "pydata_sphinx_theme"
html_title = "jupyter_modelreg"
html_theme_options = {"navigation_depth": 2, "show_toc_level": 2, "secondary_sidebar_items": ["page-toc"]}
html_sidebars = {"index": [], "architecture": []}
exclude_patterns = ["_build"]
# A single backtick in a docstring is code, as everywhere else in Python.
default_role = "literal"

# The tutorials are stored with their outputs, which every test run compares; here they are only shown.
nb_execution_mode = "off"
# The explorer's own kind of output, and the widget's view, have a table beside them, which is what a page can show.
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]
suppress_warnings = ["mystnb.unknown_mime_type"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_class_signature = "separated"

_HERE = Path(__file__).parent
_TUTORIALS = _HERE / "tutorials"


def bring_tutorials(_app: Sphinx) -> None:
    """Copy the notebooks, which live where JupyterLab opens them, to where Sphinx reads its pages."""
    shutil.rmtree(_TUTORIALS, ignore_errors=True)
    shutil.copytree(_HERE.parent / "notebooks", _TUTORIALS, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))


def add_examples(_app: Sphinx, ctx: click.Context, lines: list[str]) -> None:
    """Put the examples of a command, which its own --help prints, under its options."""
    examples = getattr(ctx.command, "examples", ())
    if examples:
        lines += ["", ".. rubric:: Examples", "", ".. code-block:: console", ""]
        lines += [f"   %modelreg {example}" for example in examples]
        lines += [""]


def keep_references(_app: Sphinx, _ctx: click.Context, lines: list[str]) -> None:
    """Keep `fraud@Champion` from becoming a mail address."""
    lines[:] = [line.replace("@", r"\@") for line in lines]


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("builder-inited", bring_tutorials)
    app.connect("sphinx-click-process-description", keep_references)
    app.connect("sphinx-click-process-epilog", add_examples)
