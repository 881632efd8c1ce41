"""What axe-core finds wrong with the panel for those who cannot see it, or not well."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict, cast

from playwright.sync_api import Page

_AXE = Path(__file__).parents[2] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
# What is ours on a page of JupyterLab; the rest is for JupyterLab to mend.
OURS = (".mreg-explorer", ".mreg-page", ".mreg-dialog", ".mreg-menu", ".jp-OutputArea-output")
# axe-core's words for what keeps people from using a page; "minor" and "moderate" are below these.
_GRAVE = ("serious", "critical")


class Violation(TypedDict):
    """A rule that is broken, and where."""

    id: str
    help: str
    impact: str
    nodes: list[str]


def violations(page: Page) -> list[str]:
    """The grave violations in what is ours and in sight, a line each: the rule, what it asks for, the elements."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text())
    found = page.evaluate(
        """async (selectors) => {
          const shown = [...document.querySelectorAll(selectors)].filter(each => each.checkVisibility());
          if (!shown.length) throw new Error('nothing of the panel is in sight');
          const { violations } = await axe.run({ include: shown }, { resultTypes: ['violations'] });
          return violations.map(({ id, help, impact, nodes }) =>
            ({ id, help, impact, nodes: nodes.map(node => `${node.html} ${node.any[0]?.message ?? ''}`) }));
        }""",
        ", ".join(OURS),
    )
    grave = [each for each in cast(list[Violation], found) if each["impact"] in _GRAVE]
    return [f"{each['id']} ({each['help']}): {' | '.join(each['nodes'][:4])}" for each in grave]
