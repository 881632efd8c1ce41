"""Random calls on a model registry store, good and bad; the same seed gives the same calls."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mlflow.entities.model_registry import ModelVersionTag, RegisteredModelTag
from mlflow.entities.webhook import WebhookEvent, WebhookStatus

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
    EVENTS,
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
    VERSIONS,
)


@dataclass(frozen=True)
class Call:
    """One call of a method of the store; `follow` asks for the pages after the first as well."""

    method: str
    arguments: tuple[Any, ...]
    follow: bool = False

    def __str__(self) -> str:
        shown = ", ".join(repr(one) if len(repr(one)) < 80 else f"{repr(one)[:30]}…" for one in self.arguments)
        return f"{self.method}({shown})"


class Dice:
    """Throws calls. `logged_models` are ids of MLflow's logged models that may be registered."""

    def __init__(self, seed: int, logged_models: Sequence[str] = ()) -> None:
        self._random = random.Random(seed)
        # A few names a program, so that calls meet each other.
        self._names = self._random.sample(NAMES, 5)
        self._logged_models = logged_models
        # Begin with something there.
        first, second, third = self._names[:3]
        self._opening = [
            Call("create_registered_model", (first,)),
            Call("create_registered_model", (second, [RegisteredModelTag("task", "ranking")])),
            Call("create_prompt", (third,)),
            Call("create_prompt_version", (third, "Say {{word}}")),
            *(Call("create_model_version", (name, "s3://bucket/one", "run1")) for name in (first, second, first)),
        ]

    def call(self) -> Call:
        """The next call."""
        if self._opening:
            return self._opening.pop(0)
        makers, weights = zip(*_MAKERS, strict=True)
        (maker,) = self._random.choices(makers, weights)
        made: Call = maker(self)
        return made

    def tick(self) -> int:
        """How many milliseconds pass before the next call; often none, so that times tie."""
        return self._random.choice((0, 1, 1, 50))

    def pick(self, good: Sequence[Any], bad: Sequence[Any] = ()) -> Any:
        """A good value, or once in a while a bad one."""
        if bad and self._random.random() < 0.06:
            return self._random.choice(bad)
        return self._random.choice(good)

    def name(self) -> Any:
        return self.pick(self._names, BAD_NAMES)

    def prompt_name(self) -> Any:
        return self._names[2] if self._random.random() < 0.6 else self.name()

    def version(self) -> Any:
        return self.pick(VERSIONS, BAD_VERSIONS)

    def alias(self) -> Any:
        return self.pick(ALIASES, BAD_ALIASES)

    def tag(self, kind: type) -> Any:
        return kind(self.pick(KEYS, BAD_KEYS), self.pick(VALUES, BAD_VALUES))

    def tags(self, kind: type) -> Any:
        tags = [self.tag(kind) for _ in range(self._random.choice((0, 0, 1, 2)))]
        if self._random.random() < 0.12:
            tags.append(kind(PROMPT, self.pick(("true", "true", "false", "True"))))
        return tags or self.pick((None, []))

    def source(self) -> str:
        if self._random.random() < 0.3:
            target = self.pick([name for name in self._names if name])
            sources = [f"models:/{target}/{self.pick((1, 2, 99))}", "models:/nowhere/1", "models:/m-0123", "models:/"]
            sources += [f"models:/{model_id}" for model_id in self._logged_models]
            return str(self.pick(sources))
        return str(self.pick(SOURCES))

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

    def events(self) -> list[WebhookEvent]:
        return [WebhookEvent.from_str(event) for event in self._random.sample(EVENTS, self.pick((1, 2)))]


def _search_models(dice: Dice) -> Call:
    limit = dice.pick((1, 2, 3, 100, 1000), (0, -1, 1001))
    order = dice.pick(MODEL_ORDERS, BAD_ORDERS)
    token = dice.pick((None,), TOKENS)
    return Call("search_registered_models", (dice.filter(MODEL_FILTERS), limit, order, token), follow=limit > 0)


def _search_versions(dice: Dice) -> Call:
    limit = dice.pick((1, 2, 3, 100, 200_000), (0, -1, 200_001))
    order = dice.pick(VERSION_ORDERS, BAD_ORDERS)
    token = dice.pick((None,), TOKENS)
    return Call("search_model_versions", (dice.filter(VERSION_FILTERS), limit, order, token), follow=True)


def _create_version(dice: Dice) -> Call:
    model_id = dice.pick((None, None, None, *dice._logged_models), ("m-missing",))
    source = dice.source()
    return Call(
        "create_model_version",
        (
            dice.name(),
            source,
            dice.pick(RUNS[:-1] if source.startswith("runs:") else RUNS),
            dice.tags(ModelVersionTag),
            dice.pick((None, "", "https://runs/1")),
            dice.pick(TEXTS),
            None,
            model_id,
        ),
    )


def _transition(dice: Dice) -> Call:
    stage, archive = dice.pick(STAGES, BAD_STAGES), dice.pick((False, True))
    # One thing wrong at a time: archiving goes with few stages, and which of two faults is named first is nothing
    # to rely on.
    version = dice.pick(VERSIONS) if archive else dice.version()
    return Call("transition_model_version_stage", (dice.name(), version, stage, archive))


def _prompt_version(dice: Dice) -> Call:
    template = dice.pick(("Say {{word}}", "", [{"role": "user", "content": "Hi {{name}}"}]))
    tags = dice.pick((None, {"author": "ana"}))
    return Call("create_prompt_version", (dice.prompt_name(), template, dice.pick(TEXTS), tags))


def _webhook(dice: Dice) -> Call:
    name = dice.pick(("hook", "Hook.2", "h-3"), ("", "no spaces", "-x", None))
    url = dice.pick(("https://example.com/a", "https://example.com/b"), ("ftp://example.com", "", "https://", None))
    secret = dice.pick((None, "s3cret"))
    status = dice.pick((None, WebhookStatus.DISABLED))
    return Call(
        "create_webhook", (name, url, dice.pick((dice.events(),), ([], None)), dice.pick(TEXTS), secret, status)
    )


def _change_webhook(dice: Dice) -> Call:
    changes = (
        dice.pick((None, "renamed"), ("no spaces",)),
        dice.pick((None, "text")),
        dice.pick((None, "https://example.com/c"), ("gopher://x",)),
        dice.pick((None, dice.events()), ([],)),
        dice.pick((None, "other")),
        dice.pick((None, WebhookStatus.ACTIVE)),
    )
    return Call("update_webhook", (dice.pick((0, 1, 2, 3)), *changes))


_MAKERS: tuple[tuple[Callable[[Dice], Call], int], ...] = (
    (
        lambda dice: Call(
            "create_registered_model", (dice.name(), dice.tags(RegisteredModelTag), dice.pick(TEXTS), None)
        ),
        12,
    ),
    (_create_version, 22),
    (_search_models, 16),
    (_search_versions, 20),
    (lambda dice: Call("get_registered_model", (dice.name(),)), 4),
    (lambda dice: Call("update_registered_model", (dice.name(), dice.pick(TEXTS))), 3),
    (lambda dice: Call("rename_registered_model", (dice.name(), dice.name())), 4),
    (lambda dice: Call("delete_registered_model", (dice.name(),)), 3),
    (
        lambda dice: Call(
            "get_latest_versions",
            (dice.name(), dice.pick((None, [], ["Staging"], ["production", "None"]), (["bogus"], "None"))),
        ),
        4,
    ),
    (lambda dice: Call("set_registered_model_tag", (dice.name(), dice.tag(RegisteredModelTag))), 5),
    (lambda dice: Call("delete_registered_model_tag", (dice.name(), dice.pick(KEYS, BAD_KEYS))), 3),
    (lambda dice: Call("update_model_version", (dice.name(), dice.version(), dice.pick(TEXTS))), 4),
    (_transition, 8),
    (lambda dice: Call("delete_model_version", (dice.name(), dice.version())), 5),
    (lambda dice: Call("get_model_version", (dice.name(), dice.version())), 4),
    (lambda dice: Call("get_model_version_download_uri", (dice.name(), dice.version())), 3),
    (lambda dice: Call("set_model_version_tag", (dice.name(), dice.version(), dice.tag(ModelVersionTag))), 6),
    (lambda dice: Call("delete_model_version_tag", (dice.name(), dice.version(), dice.pick(KEYS, BAD_KEYS))), 3),
    (lambda dice: Call("set_registered_model_alias", (dice.name(), dice.alias(), dice.version())), 10),
    (lambda dice: Call("delete_registered_model_alias", (dice.name(), dice.alias())), 3),
    (lambda dice: Call("get_model_version_by_alias", (dice.name(), dice.pick((*ALIASES, "latest"), BAD_ALIASES))), 6),
    (lambda dice: Call("copy_model_version", (dice.name(), dice.version(), dice.name())), 8),
    (
        lambda dice: Call("create_prompt", (dice.prompt_name(), dice.pick(TEXTS), dice.pick((None, {"team": "x"})))),
        4,
    ),
    (_prompt_version, 6),
    (lambda dice: Call("get_prompt", (dice.prompt_name(),)), 2),
    (lambda dice: Call("get_prompt_version", (dice.prompt_name(), dice.version())), 2),
    (lambda dice: Call("get_prompt_version_by_alias", (dice.prompt_name(), dice.alias())), 2),
    (lambda dice: Call("search_prompts", (dice.pick((None, "name LIKE 'f%'")), dice.pick((1, 2, None)))), 3),
    (lambda dice: Call("search_prompt_versions", (dice.prompt_name(), dice.pick((1, None)))), 3),
    (lambda dice: Call("set_prompt_alias", (dice.prompt_name(), dice.alias(), dice.version())), 2),
    (lambda dice: Call("delete_prompt_alias", (dice.prompt_name(), dice.alias())), 1),
    (lambda dice: Call("set_prompt_version_tag", (dice.prompt_name(), dice.version(), "team", "y")), 1),
    (lambda dice: Call("delete_prompt_version", (dice.prompt_name(), dice.version())), 1),
    (lambda dice: Call("delete_prompt", (dice.prompt_name(),)), 1),
    (_webhook, 3),
    (_change_webhook, 2),
    (lambda dice: Call("get_webhook", (dice.pick((0, 1, 2)),)), 1),
    (lambda dice: Call("delete_webhook", (dice.pick((0, 1, 2)),)), 1),
    (lambda dice: Call("list_webhooks", (dice.pick((None, 1, 2, 1000), (-1, 1001)), dice.pick((None,), TOKENS))), 2),
    (lambda dice: Call("list_webhooks_by_event", (WebhookEvent.from_str(dice.pick(EVENTS)), dice.pick((None, 1)))), 2),
)
