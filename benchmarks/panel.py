"""The panel with 100,000 models in 200 schemas, in a real browser: what a person waits for.

Run as `python -m benchmarks.panel`. It needs Chromium, as the browser tests do. Each figure is the median of several
tries in one page; the first look at the sidebar is that of a server that has just started.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.seeding import seed_panel
from tests.browser.chromium import chromium
from tests.browser.jupyter import Jupyter

TRIES = 5
LARGE = "large"

# Everything is timed inside the page, from the event to the frame that shows what is waited for.
UNTIL = """
async ([start, shown]) => {
  const begin = performance.now();
  new Function(start)();
  const done = new Function('return ' + shown);
  await new Promise(ok => {
    const look = () => (done() ? requestAnimationFrame(ok) : requestAnimationFrame(look));
    look();
  });
  return performance.now() - begin;
}
"""
# Types one more letter, then waits for the answer to just that search, drawn.
TYPED = """
async text => {
  const box = document.querySelector('.mreg-search input');
  const searches = () => performance.getEntriesByType('resource').filter(each => each.name.includes('models.search'));
  const before = searches().length;
  const begin = performance.now();
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(box, text);
  box.dispatchEvent(new Event('input', { bubbles: true }));
  await new Promise(ok => {
    const look = () =>
      searches().length > before && !document.querySelector('.mreg-progress.mreg-mod-busy')
        ? requestAnimationFrame(ok)
        : requestAnimationFrame(look);
    look();
  });
  return performance.now() - begin;
}
"""
# Scrolls down by half a screen a frame; gives the milliseconds of each frame.
SCROLLED = """
async frames => {
  const tree = document.querySelector('.mreg-tree');
  const times = [];
  let last = await new Promise(requestAnimationFrame);
  for (let frame = 0; frame < frames; frame++) {
    tree.scrollTop += tree.clientHeight / 2;
    const now = await new Promise(requestAnimationFrame);
    times.push(now - last);
    last = now;
  }
  return times;
}
"""


def row(label: str) -> str:
    """JavaScript for the tree row with that label, if it is drawn."""
    named = f"each => each.querySelector('.mreg-label')?.textContent === '{label}'"
    return f"[...document.querySelectorAll('.mreg-row')].find({named})"


def open_sidebar(page: Page) -> float:
    """Milliseconds from the click on the sidebar's tab to its first rows."""
    tab = "document.querySelector('[data-id=\"jupyter-modelreg-explorer\"]')"
    click = "for (const kind of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'])"
    click += f" {tab}.dispatchEvent(new PointerEvent(kind, {{ bubbles: true, button: 0 }}))"
    took: float = page.evaluate(UNTIL, [click, "document.querySelector('.mreg-row') !== null"])
    return took


def expand(page: Page, label: str, first: str) -> float:
    """Milliseconds from the click on a closed row to the first row below it."""
    took: float = page.evaluate(UNTIL, [f"{row(label)}.click()", f"{row(first)} !== undefined"])
    return took


def close(page: Page, label: str, first: str) -> None:
    """Close a row again."""
    page.evaluate(UNTIL, [f"{row(label)}.click()", f"{row(first)} === undefined"])


def measure(page: Page, address: str) -> list[tuple[str, float, float]]:
    """What is measured, the milliseconds it took, and those it may take."""
    page.goto(address)
    page.locator(".jp-Launcher").wait_for(timeout=60_000)
    page.wait_for_timeout(1000)
    first = open_sidebar(page)
    expand(page, "prod", LARGE)
    again = _tries(lambda: _expanding(page))
    typing = [page.evaluate(TYPED, "model_04242"[:length]) for length in range(1, 12)]
    page.evaluate(TYPED.replace("searches().length > before && ", ""), "")
    expand(page, LARGE, "model_00000") if page.evaluate(f"{row('model_00000')} === undefined") else None
    frames = page.evaluate(SCROLLED, 120)
    return [
        ("first paint of the sidebar after its click", first, 300),
        ("expanding a schema of 5,000 models", again, 200),
        ("search results after a key, median", statistics.median(typing), 300),
        ("search results after a key, slowest", max(typing), 300),
        ("a frame while scrolling, median", statistics.median(frames), 1000 / 60 * 1.5),
        ("a frame while scrolling, 95th of 100", statistics.quantiles(frames, n=20)[-1], 50),
    ]


def _expanding(page: Page) -> float:
    took = expand(page, LARGE, "model_00000")
    close(page, LARGE, "model_00000")
    return took


def _tries(once: Callable[[], float]) -> float:
    return statistics.median(once() for _ in range(TRIES))


def main() -> None:
    """Seed, start, measure, print."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        jupyter = Jupyter(Path(folder))
        seed_panel(jupyter.uri)
        jupyter.start()
        try:
            browser = playwright.chromium.launch(**chromium())
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            for what, took, target in measure(page, f"{jupyter.url()}&reset"):
                print(f"{what:45} {took:7.0f} ms   (target {target:.0f} ms)")
            browser.close()
        finally:
            jupyter.stop()


if __name__ == "__main__":
    main()
