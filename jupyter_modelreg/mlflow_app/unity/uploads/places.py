"""Which place for uploads whoever runs the server has named."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.unity.uploads.local import LocalUploads
from jupyter_modelreg.mlflow_app.unity.uploads.port import Uploads
from jupyter_modelreg.uri import local_path, registry_address, scheme_of

# How `modelreg server` tells its workers what --uploads and --credentials-role have named.
UPLOADS = "MODELREG_SERVER_UPLOADS"
ROLE = "MODELREG_SERVER_CREDENTIALS_ROLE"


def uploads_of(registry: Registry) -> Uploads:
    """The place that the environment names, else a folder beside the registry. Raises InvalidInput."""
    named, role = os.environ.get(UPLOADS), os.environ.get(ROLE)
    if not named:
        beside = registry_address(registry.uri).path
        return LocalUploads(beside.with_name(f"{beside.name}.uploads"))
    if scheme_of(named) == "s3":
        if not role:
            raise InvalidInput(
                f"clients need credentials to put files into {named}, and the server's own keys are not for them",
                "name a role that the server may take on for them: --credentials-role arn:aws:iam::…:role/…",
            )
        if find_spec("boto3") is None:
            raise InvalidInput(f"boto3 is not installed, and {named} takes it", "pip install 'jupyter_modelreg[s3]'")
        from jupyter_modelreg.mlflow_app.unity.uploads.objects import ObjectUploads

        return ObjectUploads(named, role)
    folder = local_path(named)
    if folder is None:
        raise InvalidInput(f"{named} is no place for uploads", "name a folder, or s3://bucket/prefix")
    return LocalUploads(Path(folder).absolute())
