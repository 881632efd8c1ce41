"""Commands that bring a model's files back: load, download."""

from __future__ import annotations

from pathlib import Path

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import as_of_option, command
from jupyter_modelreg.commands.results.results import Loaded, Note, Result
from jupyter_modelreg.commands.session import CommandSession


@command(
    "load",
    calls=["versions.get", "versions.load"],
    examples=["load fraud@Champion --as model", "load prod.ml_team.fraud/3"],
)
@click.argument("ref", shell_complete=candidates.references)
@click.option("--as", "name", metavar="NAME", help="Put the model into this variable (notebook only).")
@as_of_option
def load(session: CommandSession, ref: str, name: str | None) -> Result:
    """Load a version as an MLflow pyfunc model.

    Its files are verified first. In a notebook the model goes into the variable NAME, or is what the line returns:
    model = %modelreg load fraud/3
    """
    assign = None if name is None else session.variable(name)
    reference = session.reference(ref)
    version = session.registry.versions.get(reference)
    # What is loaded is the version that is told, whatever becomes of the alias meanwhile.
    model = session.registry.versions.load(version.reference, alias=reference.alias)
    if assign is not None:
        assign(model)
    said = f"{name} = {version.reference}" if name is not None else f"{version.reference} loads"
    row = {"reference": version.reference, "variable": name}
    return Loaded([said], [row], model=model, named=name is not None)


@command(
    "download",
    calls=["versions.download"],
    examples=["download fraud@Champion ./fraud_files", "download prod.ml_team.fraud/3 fraud_3"],
)
@click.argument("ref", shell_complete=candidates.references)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def download(session: CommandSession, ref: str, folder: Path) -> Result:
    """Download the files of a version into a folder.

    FOLDER must be new or empty; a new one is created.
    """
    reference = session.reference(ref)
    target = session.registry.versions.download(reference, folder.expanduser())
    return Note([f"{reference} is in {target}"], [{"reference": str(reference), "folder": str(target)}])
