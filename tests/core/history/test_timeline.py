"""What a model has been through: where its aliases pointed, and when its versions came and went."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from jupyter_modelreg.core.entities.history import AliasSpan, Timeline
from jupyter_modelreg.core.errors import InvalidInput, NotFound
from jupyter_modelreg.core.registry import Registry
from tests.core.history.test_past import passed
from tests.core.history.test_replay import Worker, model_folder
from tests.core.history.test_ways_back import MODEL, fraud

__all__ = ["fraud"]


def pointed(timeline: Timeline) -> list[tuple[str, int, bool]]:
    """Each span's alias, version, and whether it goes on."""
    return [(span.alias, span.version, span.ended_at is None) for span in timeline.spans]


def happened(timeline: Timeline) -> list[tuple[str, int | None]]:
    return [(mark.what, mark.version) for mark in timeline.marks]


def covers(span: AliasSpan, time: int) -> bool:
    return span.began_at <= time and (span.ended_at is None or time < span.ended_at)


def test_spans_join_up_and_say_who_when_and_why(fraud: Registry) -> None:
    fraud.aliases.set(MODEL, "Champion", 3, reason="better")
    fraud.aliases.set(MODEL, "Champion", 3, reason="once more")  # which begins no new span
    fraud.aliases.set(MODEL, "Shadow", 1)
    fraud.aliases.remove(MODEL, "Shadow")
    told = fraud.history.timeline(MODEL)
    assert pointed(told) == [
        ("Champion", 1, False),
        ("Champion", 2, False),
        ("Champion", 3, True),
        ("Shadow", 1, False),
    ]
    champion = told.spans[:3]
    assert [each.ended_at for each in champion[:2]] == [each.began_at for each in champion[1:]]
    event = fraud.history.recent(f"{MODEL}@Champion")[1]
    assert (champion[2].event, champion[2].began_at, champion[2].actor, champion[2].reason) == (
        event.seq,
        event.time,
        "ana",
        "better",
    )
    assert happened(told) == [("created", None), *(("registered", number) for number in (1, 2, 3))]
    assert (told.model, told.since) == (MODEL, told.marks[0].time)
    assert told.until >= champion[2].began_at


def test_of_one_alias_or_one_version_alone(fraud: Registry) -> None:
    fraud.aliases.set(MODEL, "Shadow", 3)
    assert pointed(fraud.history.timeline(f"{MODEL}@Shadow")) == [("Shadow", 3, True)]
    assert happened(fraud.history.timeline(f"{MODEL}@Shadow")) == [("created", None), ("registered", 3)]
    assert pointed(fraud.history.timeline("fraud/2", namespace="prod.team")) == [("Champion", 2, True)]
    assert happened(fraud.history.timeline(f"{MODEL}/2")) == [("created", None), ("registered", 2)]
    assert pointed(fraud.history.timeline(f"{MODEL}@Nobody")) == []


def test_a_time_has_what_reaches_into_it(fraud: Registry) -> None:
    between = passed(fraud)
    fraud.aliases.set(MODEL, "Champion", 3)
    later = fraud.history.timeline(MODEL, since=between)
    assert pointed(later) == [("Champion", 2, False), ("Champion", 3, True)]
    assert later.spans[0].began_at < between
    assert happened(later) == []
    earlier = fraud.history.timeline(MODEL, until=between)
    assert pointed(earlier) == [("Champion", 1, False), ("Champion", 2, False)]
    assert (earlier.until, len(earlier.marks)) == (between, 4)
    assert fraud.history.timeline(MODEL, since=1, until=2).spans == []
    before = fraud.history.timeline(MODEL, until=2)
    assert (before.since, before.until, before.spans, before.marks) == (2, 2, [], [])
    assert pointed(fraud.history.timeline(MODEL, since=later.until + 10**6)) == [("Champion", 3, True)]
    with pytest.raises(InvalidInput, match="since is later than until"):
        fraud.history.timeline(MODEL, since=between, until=between - 1)


def test_in_the_trash_nothing_is_pointed_at(fraud: Registry) -> None:
    fraud.models.delete(MODEL, force=True)
    told = fraud.history.timeline(MODEL)
    assert pointed(told) == [("Champion", 1, False), ("Champion", 2, False)]
    assert {span.gone for span in told.spans} == {"trash"}
    assert told.spans[-1].ended_at == told.marks[-1].time
    fraud.trash.restore(MODEL)
    told = fraud.history.timeline(MODEL)
    assert pointed(told)[-1] == ("Champion", 2, True)
    assert told.spans[-1].began_at == told.marks[-1].time
    assert {span.gone for span in told.spans} == {None}
    assert happened(told)[-2:] == [("deleted", None), ("restored", None)]


def test_what_was_purged_and_had_another_name_is_told(fraud: Registry) -> None:
    fraud.models.rename(MODEL, "prod.risk.fraud")
    fraud.versions.delete("prod.risk.fraud/1")
    fraud.versions.delete("prod.risk.fraud/2", force=True)
    fraud.trash.purge(["prod.risk.fraud/1"])
    told = fraud.history.timeline(MODEL)  # by the name that it had
    assert told == fraud.history.timeline("prod.risk.fraud", until=told.until)
    assert [(span.version, span.gone) for span in told.spans] == [(1, "purged"), (2, "trash")]
    assert (told.marks[0].name, told.model) == (MODEL, "prod.risk.fraud")
    assert happened(told)[4:] == [("renamed", None), ("deleted", 1), ("deleted", 2), ("purged", 1)]
    fraud.models.delete("prod.risk.fraud", force=True)
    fraud.trash.purge()
    told = fraud.history.timeline("prod.risk.fraud")
    assert [span.gone for span in told.spans] == ["purged", "purged"]
    assert happened(told)[-1] == ("purged", None)


def test_a_registration_that_failed(fraud: Registry, tmp_path: Path) -> None:
    (tmp_path / "model" / "weights.bin").chmod(0)
    (tmp_path / "model" / "weights.bin").unlink()
    (tmp_path / "model" / "weights.bin").symlink_to("weights.bin")
    with pytest.raises(Exception, match="weights"):
        fraud.versions.register(str(tmp_path / "model"), MODEL)
    assert happened(fraud.history.timeline(f"{MODEL}/4")) == [("created", None), ("failed", 4)]


def test_what_is_no_model(fraud: Registry) -> None:
    for name in ("prod", "prod.team"):
        with pytest.raises(InvalidInput, match=f"^{name} is no model, and a timeline is of one"):
            fraud.history.timeline(name)
    with pytest.raises(InvalidInput, match="names several versions"):
        fraud.history.timeline(f"{MODEL}/1-2")
    with pytest.raises(NotFound, match=r"no model prod\.team\.nobody"):
        fraud.history.timeline("prod.team.nobody")


@pytest.mark.parametrize("seed", range(3))
def test_it_agrees_with_the_registry_at_any_moment(registry: Registry, tmp_path: Path, seed: int) -> None:
    worker = Worker([registry], model_folder(tmp_path), seed)
    moments = []
    for _ in range(60):
        worker.step()
        if registry.history.last() is not None:
            moments.append(passed(registry))
    looked = Counter[str]()
    for moment in moments[::6]:
        past = registry.as_of(moment)
        for model in past.models.list():
            # By the model's newest name, since others may have had this one later.
            [newest, *_] = [each for each in registry.history.recent() if each.subject_id == model.id]
            told = registry.history.timeline(newest.name)
            if told.marks[0].event != model.id:
                continue
            assert {span.alias: span.version for span in told.spans if covers(span, moment)} == model.aliases
            looked["aliases"] += len(model.aliases)
            looked["models"] += 1
    assert looked["aliases"]
    assert looked["models"] > 10
