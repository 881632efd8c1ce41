"""`%modelreg` in a real IPython shell, and once in a real kernel."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import jupyter_modelreg
from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.group import BadUsage
from jupyter_modelreg.core.errors import InvalidInput, NotFound, RegistryError
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.recent import recent_registries
from jupyter_modelreg.uri import registry_uri
from tests.support.names import FRAUD
from tests.support.notes import done
from tests.support.shells import real_shell

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionResult

pytest_plugins = ["tests.support.commands"]

Cell = Callable[[str], Any]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait longer for candidates than a person would: the machine that runs tests may be slow."""
    monkeypatch.setattr(candidates, "PATIENCE", 20.0)


@pytest.fixture
def shell(fresh_kernel_env: Path) -> Iterator[InteractiveShell]:
    """A shell with the extension loaded, on this test's registry."""
    with real_shell() as opened:
        yield opened


@pytest.fixture
def cell(shell: InteractiveShell) -> Cell:
    """Run a cell and give its result; an error in it is an error of the test."""

    def run(source: str) -> Any:
        done: ExecutionResult = shell.run_cell(source)
        done.raise_error()
        return done.result

    return run


@pytest.fixture
def fraud(registry: Registry, model_folder: Path) -> Registry:
    """Two versions of prod.ml_team.fraud, @Champion is 1, and the workspace model iris."""
    registry.versions.register(str(model_folder), FRAUD, aliases=["Champion"], tags={"task": "x"})
    registry.versions.register(str(model_folder), FRAUD)
    registry.models.create("iris")
    return registry


class TestSql:
    def test_a_cell_is_a_statement_over_views_and_frames(
        self, shell: InteractiveShell, cell: Cell, fraud: Registry
    ) -> None:
        cell("import pandas as pd\nbudgets = pd.DataFrame({'name': ['iris'], 'budget': [7]})\nvalues = [1]")
        made = cell(
            "%%modelreg sql\n-- what is spent\nselect name, owner, budget\nfrom models join budgets using (name)\n"
        )
        assert made.rows == [{"name": "iris", "owner": "ana", "budget": 7}]
        data, _ = shell.display_formatter.format(made)
        assert '<table class="mreg-out-list">' in data["text/html"]
        cell("%%modelreg sql --as df\nselect reference from versions order by 1")
        assert cell("list(df['reference'])") == [f"{FRAUD}/1", f"{FRAUD}/2"]
        assert cell('%modelreg sql "select count(*) as n from df"').rows == [{"n": 2}]
        assert cell("%%modelreg sql --relation\nfrom aliases").fetchall() == [(FRAUD, "Champion", 1)]
        assert cell('r = %modelreg sql "from aliases"\nlist(r.to_df().columns)') == ["name", "alias", "version"]

    def test_what_is_wrong_is_said_in_two_lines(self, shell: InteractiveShell, fraud: Registry) -> None:
        with capture_output() as captured:
            done = shell.run_cell("%%modelreg sql\nselect nme\nfrom models")
        assert isinstance(done.error_in_exec, InvalidInput)
        assert "(line 1, column 8)" in captured.stdout + captured.stderr
        assert "did you mean name?" in captured.stdout + captured.stderr

    def test_the_cell_is_completed(self, shell: InteractiveShell, fraud: Registry) -> None:
        text = "%%modelreg sql --as df\nselect own\nfrom models"
        assert [found for _, found in offered(shell, text, text.index("own") + 3)] == ["owner"]
        assert [found for _, found in offered(shell, "%%modelreg sql\nselect * from mod")] == ["models"]


class TestLine:
    def test_alone_it_shows_status(self, cell: Cell, registry: Registry) -> None:
        assert cell("%modelreg").rows[0]["uri"] == registry.uri

    def test_a_result_can_be_kept_and_used(self, cell: Cell, fraud: Registry) -> None:
        cell(f"r = %modelreg versions {FRAUD}")
        assert cell("[row['version'] for row in r.rows]") == [2, 1]
        assert cell("list(r.to_df()['version'])") == [2, 1]

    def test_both_faces_reach_the_notebook(self, shell: InteractiveShell, cell: Cell, fraud: Registry) -> None:
        data, _ = shell.display_formatter.format(cell("%modelreg models"))
        assert FRAUD in data["text/plain"]
        assert '<table class="mreg-out-list">' in data["text/html"]

    @pytest.mark.parametrize(
        ("source", "shown"),
        [
            ("{0} a=1", 1),
            ("{0} a=1\n{0} a=2\nNone", 2),
            ("{0} a=1\n{0} a=2", 2),
            ("for n in (1, 2, 3):\n    {0} a=$n", 3),
            ("if True:\n    {0} a=1\n1 + 1", 1),
            ("def change():\n    {0} a=1\nchange()\nchange()", 2),
            ("async def change():\n    {0} a=1\nawait change()", 1),
            ("note = {0} a=1", 0),
            ("%modelreg connect\nNone", 1),
            ("%modelreg connect", 1),
            ("%modelreg status\nNone", 0),
            ("%modelreg models\nNone", 0),
            ("%%modelreg\ntag iris a=1\ntag iris a=2", 2),
            ("%%modelreg describe iris\nSome text.", 1),
        ],
    )
    def test_each_line_that_changes_something_says_so_once(
        self, shell: InteractiveShell, cell: Cell, registry: Registry, source: str, shown: int
    ) -> None:
        registry.models.create("iris")
        with capture_output() as captured:
            cell(source.format("%modelreg tag iris"))
        # IPython writes the value of the last line to standard output here, and what is displayed comes apart.
        said = [captured.stdout, *(output.data["text/plain"] for output in captured.outputs)]
        confirmations = ("tagged iris", "described iris", "modelreg  (registry)")
        assert sum(text.count(each) for text in said for each in confirmations) == shown

    def test_variables_and_expressions(self, shell: InteractiveShell, cell: Cell, fraud: Registry) -> None:
        shell.user_ns.update(name=FRAUD, n=2, note="two words")
        assert cell("%modelreg show $name/$n").rows[0]["version"] == 2
        cell("%modelreg tag {name + '/1'} note=$note 'plain=$note' price=$$5 cfg={{}}")
        assert fraud.versions.get(f"{FRAUD}/1").tags == {
            "task": "x",
            "note": "two words",
            "plain": "$note",
            "price": "$5",
            "cfg": "{}",
        }

    def test_variables_of_a_function(self, cell: Cell, fraud: Registry) -> None:
        cell("def look(model, version):\n    return get_ipython().run_line_magic('modelreg', 'show $model/{version}')")
        cell("def look_too(model):\n    r = %modelreg show $model\n    return r")
        assert cell(f"look('{FRAUD}', 2).rows[0]['version']") == 2
        assert cell("look_too('iris').rows[0]['name']") == "iris"

    def test_load_into_a_variable_and_as_a_value(self, cell: Cell, fraud: Registry) -> None:
        cell("import numpy as np")
        assert repr(cell(f"%modelreg load {FRAUD}@Champion --as model")) == f"model = {FRAUD}/1"
        assert cell("float(model.predict(np.array([[4.0]]))[0])") == pytest.approx(8.0)
        cell(f"direct = %modelreg load {FRAUD}/2")
        assert cell("float(direct.predict(np.array([[4.0]]))[0])") == pytest.approx(8.0)

    def test_use_and_connect_stay_for_the_kernel(self, cell: Cell, fraud: Registry, tmp_path: Path) -> None:
        cell("%modelreg use prod.ml_team")
        assert cell("%modelreg show fraud").rows[0]["name"] == FRAUD
        other = f"modelreg:///{tmp_path}/other.duckdb"
        assert cell(f"%modelreg connect {other}").rows[0]["uri"] == other
        assert cell("%modelreg models").rows == []
        assert cell(f"%modelreg --registry {fraud.uri} show fraud").rows[0]["name"] == FRAUD
        assert cell("%modelreg").rows[0]["uri"] == other
        assert jupyter_modelreg.connect().uri == other

    def test_the_panel_hears_where_a_notebook_connected_the_newest_first(
        self, cell: Cell, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("JPY_SESSION_NAME", "work/week2.ipynb")
        for name in ("a", "b", "a"):
            cell(f"%modelreg connect {tmp_path / name}.duckdb")
        found = [(each.uri, each.notebook) for each in recent_registries()]
        assert found == [(registry_uri(tmp_path / f"{name}.duckdb"), "work/week2.ipynb") for name in "ab"]

    def test_help_is_shown_and_not_printed(self, shell: InteractiveShell, cell: Cell) -> None:
        with capture_output() as printed:
            shown = cell("help_ = %modelreg register --help\nhelp_")
        assert "Usage: %modelreg register" in repr(shown)
        assert "  %modelreg register ./fraud_model" in repr(shown)
        assert "Usage" not in printed.stdout.replace(repr(shown), "")

    def test_json_is_text_with_rows_behind_it(self, cell: Cell, fraud: Registry) -> None:
        shown = cell("%modelreg models --json")
        assert repr(shown).startswith("[\n  {")
        assert len(shown.rows) == 2


class TestCell:
    def test_the_cell_is_the_last_argument(self, cell: Cell, fraud: Registry) -> None:
        text = '- scores *card* payments\n\nIt\'s $5 {a} "b"\n--json'
        assert done(cell(f"%%modelreg describe {FRAUD} -m review\n{text}\n")) == f"described {FRAUD}"
        assert fraud.models.get(FRAUD).description == text
        assert fraud.history.list()[-1].reason == "review"

    def test_a_dash_of_ones_own_is_enough(self, cell: Cell, fraud: Registry) -> None:
        cell(f"%%modelreg describe -- {FRAUD}\n-x")
        assert fraud.models.get(FRAUD).description == "-x"

    def test_every_line_is_a_command(self, shell: InteractiveShell, cell: Cell, fraud: Registry) -> None:
        shell.user_ns["n"] = 2
        lines = [
            "%%modelreg",
            "# promote",
            "use prod.ml_team",
            "",
            "  alias fraud@Champion $n",
            "show fraud/2",
            "# {x}",
        ]
        with capture_output() as shown:
            assert cell("\n".join(lines)) is None
        assert [output.data["text/plain"].splitlines()[0] for output in shown.outputs] == [
            "now in prod.ml_team: short names are looked up there",
            f"{FRAUD}@Champion: 1 → 2",
            f"{FRAUD}/2  (version, ready)",
        ]

    def test_a_line_that_fails_says_which_and_stops(self, shell: InteractiveShell, fraud: Registry) -> None:
        with capture_output():
            done = shell.run_cell(f"%%modelreg\ntag {FRAUD} a=1\nshow nobody\ntag {FRAUD} b=2\n")
        assert isinstance(done.error_in_exec, NotFound)
        assert done.error_in_exec.message == "line 3: no model nobody"
        assert fraud.models.get(FRAUD).tags == {"a": "1"}


class TestErrors:
    @pytest.mark.parametrize(
        ("line", "error", "said"),
        [
            (
                "show prod.ml_team.frued",
                NotFound,
                "error: no model prod.ml_team.frued; did you mean prod.ml_team.fraud?",
            ),
            (
                f"alias {FRAUD}@latest 1",
                InvalidInput,
                "error: alias 'latest' is reserved: it always means the highest version\n"
                "choose another name, like Champion",
            ),
            ("shw", BadUsage, "error: no command shw; did you mean show?\n%modelreg --help lists the commands"),
            (
                "show",
                BadUsage,
                "error: missing argument 'REF'\nusage: %modelreg show [OPTIONS] REF; --help says more",
            ),
            ("show $no", InvalidInput, "error: $no cannot be filled in: NameError: name 'no' is not defined"),
            (
                "describe iris it's",
                InvalidInput,
                "error: a quote is not closed in: describe iris it's\n"
                "put text that holds an apostrophe into double quotes",
            ),
        ],
    )
    def test_they_are_real_and_short(
        self, shell: InteractiveShell, fraud: Registry, line: str, error: type[Exception], said: str
    ) -> None:
        shell.colors = "nocolor"
        with capture_output() as shown:
            done = shell.run_cell(f"%modelreg {line}")
        raised: Any = done.error_in_exec
        assert raised._render_traceback_() == said.splitlines()
        assert type(raised) is error
        assert "Traceback" not in shown.stdout + shown.stderr
        assert said in shown.stdout + shown.stderr

    def test_a_notebook_sees_an_error_output(self, shell: InteractiveShell, fraud: Registry) -> None:
        with capture_output():
            done = shell.run_cell("%modelreg show nobody")
        content = shell._format_exception_for_storage(done.error_in_exec)
        assert content["ename"] == "NotFound"
        assert content["evalue"] == "no model nobody"
        assert len(content["traceback"]) == 1

    def test_python_can_catch_them(self, cell: Cell, fraud: Registry) -> None:
        cell(
            "import jupyter_modelreg as mr\n"
            "try:\n    %modelreg show nobody\nexcept mr.RegistryError as error:\n    code = error.code"
        )
        assert cell("code") == "NOT_FOUND"

    def test_errors_from_python_keep_their_traceback(self, fraud: Registry) -> None:
        with pytest.raises(RegistryError) as caught:
            fraud.models.get("nobody")
        assert not hasattr(caught.value, "_render_traceback_")

    def test_a_bug_is_not_dressed_up(
        self, shell: InteractiveShell, fraud: Registry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(type(fraud.models), "list", lambda *args, **kwargs: 1 / 0)
        with capture_output() as shown:
            done = shell.run_cell("%modelreg models")
        assert isinstance(done.error_in_exec, ZeroDivisionError)
        assert "Traceback" in shown.stdout + shown.stderr


class TestMlflow:
    def test_connect_points_a_loaded_mlflow_here(self, cell: Cell, registry: Registry) -> None:
        import mlflow

        try:
            assert "run %modelreg connect" in cell("%modelreg").rows[0]["mlflow"]
            assert cell("%modelreg connect").rows[0]["mlflow"] == "uses this registry"
            assert mlflow.get_registry_uri() == registry.uri
        finally:
            mlflow.set_registry_uri(None)
            os.environ.pop("MLFLOW_REGISTRY_URI", None)

    def test_connect_points_a_later_mlflow_here_without_importing_it(self, registry: Registry) -> None:
        code = (
            "import sys\n"
            "from IPython.core.interactiveshell import InteractiveShell\n"
            "shell = InteractiveShell.instance()\n"
            "shell.run_line_magic('load_ext', 'jupyter_modelreg')\n"
            f"status = shell.run_line_magic('modelreg', 'connect {registry.uri}')\n"
            "assert 'mlflow' not in sys.modules, 'connect imported MLflow'\n"
            "assert status.rows[0]['mlflow'] == 'uses this registry'\n"
            "import mlflow\n"
            "print(mlflow.get_registry_uri())\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip().endswith(registry.uri)


class TestExtension:
    def test_loading_twice_and_unloading_leave_nothing_behind(self, fresh_kernel_env: Path) -> None:
        shell = InteractiveShell()
        clean = list(shell.Completer.custom_matchers)
        for _ in range(2):
            shell.run_line_magic("reload_ext", "jupyter_modelreg")
        assert len(shell.Completer.custom_matchers) == len(clean) + 1
        shell.run_line_magic("unload_ext", "jupyter_modelreg")
        assert shell.Completer.custom_matchers == clean
        assert shell.find_line_magic("modelreg") is None
        assert shell.find_cell_magic("modelreg") is None
        shell.run_line_magic("load_ext", "jupyter_modelreg")
        assert shell.find_line_magic("modelreg") is not None
        shell.history_manager.end_session()


def offered(shell: InteractiveShell, text: str, cursor: int | None = None) -> list[tuple[int, str]]:
    """(start, text) of what the real completer offers at the end of `text`, or at `cursor`."""
    at = len(text) if cursor is None else cursor
    with shell.builtin_trap:
        from IPython.core.completer import provisionalcompleter

        with provisionalcompleter():
            return [(found.start, found.text) for found in shell.Completer.completions(text, at)]


class TestCompletion:
    @pytest.mark.parametrize(
        ("text", "start", "expected"),
        [
            ("%modelreg al", 10, ["alias"]),
            ("%modelreg models --wo", 17, ["--workspace"]),
            (f"%modelreg show {FRAUD}@Ch", 15, [f"{FRAUD}@Champion"]),
            (f"%modelreg show models:/{FRAUD}@Ch", 15, [f"models:/{FRAUD}@Champion"]),
            (f"r = %modelreg versions {FRAUD[:8]}", 23, [FRAUD]),
            (f"x = 1\n%modelreg show {FRAUD}/2", 21, [f"{FRAUD}/2"]),
            ("%%modelreg descri", 11, ["describe"]),
            (f"%%modelreg describe {FRAUD[:-2]}", 20, [FRAUD]),
            ("%%modelreg\nuse prod\nali", 20, ["alias"]),
            (f"%%modelreg\nshow {FRAUD}@C", 16, [f"{FRAUD}@Champion"]),
            (f"model = load_model('models:/{FRAUD}@C", 20, [f"models:/{FRAUD}@Champion"]),
            ('load("models:/ir', 6, ["models:/iris"]),
            (f"%modelreg tag {FRAUD} ta", 33, ["task="]),
        ],
    )
    def test_candidates(
        self, shell: InteractiveShell, fraud: Registry, text: str, start: int, expected: list[str]
    ) -> None:
        assert offered(shell, text) == [(start, candidate) for candidate in expected]

    def test_in_the_middle_of_a_line(self, shell: InteractiveShell, fraud: Registry) -> None:
        text = f"%modelreg show {FRAUD}@Ch --json"
        assert offered(shell, text, text.index(" --json")) == [(15, f"{FRAUD}@Champion")]

    def test_the_body_of_a_text_cell_is_left_alone(self, shell: InteractiveShell, fraud: Registry) -> None:
        assert "alias" not in [text for _, text in offered(shell, f"%%modelreg describe {FRAUD}\nali")]

    def test_python_is_left_alone(self, shell: InteractiveShell, fraud: Registry) -> None:
        shell.user_ns["alias_of_mine"] = 1
        assert "alias_of_mine" in [text for _, text in offered(shell, "alias_of")]

    def test_it_never_raises(self, shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        bad = tmp_path / "bad.duckdb"
        bad.write_text("no database")
        monkeypatch.setenv("MODELREG_URI", str(bad))
        for text in (
            "%modelreg show x",
            "%modelreg show 'x",
            "%modelreg -",
            "%%modelreg\n",
            "%modelreg $",
            "'models:/",
        ):
            offered(shell, text)


@pytest.mark.timeout(120)
def test_a_real_kernel_completes_runs_and_fails(fraud: Registry, fresh_kernel_env: Path) -> None:
    from jupyter_client.manager import start_new_kernel

    fraud.close()
    manager, client = start_new_kernel(kernel_name="python3", startup_timeout=90)
    try:
        client.execute_interactive("%load_ext jupyter_modelreg", timeout=60, output_hook=lambda _: None)
        text = f"%modelreg show {FRAUD}@Ch"
        reply = client.complete(text, len(text), reply=True, timeout=60)["content"]
        assert (reply["matches"], reply["cursor_start"]) == ([f"{FRAUD}@Champion"], 15)
        outputs: list[dict[str, Any]] = []
        client.execute_interactive(f"%modelreg show {FRAUD}", timeout=60, output_hook=outputs.append)
        shown = [message["content"]["data"] for message in outputs if message["msg_type"] == "execute_result"]
        assert FRAUD in shown[0]["text/plain"]
        assert "mreg-out-card" in shown[0]["text/html"]
        outputs.clear()
        client.execute_interactive("%modelreg show nobody", timeout=60, output_hook=outputs.append)
        errors = [message["content"] for message in outputs if message["msg_type"] == "error"]
        assert (errors[0]["ename"], errors[0]["evalue"]) == ("NotFound", "no model nobody")
        assert len(errors[0]["traceback"]) == 1
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_a_terminal_has_no_place_for_a_dialog(cell: Cell) -> None:
    with pytest.raises(InvalidInput, match="--dialog needs a notebook"):
        cell("%modelreg register --dialog")
