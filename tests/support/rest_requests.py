"""Random requests to MLflow's REST API of model registries, good and bad; the same seed gives the same requests."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.odd_values import (
    ALIASES,
    BAD_ALIASES,
    BAD_FILTERS,
    BAD_KEYS,
    BAD_NAMES,
    BAD_ORDERS,
    BAD_STAGES,
    BAD_VALUES,
    BAD_VERSIONS,
    KEYS,
    MODEL_FILTERS,
    MODEL_ORDERS,
    NAMES,
    PATTERNS,
    PROMPT,
    RUNS,
    SOURCES,
    STAGES,
    TEXTS,
    TOKENS,
    VALUES,
    VERSION_FILTERS,
    VERSION_ORDERS,
)

ROOT = "/api/2.0/mlflow/"
# What is of the wrong kind wherever text is wanted.
WRONG_KINDS = (5, True, ["fraud"], {"name": "fraud"})


@dataclass(frozen=True)
class Request:
    """One request: GET has its `body` in the query string, every other method as JSON."""

    method: str
    path: str
    body: Mapping[str, Any]

    def __str__(self) -> str:
        shown = repr(dict(self.body))
        return f"{self.method} {self.path} {shown if len(shown) < 200 else shown[:200] + '…'}"


class RequestDice:
    """Throws requests on a handful of models, so that they meet each other."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._names = self._random.sample(NAMES, 4)
        first, second = self._names[:2]
        self._opening = [
            Request("POST", "registered-models/create", {"name": first}),
            Request(
                "POST", "registered-models/create", {"name": second, "tags": [{"key": "task", "value": "ranking"}]}
            ),
            *(
                Request("POST", "model-versions/create", {"name": name, "source": "s3://bucket/one"})
                for name in (first, second, first)
            ),
        ]

    def request(self) -> Request:
        """The next request; now and then with a field missing, or of the wrong kind."""
        if self._opening:
            return self._opening.pop(0)
        method, path, fields = self._random.choice(_ROUTES)
        body = {name: make(self) for name, make in fields.items()}
        body = {name: value for name, value in body.items() if value is not None}
        chance = self._random.random()
        if body and chance < 0.04:
            del body[self._random.choice(list(body))]
        elif body and chance < 0.06:
            body[self._random.choice(list(body))] = self._random.choice(WRONG_KINDS)
        return Request(method, path, body)

    def tick(self) -> int:
        """How many milliseconds pass before the next request."""
        return self._random.choice((0, 1, 50))

    def pick(self, good: Sequence[Any], bad: Sequence[Any] = ()) -> Any:
        """A good value, or once in a while a bad one."""
        return self._random.choice(bad if bad and self._random.random() < 0.08 else good)

    def name(self) -> Any:
        return self.pick(self._names, (*BAD_NAMES, "nothing"))

    def source(self) -> Any:
        target = f"models:/{self.pick(self._names)}/{self.pick((1, 2, 99))}"
        return self.pick((*SOURCES[:2], target), ("models:/", "models:/nowhere/1", "models:/m-0123", SOURCES[2]))

    def tags(self) -> Any:
        tags = [self.tag() for _ in range(self.pick((0, 0, 1, 2)))]
        return [*tags, {"key": PROMPT, "value": "true"}] if self._random.random() < 0.08 else tags or None

    def tag(self) -> dict[str, Any]:
        return {"key": self.pick(KEYS, BAD_KEYS), "value": self.pick(VALUES, BAD_VALUES)}

    def filter(self, good: Sequence[str | None]) -> Any:
        template = self.pick(good, BAD_FILTERS)
        if template is None or "{" not in template:
            return template
        return template.format(
            name=self.pick(self._names),
            name2=self.pick(self._names),
            value=self.pick(VALUES[:6]),
            pattern=self.pick(PATTERNS),
            number=self.pick((0, 1, 2, 3)),
        )


_Fields = Mapping[str, Callable[[RequestDice], Any]]


def _name(dice: RequestDice) -> Any:
    return dice.name()


def _version(dice: RequestDice) -> Any:
    return dice.pick(("1", "1", "2", "3"), ("99", *BAD_VERSIONS))


def _text(dice: RequestDice) -> Any:
    return dice.pick(TEXTS)


def _key(dice: RequestDice) -> Any:
    return dice.pick(KEYS, BAD_KEYS)


def _alias(dice: RequestDice) -> Any:
    return dice.pick(ALIASES, BAD_ALIASES)


def _most(dice: RequestDice) -> Any:
    return dice.pick((None, 1, 2, 100), (0, -1, 1001, 1_000_000, "many"))


def _token(dice: RequestDice) -> Any:
    return dice.pick((None,), TOKENS)


_TAG: _Fields = {"key": _key, "value": lambda dice: dice.pick(VALUES, BAD_VALUES)}
_ROUTES: tuple[tuple[str, str, _Fields], ...] = (
    (
        "POST",
        "registered-models/create",
        {"name": _name, "description": _text, "tags": lambda dice: dice.tags()},
    ),
    ("POST", "registered-models/rename", {"name": _name, "new_name": _name}),
    ("PATCH", "registered-models/update", {"name": _name, "description": _text}),
    ("DELETE", "registered-models/delete", {"name": _name}),
    ("GET", "registered-models/get", {"name": _name}),
    (
        "GET",
        "registered-models/search",
        {
            "filter": lambda dice: dice.filter(MODEL_FILTERS),
            "max_results": _most,
            "order_by": lambda dice: dice.pick(MODEL_ORDERS, BAD_ORDERS),
            "page_token": _token,
        },
    ),
    (
        "POST",
        "registered-models/get-latest-versions",
        {"name": _name, "stages": lambda dice: dice.pick((None, ["Staging"], ["production", "None"]), (["bogus"],))},
    ),
    ("POST", "registered-models/set-tag", {"name": _name, **_TAG}),
    ("DELETE", "registered-models/delete-tag", {"name": _name, "key": _key}),
    ("POST", "registered-models/alias", {"name": _name, "alias": _alias, "version": _version}),
    ("GET", "registered-models/alias", {"name": _name, "alias": _alias}),
    ("DELETE", "registered-models/alias", {"name": _name, "alias": _alias}),
    *(
        (
            "POST",
            "model-versions/create",
            {
                "name": _name,
                "source": lambda dice: dice.source(),
                "run_id": lambda dice: dice.pick(RUNS),
                "description": _text,
                "tags": lambda dice: dice.tags(),
            },
        ),
    )
    * 3,
    ("PATCH", "model-versions/update", {"name": _name, "version": _version, "description": _text}),
    (
        "POST",
        "model-versions/transition-stage",
        {
            "name": _name,
            "version": _version,
            "stage": lambda dice: dice.pick(STAGES, BAD_STAGES),
            "archive_existing_versions": lambda dice: dice.pick((None, False, True)),
        },
    ),
    ("DELETE", "model-versions/delete", {"name": _name, "version": _version}),
    ("GET", "model-versions/get", {"name": _name, "version": _version}),
    ("GET", "model-versions/get-download-uri", {"name": _name, "version": _version}),
    (
        "GET",
        "model-versions/search",
        {
            "filter": lambda dice: dice.filter(VERSION_FILTERS),
            "max_results": _most,
            "order_by": lambda dice: dice.pick(VERSION_ORDERS, BAD_ORDERS),
            "page_token": _token,
        },
    ),
    ("POST", "model-versions/set-tag", {"name": _name, "version": _version, **_TAG}),
    ("DELETE", "model-versions/delete-tag", {"name": _name, "version": _version, "key": _key}),
)
