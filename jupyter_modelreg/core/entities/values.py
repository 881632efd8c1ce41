"""Plain values, and records about the registry as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]
WarningKind = Literal["validation", "signature", "registered", "case", "workspace", "tag", "policy", "deprecated"]


@dataclass(frozen=True, kw_only=True)
class TagInUse:
    """A tag key that models or versions have, and values it has had there, the most frequent ones first.

    Where the tag is governed (see `TagPolicy`), and its policy says which values it may have, those are the values, in
    the order of the policy; such a key need not be in use.
    """

    key: str
    values: Sequence[str]
    governed: bool = False


@dataclass(frozen=True, kw_only=True)
class TagChange:
    """A tag that was set or removed.

    Attributes:
        name: what was tagged, a model or the reference of a version, like `prod.ml_team.fraud/3`.
        before: the value until then, None for a tag that was not there; `after` is None when it was removed.
    """

    name: str
    key: str
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True)
class AliasChange:
    """An alias that points at version `after` now, and pointed at `before`; None for at none."""

    model: str
    alias: str
    before: int | None
    after: int


@dataclass(frozen=True, kw_only=True)
class PinChange:
    """A version that was pinned or unpinned, by its reference; `before` and `after` say whether it is pinned."""

    name: str
    before: bool
    after: bool


LinkKind = Literal["endpoint", "job", "report", "app"]
"""What is at a link: what serves a version, what runs it, what tells of it, what was built on it."""


@dataclass(frozen=True, kw_only=True)
class LinkChange:
    """A link of a version that was set or removed.

    Attributes:
        name: the version, by its reference.
        before: what was at the link until then, None where there was none; `after` is None where it was removed.
    """

    name: str
    url: str
    before: LinkKind | None
    after: LinkKind | None


@dataclass(frozen=True, kw_only=True)
class Deprecation:
    """That a model, or a version, is not to be used any more.

    Attributes:
        name: what is deprecated: a model, or the reference of a version.
        reason: why.
        in_favour_of: what to use instead, a model or the reference of a version, by the name that it has now; None
            where nothing was said, where it is gone, and where whoever asks may not know of it.
        by, at: who said so, and when, in epoch milliseconds.
    """

    name: str
    reason: str
    in_favour_of: str | None
    by: str
    at: int


HolderKind = Literal["alias", "pin", "link", "copy", "request"]


@dataclass(frozen=True, kw_only=True)
class Holder:
    """What a version is needed for, so that it is deleted by force only.

    Attributes:
        kind: an alias points at it; it is pinned; an endpoint is linked that serves it; another version is a copy of
            it; an open request asks for it.
        version: the number of the version that is held.
        text: what holds it, as sentences have it: `@Champion`, `a pin`, the URL of the endpoint,
            `prod.ml_team.fraud/3`, `request 12`.
        frees: the command that takes it away, as `unalias prod.ml_team.fraud@Champion`.
    """

    kind: HolderKind
    version: int
    text: str
    frees: str


@dataclass(frozen=True, kw_only=True)
class ChangeWarning:
    """Something to know before a change, or right after it; it stops nothing.

    Attributes:
        kind: `validation`, a tag says that the version failed; `signature`, it differs from the version it replaces;
            `registered`, the same model is there already; `case`, an alias differs from another in case only;
            `workspace`, the model is not, or would not be, a governed one; `tag`, a tag policy does not allow one;
            `policy`, a policy is not met; `deprecated`, it is, or its model is.
        message: one sentence, without a full stop.
        hint: what can be done about it, or None.
    """

    kind: WarningKind
    message: str
    hint: str | None = None


@dataclass(frozen=True, kw_only=True)
class AliasMove:
    """An alias that would point at another version; `before` is where it points now, None when it is new."""

    alias: str
    before: int | None


@dataclass(frozen=True, kw_only=True)
class RegistryIdentity:
    """Which registry answers, and on whose behalf.

    Attributes:
        uri: what it is called by, without a password.
        actor: on whose behalf it answers.
        version: of the package that answers; None where a server is too old to say.
        read_only: whether whoever asks may change nothing, whatever they have been granted.
    """

    uri: str
    actor: str
    version: str | None = None
    read_only: bool = False


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who is asking.

    Attributes:
        actor: on whose behalf calls run.
        groups: what the actor belongs to, directly or by way of other groups; `account users` is not told.
        admin: whether the actor holds every privilege on the registry; where they act as somebody else, whether that
            one does, and `groups` are theirs.
        on_behalf_of: as whom they act; None for nobody else.
    """

    actor: str
    groups: Sequence[str]
    admin: bool
    on_behalf_of: str | None = None


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much is in what was asked about, the trash left out.

    Attributes:
        catalogs: the models in each catalog, by its name.
        schemas: the models in each schema, by its name.
        models: the versions of each model, by its name.
        workspace: the workspace models; neither here nor above are prompts counted.
        prompts: the prompts, wherever they are.
    """

    catalogs: Mapping[str, int]
    schemas: Mapping[str, int]
    models: Mapping[str, int]
    workspace: int
    prompts: int


@dataclass(frozen=True, kw_only=True)
class RegistryStatus:
    """A glance at the whole registry; counts leave out what is in the trash, and prompts are no models.

    `moved_to` is where it has moved to: nothing can be changed here then.
    """

    uri: str
    actor: str
    catalogs: int
    schemas: int
    governed_models: int
    workspace_models: int
    prompts: int
    versions: int
    events: int
    database_bytes: int
    file_bytes: int
    moved_to: str | None = None
