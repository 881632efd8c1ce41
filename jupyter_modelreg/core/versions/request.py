"""What somebody asks for who registers a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from jupyter_modelreg.core.catalog.tags import check_tags
from jupyter_modelreg.core.names import check_model_name, check_settable_alias
from jupyter_modelreg.core.redact import without_credentials
from jupyter_modelreg.core.rules.source import check_source_text


@dataclass(frozen=True, kw_only=True)
class RegistrationRequest:
    """What to register; see `Versions.register` for the fields."""

    name: str
    source: str
    aliases: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    description: str | None = None
    run_id: str | None = None
    run_link: str | None = None
    logged_model_id: str | None = None
    local_folder: str | None = None
    create_model: bool = True
    check_source: bool = True
    tags_carried: bool = False  # they come along with a copy: those that a tag policy does not allow are left out
    reason: str | None = None

    def checked(self) -> RegistrationRequest:
        """The same with every part validated, and a link without its credentials. Raises InvalidInput."""
        check_model_name(self.name)
        for alias in self.aliases:
            check_settable_alias(alias)
        check_source_text(self.source)
        link = None if self.run_link is None else without_credentials(self.run_link)
        return replace(self, run_link=link, aliases=tuple(dict.fromkeys(self.aliases)), tags=check_tags(self.tags))
