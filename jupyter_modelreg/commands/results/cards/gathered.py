"""What a card is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_modelreg.commands.results.formats import in_order
from jupyter_modelreg.core.entities.securables import PROMPT_TAG, Model
from jupyter_modelreg.core.entities.values import Deprecation, JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.lineage.records import Dataset, Lineage


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """A model, and the version that stands for it, if it has any.

    Attributes:
        whole_model: whether the card is about the model, and not that one version.
        signature: of `version`, also where only its files say it.
        flavors: what `version` was saved with, as MLflow names it; empty where nobody can tell.
        deprecation: that it is not to be used any more.
        recent: what has happened lately, a line each, the newest first.
    """

    model: Model
    version: Version | None
    whole_model: bool
    signature: Mapping[str, JsonValue] | None = None
    flavors: Sequence[str] = ()
    deprecation: Deprecation | None = None
    recent: Sequence[str] = field(default=())

    @property
    def name(self) -> str:
        """What the card is about: `prod.risk.fraud`, `prod.risk.fraud/3`."""
        return self.model.name if self.whole_model or self.version is None else self.version.reference

    @property
    def description(self) -> str:
        """What was written about it: of a version, or else of its model."""
        own = None if self.whole_model or self.version is None else self.version.description
        return (own or self.model.description or "").strip()

    @property
    def tags(self) -> Mapping[str, str]:
        """Those of the model, and of the version, which go before."""
        of_version = {} if self.version is None else self.version.tags
        return {**self.model.tags, **of_version}

    @property
    def metrics(self) -> Mapping[str, float]:
        """The latest value of each metric of the version."""
        return {} if self.version is None else self.version.latest_metrics

    @property
    def datasets(self) -> Sequence[Dataset]:
        """What the version was trained and measured on."""
        return () if self.version is None else Lineage.of(self.version.lineage).datasets

    @property
    def loading(self) -> str | None:
        """The code that loads it; None where there is nothing to load."""
        if self.version is None:
            return None
        reference = self.version.reference
        if self.whole_model:
            aliases = in_order(self.version.aliases)
            reference = f"{self.model.name}@{aliases[0]}" if aliases else f"{self.model.name}/latest"
        if self.model.tags.get(PROMPT_TAG) == "true":
            uri = f"prompts:/{reference.replace('/latest', '@latest')}"
            return f"import mlflow\n\nprompt = mlflow.genai.load_prompt({uri!r})"
        return f"import mlflow\n\nmodel = mlflow.pyfunc.load_model({f'models:/{reference}'!r})"
