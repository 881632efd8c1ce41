"""The panel with 100,000 models in 200 schemas, in a real browser: what a person waits for.

Run as `python -m benchmarks.panel`. It needs Chromium, as the browser tests do. The first look at the sidebar
is that of a server that has just started.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from benchmarks.seeding import multiply_versions, seed_panel
from tests.browser.chromium import chromium
from tests.browser.jupyter import Jupyter
from tests.browser.panel import choose, row

TRIES = 5
FRAMES = 120
LARGE = "large"
MANY, MANY_VERSIONS = "model_04999", 10_000

# Everything is timed inside the page, from the press of the mouse to the frame that shows what is waited for.
WATCHED = """
shown => {
  const done = new Function('return ' + shown);
  window.modelregTook = undefined;
  document.addEventListener('pointerdown', () => {
    const begin = performance.now();
    const look = () => {
      if (done()) {
        requestAnimationFrame(() => (window.modelregTook = performance.now() - begin));
      } else {
        requestAnimationFrame(look);
      }
    };
    look();
  }, { capture: true, once: true });
}
"""
# Types one more letter, then waits for the answer to just that search, drawn.
TYPED = """
async text => {
  const box = document.querySelector('.mreg-search input');
  const searches = () => performance.getEntriesByType('resource').filter(each => each.name.includes('models.find'));
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
# Scrolls `what` down by half a screen a frame; gives the milliseconds of each frame.
SCROLLED = """
async ([what, frames]) => {
  const tree = document.querySelector(what);
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


def clicking(page: Page, what: Locator, shown: str) -> float:
    """Milliseconds from a click on `what` until the JavaScript `shown` is true and drawn."""
    page.evaluate(WATCHED, shown)
    what.click()
    page.wait_for_function("window.modelregTook !== undefined")
    took: float = page.evaluate("window.modelregTook")
    return took


def in_tree(label: str) -> str:
    """JavaScript that says whether the tree has a row with that label in sight."""
    return f"[...document.querySelectorAll('.mreg-label')].some(each => each.textContent === '{label}')"


def scrolling(page: Page, what: str) -> tuple[list[float], float]:
    """Milliseconds of each frame while `what` is scrolled, and of CPU time a frame in the page's main thread."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(float(each["value"]) for each in metrics if each["name"] == "TaskDuration") * 1000

    before = worked()
    frames: list[float] = page.evaluate(SCROLLED, [what, FRAMES])
    return frames, (worked() - before) / FRAMES


def own_change(page: Page) -> float:
    """Milliseconds from the click that sets an alias until the version's row in the tree has it."""
    panel = page.locator(".mreg-explorer")
    model = row(panel, "model_00000")
    model.locator(".mreg-caret").click()
    choose(row(panel, "v1"), "Set alias…")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Alias", exact=True).fill("New")
    dialog.get_by_role("status").first.wait_for()  # what it would change is said
    took = clicking(
        page,
        dialog.get_by_role("button", name="Set alias", exact=True),
        "[...document.querySelectorAll('.mreg-tree .mreg-badge')].some(each => each.textContent === '@New')",
    )
    dialog.wait_for(state="detached")
    model.locator(".mreg-caret").click()
    return took


def opening(page: Page) -> float:
    """Milliseconds to open the large schema; it is closed again."""
    large = page.locator(".mreg-row").filter(has_text=LARGE)
    took = clicking(page, large, in_tree("model_00000"))
    clicking(page, large, f"!{in_tree('model_00000')}")
    return took


def open_versions(page: Page) -> None:
    """Open the table of all versions of one model, sorted by a metric."""
    page.locator(".mreg-search input").first.fill(MANY)
    page.locator(".mreg-row").filter(has_text=MANY).dblclick()
    page.get_by_role("columnheader", name="auc").get_by_role("button").click(timeout=60_000)
    page.locator(f'.mreg-versions[aria-rowcount="{MANY_VERSIONS + 1}"]').wait_for(timeout=60_000)


def measure(page: Page, address: str) -> list[tuple[str, float, float]]:
    """What is measured, the milliseconds it took, and those it may take."""
    page.goto(address)
    page.locator(".jp-Launcher").wait_for(timeout=60_000)
    page.wait_for_timeout(1000)
    tab = page.get_by_role("tab", name="Model registry")
    first = clicking(page, tab, "document.querySelector('.mreg-row') !== null")
    clicking(page, tab, "document.querySelector('.mreg-row')?.offsetParent === null")
    again = clicking(page, tab, "document.querySelector('.mreg-row')?.offsetParent !== null")
    clicking(page, page.locator(".mreg-row").filter(has_text="prod"), in_tree(LARGE))
    large = statistics.median(opening(page) for _ in range(TRIES))
    typing = [page.evaluate(TYPED, "model_04242"[:length]) for length in range(1, 12)]
    page.get_by_role("button", name="Clear search").click()
    clicking(page, page.locator(".mreg-row").filter(has_text=LARGE), in_tree("model_00000"))
    frames, frame_work = scrolling(page, ".mreg-tree")
    page.locator(".mreg-tree").evaluate("tree => (tree.scrollTop = 0)")
    changed = own_change(page)
    open_versions(page)
    table, table_work = scrolling(page, ".mreg-versions")
    return [
        ("first paint of the sidebar after its click", first, 150),
        ("the same once it was open before", again, 300),
        ("expanding a schema of 5,000 models", large, 200),
        ("search results after a key, median", statistics.median(typing), 300),
        ("search results after a key, slowest", max(typing), 300),
        ("an own change in the tree, after the click", changed, 100),
        ("a frame while scrolling, median", statistics.median(frames), 1000 / 60 * 1.5),
        ("a frame while scrolling, 95th of 100", statistics.quantiles(frames, n=20)[-1], 50),
        ("the work of such a frame, CPU time", frame_work, 1000 / 60),
        ("a frame while scrolling 10,000 versions, median", statistics.median(table), 1000 / 60 * 1.5),
        ("the same, 95th of 100", statistics.quantiles(table, n=20)[-1], 50),
        ("the work of such a frame, CPU time", table_work, 1000 / 60),
    ]


def main() -> None:
    """Seed, start, measure, print."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        jupyter = Jupyter(Path(folder))
        seed_panel(jupyter.uri)
        multiply_versions(jupyter.uri, f"prod.{LARGE}.{MANY}", MANY_VERSIONS)
        jupyter.start()
        try:
            browser = playwright.chromium.launch(**chromium())
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            for what, took, target in measure(page, f"{jupyter.url()}&reset"):
                print(f"{what:45} {took:7.1f} ms   (target {target:.0f} ms)")
            browser.close()
        finally:
            jupyter.stop()


if __name__ == "__main__":
    main()
