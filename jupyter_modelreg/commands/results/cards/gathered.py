"""What a card is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from jupyter_modelreg.commands.results.cards.sections import Section, told_apart
from jupyter_modelreg.commands.results.formats import in_order
from jupyter_modelreg.core.entities.securables import PROMPT_TAG, Model
from jupyter_modelreg.core.entities.values import Deprecation, JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.lineage.records import Dataset, Lineage
from jupyter_modelreg.core.rules.signature import signature_part


@dataclass(frozen=True)
class Happened:
    """Something that has happened, at a time in epoch milliseconds; `version` is to which, where that is not clear."""

    time: int
    actor: str
    version: int | None
    what: str
    reason: str | None

    @property
    def told(self) -> str:
        """What, to which version, and why: `version 3: @Champion 2 → 3 (better on new cards)`."""
        about = "" if self.version is None else f"version {self.version}: "
        return f"{about}{self.what}{f' ({self.reason})' if self.reason else ''}"


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """A model, and the version that stands for it, if it has any.

    Attributes:
        whole_model: whether the card is about the model, and not that one version.
        signature: of `version`, also where only its files say it; what the registry keeps, unless it is given.
        flavors: what `version` was saved with, as MLflow names it, without `python_function`, which nearly every model
            has; what its lineage says, unless it is given, and empty where nobody can tell.
        deprecation: that it is not to be used any more.
        recent: what has happened lately, the newest first.
    """

    model: Model
    version: Version | None
    whole_model: bool
    signature: Mapping[str, JsonValue] | None = None
    flavors: Sequence[str] = ()
    deprecation: Deprecation | None = None
    recent: Sequence[Happened] = field(default=())

    def __post_init__(self) -> None:
        if self.version is not None:
            object.__setattr__(self, "signature", self.signature or self.version.signature)
            object.__setattr__(self, "flavors", self.flavors or self.lineage.flavors)

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
    def inherited(self) -> Sequence[Section]:
        """What the model is for, or not, by its own description, where that of the version says nothing of it."""
        if self.whole_model or told_apart(self.description)[1]:
            return ()
        return told_apart((self.model.description or "").strip())[1]

    @property
    def tags(self) -> Mapping[str, str]:
        """Those of the model, and of the version, which go before."""
        of_version = {} if self.version is None else self.version.tags
        return {**self.model.tags, **of_version}

    @property
    def metrics(self) -> Mapping[str, float]:
        """The latest value of each metric of the version."""
        return {} if self.version is None else self.version.latest_metrics

    @cached_property
    def lineage(self) -> Lineage:
        """Where the version came from."""
        return Lineage() if self.version is None else Lineage.of(self.version.lineage)

    def fields(self, part: str) -> JsonValue:
        """The `inputs` or `outputs` of the signature, as MLflow has them; None where there are none."""
        return signature_part(self.signature, part)

    @property
    def datasets(self) -> Sequence[Dataset]:
        """What the version was trained and measured on."""
        return self.lineage.datasets

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
