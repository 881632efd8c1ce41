"""OPERATIONS as TypeScript: `python -m jupyter_modelreg.api.typescript` writes it for the panel."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

from jupyter_modelreg.api.operations import TRAVELLING, Operation
from jupyter_modelreg.api.wire import is_json, is_union, wire_fields
from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.core.references import Reference

TARGET = Path(__file__).parents[2] / "labextension" / "src" / "client" / "operations.ts"

_HEAD = """\
// Made from the registry's operations by `python -m jupyter_modelreg.api.typescript`; change those, not this.
// Times are UTC epoch milliseconds, sizes are bytes.

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A number JSON has no word for travels as text. */
export type Float = number | 'NaN' | 'Infinity' | '-Infinity';

/** Some items of a list; `token` asks for those after them and is null at the end. */
export interface Page<T> {
  items: T[];
  token: string | null;
}
"""
_PLAIN: Mapping[object, str] = {
    str: "string",
    int: "number",
    float: "Float",
    bool: "boolean",
    type(None): "null",
    Reference: "string",
}


def generate() -> str:
    """The whole file: the entities that travel, and `Operations`, the parameters and result of every call."""
    hints = [hint for each in TRAVELLING for hint in (*(p.hint for p in each.parameters), each.result)]
    entities = sorted(_entities(hints), key=lambda entity: entity.__name__)
    blocks = [_HEAD, *map(_interface, entities)]
    writes = "".join(f"\n  {_quoted(each.name)}," for each in TRAVELLING if each.writes).rstrip(",")
    after = (
        "\n/** The operations that change something. */\n"
        f"export const WRITES: ReadonlySet<keyof Operations> = new Set<keyof Operations>([{writes}\n]);\n"
    )
    blocks.append("/** Every operation that travels. A write takes a `reason`, which the activity log keeps. */")
    return (
        "\n".join(blocks)
        + "\nexport interface Operations {\n"
        + "\n".join(map(_operation, TRAVELLING))
        + "\n}\n"
        + after
    )


def typescript(hint: object) -> str:
    """`hint` in TypeScript. Raises TypeError for a type without a wire format."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if is_json(hint):
        return "JsonValue"
    if is_union(hint):
        return " | ".join(dict.fromkeys(map(typescript, inner)))
    if origin is typing.Literal:
        return " | ".join(_quoted(word) for word in inner)
    if origin is Page:
        return f"Page<{typescript(inner[0])}>"
    if origin is tuple and inner[-1] is not ...:
        return f"[{', '.join(map(typescript, inner))}]"
    if origin in (Sequence, list, tuple):
        item = typescript(inner[0])
        return f"({item})[]" if " | " in item else f"{item}[]"
    if origin is Mapping:
        return f"Record<string, {typescript(inner[1])}>"
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return hint.__name__
    if isinstance(hint, type) and issubclass(hint, PurePath):
        return "string"
    raise TypeError(f"{hint} has no wire format")


def _entities(hints: Sequence[object]) -> set[type]:
    """Every dataclass that `hints` speak of, and those they are made of."""
    found: set[type] = set()
    waiting = list(hints)
    while waiting:
        hint = waiting.pop()
        if hint in _PLAIN or hint in found:
            continue
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            found.add(hint)
            waiting += [_hint_of(hint, field.name) for field in wire_fields(hint)]
        waiting += typing.get_args(hint) if typing.get_origin(hint) is not typing.Literal else ()
    return found


def _interface(entity: type) -> str:
    lines = [
        f"  {field.name}{'?' if _is_asked(entity) and _has_default(field) else ''}: "
        f"{typescript(_hint_of(entity, field.name))};"
        for field in wire_fields(entity)
    ]
    summary = (entity.__doc__ or "").strip().partition("\n")[0]
    return f"/** {summary} */\nexport interface {entity.__name__} {{\n" + "\n".join(lines) + "\n}\n"


def _operation(operation: Operation) -> str:
    params = [f"{each.name}{'' if each.required else '?'}: {typescript(each.hint)}" for each in operation.parameters]
    shown = f"{{ {'; '.join(params)} }}" if params else "Record<string, never>"
    return (
        f"  /** {operation.summary} */\n"
        f"  {_quoted(operation.name)}: {{\n    params: {shown};\n    result: {typescript(operation.result)};\n  }};"
    )


def _is_asked(entity: type) -> bool:
    """Whether it is part of a question, so that what has a default may be left out; answers are always whole."""
    return entity.__module__.endswith(".search")


def _has_default(field: dataclasses.Field[object]) -> bool:
    return not (field.default is field.default_factory is dataclasses.MISSING)


def _hint_of(entity: type, name: str) -> object:
    hint: object = typing.get_type_hints(entity)[name]
    return hint


def _quoted(word: object) -> str:
    text = json.dumps(word)
    return f"'{text[1:-1]}'" if isinstance(word, str) and "'" not in word else text


def main() -> None:
    """Write the file into the sources of the panel."""
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(generate())


if __name__ == "__main__":
    main()
