"""Whatever is changed on two sides between syncs: what one side alone changed follows, the rest is a conflict."""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import jupyter_modelreg
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.sync.records import version_key

MODEL = "iris"


class Side:
    """A registry, with its items by what both sides call them."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.seen = 0

    def keys(self) -> Mapping[int, str]:
        """What both sides know the versions by, by their numbers here."""
        return {each.version: version_key(each) for each in self.registry.versions.list(MODEL)}

    def state(self) -> Mapping[str, str]:
        """All items that are not empty."""
        model, keys = self.registry.models.get(MODEL), self.keys()
        found = {"description": model.description or ""}
        found |= {f"tag {key}": value for key, value in model.tags.items()}
        found |= {f"@{alias}": keys[number] for alias, number in model.aliases.items()}
        for each in self.registry.versions.list(MODEL):
            found |= {f"{keys[each.version]} tag {key}": value for key, value in each.tags.items()}
            found[f"{keys[each.version]} description"] = each.description or ""
        return {name: value for name, value in found.items() if value}

    def change(self, chance: random.Random) -> None:
        """Do one thing."""
        at, value = chance.choice([*self.keys()]), f"v{chance.randrange(4)}"
        match chance.randrange(7):
            case 0:
                self.registry.aliases.set(MODEL, chance.choice("AB"), at)
            case 1:
                self.registry.aliases.remove(MODEL, chance.choice("AB"))
            case 2:
                self.registry.tags.set(MODEL, {chance.choice("ab"): value})
            case 3:
                self.registry.tags.remove(MODEL, [chance.choice("ab")])
            case 4:
                self.registry.tags.set(f"{MODEL}/{at}", {"a": value})
            case 5:
                self.registry.versions.describe(f"{MODEL}/{at}", chance.choice([value, ""]))
            case _:
                self.registry.versions.register(f"s3://{value}", MODEL, check_source=False)

    def touched(self) -> set[str]:
        """The items that events since the last time have made what they are."""
        events = list(self.registry.history.list(after=self.seen))
        self.seen = events[-1].seq if events else self.seen
        keys = self.keys()
        return {name for event in events for name in _items(event, keys)}


def _items(event: Event, keys: Mapping[int, str]) -> list[str]:
    of = "" if event.version is None else f"{keys[event.version]} "
    changed = {**(event.before or {}), **(event.after or {})}
    if event.action.startswith("alias."):
        return [f"@{alias}" for alias in changed]
    if event.action.startswith("tag."):
        return [f"{of}tag {key}" for key in changed]
    return [f"{of}description"] if event.action == "version.updated" else []


def test_both_end_with_the_same(tmp_path: Path) -> None:
    conflicts = sum(_both_end_with_the_same(seed, tmp_path / str(seed)) for seed in range(4))
    assert conflicts > 3, "the chances are such that there are some"


def _both_end_with_the_same(seed: int, folder: Path) -> int:
    chance, conflicts = random.Random(seed), 0
    with (
        closing(jupyter_modelreg.connect(str(folder / "a.duckdb"), actor="ana")) as one,
        closing(jupyter_modelreg.connect(str(folder / "b.duckdb"), actor="ben")) as two,
    ):
        ana, ben = Side(one), Side(two)
        for _ in range(2):
            one.versions.register("s3://first", MODEL, check_source=False)
        two.sync.pull(one.uri)
        for _ in range(3):
            for side in (ana, ben):
                side.touched()
            for side in (ana, ben):
                for _ in range(chance.randrange(2, 9)):
                    side.change(chance)
            conflicts += _pulled(ana, ben)
            two.sync.pull(one.uri, prefer=chance.choice(["ours", "theirs"]))
            assert not two.sync.push(one.uri).conflicts
            assert ana.state() == ben.state()
            assert sorted(ana.keys().values()) == sorted(ben.keys().values())
            last = two.history.last()
            again = two.sync.pull(one.uri)
            assert not [*again.applied, *again.conflicts]
            assert two.history.last() == last
    return conflicts


def _pulled(ana: Side, ben: Side) -> int:
    """Pull, and hold what has become of each item against who has touched it; how many conflicts there were."""
    there, before = ana.state(), ben.state()
    by_ana, by_ben = ana.touched(), ben.touched()
    report = ben.registry.sync.pull(ana.registry.uri)
    after = ben.state()
    mine = {f"{key} " for key in set(ben.keys().values()) - set(ana.keys().values())}
    conflicts = 0
    for item in {*there, *before, *by_ana, *by_ben}:
        if any(item.startswith(key) for key in mine):
            assert after.get(item) == before.get(item), item
        elif there.get(item) == before.get(item) or item not in by_ana:
            if item in by_ben or there.get(item) == before.get(item):
                assert after.get(item) == before.get(item), item
            else:  # it came with a new version
                assert after.get(item) == there.get(item), item
        elif item in by_ben:
            conflicts += 1
            assert after.get(item) == before.get(item), item
        else:
            assert after.get(item) == there.get(item), item
    assert len(report.open) == conflicts
    return conflicts
