"""Comparing what two model registry stores answer, field by field; a field nobody has classified is a difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from mlflow.entities.model_registry import ModelVersion, RegisteredModel
from mlflow.entities.model_registry.prompt import Prompt
from mlflow.entities.model_registry.prompt_version import PromptVersion
from mlflow.entities.webhook import Webhook
from mlflow.exceptions import MlflowException
from mlflow.store.entities.paged_list import PagedList

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.fields import Kind
from jupyter_modelreg.core.query.finding import sought_of

AUTHOR = "ana"


class Rule(Enum):
    """How a field of ours has to relate to the same field of MLflow's own store."""

    SAME = auto()
    SAME_IN_ANY_ORDER = auto()
    ALIASES = auto()  # the same, except where MLflow's store forgets them: searches and latest_versions
    AUTHOR = auto()  # MLflow's store has none, ours has the actor
    RICHER = auto()  # the same, or something where MLflow's store has nothing
    VERSIONS = auto()  # a list of versions, one a stage
    HANDLE = auto()  # an id made up by each store


FIELDS: Mapping[type, Mapping[str, Rule]] = {
    RegisteredModel: {
        "name": Rule.SAME,
        "creation_timestamp": Rule.SAME,
        "last_updated_timestamp": Rule.SAME,
        "description": Rule.SAME,
        "tags": Rule.SAME,
        "_tags": Rule.SAME,
        "aliases": Rule.SAME,
        "latest_versions": Rule.VERSIONS,
        "deployment_job_id": Rule.RICHER,
        "deployment_job_state": Rule.SAME,
        "workspace": Rule.SAME,
    },
    ModelVersion: {
        "name": Rule.SAME,
        "version": Rule.SAME,
        "creation_timestamp": Rule.SAME,
        "last_updated_timestamp": Rule.SAME,
        "description": Rule.SAME,
        "current_stage": Rule.SAME,
        "source": Rule.SAME,
        "run_id": Rule.SAME,
        "run_link": Rule.SAME,
        "status": Rule.SAME,
        "status_message": Rule.SAME,
        "tags": Rule.SAME,
        "aliases": Rule.ALIASES,
        "user_id": Rule.AUTHOR,
        "model_id": Rule.RICHER,
        "params": Rule.RICHER,
        "metrics": Rule.RICHER,
        "deployment_job_state": Rule.SAME,
        "workspace": Rule.SAME,
    },
    PromptVersion: {
        "name": Rule.SAME,
        "version": Rule.SAME,
        "template": Rule.SAME,
        "variables": Rule.SAME,
        "is_text_prompt": Rule.SAME,
        "model_config": Rule.SAME,
        "response_format": Rule.SAME,
        "commit_message": Rule.SAME,
        "description": Rule.SAME,
        "creation_timestamp": Rule.SAME,
        "last_updated_timestamp": Rule.SAME,
        "tags": Rule.SAME,
        "aliases": Rule.ALIASES,
        "uri": Rule.SAME,
        "user_id": Rule.AUTHOR,
    },
    Prompt: {
        "name": Rule.SAME,
        "description": Rule.SAME,
        "creation_timestamp": Rule.SAME,
        "tags": Rule.SAME,
    },
    Webhook: {
        "webhook_id": Rule.HANDLE,
        "name": Rule.SAME,
        "url": Rule.SAME,
        "events": Rule.SAME_IN_ANY_ORDER,
        "description": Rule.SAME,
        "status": Rule.SAME,
        "secret": Rule.SAME,
        "creation_timestamp": Rule.SAME,
        "last_updated_timestamp": Rule.SAME,
        "workspace": Rule.SAME,
    },
}


@dataclass(frozen=True)
class Outcome:
    """What a call gave: a value, an error code of MLflow's, or a bare Python error it stumbled over."""

    value: object = None
    code: str | None = None
    sentence: str | None = None  # the first line of the error's message
    stumbled: BaseException | None = None

    @property
    def refused(self) -> bool:
        """Whether there was an error, of whatever kind."""
        return self.code is not None or self.stumbled is not None

    def __str__(self) -> str:
        if self.stumbled is not None:
            return f"stumbled over {self.stumbled!r}"
        return f"{self.code}: {self.sentence}" if self.code else shortened(self.value)


def shortened(value: object) -> str:
    """`value` in a hundred characters at most."""
    shown = repr(value)
    return shown if len(shown) <= 100 else f"{shown[:60]}…{shown[-38:]}"


def outcome(call: Callable[[], object]) -> Outcome:
    """Run a call and keep what it gave."""
    try:
        return Outcome(value=call())
    except MlflowException as error:
        # MLflow's session wraps what went wrong by accident (int(None), say) as if it had been meant.
        accident = isinstance(error.__cause__, TypeError | AttributeError | OverflowError | ValueError)
        if accident and error.error_code == "INTERNAL_ERROR":
            return Outcome(code=error.error_code, stumbled=error.__cause__)
        return Outcome(code=error.error_code, sentence=first_sentence(error.message))
    except (TypeError, AttributeError, ValueError, LookupError) as error:
        return Outcome(stumbled=error)


def first_sentence(message: str) -> str:
    """What MLflow says, without our hint in the line below, and without what its database said when a name is taken."""
    return message.partition("\n")[0].partition(" Error: (")[0]


def differences(ours: Outcome, theirs: Outcome, *, forgetful: bool = False) -> list[str]:
    """How two outcomes differ; `forgetful` for calls after which MLflow's store leaves the aliases out.

    Where MLflow's store stumbles over a bad argument, ours has to name it: INVALID_PARAMETER_VALUE.
    """
    if theirs.stumbled is not None:
        allowed = ours.code == "INVALID_PARAMETER_VALUE" or type(ours.stumbled) is type(theirs.stumbled)
        return [] if allowed else [f"ours {ours}, theirs {theirs}"]
    if (ours.code, ours.sentence, ours.stumbled) != (theirs.code, theirs.sentence, None):
        return [f"ours {ours}, theirs {theirs}"]
    return list(_differ("result", ours.value, theirs.value, forgetful))


def properties(kind: type) -> list[str]:
    """The public fields of an entity of MLflow's."""
    return [name for name in dir(kind) if isinstance(getattr(kind, name), property) and not name.startswith("_")]


def _differ(where: str, ours: Any, theirs: Any, forgetful: bool) -> Iterable[str]:
    if type(theirs) in FIELDS:
        if type(ours) is not type(theirs):
            yield f"{where}: ours {shortened(ours)}, theirs {shortened(theirs)}"
            return
        rules = FIELDS[type(theirs)]
        for name in {*properties(type(theirs)), *rules}:
            rule = rules.get(name)
            if rule is None:
                yield f"{where}.{name}: not classified"
                continue
            yield from _by_rule(rule, f"{where}.{name}", getattr(ours, name), getattr(theirs, name), forgetful)
    elif isinstance(theirs, list):
        if not isinstance(ours, list) or len(ours) != len(theirs):
            yield f"{where}: ours {_names(ours)}, theirs {_names(theirs)}"
            return
        if isinstance(theirs, PagedList):
            token = getattr(ours, "token", None)
            if bool(token) is not bool(theirs.token):
                yield f"{where}.token: ours {token!r}, theirs {theirs.token!r}"
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from _differ(f"{where}[{index}]", one, other, forgetful)
    elif ours != theirs or type(ours) is not type(theirs):
        yield f"{where}: ours {shortened(ours)}, theirs {shortened(theirs)}"


def _by_rule(rule: Rule, where: str, ours: Any, theirs: Any, forgetful: bool) -> Iterable[str]:
    if rule is Rule.VERSIONS:
        in_order = sorted(ours, key=lambda one: one.version), sorted(theirs, key=lambda one: one.version)
        yield from _differ(where, *in_order, forgetful=True)
        return
    fine = {
        Rule.SAME: lambda: ours == theirs,
        Rule.SAME_IN_ANY_ORDER: lambda: sorted(map(str, ours)) == sorted(map(str, theirs)),
        Rule.ALIASES: lambda: (forgetful and not theirs) or sorted(ours) == sorted(theirs),
        Rule.AUTHOR: lambda: ours == AUTHOR and theirs is None,
        Rule.RICHER: lambda: theirs is None or ours == theirs,
        Rule.HANDLE: lambda: isinstance(ours, str) and isinstance(theirs, str),
    }
    if not fine[rule]():
        yield f"{where}: ours {shortened(ours)}, theirs {shortened(theirs)}"


def _names(found: Any) -> str:
    if not isinstance(found, list):
        return repr(found)
    return str([(getattr(one, "name", one), getattr(one, "version", None)) for one in found])


def is_our_language(kind: Kind, filter_string: str | None, order_by: Sequence[str] | None) -> bool:
    """Whether a search is one in the registry's own language, which MLflow's parser need not know."""
    try:
        sought_of(kind, filter_string or "", ", ".join(order_by or ()), 0)
    except InvalidInput:
        return False
    return True
