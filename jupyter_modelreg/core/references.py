"""References, `model/3` and `model@Champion`, and the namespace that short names stand in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.names import (
    _LATEST,
    STAGES,
    canonical_stage,
    check_alias,
    check_model_name,
    is_governed,
    is_latest,
)


@dataclass(frozen=True)
class Reference:
    """A model, or versions of it: `fraud`, `fraud/3`, `fraud/1-3`, `fraud/latest`, `fraud@Champion`, `fraud/Staging`.

    At most one of `versions`, `alias` and `stage` is set; `alias` may be `latest`. `exact` says that the text
    began with `models:/`, so that `model` is the whole name and no namespace goes in front.
    """

    model: str
    versions: tuple[int, int] | None = None
    alias: str | None = None
    stage: str | None = None
    exact: bool = False

    @property
    def whole_model(self) -> bool:
        """Whether it names the model itself rather than versions of it."""
        return self.versions is None and self.alias is None and self.stage is None

    def __str__(self) -> str:
        if self.versions is not None:
            first, last = self.versions
            return f"{self.model}/{first}" if first == last else f"{self.model}/{first}-{last}"
        if self.alias is not None:
            return f"{self.model}/latest" if is_latest(self.alias) else f"{self.model}@{self.alias}"
        return f"{self.model}/{self.stage}" if self.stage is not None else self.model


def parse_reference(text: str) -> Reference:
    """Read a reference. Raises InvalidInput for a malformed one."""
    scheme, found, rest = text.strip().partition("models:/")
    exact = bool(found) and not scheme
    body = rest.lstrip("/") if exact else text.strip()
    slash, at = body.rfind("/"), body.rfind("@")
    if at > slash:
        name, alias = body[:at], check_alias(body[at + 1 :])
        return Reference(check_model_name(name), alias=alias, exact=exact)
    if slash < 0:
        return Reference(check_model_name(body), exact=exact)
    name, selector = check_model_name(body[:slash]), body[slash + 1 :]
    if is_latest(selector):
        return Reference(name, alias=_LATEST, exact=exact)
    if selector.lower() in (stage.lower() for stage in STAGES):
        return Reference(name, stage=canonical_stage(selector), exact=exact)
    numbers = re.fullmatch(r"(\d+)(?:-(\d+))?", selector, re.ASCII)
    if numbers is None:
        raise InvalidInput(
            f"{selector!r} in {text!r} is not a version",
            f"write {name}/3, {name}/1-3, {name}/latest, or {name}@Alias",
        )
    first, last = int(numbers[1]), int(numbers[2] or numbers[1])
    if last < first:
        raise InvalidInput(f"the range {selector} in {text!r} runs backwards", f"write {name}/{last}-{first}")
    return Reference(name, versions=(first, last), exact=exact)


def qualify(name: str, namespace: str | None) -> str:
    """Put `namespace` (`catalog` or `catalog.schema`) in front of a name that is short of three parts.

    Only when the result has exactly three parts; a name stays as it is otherwise.
    """
    if namespace is None:
        return name
    full = f"{namespace}.{name}"
    return full if is_governed(full) else name
