import json
from collections.abc import Mapping

import pytest

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.storage.sql.json_text import from_json_of
from jupyter_modelreg.storage.sql.rows.events import EventRepository

ROW: Mapping[str, object] = {
    "seq": 7,
    "time": 1_700_000_000_000,
    "actor": "ana",
    "action": "tag.set",
    "subject": "model",
    "subject_id": 1,
    "name": "fraud",
    "unit": 7,
    "remaining": 0,
    "format": 2,
    "hash": "",
}


def row(**values: object) -> tuple[object, ...]:
    """A row of the log as the database gives it."""
    return tuple({**ROW, **values}.get(column.name) for column in EventRepository.table.c)


ROWS = [
    row(),
    row(seq=8, before="{}", after='{"note": "a, \\"b\\" [c] {d}"}'),
    row(seq=9, version=3, after='{"manifest": null, "flavors": ["sklearn", {"x": [1, 2.5]}]}', reason="because"),
    row(seq=10, before='{"updated_at": 1}', after='{"name": "ü"}', created_at=5, updated_at=6),
]


def test_many_rows_are_what_each_of_them_is() -> None:
    events = EventRepository.mapper.of_rows(ROWS)
    assert events == [EventRepository.mapper.of_row(each) for each in ROWS]
    assert [event.after for event in events] == [
        None,
        {"note": 'a, "b" [c] {d}'},
        {"manifest": None, "flavors": ["sklearn", {"x": [1, 2.5]}]},
        {"created_at": 5, "name": "ü", "updated_at": 6},
    ]
    assert all(type(event) is Event for event in events)
    assert EventRepository.mapper.of_rows([]) == []


@pytest.mark.parametrize("damaged", ['{"a": 1}, {"b": 2}', "", '{"a": 1', '{"a": 1}]'])
def test_a_damaged_text_is_not_taken_for_another_one(damaged: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting|Extra data|several"):
        from_json_of(['{"x": 1}', damaged, None])


def test_what_is_parsed_together_is_what_each_text_is() -> None:
    texts = [None, "{}", "[]", '"a,b"', "null", "1", json.dumps({"a": [None, True]})]
    assert from_json_of(texts) == [None, {}, [], "a,b", None, 1, {"a": [None, True]}]
