"""A version as an event of OpenLineage: that a run of a job has read its datasets and made it.

The names are those of the specification, https://openlineage.io/docs/spec/object-model, and its facets.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from urllib.parse import urlparse

from jupyter_modelreg.commands.results.formats import exact
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.lineage.records import Dataset, Environment, Lineage, Place

_PRODUCER = "https://github.com/jupyter-modelreg/jupyter_modelreg"
_EVENT = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
_FACETS = "https://openlineage.io/spec/facets"
_NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # that of URLs, for what has no id of its own


def run_event(version: Version, lineage: Lineage, registry: str) -> dict[str, JsonValue]:
    """The event of a version in the registry at that URI."""
    training = lineage.training
    place = (training.place if training else None) or lineage.registered
    name = (place.path if place else None) or (training.experiment if training else None) or version.name
    facets = _run_facets(version, lineage)
    return {
        "eventType": "COMPLETE",
        "eventTime": exact(version.created_at),
        "producer": _PRODUCER,
        "schemaURL": _EVENT,
        "run": {"runId": _run_id(version, registry), "facets": facets},
        "job": {"namespace": registry, "name": name, "facets": _job_facets(place)},
        "inputs": [_dataset(each) for each in lineage.datasets],
        "outputs": [
            {
                "namespace": registry,
                "name": version.name,
                "facets": {"version": _facet("DatasetVersionDatasetFacet", 1, datasetVersion=str(version.version))},
            }
        ],
    }


def _run_id(version: Version, registry: str) -> str:
    """MLflow's id of the run as the UUID that it is; of a version without a run one that is always the same."""
    try:
        return str(uuid.UUID(version.run_id or ""))
    except ValueError:
        return str(uuid.uuid5(_NAMESPACE, f"{registry}#{version.run_id or version.id}"))


def _run_facets(version: Version, lineage: Lineage) -> dict[str, JsonValue]:
    packages = [each.partition("==") for each in lineage.requirements]
    known: dict[str, JsonValue] = {name: number for name, equals, number in packages if equals}
    environment = lineage.environment or Environment()
    return {
        "modelreg_model": {
            "_producer": _PRODUCER,
            "_schemaURL": f"{_PRODUCER}/blob/main/docs/lineage.md",
            "reference": version.reference,
            "mlflowRunId": version.run_id,
            "loggedModelId": version.logged_model_id,
            "metrics": dict(version.latest_metrics),
            "packages": known,
            "installed": dict(environment.installed or {}),
            "python": environment.python,
            "conda": list(environment.conda),
        }
    }


def _job_facets(place: Place | None) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {
        "jobType": _facet(
            "JobTypeJobFacet",
            2,
            processingType="BATCH",
            integration="MODELREG",
            jobType=(place and place.kind) or "JOB",
        )
    }
    if place is None:
        return found
    if place.source is not None:
        found["sourceCode"] = _facet("SourceCodeJobFacet", 1, language="python", sourceCode=place.source)
    if place.git is not None:
        told = {"repoUrl": place.git.remote, "version": place.git.commit, "branch": place.git.branch}
        url = place.git.remote or place.path or ""
        kept = {key: value for key, value in {**told, "path": place.path}.items() if value}
        found["sourceCodeLocation"] = _facet("SourceCodeLocationJobFacet", 1, type="git", url=url, **kept)
    return found


def _dataset(dataset: Dataset) -> dict[str, JsonValue]:
    source = dataset.source or ""
    parts = urlparse(source)
    facets: dict[str, JsonValue] = {}
    if source:
        facets["dataSource"] = _facet("DatasourceDatasetFacet", 1, name=dataset.source_type or "source", uri=source)
    if dataset.snapshot or dataset.digest:
        version = dataset.snapshot or dataset.digest or ""
        facets["version"] = _facet("DatasetVersionDatasetFacet", 1, datasetVersion=version)
    if dataset.schema:
        columns: list[JsonValue] = [{"name": name, "type": kind} for name, kind in dataset.schema.items()]
        facets["schema"] = {**_facet("SchemaDatasetFacet", 1), "fields": columns}
    inputs: dict[str, JsonValue] = {}
    if dataset.rows is not None:
        inputs["dataQualityMetrics"] = {
            **_facet("DataQualityMetricsInputDatasetFacet", 1),
            "rowCount": dataset.rows,
            "columnMetrics": {},
        }
    namespace = f"{parts.scheme}://{parts.netloc}" if parts.netloc else "file" if source else "unknown"
    return {"namespace": namespace, "name": dataset.name, "facets": facets, "inputFacets": inputs}


def _facet(name: str, major: int, /, **told: str) -> dict[str, JsonValue]:
    file = f"{name}.json#/$defs/{name}"
    known: Mapping[str, JsonValue] = dict(told)
    return {"_producer": _PRODUCER, "_schemaURL": f"{_FACETS}/{major}-0-0/{file}", **known}
