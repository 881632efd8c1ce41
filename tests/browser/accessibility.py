"""What axe-core finds wrong with the panel for those who cannot see it, or not well."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict, cast

from playwright.sync_api import Page, expect

_AXE = Path(__file__).parents[2] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
# What is ours on a page of JupyterLab; the rest is for JupyterLab to mend.
OURS = (".mreg-explorer", ".mreg-page", ".mreg-dialog", ".mreg-menu", ".jp-OutputArea-output")
THEMES = ("JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast")
# What fades in, or changes its colour, would have less contrast on its way.
_AT_ONCE = "*, ::before, ::after { animation: none !important; transition: none !important; }"
# JupyterLab's body has no height and hides what flows over: axe-core takes all text in it for invisible.
_IN_SIGHT = "html, body { height: 100vh !important; }"
# axe-core's words for what keeps people from using a page; "minor" and "moderate" are below these.
_GRAVE = ("serious", "critical")


class Violation(TypedDict):
    """A rule that is broken, and where."""

    id: str
    help: str
    impact: str
    nodes: list[str]


def violations(page: Page) -> list[str]:
    """The grave violations in what is ours and in sight, a line each: the rule, what it asks for, the elements.

    What colours are to each other is looked at in all of JupyterLab's themes, all else in the one that is on: nothing
    else changes with it. The last theme stays on.
    """
    now = page.locator("body").get_attribute("data-jp-theme-name")
    found = _violations(page)
    for theme in THEMES:
        if theme != now:
            _put_on(page, theme)
            found += [f"{theme}: {each}" for each in _violations(page, only="color-contrast")]
    return found


def _put_on(page: Page, theme: str) -> None:
    page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
    expect(page.locator("body")).to_have_attribute("data-jp-theme-name", theme)
    expect(page.locator("#jupyterlab-splash")).to_have_count(0)
    expect(page.locator("#main")).to_be_visible()  # JupyterLab hides all of itself for a frame, to have it drawn afresh


def _violations(page: Page, only: str | None = None) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text())
        page.add_style_tag(content=_AT_ONCE + _IN_SIGHT)
    found = page.evaluate(
        """async ([selectors, only]) => {
          const shown = [...document.querySelectorAll(selectors)].filter(each => each.checkVisibility());
          if (!shown.length) throw new Error('nothing of the panel is in sight');
          const { violations } = await axe.run({ include: shown }, {
            resultTypes: ['violations'], ...(only && { runOnly: [only] })
          });
          return violations.map(({ id, help, impact, nodes }) =>
            ({ id, help, impact, nodes: nodes.map(node => `${node.html} ${node.any[0]?.message ?? ''}`) }));
        }""",
        [", ".join(OURS), only],
    )
    grave = [each for each in cast(list[Violation], found) if each["impact"] in _GRAVE]
    return [f"{each['id']} ({each['help']}): {' | '.join(each['nodes'][:4])}" for each in grave]
