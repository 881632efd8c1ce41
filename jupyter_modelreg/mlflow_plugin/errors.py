"""Errors of the registry as MLflow's clients know them: the one mapping between the two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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

from jupyter_modelreg.core.errors import RegistryError

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
    "WRITES_OFF": PERMISSION_DENIED,
    "BUSY": TEMPORARILY_UNAVAILABLE,
    "UNUSABLE": INTERNAL_ERROR,
}


def to_mlflow(error: RegistryError) -> MlflowException:
    """The same error, its hint included, with MLflow's code."""
    return MlflowException(str(error), error_code=CODES.get(error.code, INTERNAL_ERROR))


@contextmanager
def mlflow_errors() -> Iterator[None]:
    """Let every RegistryError raised inside leave as the MlflowException it means."""
    try:
        yield
    except RegistryError as error:
        raise to_mlflow(error) from error


def raises_mlflow_errors(cls: C) -> C:
    """Put every public method of a class inside `mlflow_errors`, so that none can be forgotten."""
    for name, member in list(vars(cls).items()):
        if isinstance(member, FunctionType) and not name.startswith("_"):
            setattr(cls, name, mlflow_errors()(member))
    return cls
