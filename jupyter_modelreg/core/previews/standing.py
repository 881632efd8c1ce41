"""A model as it stands before a change, and what to warn of when one of its versions changes that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_modelreg.core.entities.securables import Model, is_prompt
from jupyter_modelreg.core.entities.values import AliasMove, ChangeWarning, JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.search import Condition, Order, Search
from jupyter_modelreg.core.rules import warnings

_BY_VALUE = ("runs:/", "models:/")


@dataclass(frozen=True)
class Standing:
    """A model before a change, None for one that is yet to be made, and the versions that its change could replace.

    `versions` holds by number what the aliases in question point at, and the newest version.
    """

    model: Model | None
    versions: Mapping[int, Version] = field(default_factory=dict)

    @classmethod
    def of(cls, tx: Transaction, model: Model | None, aliases: Sequence[str]) -> Standing:
        """`model`, as far as pointing `aliases` at another version of it is concerned."""
        if model is None:
            return cls(None)
        numbers = {model.aliases[alias] for alias in aliases if alias in model.aliases}
        if model.latest:
            numbers.add(max(model.latest.values()))
        found = [tx.versions.get(model, number) for number in numbers]
        return cls(model, {version.version: version for version in found if version is not None})

    @property
    def next_version(self) -> int:
        """The number that the next version gets."""
        return self.model.last_version + 1 if self.model else 1

    def moves(self, aliases: Sequence[str], version: int) -> tuple[AliasMove, ...]:
        """Those of `aliases` that do not point at `version` yet."""
        known = self.model.aliases if self.model else {}
        return tuple(AliasMove(alias=each, before=known.get(each)) for each in aliases if known.get(each) != version)

    def warnings(self, change: Change) -> tuple[ChangeWarning, ...]:
        """What to know about `change`."""
        known = self.model.aliases if self.model else {}
        return (
            *([] if self.model or is_prompt(change.tags) else warnings.workspace_warnings(change.model)),
            *warnings.validation_warnings(change.what, change.tags),
            *warnings.signature_warnings(change.what, change.signature, self._replaced(change)),
            *warnings.registered_warnings(change.same),
            *warnings.case_warnings(known, change.aliases),
            *change.more,
        )

    def _replaced(self, change: Change) -> list[tuple[Version, list[str]]]:
        """The versions that `change` puts another in the place of, with the aliases by which.

        A new one that takes nobody's place comes after the newest.
        """
        if not change.signature_known:
            return []
        by_number: dict[int, list[str]] = {}
        for move in self.moves(change.aliases, change.version):
            if move.before is not None:
                by_number.setdefault(move.before, []).append(move.alias)
        if change.new and not by_number and self.versions:
            by_number = {max(self.versions): []}
        return [(self.versions[number], names) for number, names in by_number.items() if number in self.versions]


@dataclass(frozen=True, kw_only=True)
class Change:
    """A version that is to be registered, or that aliases are to point at.

    Attributes:
        what: what sentences call it.
        model, version: the name of its model, and its number.
        new: it is yet to be registered, or was just now.
        tags, signature: its own; `signature_known` says that it was looked at.
        aliases: what is to point at it.
        same: versions of the model made from the same thing, newest first.
        more: what else is to be warned of.
    """

    what: str
    model: str
    version: int
    new: bool
    tags: Mapping[str, str]
    aliases: Sequence[str] = ()
    signature: Mapping[str, JsonValue] | None = None
    signature_known: bool = True
    same: Sequence[Version] = ()
    more: Sequence[ChangeWarning] = ()


def made_from_the_same(
    tx: Transaction, model: Model, source: str, run_id: str | None, logged_model_id: str | None
) -> list[Version]:
    """The READY versions of `model` that were made from the same logged model, or the same source, newest first.

    A folder may hold another model each time, so only a source that names one, `runs:/…` or `models:/…`, counts.
    """
    by_value = source.startswith(_BY_VALUE)
    if not (by_value or logged_model_id):
        return []
    narrow = Condition("run_id", "=", run_id) if run_id else Condition("source", "=", source)
    search = Search(conditions=(narrow,), model_id=model.id, order=(Order("version", descending=True),), prompts=None)
    return [
        version
        for version in tx.versions.search(search)
        if version.status == "READY"
        and (version.logged_model_id == logged_model_id if logged_model_id else version.source == source)
    ]
