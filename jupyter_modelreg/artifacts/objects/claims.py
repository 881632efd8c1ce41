"""Who is at work on a version: an object that its process renews for as long as it lives."""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from jupyter_modelreg.artifacts.objects.manifests import CLAIMS
from jupyter_modelreg.artifacts.objects.remote import Found, Remote
from jupyter_modelreg.core.errors import RegistryBusy, RegistryError, RegistryUnavailable
from jupyter_modelreg.system.locks import wait_limit

_logger = logging.getLogger(__name__)
RENEWED = 20.0  # seconds, after which a claim is renewed
DEAD = 90.0  # seconds, after which one that was not renewed belongs to a process that is gone
_POLL = 0.5  # seconds


class Claims:
    """The claims on the versions of a store. Methods raise SourceUnavailable and RegistryUnavailable."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    @contextmanager
    def held(self, version_id: int) -> Iterator[None]:
        """Hold the claim on a version. Raises RegistryBusy when another process holds it for longer than one waits."""
        key = _key(version_id)
        mine = json.dumps({"host": socket.gethostname(), "process": os.getpid(), "is": secrets.token_hex(8)}).encode()
        self._take(version_id, mine)
        done = Event()
        renewing = Thread(target=self._renew, args=(key, mine, done), name="modelreg-claim", daemon=True)
        renewing.start()
        try:
            yield
        finally:
            done.set()
            renewing.join()
            self._give_back(key, mine)

    def taken(self, version_id: int) -> bool | None:
        """Whether a living process holds the claim; None for somebody who may only read there."""
        found = self._remote.look(_key(version_id))
        if found is None:
            return False
        try:
            return self._now() - found.modified < DEAD
        except RegistryUnavailable:
            return None

    def _take(self, version_id: int, mine: bytes) -> None:
        key, deadline = _key(version_id), time.monotonic() + wait_limit()
        while not self._remote.put_new(key, mine):
            if self.taken(version_id) is False:
                self._remote.remove(key)
            elif time.monotonic() > deadline:
                raise RegistryBusy(
                    f"{self._remote.name(key)} has been held for over {wait_limit():g} s by {self._holder(key)}",
                    "try again when it is done, or stop that process",
                )
            else:
                time.sleep(_POLL)

    def _renew(self, key: str, mine: bytes, done: Event) -> None:
        while not done.wait(RENEWED):
            try:
                self._remote.touch(key, Found(len(mine), 0.0))
            except RegistryError:  # the store is away; what the claim is for will say so
                _logger.debug("%s was not renewed", self._remote.name(key), exc_info=True)

    def _give_back(self, key: str, mine: bytes) -> None:
        try:
            if self._remote.read(key) == mine:  # nobody has taken it for dead
                self._remote.remove(key)
        except RegistryError:  # the work is done; a claim that nobody renews means nothing soon
            _logger.warning("the claim %s could not be removed", self._remote.name(key), exc_info=True)

    def _holder(self, key: str) -> str:
        try:
            told = json.loads(self._remote.read(key) or b"")
            return f"process {told['process']} on {told['host']}"
        except (ValueError, KeyError, TypeError):
            return "another process"

    def _now(self) -> float:
        """The time by the clock of the store, in seconds since the epoch: clocks here and there may differ."""
        key = f"{CLAIMS}now-{secrets.token_hex(8)}"
        self._remote.put_new(key, b"")
        found = self._remote.look(key)
        self._remote.remove(key)
        return time.time() if found is None else found.modified


def _key(version_id: int) -> str:
    return f"{CLAIMS}{version_id}.json"
