"""A limit to how long MLflow may take to answer.

MLflow asks a server that hangs seven times, two minutes each, and asks one that is down for minutes. Its own settings
for that are those of the whole process, so what is asked here runs in a thread that is waited for no longer than the
limit. A thread that is given up ends when MLflow does; it holds nothing that anybody waits for.
"""

from __future__ import annotations

import contextvars
import math
import os
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from pathlib import Path
from threading import Thread
from typing import TypeVar

from jupyter_modelreg.core.errors import InvalidInput, SourceUnavailable
from jupyter_modelreg.core.redact import redacted
from jupyter_modelreg.mlflow_client.uris import check_there

T = TypeVar("T")

SETTING = "MODELREG_TRACKING_TIMEOUT"
_ANSWER = 30.0  # seconds for an answer, unless the setting says otherwise
_PAGE = 4  # times as long for a page of a registry's rows: as long as MLflow itself waits for one answer
_STALL = 300.0  # seconds without a new byte, until a download is given up
_LOOK = 1.0  # seconds between two looks at how much has arrived
_CHECK = "check that it runs and that MLFLOW_TRACKING_URI is right, then try again"


def answered(ask: Callable[[], T], patience: float | None = None) -> T:
    """What MLflow's tracking server answers when `ask` asks it, within `patience` seconds, unless the limit is shorter.

    Raises SourceUnavailable when there is none, or no answer in time, and whatever `ask` raises.
    """
    import mlflow

    uri, limit = mlflow.get_tracking_uri(), min(_limit(), patience or math.inf)

    def knock_and_ask() -> T:
        check_there(uri)
        return ask()

    return _within(limit, knock_and_ask, f"MLflow's tracking server {redacted(uri)}", _CHECK)


def page_answered(ask: Callable[[], T], uri: str) -> T:
    """What the registry at `uri` gives when `ask` asks it for a page of its rows, or opens it.

    Raises SourceUnavailable when there is no answer in time, and whatever `ask` raises.
    """
    hint = f"check that it runs, then import again; {SETTING} gives it more time"
    return _within(_PAGE * _limit(), ask, redacted(uri), hint)


def downloaded(download: Callable[[], T], target: Path, source: str) -> T:
    """What `download` gives, which writes files into `target`; it may take any time as long as more arrives.

    Raises SourceUnavailable when nothing has arrived for five minutes, and whatever `download` raises.
    """
    fetching = _in_thread(download)
    size, since = -1, time.monotonic()
    while not wait_for([fetching], _LOOK).done:
        now = _size_of(target)
        if now != size:
            size, since = now, time.monotonic()
        elif time.monotonic() - since > _STALL:
            raise SourceUnavailable(
                f"nothing of {source} has arrived for {_STALL:g} seconds", "check the network, then try again"
            )
    return fetching.result()


def _within(limit: float, ask: Callable[[], T], who: str, hint: str) -> T:
    """What `ask` gives. Raises SourceUnavailable after `limit` seconds without it, and whatever `ask` raises."""
    asked = _in_thread(ask)
    if not wait_for([asked], limit).done:
        raise SourceUnavailable(f"{who} has not answered for {limit:g} seconds", hint)
    return asked.result()


def _limit() -> float:
    text = os.environ.get(SETTING, "")
    try:
        limit = float(text or _ANSWER)
    except ValueError:
        limit = 0.0
    if not limit > 0:
        raise InvalidInput(f"{SETTING} is {text!r}", "set it to a number of seconds, like 30")
    return limit


def _in_thread(work: Callable[[], T]) -> Future[T]:
    """`work`, begun in a daemon thread that sees the context variables of this one, which MLflow has some of."""
    result: Future[T] = Future()
    context = contextvars.copy_context()

    def run() -> None:
        try:
            result.set_result(context.run(work))
        except BaseException as error:  # noqa: BLE001 - raised again for whoever waits
            result.set_exception(error)

    Thread(target=run, name="modelreg-mlflow", daemon=True).start()
    return result


def _size_of(folder: Path) -> int:
    """How many bytes are in a folder that somebody is writing into."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(parent, name)).st_size
            except FileNotFoundError:  # renamed since the folder was read
                continue
    return total
