"""Tag policies: which values a tag may have, and who may set it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches

from jupyter_modelreg.core.access.grants import check_principal
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput, NotFound
from jupyter_modelreg.core.governance.effective import called, policed, policies_on
from jupyter_modelreg.core.governance.records import TagPolicy, TagViolation
from jupyter_modelreg.core.governance.tags import policies_of, told_of
from jupyter_modelreg.core.names import check_tag_key, check_tag_value
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.query.search import Condition, Search
from jupyter_modelreg.core.unit_of_work import UnitOfWork

_OF_MLFLOW = "mlflow."


class TagPolicies(Topic):
    """`registry.tag_policies`. Whoever manages the registry makes and changes them; everybody sees them.

    What a policy does not allow is refused wherever a tag is set. What was set before there was the policy stays, and
    is told by `violations`.
    """

    def create(
        self,
        key: str,
        values: Sequence[str] = (),
        assigners: Sequence[str] = (),
        *,
        description: str | None = None,
        new: bool = False,
        reason: str | None = None,
    ) -> TagPolicy:
        """Govern the tag `key`.

        Args:
            key: of the tag, on models and versions.
            values: those it may have, in the order in which they are to be offered; none for any.
            assigners: users and groups who may set and remove it, none for whoever may tag.
            description: what it is for.
            new: whether an assigner may be one that nobody has heard of, though its name is close to a known one.
            reason: kept in the log.

        Raises InvalidInput, AlreadyExists, PermissionDenied.
        """
        with self._context.write(reason) as work:
            work.authorise("tag_policies.create", None)
            if key in work.tx.root.get().tag_policies:
                raise AlreadyExists(f"tag {key} has a policy already", f"to change it: tag-policy change {key}")
            policy = TagPolicy(key=key, values=values, assigners=assigners, description=description or None)
            return govern(work, None, policy, new=new)

    def change(
        self,
        key: str,
        *,
        values: Sequence[str] | None = None,
        assigners: Sequence[str] | None = None,
        description: str | None = None,
        new: bool = False,
        reason: str | None = None,
    ) -> TagPolicy:
        """Change what the policy of a tag says; what is None stays, and what is empty is said no longer.

        Raises InvalidInput, NotFound, PermissionDenied.
        """
        with self._context.write(reason) as work:
            work.authorise("tag_policies.change", None)
            before = _find(work.tx, key)
            policy = TagPolicy(
                key=key,
                values=before.values if values is None else values,
                assigners=before.assigners if assigners is None else assigners,
                description=before.description if description is None else description or None,
            )
            return govern(work, before, policy, new=new)

    def delete(self, key: str, *, reason: str | None = None) -> TagPolicy:
        """Govern the tag no longer; returns the policy as it was. Raises NotFound, PermissionDenied."""
        with self._context.write(reason) as work:
            work.authorise("tag_policies.delete", None)
            gone = _find(work.tx, key)
            remove(work, gone)
            return gone

    def get(self, key: str) -> TagPolicy:
        """The policy of the tag `key`. Raises NotFound."""
        with self._context.read() as tx:
            return _find(tx, key)

    def list(self) -> Sequence[TagPolicy]:
        """All tag policies, by key."""
        with self._context.read() as tx:
            return list(policies_of(tx.root.get()).values())

    def violations(self, key: str | None = None) -> Sequence[TagViolation]:
        """Tags with values that their policies do not allow: those of models, then those of versions, by key.

        They were set before there was the policy. With `key` only that tag's. Raises NotFound.
        """
        with self._context.read() as tx:
            policies = list(policies_of(tx.root.get()).values()) if key is None else [_find(tx, key)]
            return [each for policy in policies for each in _outside(tx, policy)]


def _find(tx: Transaction, key: str) -> TagPolicy:
    policies = policies_of(tx.root.get())
    if key not in policies:
        known = f"there are policies of {', '.join(policies)}" if policies else f"tag-policy create {key} makes one"
        raise NotFound.named("tag policy", key, get_close_matches(key, policies, n=2), known)
    return policies[key]


def govern(work: UnitOfWork, before: TagPolicy | None, policy: TagPolicy, *, new: bool) -> TagPolicy:
    """Have a tag be governed so, once that has been found to be sound. Raises InvalidInput."""
    check_tag_key(policy.key)
    if policy.key.startswith(_OF_MLFLOW):
        raise InvalidInput(
            f"tag {policy.key} is one that MLflow sets itself, and no policy can govern it", "name another"
        )
    if not policy.values and not policy.assigners:
        raise InvalidInput(
            f"a policy that names neither values of tag {policy.key} nor who may set it governs nothing",
            f"tag-policy create {policy.key} --values a,b,c --assign GROUP; to end one: tag-policy remove {policy.key}",
        )
    for assigner in policy.assigners:
        check_principal(work.tx, assigner, new=new)
    policy = replace(
        policy,
        values=list(dict.fromkeys(check_tag_value(policy.key, value) for value in policy.values)),
        assigners=list(dict.fromkeys(policy.assigners)),
    )
    _check_required(whole(work.tx), policy)
    told, was = told_of(policy), None if before is None else told_of(before)
    if told != was:
        work.log(
            "tag_policy.changed",
            work.tx.root.get(),
            before=None if was is None else {policy.key: was},
            after={policy.key: told},
        )
    return policy


def remove(work: UnitOfWork, policy: TagPolicy) -> None:
    """Have a tag be governed no longer."""
    work.log("tag_policy.changed", work.tx.root.get(), before={policy.key: told_of(policy)})


def _check_required(tx: Transaction, policy: TagPolicy) -> None:
    """Refuse to forbid a value that a policy asks for. Raises InvalidInput."""
    for each in (each for place in policed(tx) for each in policies_on(place).values()):
        if policy.values and each.rule == "required-tags" and each.mode == "prevent":
            for key, _, value in (wanted.partition("=") for wanted in each.parameters["tags"]):
                if key == policy.key and value and value not in policy.values:
                    raise InvalidInput(
                        f"{called(each)} asks for {key}={value}, so nothing could meet it any more",
                        f"allow {value}, or change that policy: policy show {each.name} on {each.on}",
                    )


def _outside(tx: Transaction, policy: TagPolicy) -> Iterator[TagViolation]:
    if not policy.values:
        return
    key = policy.key
    search = Search([Condition(f"tags.{key}", "!=", value) for value in policy.values], prompts=None)
    for model in tx.models.search(search):
        yield TagViolation(name=model.name, key=key, value=model.tags[key])
    for version in tx.versions.search(search):
        yield TagViolation(name=version.reference, key=key, value=version.tags[key])
