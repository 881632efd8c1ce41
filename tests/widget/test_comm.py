"""The widget's messages over the comm of a real kernel, as a browser sends them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

import jupyter_modelreg

pytestmark = pytest.mark.timeout(120)

Message = dict[str, Any]
WAIT = 30.0


class FrontEnd:
    """The other end of a kernel's comms."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self.client = client
        self.comm = ""

    def run(self, code: str) -> list[Message]:
        """Run a cell; gives what came out of it."""
        outputs: list[Message] = []
        reply = self.client.execute_interactive(code, timeout=WAIT, output_hook=outputs.append)
        assert reply["content"]["status"] == "ok", reply["content"]
        return outputs

    def printed(self, code: str) -> str:
        """What a cell printed."""
        return "".join(each["content"]["text"] for each in self.run(code) if each["msg_type"] == "stream")

    def opened(self, code: str, trait: str = "selected") -> Message:
        """Run a cell that makes a widget with that trait; gives its state, and talks to it from now on."""
        opens = [each["content"] for each in self.run(code) if each["msg_type"] == "comm_open"]
        found = next(each for each in opens if trait in each["data"]["state"])
        self.comm = found["comm_id"]
        state: Message = found["data"]["state"]
        return state

    def send(self, data: Message, subshell: str | None = None) -> None:
        """Send `data` over the comm, through a subshell when one is named."""
        message = self.client.session.msg("comm_msg", {"comm_id": self.comm, "data": data})
        message["header"]["subshell_id"] = subshell
        self.client.shell_channel.send(message)

    def ask(self, content: object, subshell: str | None = None) -> Message:
        """Send a custom message; gives the next one that comes back."""
        self.send({"method": "custom", "content": content}, subshell)
        deadline = time.monotonic() + WAIT
        while time.monotonic() < deadline:
            message = self.client.get_iopub_msg(timeout=WAIT)
            if message["msg_type"] == "comm_msg" and message["content"]["data"]["method"] == "custom":
                answer: Message = message["content"]["data"]["content"]
                return answer
        raise AssertionError(f"no answer to {content}")

    def subshell(self) -> str:
        """Make a subshell, as JupyterLab does for widgets."""
        self.client.control_channel.send(self.client.session.msg("create_subshell_request"))
        reply = self.client.control_channel.get_msg(timeout=WAIT)
        made: str = reply["content"]["subshell_id"]
        return made


@pytest.fixture
def front(registry_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FrontEnd]:
    """A kernel whose registry holds prod.ml.fraud, with `w` shown in it."""
    monkeypatch.setenv("MODELREG_URI", f"modelreg:///{registry_path}")
    registry = jupyter_modelreg.connect()
    registry.models.create("prod.ml.fraud")
    registry.close()
    manager, client = start_new_kernel(kernel_name="python3", startup_timeout=90)
    try:
        front = FrontEnd(client)
        front.opened("import jupyter_modelreg as mr\nw = mr.explore()")
        yield front
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_every_message_is_answered(front: FrontEnd) -> None:
    found = front.ask({"id": "a-1", "op": "models.list", "params": {"namespace": "prod.ml"}})
    assert (found["id"], found["ok"]) == ("a-1", True)
    assert [item["name"] for item in found["result"]["items"]] == ["prod.ml.fraud"]
    refused = front.ask({"id": "a-2", "op": "versions.list", "params": {"model": "prod.ml.nobody"}})
    assert (refused["id"], refused["error"]["code"]) == ("a-2", "NOT_FOUND")
    assert "nobody" in refused["error"]["message"]
    for bad, code in [
        ({"id": 3, "op": "models.frobnicate", "params": {}}, "NOT_FOUND"),
        ({"id": 3, "op": "models.list", "params": {"limit": "many"}}, "INVALID_INPUT"),
        ({"id": 3, "op": "models.list", "params": [1]}, "INVALID_INPUT"),
        ({"id": 3}, "NOT_FOUND"),
    ]:
        answer = front.ask(bad)
        assert (answer["id"], answer["ok"], answer["error"]["code"]) == (3, False, code)
    for odd in ("text", None, [1, 2], 7):
        answer = front.ask(odd)
        assert (answer["id"], answer["ok"]) == (None, False)


def test_it_answers_while_a_cell_runs(front: FrontEnd, tmp_path: Path) -> None:
    subshell, done = front.subshell(), tmp_path / "done"
    # ipykernel sends a comm's messages to the subshell its last answer went to, and the first one to the main shell.
    assert front.ask({"id": "first", "op": "models.list", "params": {}}, subshell)["ok"]
    front.client.execute(
        f"import pathlib, time\nwhile not pathlib.Path({str(done)!r}).exists():\n    time.sleep(0.01)\n"
        "    _ = w._registry.models.list()"
    )
    try:
        for at in range(20):
            answer = front.ask({"id": at, "op": "models.list", "params": {}}, subshell)
            assert (answer["id"], answer["ok"]) == (at, True)
    finally:
        done.touch()


def test_a_click_reaches_python(front: FrontEnd) -> None:
    front.run("seen = []\nw.observe(lambda change: seen.append(change.new), 'selected')")
    front.send({"method": "update", "state": {"selected": "prod.ml.fraud/3"}, "buffer_paths": []})
    assert front.printed("print(w.selected, seen)") == "prod.ml.fraud/3 ['prod.ml.fraud/3']\n"


def test_the_magic_gives_the_widget(front: FrontEnd) -> None:
    front.run("%load_ext jupyter_modelreg")
    state = front.opened("v = %modelreg explore prod.ml")
    assert state["namespace"] == "prod.ml"
    assert front.printed("print(repr(v))") == "<Explorer prod.ml: 1 model>\n"
    shown = [each["content"]["data"] for each in front.run("v") if each["msg_type"] == "execute_result"]
    assert "application/vnd.jupyter.widget-view+json" in shown[0]
    assert "fraud" in shown[0]["text/html"]
    assert front.ask({"id": "m", "op": "registry.status", "params": {}})["ok"]


def test_a_dialog_that_was_answered_goes_on_in_python(front: FrontEnd) -> None:
    front.run("mr.connect().models.create('prod.ml.churn')\n%load_ext jupyter_modelreg")
    state = front.opened("d = %modelreg tag prod.ml.churn --dialog", "dialog")
    assert state["dialog"] == {"kind": "tags", "target": {"kind": "model", "name": "prod.ml.churn"}}
    assert front.printed("print(d.result)") == "None\n"
    answer = front.ask({"id": "t", "op": "tags.edit", "params": {"reference": "prod.ml.churn", "set": {"a": "b"}}})
    assert answer["ok"], answer
    assert front.printed("print(d.result, d)") == "prod.ml.churn <Dialog tag: prod.ml.churn>\n"
