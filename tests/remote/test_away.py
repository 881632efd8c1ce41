"""A server that is away, goes away, is another one, or of another version: a sentence says what is so."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from jupyter_modelreg.connection import open_registry
from jupyter_modelreg.core.errors import InvalidInput, InvalidState, RegistryUnavailable
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.remote import client
from tests.support.processes import free_port

Answer = Callable[[bytes], bytes | None]
IDENTITY = {"uri": "modelreg:///x", "actor": "ana"}


class Stand:
    """What stands at an address in a server's place: it answers each request with what `answer` makes of it."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.answer: Answer = lambda _: None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                asked = connection.recv(65536)
                if not asked:
                    continue
                while b"\r\n\r\n" in asked and len(asked.partition(b"\r\n\r\n")[2]) < _length(asked):
                    asked += connection.recv(65536)
                self.asked.append(asked)
                answer = self.answer(asked)
                if answer is not None:
                    connection.sendall(answer)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


def _length(asked: bytes) -> int:
    found = [line for line in asked.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return int(found[0].split(b":")[1]) if found else 0


def http(status: str, body: object = None, *headers: str, kind: str = "application/json") -> Answer:
    """An answer; what is no text is JSON."""
    sent = (body if isinstance(body, str) else json.dumps(body)).encode()
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(sent)}",
        "Connection: close",
        *headers,
    ]
    return lambda _: "\r\n".join(lines).encode() + b"\r\n\r\n" + sent


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    monkeypatch.setenv("MODELREG_TOKEN", "a-token-of-mine")
    monkeypatch.setattr(client, "_PAUSES", (0.01, 0.01))
    with closing(Stand()) as found:
        yield found


@pytest.fixture
def away(stand: Stand) -> Iterator[Registry]:
    with closing(open_registry(stand.url)) as opened:
        yield opened


def test_nobody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_PAUSES", (0.01, 0.01))
    monkeypatch.setenv("MODELREG_TOKEN", "a-token-of-mine")
    registry = open_registry(f"http://127.0.0.1:{free_port()}")
    for call in (registry.status, lambda: registry.models.create("prod.a.b")):
        with pytest.raises(RegistryUnavailable, match="does not answer: Connection refused") as refused:
            call()
        assert refused.value.hint == "check the address, and that the server runs"


def test_what_reads_is_tried_again_and_what_changes_is_not(away: Registry, stand: Stand) -> None:
    with pytest.raises(RegistryUnavailable, match="does not answer"):
        away.whoami()
    assert len(stand.asked) == 3
    with pytest.raises(RegistryUnavailable) as unknown:
        away.models.create("prod.a.b")
    assert len(stand.asked) == 4
    assert "in the middle of models.create" in unknown.value.message
    assert "it is not known whether that was done" in unknown.value.message
    assert unknown.value.hint == "look before you do it again: history has it if it was"


def test_one_that_comes_back_has_answered(away: Registry, stand: Stand) -> None:
    good = http("200 OK", {"ok": True, "result": IDENTITY})
    stand.answer = lambda asked: (
        None
        if len(stand.asked) < 2
        else http("502 Bad Gateway", "<html>", kind="text/html")(asked)
        if len(stand.asked) < 3
        else good(asked)
    )
    assert away.actor == "ana"


def test_a_proxy_that_lost_its_server(away: Registry, stand: Stand) -> None:
    stand.answer = http("504 Gateway Timeout", "<html>", kind="text/html")
    with pytest.raises(RegistryUnavailable, match=r"went away in the middle of models.create \(504\)"):
        away.models.create("prod.a.b")
    stand.answer = http(
        "503 Service Unavailable", {"error_code": "TEMPORARILY_UNAVAILABLE", "message": "too busy\nwait"}
    )
    with pytest.raises(RegistryUnavailable, match="too busy") as refused:
        away.models.create("prod.a.b")
    assert refused.value.hint == "wait"


@pytest.mark.parametrize(
    "answer",
    [
        http("200 OK", "<html>hello</html>", kind="text/html"),
        http("404 Not Found", {"error_code": "ENDPOINT_NOT_FOUND", "message": "no"}),
        http("200 OK", [1, 2]),
        http("200 OK", "{", kind="application/json"),
    ],
)
def test_what_is_no_server_of_a_registry(away: Registry, stand: Stand, answer: Answer) -> None:
    stand.answer = answer
    with pytest.raises(RegistryUnavailable, match="not as the server of a registry does") as refused:
        away.status()
    assert refused.value.hint is not None


def test_a_token_is_not_sent_elsewhere(away: Registry, stand: Stand) -> None:
    stand.answer = http("307 Temporary Redirect", "", "Location: https://evil.example.org/api?x=1")
    with pytest.raises(RegistryUnavailable, match="sends its clients elsewhere") as refused:
        away.status()
    assert refused.value.hint == "connect there if you trust it: https://evil.example.org/api"
    assert len(stand.asked) == 1


def failing(code: str, message: str, version: str | None) -> Answer:
    told = {"ok": False, "error": {"code": code, "message": message, "hint": "a hint"}}
    return http("400 Bad Request", told, *([f"Modelreg-Version: {version}"] if version else []))


@pytest.mark.parametrize(("version", "said"), [("0.0.1", "it runs version 0.0.1"), (None, "it runs an older version")])
def test_an_older_server(away: Registry, stand: Stand, version: str | None, said: str) -> None:
    stand.answer = failing("NOT_FOUND", "no operation versions.newest; did you mean versions.get?", version)
    with pytest.raises(InvalidState, match=r"does not know versions\.newest") as refused:
        away.versions.newest(["iris"])
    assert said in refused.value.message
    stand.answer = failing("INVALID_INPUT", "models.find has no parameter order_by", version)
    with pytest.raises(InvalidInput, match="has no parameter order_by") as other:
        away.models.find("", order_by="name")
    assert "use the same version on both sides" in (other.value.hint or "")


def test_an_older_server_leaves_something_out(away: Registry, stand: Stand) -> None:
    model = {
        "id": 1,
        "name": "iris",
        "owner": "ana",
        "created_at": 1,
        "created_by": "a",
        "updated_at": 1,
        "updated_by": "a",
    }
    stand.answer = http("200 OK", {"ok": True, "result": model})
    found = away.models.get("iris")
    assert (found.name, found.tags, found.aliases, found.description) == ("iris", {}, {}, None)
    del model["owner"]
    stand.answer = http("200 OK", {"ok": True, "result": model})
    with pytest.raises(RegistryUnavailable, match=r"what .* answers to models\.get cannot be read") as refused:
        away.models.get("iris")
    assert refused.value.hint == "use the same version of jupyter_modelreg on both sides"


def test_a_newer_server_says_more(away: Registry, stand: Stand) -> None:
    stand.answer = http("200 OK", {"ok": True, "result": {**IDENTITY, "mood": "fine"}, "since": 3})
    assert away.identity().actor == "ana"


def test_a_server_fails(away: Registry, stand: Stand) -> None:
    stand.answer = failing("SOMETHING_NEW", "the sky fell", "9.9.9")
    with pytest.raises(Exception, match="the sky fell") as failed:
        away.status()
    assert failed.value.hint == "a hint"  # type: ignore[attr-defined]


def test_what_is_said_holds_no_token(away: Registry, stand: Stand) -> None:
    for answer in (lambda _: None, http("401 Unauthorized", {"message": "no"}), http("500 Oops", "")):
        stand.answer = answer
        with pytest.raises(Exception) as said:  # noqa: PT011
            away.models.create("prod.a.b")
        assert "a-token-of-mine" not in repr(said.value) + str(said.value)
    assert all(b"Bearer a-token-of-mine" in asked for asked in stand.asked)
    assert "a-token-of-mine" not in repr(away) + away.uri
