"""What is kept, at registration, of where a version comes from."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.governance.cases import Files
from jupyter_modelreg.core.lineage.environment import ENVIRONMENT_FILES, environment_in, installed
from jupyter_modelreg.core.lineage.records import CopyOf, Environment, Lineage
from jupyter_modelreg.core.ports.tracking import Origin, ResolvedSource

_logger = logging.getLogger(__name__)
# Seconds that a registration waits for what would only be nice to know.
_PATIENCE = 3.0
_REQUIREMENTS = "requirements.txt"
_MOST_REQUIREMENTS = 300


def traced(context: Context, origin: ResolvedSource, original: Version | None) -> Lineage:
    """Where what is being registered comes from: its run and datasets, the code that runs now, what it is a copy of.

    Nothing here stops a registration: what cannot be known is left out.
    """
    here = context.provenance() if context.provenance is not None else None
    if original is not None:
        first = Lineage.of(original.lineage)
        copied = CopyOf(model=original.model_id, version=original.version)
        return replace(first, registered=here, copied_from=copied, requirements=())
    known = _asked(context, origin)
    flavors = context.tracking.flavors(origin.location) if origin.location else ()
    return Lineage(datasets=known.datasets, training=known.training, registered=here, flavors=flavors)


def _asked(context: Context, origin: ResolvedSource) -> Origin:
    if not origin.run_id and not origin.logged_model_id:
        return Origin()
    try:
        return context.tracking.origin(origin.run_id, origin.logged_model_id, patience=_PATIENCE, read=origin.read)
    except RegistryError as error:
        _logger.debug("where %s comes from cannot be asked: %s", origin.location, error.message)
        return Origin()


def completed(lineage: Lineage, files: Files) -> Lineage:
    """The same with what the files of the model say, and with what is installed here of the packages they name.

    Of a copy that is what was installed where the original was registered; a server knows of no such place.
    """
    folder = files.folder_with(_REQUIREMENTS, *ENVIRONMENT_FILES)
    requirements, environment = _requirements_in(folder), environment_in(folder)
    there = lineage.environment.installed if lineage.environment is not None else None
    if lineage.copied_from is None and lineage.registered is not None:
        there = installed(requirements)
    environment = replace(environment, installed=there)
    known = None if environment == Environment() else environment
    return replace(lineage, requirements=requirements, flavors=files.flavors, environment=known)


def _requirements_in(folder: Path | None) -> Sequence[str]:
    """The packages that a model asks for, a line each, where its files say so."""
    try:
        text = "" if folder is None else (folder / _REQUIREMENTS).read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return ()
    lines = [line.strip() for line in text.splitlines()]
    return tuple([line for line in lines if line and not line.startswith("#")][:_MOST_REQUIREMENTS])
