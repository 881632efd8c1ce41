"""What is told of tag policies and policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class TagPolicy:
    """What a tag may be, and who may say so: the tag is governed.

    Attributes:
        key: of the tag, on models and on versions.
        values: the values it may have, in the order in which they are offered; empty for any.
        assigners: the users and groups who may set and remove it; empty for whoever may tag.
        description: what it is for.
    """

    key: str
    values: Sequence[str] = ()
    assigners: Sequence[str] = ()
    description: str | None = None


@dataclass(frozen=True, kw_only=True)
class TagViolation:
    """A tag that has a value which its policy does not allow.

    Attributes:
        name: the model, or the reference of the version, that has it.
        key, value: the tag.
    """

    name: str
    key: str
    value: str


Mode = Literal["prevent", "warn", "off"]
When = Literal["registration", "alias"]


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A rule that is in force on something, and on all that is in it.

    Attributes:
        name: what it is called there; one of the same name nearer to a model takes its place.
        rule: which rule, one of those that `policies.rules` tells.
        parameters: what the rule is given, each a list of words.
        mode: `prevent` refuses what does not meet it, `warn` lets it pass with a warning, `off` is as if it were not.
        description: what it is for.
        when: at the `registration` of a version, copies included, or when an `alias` is set.
        alias: only for that alias; None for all.
        kind, on: what it is on: `catalog` and `prod`; both are `registry` for the registry. That which holds for
            governed models without being written down has the kind `default`.
    """

    name: str
    rule: str
    parameters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    mode: Mode = "prevent"
    description: str | None = None
    when: When = "registration"
    alias: str | None = None
    kind: str
    on: str


@dataclass(frozen=True, kw_only=True)
class PolicyResult:
    """What a policy says of a version.

    Attributes:
        policy: the policy.
        met: whether the version meets it; None where nobody looked, since it is off.
        lacks: what is missing, as a phrase that goes on from the name of the version; None where it is met.
        remedy: what would satisfy it.
    """

    policy: Policy
    met: bool | None
    lacks: str | None = None
    remedy: str | None = None


@dataclass(frozen=True, kw_only=True)
class UnmetVersion:
    """A version that does not meet a policy.

    Attributes:
        reference: which one; of a policy on aliases the alias by which it is asked about.
        lacks, remedy: see `PolicyResult`.
    """

    reference: str
    lacks: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class PolicyCheck:
    """What a policy that is to be added says of what is there already, which it leaves as it is.

    Attributes:
        policy: the policy, as it would be.
        looked: how many versions were asked about; of policies on aliases those that aliases point at.
        unmet: those that do not meet it, a few of them.
        count: how many those are.
        complete: whether there are no more versions than were asked about.
    """

    policy: Policy
    looked: int
    unmet: Sequence[UnmetVersion]
    count: int
    complete: bool


@dataclass(frozen=True, kw_only=True)
class RuleInfo:
    """A rule that policies can be made of.

    Attributes:
        name: as `required-tags`.
        summary: what it asks for.
        parameters: what it takes, the first of which need not be named on a line.
        moments: when it can be asked, the usual one first.
    """

    name: str
    summary: str
    parameters: Sequence[str]
    moments: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class ApprovalsNeeded:
    """Approvals that it takes to set an alias.

    Attributes:
        count: how many.
        group: whose members count; the author of the version does not.
        policy: the policy that asks for them.
    """

    count: int
    group: str
    policy: Policy
