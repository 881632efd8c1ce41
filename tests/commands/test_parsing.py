"""Splitting lines: quotes as in a shell, `$name` and `{expression}` from the notebook."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from jupyter_modelreg.commands.parsing import split
from jupyter_modelreg.core.errors import InvalidInput

SCOPE = {
    "name": "fraud",
    "spaced": "two words",
    "quoted": 'a "b" c',
    "number": 3,
    "run": SimpleNamespace(info=SimpleNamespace(run_id="4f1c")),
    "table": {"key": "value", "nested": {"a": 1}},
}


def words(line: str) -> list[str]:
    return split(line, lambda expression: eval(expression, dict(SCOPE)))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("show fraud/3", ["show", "fraud/3"]),
        ("", []),
        ("show $name", ["show", "fraud"]),
        ("show $name/$number", ["show", "fraud/3"]),
        ("alias $name@Champion {number - 1}", ["alias", "fraud@Champion", "2"]),
        ("register runs:/$run.info.run_id/model x", ["register", "runs:/4f1c/model", "x"]),
        ("tag x note=$spaced", ["tag", "x", "note=two words"]),
        ("describe x $quoted", ["describe", "x", 'a "b" c']),
        ('describe x "is $spaced, yes"', ["describe", "x", "is two words, yes"]),
        ("describe x 'is $spaced {number}'", ["describe", "x", "is $spaced {number}"]),
        ("describe x $$5 $5 a$", ["describe", "x", "$5", "$5", "a$"]),
        (r"describe x \$name \{number\}", ["describe", "x", "$name", "{number}"]),
        (r'describe x "\$name \" \{n}"', ["describe", "x", '$name " {n}']),
        (r"describe x a\ b", ["describe", "x", "a b"]),
        ("tag x cfg={{1}}", ["tag", "x", "cfg={1}"]),
        ("tag x a={table['key']}", ["tag", "x", "a=value"]),
        ('tag x a={table["key"]}', ["tag", "x", "a=value"]),
        ('tag x "a={table["key"]}"', ["tag", "x", "a=value"]),
        ("tag x a={ {'k': 7}['k'] }", ["tag", "x", "a=7"]),
        ("tag x a={'}'}", ["tag", "x", "a=}"]),
        ("tag x a={', '.join(sorted(table))}", ["tag", "x", "a=key, nested"]),
        ("describe x it's\\ one 'so'", None),
        ('describe x "it\'s fine"', ["describe", "x", "it's fine"]),
        ("show unicode_ñame", ["show", "unicode_ñame"]),
        ('tag x drop="\'; DROP TABLE models; --"', ["tag", "x", "drop='; DROP TABLE models; --"]),
    ],
)
def test_words(line: str, expected: list[str] | None) -> None:
    if expected is None:
        with pytest.raises(InvalidInput, match="a quote is not closed"):
            words(line)
    else:
        assert words(line) == expected


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("show $nobody", r"\$nobody cannot be filled in: NameError: name 'nobody' is not defined"),
        ("show {1/0}", r"\{1/0\} cannot be filled in: ZeroDivisionError"),
        ("show $run.info.nothing", r"\$run.info.nothing cannot be filled in: .*no attribute 'nothing'"),
        ('tag x {"a": 1', "does not begin with a Python expression"),
        ("tag x {}", "does not begin with a Python expression"),
        ("tag x {not python at all}", "does not begin with a Python expression"),
        ("describe x it's", "a quote is not closed in: describe x it's"),
        ('describe x "open', "a quote is not closed"),
        ("describe x end\\", "a line cannot end in a backslash"),
    ],
)
def test_what_cannot_be_read_says_so_in_a_line(line: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message) as caught:
        words(line)
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (r"register C:\Users\zoe\m fraud -m 'first one'", ["register", r"C:\Users\zoe\m", "fraud", "-m", "first one"]),
        (r'register "C:\my models\m" x', ["register", r"C:\my models\m", "x"]),
        (r"connect .\data\r.duckdb", ["connect", r".\data\r.duckdb"]),
        (r"backup \\server\share\b.zip", ["backup", r"\\server\share\b.zip"]),
        ("download x C:\\out\\", ["download", "x", "C:\\out\\"]),
        (r'describe x "say \"hi\" to \$name \{n}"', ["describe", "x", 'say "hi" to $name {n}']),
        (r"register C:\$name\{number} x", ["register", "C:$name{number}", "x"]),
    ],
)
def test_paths_of_windows_arrive_whole(line: str, expected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    assert words(line) == expected


def test_a_backslash_that_would_be_lost_is_questioned() -> None:
    with pytest.raises(InvalidInput) as caught:
        words(r"connect .\data\r.duckdb")
    assert caught.value.message == r"the backslash in .\data\r.duckdb would be lost"
    assert caught.value.hint == "write ./data/r.duckdb for a path, or put what holds a backslash into single quotes"
    assert words(r"connect '.\data\r.duckdb'") == ["connect", r".\data\r.duckdb"]
    assert words(r"describe x a\ \; \#") == ["describe", "x", "a ;", "#"]


def test_an_attribute_that_was_not_meant_gets_a_hint() -> None:
    with pytest.raises(InvalidInput) as caught:
        words("show prod.$name.fraud")
    assert caught.value.hint == "write {name} when what follows is plain text"
    assert words("show prod.{name}.fraud") == ["show", "prod.fraud.fraud"]


def test_a_value_is_evaluated_once_and_never_again() -> None:
    calls = []

    def evaluate(expression: str) -> object:
        calls.append(expression)
        return "$other {more} 'quote"

    assert split("show $name x", evaluate) == ["show", "$other {more} 'quote", "x"]
    assert calls == ["name"]


def test_interrupting_an_expression_is_not_an_error_of_ours() -> None:
    def evaluate(expression: str) -> object:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        split("show $name", evaluate)
