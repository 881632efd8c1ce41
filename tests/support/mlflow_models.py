"""What tests of the MLflow plugin share: refusals with their codes, and models made without training anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mlflow.exceptions import MlflowException
from mlflow.models import Model, ModelSignature
from mlflow.types.schema import ColSpec, Schema

INPUTS = Schema([ColSpec("double", "amount")])
OUTPUTS = Schema([ColSpec("long")])
SIGNATURE = ModelSignature(inputs=INPUTS, outputs=OUTPUTS)


@contextmanager
def refused(code: str, match: str | None = None) -> Iterator[pytest.ExceptionInfo[MlflowException]]:
    """Expect an MlflowException with that error code, of one or two lines."""
    with pytest.raises(MlflowException, match=match) as caught:
        yield caught
    assert caught.value.error_code == code
    assert len(caught.value.message.splitlines()) <= 2


def model_folder(path: Path, signature: ModelSignature | None = SIGNATURE) -> str:
    """An MLflow model that cannot predict, but has all that registering takes; returns its folder."""
    path.mkdir(parents=True)
    model = Model(signature=signature)
    model.add_flavor("python_function", loader_module="nothing.to.load")
    model.save(str(path / "MLmodel"))
    (path / "weights.bin").write_bytes(b"0123456789")
    return str(path)
