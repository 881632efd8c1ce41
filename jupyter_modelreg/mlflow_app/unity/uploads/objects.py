"""A place for files in an object store: clients write and read there themselves, with credentials that end.

What the registry keeps in an object store lies there by hashes, which no client reads as a model; so files that
somebody asks for are laid out once as a folder, which nobody but the server writes to.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import ModelFiles, Version, files_among
from jupyter_modelreg.core.errors import InvalidInput, SourceUnavailable
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.unity.records import Told
from jupyter_modelreg.mlflow_app.unity.uploads.allowed import may
from jupyter_modelreg.mlflow_app.unity.uploads.sent import read_model

if TYPE_CHECKING:
    from botocore.client import BaseClient

# Seconds that credentials are good for; MLflow's clients ask anew before they end.
_GOOD_FOR = 3600
_READING = ("s3:GetObject",)
_WRITING = (*_READING, "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")
_AT_ONCE = 1000  # objects that S3 removes in one request


class ObjectUploads:
    """`Uploads` in an S3 bucket.

    Args:
        root: `s3://bucket/prefix`.
        role: the ARN of what the server takes on for its clients, narrowed to one folder each time (AWS: session
            policies). Its own keys are for itself.
    """

    def __init__(self, root: str, role: str) -> None:
        self._bucket, _, prefix = root.removeprefix("s3://").partition("/")
        self._prefix = prefix.strip("/")
        self._role = role

    def place(self, version: Version) -> str:
        """See `Uploads`."""
        return self._uri(self._sent(version))

    def open(self, version: Version) -> None:
        """See `Uploads`: there are no folders to be made."""

    @contextmanager
    def sent(self, version: Version) -> Iterator[ModelFiles]:
        """See `Uploads`. Raises SourceUnavailable, too."""
        with TemporaryDirectory(prefix="modelreg-") as temp:
            folder = Path(temp)
            self._download(self._sent(version), folder)
            with read_model(folder, version) as files:
                yield files

    def forget(self, version: Version) -> None:
        """See `Uploads`; where they were read goes, too: it is laid out anew for whoever asks."""
        for key in (self._sent(version), self._read(version)):
            self._remove(f"{key}/")

    def readable(self, registry: Registry, version: Version) -> str | None:
        """See `Uploads`."""
        return self._uri(self._read(version)) if may(registry, "versions.load", version) else None

    def credentials(self, registry: Registry, version: Version, *, write: bool) -> Told:
        """See `Uploads`. Raises PermissionDenied, FilesDamaged, SourceUnavailable."""
        if not write:
            registry.versions.fetched_by(version.reference)
            self._lay_out(registry, version)
        key = self._sent(version) if write else self._read(version)
        given = self._assume(key, _WRITING if write else _READING, registry.actor)
        credentials: dict[str, JsonValue] = {
            "access_key_id": given["AccessKeyId"],
            "secret_access_key": given["SecretAccessKey"],
            "session_token": given["SessionToken"],
        }
        ends = int(given["Expiration"].timestamp() * 1000)
        return {"aws_temp_credentials": credentials, "expiration_time": ends, "url": self._uri(key)}

    def _assume(self, key: str, actions: Sequence[str], actor: str) -> dict[str, Any]:
        with _asking("who lends credentials"):
            reply = _client("sts").assume_role(
                RoleArn=self._role,
                RoleSessionName=re.sub(r"[^\w+=,.@-]", "-", f"modelreg-{actor}")[:64],
                Policy=json.dumps(policy(self._bucket, key, actions)),
                DurationSeconds=_GOOD_FOR,
            )
        found: dict[str, Any] = reply["Credentials"]
        return found

    def _lay_out(self, registry: Registry, version: Version) -> None:
        """Have the files of a version lie where clients read them, those that do not yet."""
        folder = Path(registry.versions.folder(version.reference))
        with _asking("the object store"):
            store, there = _client("s3"), self._sizes(f"{self._read(version)}/")
            for entry in files_among(registry.versions.files(version.reference)):
                key = f"{self._read(version)}/{entry.path}"
                if there.get(key) != entry.size:
                    store.upload_file(str(folder / entry.path), self._bucket, key)

    def _download(self, key: str, folder: Path) -> None:
        with _asking("the object store"):
            store = _client("s3")
            for each in self._sizes(f"{key}/"):
                path = PurePosixPath(each.removeprefix(f"{key}/"))
                if each.endswith("/"):  # what some tools write for a folder
                    continue
                if path.is_absolute() or not {"..", "."}.isdisjoint(path.parts) or "\\" in each or "\0" in each:
                    raise InvalidInput(f"{path}, which was sent, is no path of a file", "send files and folders alone")
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                store.download_file(self._bucket, each, str(target))

    def _sizes(self, prefix: str) -> dict[str, int]:
        """What lies below `prefix`, by key, with its bytes."""
        pages = _client("s3").get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        return {str(each["Key"]): int(each["Size"]) for page in pages for each in page.get("Contents", ())}

    def _remove(self, prefix: str) -> None:
        with _asking("the object store"):
            keys = [*self._sizes(prefix)]
            for start in range(0, len(keys), _AT_ONCE):
                some = [{"Key": key} for key in keys[start : start + _AT_ONCE]]
                _client("s3").delete_objects(Bucket=self._bucket, Delete={"Objects": some, "Quiet": True})

    def _sent(self, version: Version) -> str:
        return self._key("sent", version)

    def _read(self, version: Version) -> str:
        return self._key("read", version)

    def _key(self, kind: str, version: Version) -> str:
        return "/".join(filter(None, (self._prefix, kind, str(version.id))))

    def _uri(self, key: str) -> str:
        return f"s3://{self._bucket}/{key}"


def policy(bucket: str, key: str, actions: Sequence[str]) -> dict[str, JsonValue]:
    """What lets `actions` be done to what is below `key`, and that be listed, and nothing else (AWS: IAM policies)."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": [*actions], "Resource": [f"arn:aws:s3:::{bucket}/{key}/*"]},
            {
                "Effect": "Allow",
                "Action": ["s3:ListBucket"],
                "Resource": [f"arn:aws:s3:::{bucket}"],
                "Condition": {"StringLike": {"s3:prefix": [key, f"{key}/*"]}},
            },
        ],
    }


def _client(service: str) -> BaseClient:
    import boto3

    # Where the object store is, as MLflow and our own files have it.
    place = os.environ.get("MLFLOW_S3_ENDPOINT_URL") if service == "s3" else None
    return boto3.client(service, endpoint_url=place)


@contextmanager
def _asking(what: str) -> Iterator[None]:
    """Raises SourceUnavailable where `what` does not answer as it should; the server's log has what it said."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise SourceUnavailable(f"{what} does not do what the server asks", "whoever runs it sees its log") from error
