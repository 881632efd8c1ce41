"""What a server counts and writes down of those who ask, and how often it listens to whoever is wrong."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from jupyter_modelreg.mlflow_app.identity.attempts import MOST, Attempts, TooManyAttempts
from jupyter_modelreg.mlflow_app.observability import logs
from jupyter_modelreg.mlflow_app.observability.requests import Topic, topic_of
from tests.mlflow_app.conftest import PASSWORD, Team, bearer

KNOWN = frozenset({"registered-models/get", "runs/search", "traces"})


def soon(count: Callable[[], float], expected: float) -> None:
    """Wait until so many are counted: a request is, when it has been answered."""
    for _ in range(50):
        if count() >= expected:
            break
        time.sleep(0.1)
    assert count() == expected


def counted(team: Team, **labels: str) -> float:
    """How many requests with these labels the server has counted."""
    told = requests.get(f"{team.url}/metrics", headers=bearer(team.looker), timeout=30)
    assert told.ok
    return sum(
        sample.value
        for family in text_string_to_metric_families(told.text)
        for sample in family.samples
        if sample.name == "modelreg_requests_total" and labels.items() <= sample.labels.items()
    )


def line_of(team: Team, request_id: str) -> dict[str, Any]:
    """What the server has logged of a request, which it does when it has answered."""
    for _ in range(100):
        found = [json.loads(line) for line in team.log.read_text().splitlines() if f'"{request_id}"' in line]
        if found:
            (line,) = found
            return line
        time.sleep(0.1)
    raise AssertionError(f"nothing is logged of {request_id}")


def test_requests_are_counted_by_all_processes_together(team: Team) -> None:
    labels = {"part": "operations", "operation": "models.list", "status": "200"}
    before = counted(team, **labels)
    for _ in range(12):  # with two processes, one of which answers each
        assert team.ask("models.list", team.ben).ok
    soon(lambda: counted(team, **labels), before + 12)


def test_who_is_refused_is_counted_and_may_not_look(team: Team) -> None:
    before = counted(team, status="401")
    assert requests.get(f"{team.url}/metrics", timeout=30).status_code == 401
    soon(lambda: counted(team, status="401"), before + 1)


def test_how_far_the_log_has_come_is_told(team: Team) -> None:
    last = team.registry.history.last()
    assert last is not None
    told = requests.get(f"{team.url}/metrics", headers=bearer(team.ana), timeout=30).text
    assert f"modelreg_last_event {float(last.seq)}" in told


def test_a_line_a_request_says_who_asked_for_what(team: Team) -> None:
    given = {**bearer(team.ben), "X-Request-ID": "of-this-test"}
    reply = requests.post(f"{team.url}/api/modelreg/models.list?secret=x", json={}, headers=given, timeout=30)
    assert reply.headers["X-Request-ID"] == "of-this-test"
    line = line_of(team, "of-this-test")
    assert (line["actor"], line["method"], line["path"], line["status"]) == (
        "ben",
        "POST",
        "/api/modelreg/models.list",
        200,
    )
    assert line["ms"] > 0
    assert "secret" not in json.dumps(line)


def test_who_is_let_in_by_nothing_has_a_line_too(team: Team) -> None:
    reply = requests.get(f"{team.url}/version", headers={"X-Request-ID": 'mine"\\'}, timeout=30)
    made = reply.headers["X-Request-ID"]
    assert len(made) == 32, "what could break a line is not taken over"
    line = line_of(team, made)
    assert (line["actor"], line["status"]) == (None, 401)


def test_no_token_and_no_password_is_in_the_log(team: Team) -> None:
    requests.get(f"{team.url}/health?password={PASSWORD}", auth=("ben", PASSWORD), timeout=30)
    text = team.log.read_text()
    assert PASSWORD not in text
    assert team.ben not in text


def test_who_guesses_has_to_wait(team: Team) -> None:
    team.registry.users.create("dora", password=PASSWORD)
    url = f"{team.url}/api/modelreg/registry.whoami"
    # Each of the two processes counts by itself, so one of them has had more than enough.
    tried = [requests.post(url, auth=("dora", f"guess {at}"), timeout=30) for at in range(2 * MOST + 1)]
    assert {each.status_code for each in tried[:MOST]} == {401}
    refused = next(each for each in tried if each.status_code == 429)
    assert 0 < int(refused.headers["Retry-After"]) <= 300
    assert refused.json()["error_code"] == "REQUEST_LIMIT_EXCEEDED"
    token = team.registry.tokens.create(user="dora").secret
    assert requests.post(url, headers=bearer(token), timeout=30).ok, "a token cannot be guessed"
    assert requests.post(url, auth=("ben", PASSWORD), timeout=30).ok, "nobody else has to wait"


def test_a_wrong_password_is_forgotten_in_time_or_by_the_right_one() -> None:
    now = 0.0
    attempts = Attempts(most=2, seconds=10, clock=lambda: now)
    for _ in range(2):
        attempts.check("here", "ana")
        attempts.wrong("here", "ana")
    with pytest.raises(TooManyAttempts, match="try again in 10 s"):
        attempts.check("here", "ana")
    attempts.check("there", "ana")
    attempts.check("here", "ben")
    now = 10.0
    attempts.check("here", "ana")
    attempts.wrong("here", "ana")
    attempts.right("here", "ana")
    attempts.wrong("here", "ana")
    attempts.check("here", "ana")


@pytest.mark.parametrize(
    ("path", "topic"),
    [
        ("/health", ("health", "health")),
        ("/api/modelreg/models.list", ("operations", "models.list")),
        ("/api/modelreg/models.nothing", ("operations", "other")),
        ("/api/2.0/mlflow/registered-models/get", ("mlflow", "registered-models/get")),
        ("/ajax-api/2.0/mlflow/registered-models/get", ("mlflow", "registered-models/get")),
        ("/api/3.0/mlflow/traces/tr-1/info", ("mlflow", "traces")),
        ("/api/2.0/mlflow/anything", ("mlflow", "other")),
        ("/api/2.0/mlflow-artifacts/artifacts/1/model.pkl", ("mlflow-artifacts", "artifacts")),
        ("/static-files/x.js", ("pages", "")),
        ("/", ("pages", "")),
    ],
)
def test_requests_are_of_few_kinds(path: str, topic: tuple[str, str]) -> None:
    assert topic_of(path, KNOWN) == Topic(*topic)


def _record(message: str, **fields: object) -> logging.LogRecord:
    try:
        raise ValueError("at https://ana:s3cret@host/x")
    except ValueError:
        found = logging.LogRecord("uvicorn", logging.INFO, __file__, 1, message, (), sys.exc_info())
    found.created = 1_800_000_000.25
    found.fields = fields
    return found


def test_a_line_for_programs() -> None:
    told = json.loads(logs.JsonLines().format(_record("GET https://ana:s3cret@host/?token=abc", actor="ana")))
    assert (told["time"], told["level"], told["actor"]) == ("2027-01-15T08:00:00.250+00:00", "INFO", "ana")
    assert "ValueError" in told["exception"]
    assert not any(secret in json.dumps(told) for secret in ("s3cret", "abc"))


def test_a_line_for_people() -> None:
    told = logs.Lines().format(_record("GET / 200", actor="ana", ms=1.5))
    assert told.startswith("2027-01-15 08:00:00 INFO     ana GET / 200 in 1.5 ms\nTraceback")
    assert "s3cret" not in told
