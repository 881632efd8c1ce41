"""Errors of the registry as MLflow's clients know them: the one mapping between the two.

Clients and tests match on the code, and on the sentence as well. So an error says first what MLflow's own SQL store
says in the same case, and what the registry adds to that, a hint or a name that is close, stands in the line below.

They are raised `from None`: the error of the registry says the same, and its traceback, of no use to who calls MLflow,
came first and was the longer one. It is still the new error's `__context__`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from types import FunctionType
from typing import TypeVar

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import (
    ABORTED,
    DATA_LOSS,
    INTERNAL_ERROR,
    INVALID_PARAMETER_VALUE,
    INVALID_STATE,
    PERMISSION_DENIED,
    RESOURCE_ALREADY_EXISTS,
    RESOURCE_DOES_NOT_EXIST,
    TEMPORARILY_UNAVAILABLE,
)

from jupyter_modelreg.core.errors import AliasNotFound, InvalidInput, NotFound, RegistryError, SourceUnresolved
from jupyter_modelreg.core.references import Reference, parse_reference

Sentences = Mapping[type[RegistryError], str]
C = TypeVar("C", bound=type)

# What MLflow's own SQL store answers in the same case. Refusals of a policy are 400s, not 500s, since MLflow's REST
# client tries a 500 again, and again.
CODES: Mapping[str, int] = {
    "INTERNAL": INTERNAL_ERROR,
    "INVALID_INPUT": INVALID_PARAMETER_VALUE,
    "NOT_FOUND": RESOURCE_DOES_NOT_EXIST,
    "ALIAS_NOT_FOUND": INVALID_PARAMETER_VALUE,
    "ALREADY_EXISTS": RESOURCE_ALREADY_EXISTS,
    "CONFLICT": ABORTED,
    "INVALID_STATE": INVALID_STATE,
    "POLICY_REFUSED": INVALID_PARAMETER_VALUE,
    "ARCHIVING_REFUSED": INTERNAL_ERROR,
    "SOURCE_UNAVAILABLE": INVALID_PARAMETER_VALUE,
    "SOURCE_UNRESOLVED": INTERNAL_ERROR,
    "FILES_DAMAGED": DATA_LOSS,
    "PERMISSION_DENIED": PERMISSION_DENIED,
    "NOT_SIGNED_IN": PERMISSION_DENIED,
    "WRITES_OFF": PERMISSION_DENIED,
    "BUSY": TEMPORARILY_UNAVAILABLE,
    "UNUSABLE": INTERNAL_ERROR,
}


def to_mlflow(error: RegistryError, sentence: str | None = None) -> MlflowException:
    """The same error, its hint included, with MLflow's code, and with MLflow's `sentence` where it has one."""
    first, advice = (error.message, error.hint) if sentence is None else (sentence, _advice(error))
    # Where a page of MLflow's shows both lines as one, the word keeps them apart.
    return MlflowException(
        f"{first}\nHint: {advice}" if advice else first, error_code=CODES.get(error.code, INTERNAL_ERROR)
    )


def _advice(error: RegistryError) -> str:
    question = error.question if isinstance(error, NotFound) else None
    return "; ".join(filter(None, (question, error.hint)))


@contextmanager
def saying(sentences: Sentences) -> Iterator[None]:
    """Let the errors of these kinds leave with MLflow's sentence for them; the first kind that fits counts."""
    try:
        yield
    except RegistryError as error:
        for kind, sentence in sentences.items():
            if isinstance(error, kind):
                raise to_mlflow(error, sentence) from None
        raise


def no_model(name: str) -> Sentences:
    """What MLflow says when there is no such model."""
    return {NotFound: f"Registered Model with name={name} not found"}


def no_version(reference: Reference) -> Sentences:
    """What MLflow says when there is no such version, or no such model to have one."""
    number = reference.versions and reference.versions[0]
    return {NotFound: f"Model Version (name={reference.model}, version={number}) not found"}


@contextmanager
def mlflow_errors() -> Iterator[None]:
    """Let every RegistryError raised inside leave as the MlflowException it means."""
    try:
        yield
    except RegistryError as error:
        raise to_mlflow(error) from None


@contextmanager
def registration_errors(name: str, source: str) -> Iterator[None]:
    """MLflow's sentences for a model that is missing, and for a source that leads nowhere."""
    try:
        yield
    except SourceUnresolved as error:
        place = f"Unable to fetch model from model URI source artifact location '{source}'."
        raise to_mlflow(error, f"{place}Error: {_why_unresolved(error, source)}") from None
    except NotFound as error:
        asked = error.__cause__  # MLflow's tracking store, for a logged model
        sentence = asked.message if isinstance(asked, MlflowException) else no_model(name)[NotFound]
        raise to_mlflow(error, sentence) from None


def _why_unresolved(error: SourceUnresolved, source: str) -> str:
    cause = error.__cause__
    if isinstance(cause, MlflowException):
        return str(cause.message)
    if isinstance(cause, NotFound) and not isinstance(cause, AliasNotFound):
        with suppress(InvalidInput):
            reference = parse_reference(source)
            if reference.versions is not None:
                return no_version(reference)[NotFound]
    return error.message


def raises_mlflow_errors(cls: C) -> C:
    """Put every public method of a class inside `mlflow_errors`, so that none can be forgotten."""
    for name, member in list(vars(cls).items()):
        if isinstance(member, FunctionType) and not name.startswith("_"):
            setattr(cls, name, mlflow_errors()(member))
    return cls
