"""Messages to the registry and back."""

from __future__ import annotations

import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

import jupyter_modelreg
from jupyter_modelreg.api.dispatch import answer, dispatch, outcome
from jupyter_modelreg.api.operations import OPERATIONS
from jupyter_modelreg.api.wire import encode
from jupyter_modelreg.core.errors import InvalidInput, InvalidState, NotFound, ReadOnly
from jupyter_modelreg.core.registry import Registry
from tests.core.history.test_past import passed
from tests.core.history.test_replay import model_folder
from tests.support.names import SOURCE


def test_a_call_and_its_result(registry: Registry) -> None:
    created = dispatch(registry, "models.create", {"name": "prod.ml.fraud", "reason": "new"})
    assert isinstance(created, dict)
    assert created["owner"] == "ana"
    assert dispatch(registry, "models.get", {"name": "prod.ml.fraud"}) == created
    status = dispatch(registry, "registry.status", {})
    assert isinstance(status, dict)
    assert (status["governed_models"], status["actor"]) == (1, "ana")
    assert registry.history.list()[-1].reason == "new"


def test_the_newest_event(registry: Registry) -> None:
    assert dispatch(registry, "history.last", {}) is None
    registry.models.create("m")
    registry.tags.set("m", {"a": "1"})
    last = dispatch(registry, "history.last", {})
    assert isinstance(last, dict)
    assert last["action"] == "tag.set"
    assert dispatch(registry, "history.list", {"after": last["seq"]}) == []
    assert dispatch(registry, "history.list", {"after": 1}) == [last]


def test_every_list_comes_in_pages(registry: Registry) -> None:
    for number in range(102):
        registry.models.create(f"m{number:03}")
    first = dispatch(registry, "models.list", {})
    assert isinstance(first, dict)
    assert isinstance(first["items"], list)
    assert len(first["items"]) == 100
    rest = dispatch(registry, "models.list", {"page_token": first["token"]})
    assert isinstance(rest, dict)
    assert isinstance(rest["items"], list)
    assert [item["name"] for item in rest["items"]] == ["m100", "m101"]  # type: ignore[index, call-overload]
    assert rest["token"] is None
    events = dispatch(registry, "history.list", {"limit": None})
    assert isinstance(events, list)
    assert len(events) == 100


@pytest.mark.parametrize(
    "name",
    [n for n, o in OPERATIONS.items() if any(p.name == "limit" for p in o.parameters) and o.local_only is None],
)
@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_has_bounds(registry: Registry, name: str, limit: int) -> None:
    params = {parameter.name: "m" for parameter in OPERATIONS[name].parameters if parameter.required}
    with pytest.raises(InvalidInput, match=f"^{name}: limit must be from 1 to 1,000, not {limit}"):
        dispatch(registry, name, {**params, "limit": limit})


def test_lists_without_a_limit_are_known() -> None:
    lists = {name for name, each in OPERATIONS.items() if each.verb in ("list", "search", "find")}
    lists |= {
        "history.recent",
        "history.told",
        "models.facets",
        "versions.facets",
        "lineage.graph",
        "lineage.dataset",
        "lineage.impact",
        "tracking.logged_models",
        "versions.best",
        "tracking.runs",
        "tracking.experiment_runs",
        "tracking.traces",
        "tracking.evaluations",
        "webhooks.to_send",
    }
    # Told as a whole, as on a line.
    lists -= {"trash.list", "grants.list", "groups.list", "tag_policies.list", "policies.list", "searches.list"}
    lists -= {"users.list", "tokens.list"}
    assert lists == {n for n, o in OPERATIONS.items() if any(p.name == "limit" for p in o.parameters)}


def test_an_unknown_operation_is_not_found(registry: Registry) -> None:
    with pytest.raises(NotFound, match=r"no operation models\.lst; did you mean models\.list") as caught:
        dispatch(registry, "models.lst", {})
    assert caught.value.code == "NOT_FOUND"
    with pytest.raises(NotFound):
        dispatch(registry, ["models.list"], {})


@pytest.mark.parametrize("name", [name for name, each in OPERATIONS.items() if each.local_only])
def test_what_stays_is_refused_with_its_reason(registry: Registry, name: str) -> None:
    with pytest.raises(InvalidInput, match=f"^{name} can only be called from Python: {OPERATIONS[name].local_only}"):
        dispatch(registry, name, {})


@pytest.mark.parametrize("name", [name for name, each in OPERATIONS.items() if each.writes and not each.local_only])
def test_writes_can_be_switched_off(registry: Registry, name: str) -> None:
    with pytest.raises(ReadOnly, match=f"^changes are switched off here, so {name} was refused"):
        dispatch(registry, name, {}, writable=False)
    assert registry.history.last() is None


def test_reads_go_on_when_writes_are_off(registry: Registry) -> None:
    assert dispatch(registry, "models.list", {}, writable=False) == {"items": [], "token": None}


def test_an_answer_has_the_id_and_the_result(registry: Registry) -> None:
    reply = answer(registry, {"id": 7, "op": "models.list", "params": {}})
    assert reply == {"id": 7, "ok": True, "result": {"items": [], "token": None}}
    assert answer(registry, {"id": "a", "op": "models.list"})["ok"] is True


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"id": 1, "op": "models.get", "params": {"name": "none"}}, "NOT_FOUND"),
        ({"id": 1, "op": "models.get", "params": None}, "INVALID_INPUT"),
        ({"id": 1, "op": "models.get", "params": "x"}, "INVALID_INPUT"),
        ({"id": 1, "op": {}, "params": {}}, "NOT_FOUND"),
        ({"id": 1}, "NOT_FOUND"),
        ({}, "NOT_FOUND"),
        (None, "NOT_FOUND"),
        ("text", "NOT_FOUND"),
    ],
)
def test_a_bad_message_gets_an_answer_too(registry: Registry, message: object, code: str) -> None:
    reply = answer(registry, message)
    assert reply["ok"] is False
    assert reply["id"] == (message.get("id") if isinstance(message, dict) else None)
    error = reply["error"]
    assert isinstance(error, dict)
    assert error["code"] == code
    assert set(error) == {"code", "message", "hint"}
    json.dumps(reply, allow_nan=False)


def test_the_unexpected_is_logged_and_answered(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("deep inside")

    monkeypatch.setattr(registry.history, "last", broken)
    with caplog.at_level(logging.ERROR):
        reply = answer(registry, {"id": 1, "op": "history.last", "params": {}})
    assert reply["error"] == {
        "code": "INTERNAL",
        "message": "history.last failed: ZeroDivisionError: deep inside",
        "hint": "its traceback is in the log of the Jupyter server, or of the kernel, that answered",
    }
    assert caplog.records[0].exc_info is not None
    assert "history.last failed" in caplog.text


def test_many_threads_at_once(registry: Registry) -> None:
    start = threading.Barrier(8)

    def make(worker: int) -> list[object]:
        start.wait()
        return [
            answer(registry, {"id": i, "op": "models.create", "params": {"name": f"m{worker}x{i}"}})["ok"]
            for i in range(10)
        ]

    with ThreadPoolExecutor(8) as pool:
        results = [ok for oks in pool.map(make, range(8)) for ok in oks]
    assert results == [True] * 80
    assert len(registry.models.list()) == 80
    assert registry.history.broken_at() is None


@pytest.mark.parametrize("text", ['<img src=x onerror="alert(1)">', "a'b\"c", "🦊", "שלום", "x" * 5000, "a\0b", ""])
def test_odd_text_comes_back_as_it_went(registry: Registry, text: str) -> None:
    registry.models.create("m")
    dispatch(registry, "models.describe", {"name": "m", "description": text, "reason": text})
    model = dispatch(registry, "models.get", {"name": "m"})
    assert isinstance(model, dict)
    assert model["description"] == text
    assert registry.history.broken_at() is None


class TestUnits:
    """The answer to a change says what undoes it."""

    def test_of_a_change(self, registry: Registry) -> None:
        made = answer(registry, {"id": 1, "op": "models.create", "params": {"name": "prod.ml.fraud"}})
        registry.models.create("another")
        undo = {"id": 2, "op": "history.undo", "params": {"event": made["unit"]}}
        undone = answer(registry, undo)
        assert [model.name for model in registry.models.list()] == ["another"]
        answer(registry, {**undo, "params": {"event": undone["unit"]}})
        assert [model.name for model in registry.models.list()] == ["another", "prod.ml.fraud"]

    def test_of_a_registration_that_takes_two_units(self, registry: Registry, tmp_path: Path) -> None:
        params = {"source": str(model_folder(tmp_path)), "model": "prod.ml.fraud"}
        made = answer(registry, {"id": 1, "op": "versions.register", "params": params})
        answer(registry, {"id": 2, "op": "history.undo", "params": {"event": made["unit"]}})
        assert registry.models.list() == []

    def test_where_nothing_was_changed(self, registry: Registry) -> None:
        registry.models.create("fraud", description="text")
        for op, params in (
            ("models.get", {"name": "fraud"}),
            ("aliases.remove", {"model": "fraud", "alias": "none"}),
            ("models.create", {"name": "fraud"}),
        ):
            assert "unit" not in answer(registry, {"id": 1, "op": op, "params": params})

    def test_what_logs_an_event_and_changes_nothing_has_none(self, registry: Registry) -> None:
        registry.versions.register(SOURCE, "fraud", aliases=["Champion"], description="text")
        for op, params in (
            ("aliases.set", {"model": "fraud", "alias": "Champion", "version": 1}),
            ("versions.describe", {"reference": "fraud/1", "description": "text"}),
        ):
            assert "unit" not in answer(registry, {"id": 1, "op": op, "params": params}), op

    def test_an_import_has_one_and_a_repair_has_none(
        self, registry: Registry, registry_path: Path, tmp_path: Path
    ) -> None:
        registry.versions.register(str(model_folder(tmp_path)), "prod.team.fraud")
        registry.exchange.export_to(tmp_path / "archive", ["prod.team.fraud"])
        other = jupyter_modelreg.connect(str(tmp_path / "other.duckdb"), actor="ana")
        told = outcome("import", lambda: encode(other.exchange.import_from(str(tmp_path / "archive"))))
        assert told["ok"], told
        assert other.versions.get("prod.team.fraud/1").managed
        other.history.undo(int(str(told["unit"])))
        assert [model.name for model in other.models.list()] == []
        registry.close()
        with duckdb.connect(str(registry_path)) as connection:
            connection.execute("UPDATE models SET description = 'altered'")
        repaired = answer(registry, {"id": 1, "op": "maintenance.repair", "params": {"rebuild": True}})
        assert registry.history.recent(limit=1)[0].action == "registry.repaired"
        assert repaired["ok"]
        assert "unit" not in repaired


class TestThePast:
    """Any operation that only reads answers as the registry was at a time."""

    @pytest.fixture
    def then(self, registry: Registry) -> int:
        """A moment at which @Champion pointed at version 1."""
        registry.versions.register("s3://nowhere", "m", check_source=False)
        registry.versions.register("s3://nowhere", "m", check_source=False)
        registry.aliases.set("m", "Champion", 1)
        moment = passed(registry)
        registry.aliases.set("m", "Champion", 2)
        return moment

    def test_is_answered_by_the_operations_of_today(self, registry: Registry, then: int) -> None:
        for as_of, version in ((then, 1), ("now", 2), (None, 2)):
            found = dispatch(registry, "versions.get", {"reference": "m@Champion"}, as_of=as_of)
            assert isinstance(found, dict)
            assert found["version"] == version
        told = answer(registry, {"id": 1, "op": "models.get", "params": {"name": "m"}, "as_of": then})
        assert isinstance(told["result"], dict)
        assert told["result"]["aliases"] == {"Champion": 1}

    @pytest.mark.parametrize("name", [name for name, each in OPERATIONS.items() if each.writes and not each.local_only])
    def test_is_changed_by_nothing(self, registry: Registry, then: int, name: str) -> None:
        before = registry.history.last()
        with pytest.raises(InvalidState, match=f"^{name} changes the registry, and nothing changes what it was"):
            dispatch(registry, name, {}, as_of=then)
        assert registry.history.last() == before

    @pytest.mark.parametrize(
        "name",
        [
            name
            for name, each in OPERATIONS.items()
            if not each.writes and not each.local_only and each.topic not in ("tracking", "maintenance")
        ],
    )
    def test_has_an_answer_to_every_question(self, registry: Registry, then: int, name: str) -> None:
        known = {
            "reference": "m/1",
            "name": "m",
            "model": "m",
            "alias": "Champion",
            "version": 1,
            "source": "s3://a",
            "target": "m/1",
            "dataset": "loans",
        }
        known |= {"new_name": "n", "text": "today", "webhook_id": "none", "models": ["m"], "keep": 1, "on": "m"}
        known |= {"target": "m/1", "dataset": "loans", "references": ["m/1-2"], "by": "created", "filter": "alias = "}
        known |= {"id": 1, "key": "none", "rule": "required-description"}  # of no comment, request or governed tag
        known |= {"sender": "other", "receiver": {"registry": "other"}}
        known |= {"offer": {"registry": "other", "position": 1, "tables": {}}}
        params = {each.name: known[each.name] for each in OPERATIONS[name].parameters if each.required}
        told = answer(registry, {"id": 1, "op": name, "params": params, "as_of": then})
        assert told["ok"] or told["error"]["code"] != "INTERNAL", told  # type: ignore[index, call-overload]

    @pytest.mark.parametrize(
        ("as_of", "said"),
        [
            ("some day", "'some day' is no time"),
            (1, "there was nothing in the registry at 1970-01-01"),
            (-1, "-1 is no time that can be meant"),
            (10**30, "is no time that can be meant"),
            ("2999-01-01", "is still to come"),
            (True, "as_of must be a time"),
            ({}, "as_of must be a time"),
            ("\ud800", "half a character"),
        ],
    )
    def test_is_a_time_that_was(self, registry: Registry, then: int, as_of: object, said: str) -> None:
        told = answer(registry, {"id": 1, "op": "models.get", "params": {"name": "m"}, "as_of": as_of})
        assert str(told["error"]["code"]) in ("INVALID_INPUT", "INVALID_STATE")  # type: ignore[index, call-overload]
        assert said in told["error"]["message"]  # type: ignore[index, call-overload, operator]
