"""Failures of an object store, as errors that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager

from jupyter_modelreg.artifacts.errors import FULL
from jupyter_modelreg.core.errors import InvalidInput, RegistryError, RegistryUnavailable, SourceUnavailable

# By the scheme of a URL: the package that opens it, our extra that brings the package, and what says who asks.
_S3 = ("s3fs", "s3", "AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
_GCS = ("gcsfs", "gcs", "GOOGLE_APPLICATION_CREDENTIALS")
_AZURE = ("adlfs", "azure", "AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT_NAME and its _KEY")
_NEEDS = {"s3": _S3, "s3a": _S3, "gs": _GCS, "gcs": _GCS, "az": _AZURE, "abfs": _AZURE, "abfss": _AZURE}
_LONGEST = 200  # letters of what a library says


@contextmanager
def reading_from(url: str) -> Iterator[None]:
    """Turn whatever an object store raises into SourceUnavailable, which names `url`; errors of ours stay."""
    try:
        yield
    except (RegistryError, CancelledError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:  # of the disk here, which whoever writes to it tells of
            raise
        raise SourceUnavailable(f"cannot read {url}: {_reason(error)}", _hint(url, error)) from error


@contextmanager
def writing_to(url: str) -> Iterator[None]:
    """The same with RegistryUnavailable."""
    try:
        yield
    except (RegistryError, CancelledError):
        raise
    except Exception as error:
        raise RegistryUnavailable(f"cannot keep model files in {url}: {_reason(error)}", _hint(url, error)) from error


def lacking(url: str, error: ImportError) -> InvalidInput:
    """That nothing is installed that opens `url`."""
    package, extra, _ = _NEEDS.get(_scheme(url), ("fsspec", "s3", ""))
    return InvalidInput(
        f"{url} cannot be opened without {package}: {_reason(error)}", f"pip install 'jupyter_modelreg[{extra}]'"
    )


def _hint(url: str, error: Exception) -> str:
    who = _NEEDS[_scheme(url)][2] if _scheme(url) in _NEEDS else ""
    if who and ("redential" in type(error).__name__ or "redential" in str(error)):
        return f"say who asks: set {who}"
    if isinstance(error, PermissionError):
        return f"check who asks ({who}), and what they may do there" if who else "check that you may read and write"
    if isinstance(error, FileNotFoundError):
        return "check its name, or make it: the registry makes no bucket"
    return "check the address and the network, and try again: what has arrived need not be sent again"


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _scheme(url: str) -> str:
    return url.partition("://")[0]
