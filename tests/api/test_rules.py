"""The panel's rules are the core's: one table of cases, made here from the core, which both sides are held against.

`python -m tests.api.test_rules` writes the table; labextension/tests/registry/validation.test.ts runs the panel against
it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from jupyter_modelreg.core import names, references
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.names import is_governed
from jupyter_modelreg.core.rules.aliases import check_alias_room
from jupyter_modelreg.core.rules.models import check_rename

TABLE = Path(__file__).parents[2] / "labextension" / "tests" / "cases" / "rules.json"
Argument = str | list[str]
Case = dict[str, object]

ODD = [
    *("", " ", "\t", "\u3000", "\x1c", "\ufeff", "a b", " a", "a ", "a\tb", "a\nb", "a\0b", "\x7f", "\x85", "\u2028"),
    *("größe", "e\u0301", "模型", "נתונים", "a\u202eb", "🦊", "👩\u200d🔬", "½", "x²", "٣", "_", "-", "--", "-x"),
    *(".", "..", "...", "..x", "x..", "a/b", "a//b", "a/./b", "a/../b", "/a", "a/", "a:b", "models:/a", "a\\b"),
    *("it's", 'say "hi"', 'it\'s "both"', "<b>bold</b>", "'; DROP TABLE models; --", "a=b", "a@b", "$x", "{x}", "%s"),
    *("\ue000", "\U000e0001", "a\u00adb", "a\u00a0b", "x" * 20, "x" * 21, "x" * 255, "x" * 256, "🦊" * 256),
]
MODELS = [
    *("fraud", "my model", "a.b", "a.b.c.d", "a..b", ".a.b", "a.b.", "..", "a..c", "prod.ml_team.fraud-2"),
    *("prod.ml team.fraud", "a.b.c@d", "a.b.ü", "ä.b.c", "a.🦊.c", f"{'c' * 255}.s.m", f"c.{'s' * 256}.m"),
]
ALIASES = ["Champion", "3", "v", "v3", "V10", "v٣", "v3x", "latest", "LATEST", "Latest", "élan", "a-b_c", "a.b", "@a"]
KEYS = ["mlflow.source: a/b-c_d", "x" * 250, "x" * 251, "ü" * 251, "a" * 19 + "ü" * 300, "../x", "a;b", "key "]
REFERENCES = [
    *("fraud", "fraud/3", "fraud/1-3", "fraud/3-1", "fraud/03-1", "fraud/latest", "fraud/LATEST", "fraud/production"),
    *("fraud@Champion", "a@b@c", " prod.ml.fraud@Champion ", "models:/fraud/3", "models:///fraud@Champion"),
    *("fraud/", "fraud/x", "fraud/-1", "fraud/1-2-3", "fraud/1-", "fraud/٣", "fraud@", "@a", "a/b/3", "f@a b"),
    *("models:/", "models:/a.b.c d@x", "fraud/\n3", "fraud@a/3", "fraud/" + "9" * 30 + "-1", "fraud/it's"),
]
PAIRS = [
    ("iris", "flower"),
    ("iris", "a.b.c"),
    ("a.b.c", "iris"),
    ("a.b.c", "a.x.c"),
    ("iris", ""),
    ("a.b.c", "a.b.c d"),
]
TEN = [f"a{at}" for at in range(10)]


def cases() -> Iterator[Case]:
    """Every case: the rule, what it is asked about, and the problem it finds, or null."""
    for text in [*ODD, *MODELS]:
        yield case("model", names.check_model_name, text)
    for kind in ("catalog", "schema", "model"):
        for text in (*ODD, "a.b", "Aa-_9") if kind == "catalog" else ("a b", "ok"):
            yield case("part", names.check_part, text, kind)
    for text in (*ODD, "prod", "prod.ml", "prod.ml.x", "prod.", ".ml", "prod.m l", "p d.ml"):
        yield case("namespace", names.check_namespace, text)
    for text in [*ODD, *ALIASES]:
        yield case("alias", names.check_settable_alias, text)
    for text in [*ODD, *KEYS]:
        yield case("key", names.check_tag_key, text)
    for text in ("", "x\n\0y", "x" * 100_000, "x" * 100_001, "🦊" * 100_000, "🦊" * 100_001):
        yield case("value", names.check_tag_value, "note", text)
    for text in [*ODD, *REFERENCES]:
        yield case("reference", references.parse_reference, text)
    for name, known, asked in (
        *(("a.b.c", TEN[:9], ["new"]), ("a.b.c", TEN, ["new"]), ("a.b.c", TEN, ["a3"]), ("iris", TEN, ["new"])),
        *(("a.b.c", list(reversed(TEN)), ["Z", "Ä"]), ("a.b.c", [], [*TEN, "new"]), ("a.b.c", [], [*TEN, "a1"])),
    ):
        yield case("room", _room, name, known, asked)
    for old, new in PAIRS:
        yield case("rename", _rename, old, new)


def case(rule: str, check: Callable[..., object], *arguments: Argument) -> Case:
    """What `check` says to `arguments`; a long text is written down as what it repeats."""
    try:
        check(*arguments)
        problem = None
    except RegistryError as error:
        problem = {"message": error.message, "hint": error.hint}
    return {"rule": rule, "about": [_brief(argument) for argument in arguments], "problem": problem}


def _brief(argument: Argument) -> object:
    one = argument[:1]
    if isinstance(argument, str) and len(argument) > 99 and argument == len(argument) * str(one):
        return {"text": one, "times": len(argument)}
    return argument


def _room(name: str, known: list[str], asked: list[str]) -> None:
    check_alias_room(_model(name, known), asked)


def _rename(name: str, new_name: str) -> None:
    names.check_model_name(new_name)
    check_rename(_model(name, []), new_name, None)


def _model(name: str, aliases: list[str]) -> Model:
    return Model(
        id=1,
        name=name,
        schema_id=1 if is_governed(name) else None,
        aliases=dict.fromkeys(aliases, 1),
        owner="ana",
        created_at=0,
        created_by="ana",
        updated_at=0,
        updated_by="ana",
    )


def _text() -> str:
    lines = ",\n".join(f"  {json.dumps(each)}" for each in cases())
    return f"[\n{lines}\n]\n"


def test_the_table_says_what_the_core_says() -> None:
    assert TABLE.read_text() == _text(), "run python -m tests.api.test_rules, then make ui/rules.ts follow"


if __name__ == "__main__":
    TABLE.write_text(_text())
