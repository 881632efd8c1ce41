"""Questions where people meet them: on a terminal, in a pipe, and in a notebook that runs with nobody before it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pexpect
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import jupyter_modelreg
from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD

MODELREG = Path(sys.executable).with_name("modelreg")
QUESTION = f"Delete {FRAUD} (no versions)? [y/N] "
KEPT = f"nothing was deleted: {FRAUD} is as it was"

Terminal = Callable[..., "pexpect.spawn[str]"]


@pytest.fixture
def uri(registry: Registry) -> str:
    """A registry with a model in it, closed."""
    registry.models.create(FRAUD)
    registry.close()
    return registry.uri


@pytest.fixture
def terminal(uri: str) -> Terminal:
    """Start a program on a terminal of its own, at the registry."""

    def start(program: str, *words: str) -> pexpect.spawn[str]:
        variables = {**os.environ, "MODELREG_URI": uri, "TERM": "dumb"}
        # Wide enough to leave a line as it is written.
        return pexpect.spawn(
            program, list(words), env=variables, encoding="utf-8", timeout=20, dimensions=(24, 200), echo=False
        )

    return start


def is_there(uri: str) -> bool:
    registry = jupyter_modelreg.connect(uri)
    try:
        registry.models.get(FRAUD)
    except NotFound:
        return False
    finally:
        registry.close()
    return True


def ended(program: pexpect.spawn[str]) -> tuple[str, int | None]:
    """What a program writes until it ends, and its exit code."""
    program.expect(pexpect.EOF)
    program.close()
    return str(program.before).replace("\r\n", "\n").strip(), program.exitstatus


@pytest.mark.parametrize("answer", ["y", "Yes", " YES "])
def test_yes_on_a_terminal_deletes(terminal: Terminal, uri: str, answer: str) -> None:
    program = terminal(str(MODELREG), "delete", FRAUD)
    program.expect_exact(QUESTION)
    assert f"- moves {FRAUD} (no versions) to the trash" in str(program.before)
    program.sendline(answer)
    said, code = ended(program)
    assert f"moved {FRAUD} (no versions) to the trash" in said
    assert (code, is_there(uri)) == (0, False)


@pytest.mark.parametrize("answer", ["", "n", "no", "yess", "what?"])
def test_anything_else_keeps(terminal: Terminal, uri: str, answer: str) -> None:
    program = terminal(str(MODELREG), "delete", FRAUD)
    program.expect_exact(QUESTION)
    program.sendline(answer)
    assert ended(program) == (KEPT, 1)
    assert is_there(uri)


def test_ctrl_d_is_no(terminal: Terminal, uri: str) -> None:
    program = terminal(str(MODELREG), "delete", FRAUD)
    program.expect_exact(QUESTION)
    program.sendeof()
    assert ended(program) == (KEPT, 1)
    assert is_there(uri)


def test_ctrl_c_ends_it(terminal: Terminal, uri: str) -> None:
    program = terminal(str(MODELREG), "delete", FRAUD)
    program.expect_exact(QUESTION)
    program.sendintr()
    assert ended(program) == ("interrupted", 130)
    assert is_there(uri)


def test_a_terminal_that_goes_away_keeps(terminal: Terminal, uri: str) -> None:
    program = terminal(str(MODELREG), "delete", FRAUD)
    program.expect_exact(QUESTION)
    program.close()
    assert is_there(uri)


def test_the_question_stays_out_of_what_is_written_to_a_file(terminal: Terminal, uri: str, tmp_path: Path) -> None:
    answer = tmp_path / "answer.txt"
    program = terminal("/bin/sh", "-c", f'"{MODELREG}" delete {FRAUD} >"{answer}"')
    program.expect_exact(QUESTION)
    program.sendline("n")
    assert ended(program) == ("", 1)
    assert answer.read_text() == f"{KEPT}\n"


@pytest.mark.parametrize("given", ["y\n", ""])
def test_a_pipe_is_nobody_to_ask(uri: str, given: str) -> None:
    done = subprocess.run(
        [MODELREG, "delete", FRAUD, "-m", "not wanted"],
        input=given,
        capture_output=True,
        text=True,
        env={**os.environ, "MODELREG_URI": uri},
        check=False,
    )
    assert done.stderr == (
        f"error: deleting {FRAUD} (no versions) needs an answer, and nobody can be asked here\n"
        f"to do it all the same: modelreg delete {FRAUD} -m 'not wanted' --yes\n"
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert is_there(uri)


class TestIPythonOnATerminal:
    @pytest.fixture
    def shell(self, terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pexpect.spawn[str]:
        """IPython, with the question before it."""
        monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
        program = terminal(sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner", "--colors=NoColor")
        program.expect_exact("In [1]: ")
        program.sendline("%load_ext jupyter_modelreg")
        program.expect_exact("In [2]: ")
        program.sendline(f"%modelreg delete {FRAUD}")
        program.expect_exact(QUESTION)
        return program

    @pytest.mark.parametrize(("answer", "said"), [("n", KEPT), ("y", f"moved {FRAUD} (no versions) to the trash")])
    def test_an_answer(self, shell: pexpect.spawn[str], uri: str, answer: str, said: str) -> None:
        shell.sendline(answer)
        shell.expect_exact(said)
        shell.sendline("exit")
        ended(shell)
        assert is_there(uri) is (answer == "n")

    def test_ctrl_c_says_so_in_a_line(self, shell: pexpect.spawn[str], uri: str) -> None:
        shell.sendintr()
        shell.expect_exact("In [3]: ")
        assert str(shell.before).strip() == "interrupted: the line changed nothing"
        shell.sendline("exit")
        ended(shell)
        assert is_there(uri)


def test_a_notebook_that_runs_by_itself_is_told_the_line(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As nbclient runs it, and with it nbconvert and papermill."""
    monkeypatch.setenv("MODELREG_URI", uri)
    lines = ("%load_ext jupyter_modelreg", f"%modelreg delete {FRAUD} -m 'not wanted'")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(line) for line in lines])
    with pytest.raises(CellExecutionError):
        NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    (output,) = notebook.cells[1].outputs
    assert re.sub(r"\x1b\[\d*m", "", "\n".join(output.traceback)).splitlines() == [
        f"error: deleting {FRAUD} (no versions) needs an answer, and nobody can be asked here",
        f"to do it all the same: %modelreg delete {FRAUD} -m 'not wanted' --yes",
    ]
    assert is_there(uri)
    notebook.cells[1].source += " --yes"
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    assert f"moved {FRAUD} (no versions) to the trash" in notebook.cells[1].outputs[0].data["text/plain"]
    assert not is_there(uri)
