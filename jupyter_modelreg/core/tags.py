"""Tags on models and versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_modelreg.core.domain import Topic
from jupyter_modelreg.core.entities import Model, Version
from jupyter_modelreg.core.lookup import ReferenceLike, as_reference, require_model, resolve_versions
from jupyter_modelreg.core.names import check_tag_key, check_tag_value
from jupyter_modelreg.core.work import Work


class Tags(Topic):
    """`registry.tags`. A reference to a model tags the model, one to versions tags each of them."""

    def set(self, reference: ReferenceLike, tags: Mapping[str, str], *, reason: str | None = None) -> None:
        """Set every tag in `tags`, replacing what a key held. Raises InvalidInput, NotFound."""
        checked = check_tags(tags)
        with self._domain.write(reason) as work:
            for target in _targets(work, reference):
                _store(work, target, {**target.tags, **checked})
                for key, value in checked.items():
                    _log(work, "set", target, key, target.tags.get(key), value)

    def remove(self, reference: ReferenceLike, keys: Sequence[str], *, reason: str | None = None) -> None:
        """Remove tags; a key that is not there is no error (MLflow). Raises InvalidInput, NotFound."""
        # Any length will do: no tag is that long, and removing what is not there is no error (MLflow).
        checked = [check_tag_key(key, limit=None) for key in keys]
        with self._domain.write(reason) as work:
            for target in _targets(work, reference):
                gone = [key for key in checked if key in target.tags]
                if not gone:
                    continue
                _store(work, target, {key: value for key, value in target.tags.items() if key not in gone})
                for key in gone:
                    _log(work, "deleted", target, key, target.tags[key], None)


def check_tags(tags: Mapping[str, str] | None) -> dict[str, str]:
    """`tags` as a plain dict, keys and values checked. Raises InvalidInput."""
    return {check_tag_key(key): check_tag_value(key, value) for key, value in (tags or {}).items()}


def _targets(work: Work, reference: ReferenceLike) -> Sequence[Model | Version]:
    parsed = as_reference(reference)
    return [require_model(work.tx, parsed.model)] if parsed.whole_model else resolve_versions(work.tx, parsed)


def _store(work: Work, target: Model | Version, tags: Mapping[str, str]) -> None:
    # MLflow leaves last_updated_timestamp alone when a tag changes; the event log has the time.
    if isinstance(target, Model):
        work.tx.models.update(target.id, {"tags": tags})
    else:
        work.tx.versions.update(target.id, {"tags": tags})


def _log(work: Work, verb: str, target: Model | Version, key: str, before: str | None, after: str | None) -> None:
    model_id, version = (target.id, None) if isinstance(target, Model) else (target.model_id, target.version)
    work.log(
        f"tag.{verb}",
        "model",
        model_id,
        target.name,
        version=version,
        before=None if before is None else {key: before},
        after=None if after is None else {key: after},
    )
