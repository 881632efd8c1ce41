"""A registry with hidden things in it, and the random things that somebody asks of it, through any door.

Everything has a name, a description, tags and comments that nobody guesses. Whatever a door answers, a result or an
error, is looked through for those of them that the slow model of the rules (`access_rules`) keeps from who asked.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_modelreg.core.registry import Registry
from tests.support.access_rules import EVERYBODY, LOWEST, Rules
from tests.support.names import SOURCE
from tests.support.plain_models import plain_model
from tests.support.shared import close

STEPS = int(os.environ.get("MODELREG_TEST_STEPS", "40"))
"""How many calls each door is asked for each seed; more of them, by this variable, look longer."""
USER = "ben"
GROUPS = {"juniors": [USER], "everyone": ["juniors"]}
PRINCIPALS = (USER, "juniors", "everyone", EVERYBODY)
# A call: what is asked for, of what, and the privilege that it takes where it changes something.
MODEL, VERSION, CONTAINER = "a model", "a version", "a container"
ASKED: Sequence[tuple[str, Mapping[str, Any], str | None]] = (
    ("models.get", {"name": MODEL}, None),
    ("models.list", {}, None),
    ("models.list", {"namespace": CONTAINER}, None),
    ("models.search", {}, None),
    ("models.count", {}, None),
    ("models.promotion_target", {"name": MODEL}, None),
    ("catalogs.list", {}, None),
    ("schemas.list", {}, None),
    ("versions.list", {"model": MODEL}, None),
    ("versions.get", {"reference": VERSION}, None),
    ("versions.search", {}, None),
    ("versions.duplicates", {"reference": VERSION}, None),
    ("versions.files", {"reference": VERSION}, None),
    ("aliases.get", {"model": MODEL, "alias": "Champion"}, None),
    ("tags.in_use", {"model": MODEL}, None),
    ("tag_policies.violations", {}, None),
    ("searches.list", {}, None),
    *[(f"{topic}.facets", {"filter": text}, None) for topic in ("models", "versions") for text in ("", "red")],
    *[("searches.complete", {"filter": text}, None) for text in ("", "tags.", "tags.colour = ", "name = ")],
    ("history.recent", {}, None),
    ("history.told", {"reference": MODEL}, None),
    ("history.list", {}, None),
    ("history.last", {}, None),
    ("history.timeline", {"reference": MODEL}, None),
    ("registry.status", {}, None),
    ("registry.whoami", {}, None),
    ("comments.list", {}, None),
    ("comments.list", {"reference": MODEL}, None),
    ("requests.list", {}, None),
    ("grants.list", {}, None),
    ("grants.effective", {"on": MODEL}, None),
    ("policies.list", {}, None),
    ("trash.list", {}, None),
    ("usage.list", {"reference": MODEL}, None),
    ("previews.delete", {"reference": MODEL}, None),
    ("previews.rename", {"name": MODEL, "new_name": MODEL}, None),
    ("previews.delete_container", {"name": CONTAINER}, None),
    ("webhooks.list", {}, None),
    ("tags.set", {"reference": MODEL, "tags": {"a": "b"}}, "APPLY TAG"),
    ("comments.add", {"reference": MODEL, "text": "hello"}, "READ"),
    ("aliases.set", {"model": MODEL, "alias": "Best", "version": 1}, "MANAGE"),
    ("versions.pin", {"reference": VERSION}, "MANAGE"),
    ("deprecations.of", {"references": [MODEL]}, None),
    ("deprecations.set", {"reference": VERSION, "reason": "old"}, "MANAGE"),
    ("versions.link", {"reference": VERSION, "url": "https://x.org", "kind": "endpoint"}, "MANAGE"),
    ("models.set_deployment_job", {"name": MODEL, "job_id": "7"}, "MANAGE"),
    (
        "policies.add",
        {"name": "why", "rule": "required-reason", "on": MODEL, "mode": "off", "replacing": True},
        "MANAGE",
    ),
    ("grants.grant", {"privileges": ["EXECUTE"], "on": MODEL, "to": ["zed"]}, "MANAGE"),
)


@dataclass(frozen=True)
class Step:
    """A call of an operation with these parameters; `on` is the model it is about, and what a change of that takes."""

    operation: str
    parameters: Mapping[str, Any]
    on: str | None
    takes: str | None


class Hidden:
    """The registry, which is ana's, and what ben may know of it.

    Attributes:
        ana: it, as its owner has it.
        models: the full names of all models.
    """

    def __init__(self, registry: Registry, folder: Path, seed: int) -> None:
        self._dice = random.Random(seed)
        self.ana = registry
        catalogs = [self._word() for _ in range(2)]
        self.schemas = [f"{catalog}.{self._word()}" for catalog in catalogs for _ in range(2)]
        workspace = [self._word() for _ in range(2)]
        self.containers = [*catalogs, *self.schemas]
        self.models = [*(f"{schema}.{self._word()}" for schema in self.schemas for _ in range(2)), *workspace]
        self.rules = Rules(workspace, GROUPS, owners={"registry": "ana"})
        # What tells of something, and who may know it: whoever may see it, or whoever may read it.
        self._words: list[tuple[str, Callable[[], bool]]] = []
        plain_model(folder / "plain", 10)
        self._fill(folder / "plain")

    def _word(self) -> str:
        return f"z{self._dice.getrandbits(48):012x}"

    def _fill(self, folder: Path) -> None:
        ana = self.ana
        for name in self.models:
            said, tag, comment, told = (self._word() for _ in range(4))
            ana.models.create(name, description=said, tags={"colour": tag})
            source = str(folder) if "." in name else SOURCE
            ana.versions.register(source, name, description=told, check_source=False, aliases=["Champion"])
            ana.comments.add(name, comment)
            ana.requests.alias(f"{name}/1", "Wanted")
            for word in (name.rpartition(".")[2], said):
                self._words.append((word, lambda name=name: self.rules.sees(USER, name)))  # type: ignore[misc]
            for word in (tag, comment, told):
                self._words.append((word, lambda name=name: self.rules.reads(USER, name)))  # type: ignore[misc]
        for name in self.containers:
            self._words.append((name.rpartition(".")[2], lambda name=name: self._knows_of(name)))  # type: ignore[misc]
        ana.webhooks.create(word := self._word(), f"https://{word}.example.org", [("model", "created")])
        self._words.append((word, lambda: self.rules.has(USER, "MANAGE", "registry")))
        ana.tag_policies.create("colour", ["blue"])
        for group, members in GROUPS.items():
            ana.groups.create(group, members)
        close(ana)

    def _knows_of(self, container: str) -> bool:
        """Whether ben sees a container, or anything with a full name that begins with its own."""
        inside = [each for each in (*self.schemas, *self.models) if each.startswith(f"{container}.")]
        return any(self.rules.sees(USER, each) for each in (container, *inside))

    def change_rights(self) -> None:
        """Grant ben something, directly or not, take it back, or give it to him, at random."""
        dice, ana, rules = self._dice, self.ana, self.rules
        on, principal = dice.choice(("registry", *self.containers, *self.models)), dice.choice(PRINCIPALS)
        if dice.random() < 0.1 and on != "registry" and principal != EVERYBODY:
            ana.grants.transfer(on, principal)
            rules.owners[on] = principal
            return
        lowest = {**LOWEST, "ALL PRIVILEGES": 3}
        privilege = dice.choice([each for each, depth in lowest.items() if depth >= rules.depth(on)])
        if dice.random() < 0.4 and rules.grants:
            principal, privilege, on = dice.choice(sorted(rules.grants))
            ana.grants.revoke([privilege], on, [principal])
            # All privileges are all but MANAGE, and are taken back as that.
            whole = privilege == "ALL PRIVILEGES"
            rules.grants -= {
                each
                for each in rules.grants
                if (each[0], each[2]) == (principal, on) and (each[1] == privilege or (whole and each[1] != "MANAGE"))
            }
        else:
            ana.grants.grant([privilege], on, [principal])
            rules.grants.add((principal, privilege, on))

    def steps(self) -> Iterator[Step]:
        """Calls at random, of what ben may know of and of what he may not, and with names that are nearly right."""
        for number in range(STEPS):
            if number % 6 == 0:
                self.change_rights()
            operation, wanted, takes = self._dice.choice(ASKED)
            on = self._dice.choice(self.models)
            words = {MODEL: on, VERSION: f"{on}/1", CONTAINER: self._dice.choice(self.containers)}
            if takes is None and self._dice.random() < 0.3:
                words = {kind: self._nearly(name) for kind, name in words.items()}
            named = {name: words[value] for name, value in wanted.items() if isinstance(value, str) and value in words}
            yield Step(operation, {**wanted, **named}, on, takes)

    def _nearly(self, name: str) -> str:
        return f"{name.removesuffix('/1')[:-1]}q"

    def last(self) -> int:
        """The number of the newest event."""
        newest = self.ana.history.last()
        assert newest is not None
        return newest.seq

    def check(self, asked: str, answer: str) -> None:
        """Fail where an answer tells what ben may not know, and has not said himself."""
        told = [word for word, knows in self._words if word in answer and word not in asked and not knows()]
        assert not told, f"{asked} tells of {told}: {answer[:2000]}\n{sorted(self.rules.grants)} {self.rules.owners}"

    def check_change(self, step: Step, done: bool, before: int) -> None:
        """Fail where a change was made that ben may not make, or one refused that he may, or one half made."""
        assert step.on is not None
        if step.takes == "READ":
            may = self.rules.reads(USER, step.on)
        else:
            may = step.takes is not None and self.rules.may(USER, step.takes, step.on)
        assert done == (may and step.takes is not None), f"{step}: {done}, {sorted(self.rules.grants)}"
        assert done or self.last() == before, f"{step} was refused, and changed something"
