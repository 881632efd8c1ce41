"""`modelreg` in a shell: what it prints, what it returns, what it remembers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jupyter_modelreg.cli import main, state_path
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of

if TYPE_CHECKING:
    from _pytest.capture import CaptureFixture

pytest_plugins = ["tests.support.commands"]

MODELREG = Path(sys.executable).with_name("modelreg")


@pytest.fixture
def uri(registry: Registry) -> str:
    """A registry with a model in it, closed."""
    registry.models.create("prod.ml_team.fraud", description="Scores payments.")
    registry.close()
    return registry.uri


def test_results_go_to_stdout_and_end_with_0(uri: str, capsys: CaptureFixture[str]) -> None:
    assert main(["--registry", uri, "models"]) == 0
    out, err = capsys.readouterr()
    assert "prod.ml_team.fraud" in out
    assert "Scores payments." in out
    assert err == ""


def test_json_is_json_and_nothing_else(uri: str, capsys: CaptureFixture[str]) -> None:
    assert main(["--registry", uri, "show", "prod.ml_team.fraud", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "prod.ml_team.fraud"


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("show prod.ml_team.frued", 1, ["error: no model prod.ml_team.frued; did you mean prod.ml_team.fraud?"]),
        (
            "alias prod.ml_team.fraud@v3 1",
            1,
            ["error: alias 'v3' is reserved: it reads as a version number", "choose a name, like Champion"],
        ),
        ("shw", 2, ["error: no command shw; did you mean show?", "modelreg --help lists the commands"]),
        ("show", 2, ["error: missing argument 'REF'", "usage: modelreg show [OPTIONS] REF; --help says more"]),
        (
            "load prod.ml_team.fraud/1 --as m",
            1,
            [
                "error: there is no variable m to put anything into: a shell has none",
                "leave --as out to see what comes of it, or use %modelreg in a notebook",
            ],
        ),
    ],
)
def test_errors_go_to_stderr_with_a_hint(
    uri: str, capsys: CaptureFixture[str], line: str, code: int, said: list[str]
) -> None:
    assert main(["--registry", uri, *line.split()]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == said


def test_connect_and_use_last_until_the_next_call(uri: str, capsys: CaptureFixture[str]) -> None:
    assert main(["connect", uri]) == 0
    assert main(["use", "prod.ml_team"]) == 0
    capsys.readouterr()
    assert main(["show", "fraud", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "prod.ml_team.fraud"
    assert main(["use", "--clear"]) == 0
    assert main(["show", "fraud"]) == 1


def test_what_is_given_wins_over_what_is_remembered(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: CaptureFixture[str]
) -> None:
    other = f"modelreg:///{tmp_path}/other.duckdb"
    main(["connect", uri])
    main(["use", "prod.ml_team"])
    capsys.readouterr()
    main(["--registry", other, "status", "--json"])
    seen = json.loads(capsys.readouterr().out)
    assert (seen["uri"], seen["namespace"]) == (other, None)
    monkeypatch.setenv("MODELREG_URI", other)
    main(["status", "--json"])
    seen = json.loads(capsys.readouterr().out)
    assert (seen["uri"], seen["namespace"]) == (other, None)
    monkeypatch.setenv("MODELREG_URI", uri)
    main(["status", "--json"])
    assert json.loads(capsys.readouterr().out)["namespace"] == "prod.ml_team"


def test_connecting_under_modelreg_uri_says_that_it_goes_first(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODELREG_URI", f"modelreg:///{tmp_path}/other.duckdb")
    assert main(["connect", uri]) == 0
    assert capsys.readouterr().err == "note: MODELREG_URI is set and goes before this\n"


def test_a_failed_connect_is_not_remembered(uri: str, tmp_path: Path, capsys: CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.duckdb"
    bad.write_text("no database")
    main(["connect", uri])
    assert main(["connect", str(bad)]) == 1
    assert "is not a DuckDB database" in capsys.readouterr().err
    main(["status", "--json"])
    assert json.loads(capsys.readouterr().out)["uri"] == uri


def test_settings_that_cannot_be_read_or_written_are_named(capsys: CaptureFixture[str]) -> None:
    path = state_path()
    assert path is not None
    path.parent.mkdir(parents=True)
    path.write_text("{ not json")
    assert main(["status"]) == 1
    err = capsys.readouterr().err
    assert f"error: the settings in {path} cannot be read" in err
    assert "delete the file" in err
    path.unlink()
    path.mkdir()
    assert main(["catalogs"]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_the_first_connect_creates_the_registry(tmp_path: Path, capsys: CaptureFixture[str]) -> None:
    assert main(["connect", f"modelreg:///{tmp_path}/new.duckdb"]) == 0
    assert (tmp_path / "new.duckdb").is_file()
    assert "empty; " in capsys.readouterr().out


def test_help_and_version(capsys: CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "Create and register" in capsys.readouterr().out
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("modelreg ")
    path = state_path()
    assert path is not None
    assert not path.exists()


def test_mlflow_is_told_apart(uri: str, monkeypatch: pytest.MonkeyPatch, capsys: CaptureFixture[str]) -> None:
    main(["--registry", uri])
    assert f"export MLFLOW_REGISTRY_URI={uri}" in capsys.readouterr().out.replace("\n        ", "")
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", uri)
    main(["--registry", uri])
    assert "uses this registry" in capsys.readouterr().out


def on_a_terminal(uri: str, *line: str, width: int = 80, **environment: str) -> str:
    """What the program writes to a terminal that is `width` columns wide."""
    import pexpect  # IPython brings it along wherever there are terminals

    variables = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    variables |= {"MODELREG_URI": uri, "TERM": "xterm-256color", **environment}
    program = pexpect.spawn(
        str(MODELREG), list(line), env=variables, encoding="utf-8", timeout=60, dimensions=(24, width)
    )
    program.expect(pexpect.EOF)
    program.close()
    return str(program.before).replace("\r\n", "\n")


def test_a_table_fits_the_terminal_and_has_colours_there(uri: str) -> None:
    main(["--registry", uri, "describe", "prod.ml_team.fraud", "long words " * 30])
    shown = on_a_terminal(uri, "models")
    assert "\x1b[1mmodel\x1b[0m" in shown
    plain = on_a_terminal(uri, "models", NO_COLOR="1")
    assert "\x1b" not in plain
    assert "prod.ml_team.fraud" in plain
    assert "long words" in plain
    assert max(map(len, plain.splitlines())) <= 80
    assert max(map(len, on_a_terminal(uri, "models", NO_COLOR="1", width=40).splitlines())) <= 40
    assert "\x1b" not in on_a_terminal(uri, "models", TERM="dumb")


def test_a_pipe_gets_lines_with_tabs_in_which_nothing_is_cut(uri: str, capsys: CaptureFixture[str]) -> None:
    main(["--registry", uri, "describe", "prod.ml_team.fraud", "long words" * 30])
    capsys.readouterr()
    main(["--registry", uri, "models"])
    head, row = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    found = dict(zip(head, row, strict=True))
    assert found["name"] == "prod.ml_team.fraud"
    assert found["description"] == "long words" * 30
    assert found["latest_version"] == ""


# --- the installed program -----------------------------------------------------------------------------------


def test_the_program_runs(uri: str) -> None:
    done = subprocess.run([MODELREG, "--registry", uri, "models"], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "prod.ml_team.fraud" in done.stdout
    bad = subprocess.run([MODELREG, "--registry", uri, "show", "nobody"], capture_output=True, text=True, timeout=60)
    assert (bad.returncode, bad.stdout, bad.stderr) == (1, "", "error: no model nobody\n")


def test_a_reader_that_leaves_early_is_no_error(uri: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {MODELREG} --help | head -n 1"], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: modelreg")


def run_modelreg(uri: str, *line: str, encoding: str = "utf-8") -> subprocess.CompletedProcess[bytes]:
    """Run the program on the registry at `uri`, its output in `encoding`."""
    environment = {**os.environ, "MODELREG_URI": uri, "PYTHONIOENCODING": encoding}
    return subprocess.run([MODELREG, *line], env=environment, capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437"])
def test_what_a_terminal_cannot_show_is_replaced(uri: str, encoding: str) -> None:
    for line in ("tag prod.ml_team.fraud area=αβγ", "models", "show prod.ml_team.fraud --json"):
        done = run_modelreg(uri, *line.split(), encoding=encoding)
        assert (done.returncode, done.stderr) == (0, b""), line
        assert "area" in done.stdout.decode(encoding)
    refused = run_modelreg(uri, "show", "αβγ", encoding=encoding)
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert refused.stderr.decode(encoding).startswith("error: ")


def test_utf8_stays_as_it_is(uri: str) -> None:
    assert "area=αβγ" in run_modelreg(uri, "tag", "prod.ml_team.fraud", "area=αβγ").stdout.decode()


@pytest.mark.parametrize("redirected", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_output_is_no_error(uri: str, redirected: str, tmp_path: Path) -> None:
    for line in ("models", "--help", "backup b.zip"):
        command = ["sh", "-c", f'cd {tmp_path} && "$0" {line} {redirected}', str(MODELREG)]
        done = subprocess.run(
            command, env={**os.environ, "MODELREG_URI": uri}, capture_output=True, timeout=60, check=False
        )
        assert (done.returncode, done.stderr) == (0, b""), line


def test_an_output_without_room_says_so(uri: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [MODELREG, "models"],
            env={**os.environ, "MODELREG_URI": uri},
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == [
        "error: the answer cannot be written: No space left on device",
        "what was asked for is done",
    ]


def completed(line: str, uri: str) -> list[str]:
    """What bash would offer at the end of `line`."""
    environment = {**os.environ, "MODELREG_URI": uri, "_MODELREG_COMPLETE": "bash_complete", "COMP_LINE": line}
    done = subprocess.run([MODELREG], env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    return done.stdout.split()


def test_completion_gives_bash_what_it_still_has_to_write(registry: Registry) -> None:
    registry.models.create("prod.ml_team.fraud", tags={"task": "x"})
    registry.models.create("iris")
    registry.close()
    assert completed("modelreg sho", registry.uri) == ["plain,show"]
    assert completed("modelreg versions prod", registry.uri) == ["plain,prod.ml_team.fraud"]
    assert completed("modelreg show models:/ir", registry.uri) == ["plain,/iris"]
    assert completed("modelreg tag iris task=", registry.uri) == ["plain,x"]


def test_completion_gives_up_on_a_busy_registry_without_a_word(registry: Registry) -> None:
    registry.models.create("iris")
    with context_of(registry).read():
        begun = time.monotonic()
        assert completed("modelreg show ir", registry.uri) == []
        assert time.monotonic() - begun < 20, "it waited for the registry"


HOSTILE = ("fraud`id>pwned1`", "risk;touch pwned2;#", "calc$(touch pwned3)", "quote'\";touch pwned4;'")


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_tab_in_a_real_bash_runs_nothing_that_a_name_holds(
    registry: Registry, tmp_path_factory: pytest.TempPathFactory
) -> None:
    import pexpect

    for name in HOSTILE:
        registry.models.create(name)
    registry.models.create("lines\nplain,$(touch pwned5)")
    registry.close()
    for typed in ('"fr', '"ca', "'qu", "li"):
        assert completed(f"modelreg show {typed}", registry.uri) == []
    assert completed("modelreg show 'ri", registry.uri) == ["plain,risk;touch", "pwned2;#"]
    folder = tmp_path_factory.mktemp("shell")
    environment = {**os.environ, "MODELREG_URI": registry.uri, "PATH": f"{MODELREG.parent}:{os.environ['PATH']}"}
    bash = pexpect.spawn(
        "bash", ["--norc", "-i"], env=environment, encoding="utf-8", timeout=60, dimensions=(24, 200), cwd=folder
    )
    try:
        bash.sendline("bind 'set enable-bracketed-paste off'; bind 'set bell-style none'; PS1='> '")
        bash.sendline('eval "$(_MODELREG_COMPLETE=bash_source modelreg)"; echo re""ady')
        bash.expect("ready")
        for typed in ("fr", "ri", "ca", "qu"):
            bash.send(f"modelreg show {typed}\t\n")
            bash.expect("workspace model")
    finally:
        bash.close(force=True)
    assert os.listdir(folder) == []


def test_a_stored_name_in_an_error_steers_no_terminal(registry: Registry, capsys: CaptureFixture[str]) -> None:
    registry.models.create("fraud\x1b[31m\u202e\x07\x85x")
    registry.close()
    assert main(["--registry", registry.uri, "show", "fraud\x1b[31m\u202e\x07\x85y"]) == 1
    err = capsys.readouterr().err
    assert "did you mean" in err
    assert err.replace("\n", "").isprintable()


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_tab_in_a_real_bash(model_folder: Path, registry: Registry) -> None:
    import pexpect  # IPython brings it along wherever there is a bash

    registry.versions.register(str(model_folder), "prod.ml_team.fraud", aliases=["Champion"])
    registry.close()
    environment = {**os.environ, "MODELREG_URI": registry.uri, "PATH": f"{MODELREG.parent}:{os.environ['PATH']}"}
    bash = pexpect.spawn("bash", ["--norc", "-i"], env=environment, encoding="utf-8", timeout=30, dimensions=(24, 200))
    try:
        bash.sendline("bind 'set enable-bracketed-paste off'; bind 'set bell-style none'; PS1='> '")
        bash.sendline('eval "$(_MODELREG_COMPLETE=bash_source modelreg)"; echo re""ady')
        bash.expect("ready")
        bash.send("modelreg show prod.ml_team.fraud@Ch\t --json\n")
        bash.expect('"version": 1')
    finally:
        bash.close(force=True)
