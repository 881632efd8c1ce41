"""comment and comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import jupyter_modelreg
from jupyter_modelreg.commands.completion import complete_line
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.errors import InvalidInput, NotFound, RegistryError
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.notes import check_refused, done

if TYPE_CHECKING:
    from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]


def test_saying_something_and_reading_it(do: Do, stocked: Registry) -> None:
    made = do(f"comment {FRAUD}/1 'recall is **down**; @ana'")
    number = made.rows[0]["id"]
    assert done(made).splitlines() == [f"commented on {FRAUD}/1: comment {number}", "it speaks to ana"]
    do(f"comment {FRAUD} 'two\n\n* lines'")
    do("comment iris all in one line")
    shown = do(f"comments {FRAUD}")
    assert [row["text"] for row in shown.rows] == ["recall is **down**; @ana", "two\n\n* lines"]
    text = shown.text(100, now=int(str(shown.rows[1]["created_at"])) + 60_000)
    assert f"ana  (comment {number} on {FRAUD}/1, 1 min ago)\n  recall is **down**; @ana\n" in text
    assert text.endswith("\n  two\n\n  * lines")
    assert [row["reference"] for row in do("comments").rows] == [f"{FRAUD}/1", FRAUD, "iris"]
    assert [row["reference"] for row in do("comments --to-me").rows] == [f"{FRAUD}/1"]
    assert do("comments --mentions ben").rows == []
    assert repr(do("comments iris/1")) == "nobody has said anything about iris/1"
    assert repr(do("comments iris --to-me")) == "nobody has said anything to you about iris"
    assert do("comments -n 1").text().endswith("\n\nthe newest 1; -n 10 shows more")
    assert do(f"comments {FRAUD}/1").piped().splitlines()[1].startswith(f"{number}\t{FRAUD}/1\tana\t")


def test_short_names_are_looked_up_where_one_is(do: Do, stocked: Registry) -> None:
    do("use prod.ml_team")
    do("comment fraud@Champion live")
    assert [row["reference"] for row in do("comments fraud").rows] == [f"{FRAUD}/1"]


def test_saying_it_otherwise_and_taking_it_back(do: Do, stocked: Registry) -> None:
    number = do("comment iris good").rows[0]["id"]
    assert done(do(f"comment --edit {number} better, by far")) == f"edited comment {number} on iris"
    assert "edited)" in do("comments iris").text()
    same = do(f"comment --edit {number} better, by far")
    assert repr(same) == f"comment {number} says that already; nothing changed"
    assert done(do(f"comment --delete {number}")) == f"deleted comment {number} on iris"
    assert do("comments iris").rows == []
    do("undo")
    assert [row["text"] for row in do("comments iris").rows] == ["better, by far"]
    assert [row["what"] for row in do("history iris -n 4").rows] == [
        "restored a comment: better, by far, undoing " + str(do("history -n 2").rows[1]["seq"]),
        "deleted a comment: better, by far",
        "edited a comment: better, by far",
        "commented: good",
    ]


def test_html_is_markdown_and_does_nothing_by_itself(do: Do, stocked: Registry) -> None:
    do("comment iris '**bold** <script>alert(1)</script> ![x](http://evil.example/p.png) [l](javascript:alert(1))'")
    html = do("comments iris")._repr_html_()
    assert "<strong>bold</strong>" in html
    assert "<script>" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


@pytest.mark.parametrize(
    ("line", "error", "said"),
    [
        ("comment", InvalidInput, "name what the comment is about"),
        ("comment iris", InvalidInput, "name what the comment is about"),
        ("comment iris ''", InvalidInput, "a comment says something"),
        ("comment --edit 7", InvalidInput, "--edit takes the text"),
        ("comment --edit 9999 x", NotFound, "no comment 9999"),
        ("comment --delete 9999", NotFound, "no comment 9999"),
        ("comment --delete 7 x", InvalidInput, "--delete takes the number of a comment and nothing else"),
        ("comment nothing x", NotFound, "no model nothing"),
        ("comments nothing", NotFound, "no model nothing"),
        ("comments --to-me --mentions ben", InvalidInput, "ask for different things"),
    ],
)
def test_bad_input_is_one_sentence(do: Do, stocked: Registry, line: str, error: type[RegistryError], said: str) -> None:
    check_refused(do, stocked, line, error, said)


def test_numbers_are_completed_with_what_was_said(do: Do, stocked: Registry, session: CommandSession) -> None:
    mine = str(do("comment iris good").rows[0]["id"])
    ben = jupyter_modelreg.connect(stocked.uri, actor="ben")
    his = str(ben.comments.add("iris", "bad").id)
    assert complete_line(session, "comment --edit ").items == [(mine, "iris: good")]
    assert complete_line(session, "comment --delete ").items == [(his, "iris: bad"), (mine, "iris: good")]
