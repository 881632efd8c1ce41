"""Random steps of somebody who works with a registry; the same seed gives the same steps at the same times."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable

import jupyter_modelreg
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of

NAMES = ("fraud", "churn", "price")


def ticking(uri: str) -> Registry:
    """The registry at `uri`, whose time goes on by a second with each change."""
    times = itertools.count(1_700_000_000_000, 1000)
    opened = jupyter_modelreg.connect(uri, actor="ana")
    return Registry(context_of(opened, clock=lambda: next(times)))


def step(registry: Registry, random: random.Random) -> object:
    """Something that somebody may do, with whatever comes of it."""
    name, number = random.choice(NAMES), random.randint(1, 6)
    doings: list[Callable[[], object]] = [
        lambda: registry.models.create(name, tags={"made": "here"}),
        *[lambda: registry.versions.register("s3://bucket/model", name, tags={"step": str(number)})] * 4,
        lambda: registry.aliases.set(name, random.choice(("Champion", "Old")), number),
        lambda: registry.aliases.remove(name, "Old"),
        lambda: registry.tags.set(f"{name}/{number}", {"auc": "0.9"}),
        lambda: registry.tags.remove(name, ["made"]),
        lambda: registry.models.describe(name, f"described {number}"),
        lambda: registry.versions.describe(f"{name}/{number}", None),
        lambda: registry.versions.transition(name, number, random.choice(("Staging", "Production", "Archived"))),
        lambda: registry.versions.delete(f"{name}/{number}", force=True),
        lambda: registry.versions.get(f"{name}/{number}"),
        lambda: registry.models.get(name),
        lambda: registry.versions.latest([registry.models.get(name)]),
        lambda: registry.versions.search(limit=3),
        lambda: registry.history.last(),
    ]
    rare: list[Callable[[], object]] = [
        lambda: registry.models.rename(name, random.choice(NAMES)),
        lambda: registry.models.delete(name, force=True),
        registry.trash.purge,
        registry.close,
    ]
    try:
        return random.choice(doings if random.random() < 0.93 else rare)()
    except RegistryError as error:
        return type(error).__name__, error.message
