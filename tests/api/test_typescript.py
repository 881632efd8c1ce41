"""The TypeScript types of the panel against the operations."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Literal

import pytest

from jupyter_modelreg.api.operations import OPERATIONS
from jupyter_modelreg.api.typescript import TARGET, generate, typescript
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.query.paging import Page


def test_the_stored_file_is_fresh() -> None:
    assert TARGET.read_text() == generate(), "run python -m jupyter_modelreg.api.typescript"


def test_every_operation_that_travels_is_there_and_no_other() -> None:
    text = generate()
    for name, operation in OPERATIONS.items():
        assert (f"  '{name}': {{" in text) is (operation.local_only is None), name


def test_a_secret_has_no_type() -> None:
    _, _, webhook = generate().partition("export interface Webhook {")
    assert "secret" not in webhook.partition("}")[0]


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (str | None, "string | null"),
        (Sequence[str], "string[]"),
        (Sequence[str | int], "(string | number)[]"),
        (tuple[str, int], "[string, number]"),
        (Mapping[int, Sequence[Model]], "Record<string, Model[]>"),
        (Mapping[str, JsonValue] | None, "Record<string, JsonValue> | null"),
        (Page[Model], "Page<Model>"),
        (Literal["a", "it's"], "'a' | \"it's\""),
        (float, "Float"),
    ],
)
def test_types(hint: object, expected: str) -> None:
    assert typescript(hint) == expected


def test_a_type_without_a_wire_format_is_refused() -> None:
    with pytest.raises(TypeError, match="has no wire format"):
        typescript(dataclasses.Field)
