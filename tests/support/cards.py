"""Models and versions as `show` tells them, without a registry."""

from __future__ import annotations

from jupyter_modelreg.commands.results.cards.gathered import Gathered
from jupyter_modelreg.commands.results.cards.records import model_card, version_card
from jupyter_modelreg.commands.results.cards.shown import ShownCard
from jupyter_modelreg.commands.results.views import version_table
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.versions import Version


def card_of_model(model: Model, *newest: Version, about: Gathered | None = None) -> ShownCard:
    """The card of a model, of which nobody has loaded any version."""
    told = about or Gathered(model=model, version=next(iter(newest), None), whole_model=True)
    return model_card(told, version_table(newest, model.name, None))


def card_of_version(version: Version, about: Gathered | None = None) -> ShownCard:
    """The card of a version, whose model is known by its name alone."""
    model = Model(
        id=version.model_id,
        name=version.name,
        owner=version.created_by,
        created_at=version.created_at,
        created_by=version.created_by,
        updated_at=version.updated_at,
        updated_by=version.updated_by,
    )
    return version_card(about or Gathered(model=model, version=version, whole_model=False), version, [])
