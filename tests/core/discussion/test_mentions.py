"""Whom a comment speaks to."""

from __future__ import annotations

import pytest

from jupyter_modelreg.core.discussion.mentions import mentioned

KNOWN = {"ana", "ben", "ben.b", "ana@x.org", "risk team", "account users", "é-1", "a+b"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@ben", ["ben"]),
        ("look, @ben, @ana and @ben: it fell", ["ben", "ana"]),
        ("ask @ben.", ["ben"]),
        ("ask @ben.b.", ["ben.b"]),
        ("ask @ben...", ["ben"]),
        ("(@ben)", ["ben"]),
        ("**@ben**", ["ben"]),
        ("> @ben\n> said", ["ben"]),
        ('@"risk team" and @"account users"', ["risk team", "account users"]),
        ('@"nobody here"', []),
        ("@ana@x.org", ["ana@x.org"]),
        ("@ana@x.org.", ["ana@x.org"]),
        ("@ben@x.org", ["ben"]),
        ("mail to ana@x.org or eve@ben", []),
        ("fraud@ben and models:/fraud@ben", []),
        ("the alias @Champion", []),
        ("@Ben", []),
        ("@bennet", []),
        ("`@ben`, and ``x ` @ben`` in code", []),
        ("```\n@ben\n```\n@ana", ["ana"]),
        ("```\n@ben, and no end", []),
        ("~~~ sh\n@ben\n~~~", []),
        ("@é-1 @a+b", ["é-1", "a+b"]),
        ("@", []),
        ("@ ben @@ben", []),
        ("", []),
    ],
)
def test_mentions(text: str, found: list[str]) -> None:
    assert list(mentioned(text, KNOWN)) == found


def test_a_very_long_text_takes_no_time() -> None:
    assert list(mentioned(f"x {'`' * 20_000} {'@' * 20_000} {'@a.' * 8_000} @ben", KNOWN)) == ["ben"]
