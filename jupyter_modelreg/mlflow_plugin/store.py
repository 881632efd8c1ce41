"""MLflow's model registry store over `Registry`: what `mlflow.set_registry_uri("modelreg:///…")` talks to.

Workspace models behave as in MLflow's own SQL store, governed ones as in Unity Catalog. The methods only translate:
names and numbers in, entities and MLflow's errors out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from mlflow.entities.model_registry import ModelVersion, ModelVersionTag, RegisteredModel, RegisteredModelTag
from mlflow.entities.model_registry.model_version_stages import DEFAULT_STAGES_FOR_GET_LATEST_VERSIONS
from mlflow.prompt.registry_utils import handle_resource_already_exist_error, has_prompt_tag
from mlflow.store.entities.paged_list import PagedList
from mlflow.store.model_registry import (
    SEARCH_MODEL_VERSION_MAX_RESULTS_DEFAULT,
    SEARCH_REGISTERED_MODEL_MAX_RESULTS_DEFAULT,
)
from mlflow.store.model_registry.abstract_store import AbstractStore
from mlflow.utils.logging_utils import eprint

from jupyter_modelreg.connection import open_registry
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.errors import (
    AliasNotFound,
    AlreadyExists,
    ArchivingRefused,
    InvalidInput,
    NotFound,
    PolicyRefused,
    RegistryError,
)
from jupyter_modelreg.core.identity.calling import current_caller
from jupyter_modelreg.core.names import is_latest
from jupyter_modelreg.core.query.paging import encode_token
from jupyter_modelreg.core.references import Reference
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_client.uris import kept_uri
from jupyter_modelreg.mlflow_plugin import checks
from jupyter_modelreg.mlflow_plugin.checks import Number
from jupyter_modelreg.mlflow_plugin.entities import model_version, registered_model, workspace
from jupyter_modelreg.mlflow_plugin.errors import (
    Sentences,
    mlflow_errors,
    no_model,
    no_version,
    raises_mlflow_errors,
    registration_errors,
    saying,
)
from jupyter_modelreg.mlflow_plugin.search import Query, model_query, version_query
from jupyter_modelreg.mlflow_plugin.webhooks import WebhookMethods

_NOT_ACTIVE = (
    "Model version transition cannot archive existing model versions because '{}' is not an Active stage. "
    f"Valid stages are {DEFAULT_STAGES_FOR_GET_LATEST_VERSIONS}"
)


# How many versions are remembered with the alias they were found by.
_MOST_FOUND = 1000


@raises_mlflow_errors
class ModelRegistryStore(WebhookMethods, AbstractStore):  # type: ignore[misc]  # MLflow comes without types
    """The entry point `mlflow.model_registry_store`, scheme `modelreg`. All methods raise MlflowException.

    The database is opened by the first call, not by the constructor: `mlflow server` builds one store in each of its
    processes.
    """

    def __init__(self, store_uri: str | None = None, tracking_uri: str | None = None) -> None:
        super().__init__(store_uri, tracking_uri)
        with mlflow_errors():
            self._own = open_registry(store_uri, follows=True)
        # Governed models by name that were created here for a first version that has not come yet, with their ids; and
        # those that were deleted again because it was refused.
        self._awaiting: dict[str, int] = {}
        self._withdrawn: set[str] = set()
        # By which alias MLflow has found a version, since it asks for the files by number then.
        self._found_by: dict[Reference, str] = {}

    def __getstate__(self) -> dict[str, object]:
        # The database stays behind; its absolute URI is enough to find it again.
        return {**super().__getstate__(), "_own": self._own.uri}

    def __setstate__(self, state: dict[str, object]) -> None:
        super().__setstate__(state)
        self._own = open_registry(str(state["_own"]), follows=True)

    @property
    def registry(self) -> Registry:
        """The registry as whoever asks has it: at a server the caller, else the user of this process."""
        caller = current_caller()
        return self._own if caller is None else self._own.called_by(caller)

    @registry.setter
    def registry(self, registry: Registry) -> None:
        self._own = registry

    # --- registered models ---------------------------------------------------------------------------------

    def create_registered_model(
        self,
        name: str,
        tags: Iterable[RegisteredModelTag] | None = None,
        description: str | None = None,
        deployment_job_id: str | None = None,
    ) -> RegisteredModel:
        """Create a model, or a prompt, without versions."""
        checks.model_name(name)
        checked = checks.model_tags(tags)
        try:
            model = self.registry.models.create(
                name, description=description, tags=checked, deployment_job_id=deployment_job_id
            )
        except AlreadyExists as error:
            there = self.registry.models.get(name)
            handle_resource_already_exist_error(name, has_prompt_tag(dict(there.tags)), has_prompt_tag(tags))
            raise AssertionError("MLflow's function always raises") from error
        if model.governed and not model.is_prompt:
            self._awaiting[name] = model.id
        return registered_model(model, ())

    def update_registered_model(
        self, name: str, description: str | None, deployment_job_id: str | None = None
    ) -> RegisteredModel:
        """Replace the description, which None clears (MLflow), and connect a deployment job when one is given.

        Connecting a job to a governed model leaves its description alone unless there is a new one (Unity Catalog).
        """
        model = self._model(name)
        with saying(no_model(name)):
            if deployment_job_id is not None:
                model = self.registry.models.set_deployment_job(name, deployment_job_id)
            if description is not None or deployment_job_id is None or not model.governed:
                model = self.registry.models.describe(name, description)
        return self._with_latest(model)

    def rename_registered_model(self, name: str, new_name: str) -> RegisteredModel:
        """Give a model another name."""
        checks.new_model_name(new_name)
        checks.model_name(name)
        taken: Sentences = {AlreadyExists: f"Registered Model (name={new_name}) already exists."}
        with saying({**no_model(name), **taken}):
            renamed = self.registry.models.rename(name, new_name, force=True)
        return self._with_latest(renamed)

    def delete_registered_model(self, name: str) -> None:
        """Move a model with its versions to the trash; its aliases go (MLflow, and Unity Catalog)."""
        with saying(no_model(checks.model_name(name))):
            self.registry.models.delete(name, force=True)

    def search_registered_models(
        self,
        filter_string: str | None = None,
        max_results: int = SEARCH_REGISTERED_MODEL_MAX_RESULTS_DEFAULT,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[RegisteredModel]:
        """Models that match, or prompts when the filter asks for them; with their aliases."""
        query = model_query(filter_string, max_results, order_by, page_token)
        if query.limit == 0:
            return PagedList([], self._token_without_rows(query, max_results))
        page = query.page(self.registry.models)
        latest = self.registry.versions.latest(page)
        within = workspace()
        return PagedList([registered_model(model, latest[model.id], within) for model in page], page.token)

    def get_registered_model(self, name: str) -> RegisteredModel:
        """The model called `name`."""
        return self._with_latest(self._model(name))

    def get_latest_versions(self, name: str, stages: Sequence[str] | None = None) -> list[ModelVersion]:
        """The newest version in each of `stages`, or in every stage. A governed model has no stages to ask for."""
        model = self._model(name)
        if stages and model.governed:
            raise PolicyRefused(
                f"{name} is a governed model, and those have no stages",
                f"use an alias, like models:/{name}@Champion",
            )
        wanted = {checks.stage(stage) for stage in stages or ()}
        latest = self.registry.versions.latest([model])[model.id]
        return [model_version(version) for version in latest if not wanted or version.stage in wanted]

    def set_registered_model_tag(self, name: str, tag: RegisteredModelTag) -> None:
        """Set a tag of a model."""
        checks.model_name(name)
        checked = checks.model_tags([tag])
        with saying(no_model(name)):
            self.registry.tags.set(Reference(name), checked)

    def delete_registered_model_tag(self, name: str, key: str) -> None:
        """Remove a tag of a model, if it is there."""
        checks.model_name(name)
        checks.tag_key(key)
        with saying(no_model(name)):
            self.registry.tags.remove(Reference(name), [key])

    # --- versions ------------------------------------------------------------------------------------------

    def create_model_version(
        self,
        name: str,
        source: str,
        run_id: str | None = None,
        tags: Iterable[ModelVersionTag] | None = None,
        run_link: str | None = None,
        description: str | None = None,
        local_model_path: str | None = None,
        model_id: str | None = None,
    ) -> ModelVersion:
        """Register the next version of an existing model; it is READY, or an error.

        MLflow's `register_model` creates the model first. Where the first version of a governed model is refused
        then, nothing is left of that; a later version brings the model along.
        """
        checks.model_name(name)
        checked = checks.version_tags(tags)
        if not isinstance(source, str):
            raise InvalidInput(f"the source of a version is a URI, not {source!r}", "write one like runs:/…/model")
        checks.model_uri(source)
        with registration_errors(name, source), self._withdrawing(name):
            version = self.registry.versions.register(
                source,
                name,
                tags=checked,
                description=description,
                run_id=run_id,
                run_link=run_link,
                logged_model_id=model_id,
                local_folder=local_model_path,
                create_model=name in self._withdrawn,
                check_source=False,
            )
        return model_version(version)

    def update_model_version(self, name: str, version: Number, description: str | None = None) -> ModelVersion:
        """Replace the description; None clears it."""
        reference = checks.version_reference(name, version)
        with saying(no_version(reference)):
            (described,) = self.registry.versions.describe(reference, description)
            return model_version(described)

    def transition_model_version_stage(
        self, name: str, version: Number, stage: str, archive_existing_versions: bool
    ) -> ModelVersion:
        """Move a version of a workspace model to a stage."""
        to = checks.stage(stage)
        reference = checks.version_reference(name, version)
        with saying({ArchivingRefused: _NOT_ACTIVE.format(stage), **no_version(reference)}):
            moved = self.registry.versions.transition(
                name, checks.version_number(version), to, archive_existing=archive_existing_versions
            )
        return model_version(moved)

    def delete_model_version(self, name: str, version: Number) -> None:
        """Move a version to the trash; its aliases go (MLflow, and Unity Catalog)."""
        reference = checks.version_reference(name, version)
        with saying(no_version(reference)):
            self.registry.versions.delete(reference, force=True)

    def get_model_version(self, name: str, version: Number) -> ModelVersion:
        """One version, with its aliases."""
        reference = checks.version_reference(name, version)
        with saying(no_version(reference)):
            return model_version(self.registry.versions.get(reference))

    def get_model_version_download_uri(self, name: str, version: Number) -> str:
        """Where the files can be loaded from; those of a governed version are verified, and copied, first."""
        reference = checks.version_reference(name, version)
        alias = self._found_by.pop(reference, None)
        with saying(no_version(reference)):
            if current_caller() is None:
                return self.registry.versions.working_copy(reference, alias=alias)
            fetched = self.registry.versions.fetched_by(reference, alias=alias)
        return kept_uri(fetched.name, fetched.version) if fetched.managed else fetched.files_uri

    def search_model_versions(
        self,
        filter_string: str | None = None,
        max_results: int = SEARCH_MODEL_VERSION_MAX_RESULTS_DEFAULT,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[ModelVersion]:
        """Versions that match, or prompt versions when the filter asks for them; with their aliases."""
        query = version_query(filter_string, max_results, order_by, page_token)
        page = query.page(self.registry.versions)
        within = workspace()
        return PagedList([model_version(version, within) for version in page], page.token)

    def set_model_version_tag(self, name: str, version: Number, tag: ModelVersionTag) -> None:
        """Set a tag of a version."""
        reference = checks.version_reference(name, version)
        checked = checks.version_tags([tag])
        with saying(no_version(reference)):
            self.registry.tags.set(reference, checked)

    def delete_model_version_tag(self, name: str, version: Number, key: str) -> None:
        """Remove a tag of a version, if it is there."""
        reference = checks.version_reference(name, version)
        checks.tag_key(key)
        with saying(no_version(reference)):
            self.registry.tags.remove(reference, [key])

    def copy_model_version(self, src_mv: ModelVersion, dst_name: str) -> ModelVersion:
        """Register a version once more, as the next version of `dst_name`, which is created when missing."""
        checks.model_name(dst_name)
        source = checks.version_reference(src_mv.name, src_mv.version)
        try:
            self.registry.models.get(dst_name)
            note = f"Registered model '{dst_name}' already exists. Creating a new version of this model..."
        except NotFound:
            note = f"Successfully registered model '{dst_name}'."
        with saying(no_version(source)):
            copied = self.registry.versions.copy(source, dst_name)
        eprint(note)
        eprint(
            f"Copied version '{src_mv.version}' of model '{src_mv.name}' "
            f"to version '{copied.version}' of model '{copied.name}'."
        )
        return model_version(copied)

    # --- aliases -------------------------------------------------------------------------------------------

    def set_registered_model_alias(self, name: str, alias: str, version: Number) -> None:
        """Point an alias at a version."""
        checks.model_name(name)
        checks.settable_alias(alias)
        number = checks.version_number(version)
        with saying(no_version(Reference(name, versions=(number, number)))):
            self.registry.aliases.set(name, alias, number)

    def delete_registered_model_alias(self, name: str, alias: str) -> None:
        """Remove an alias, if it is there."""
        checks.model_name(name)
        checks.alias(alias)
        with saying(no_model(name)):
            self.registry.aliases.remove(name, alias)

    def get_model_version_by_alias(self, name: str, alias: str) -> ModelVersion:
        """The version an alias points at; `latest` is the highest."""
        checks.model_name(name)
        if is_latest(checks.alias(alias)):
            self._model(name)
            missing: Sentences = {NotFound: f"Latest version not found for model {name}."}
        else:
            missing = {AliasNotFound: f"Registered model alias {alias} not found.", **no_model(name)}
        with saying(missing):
            found = self.registry.aliases.get(name, alias)
        if len(self._found_by) >= _MOST_FOUND:
            self._found_by.clear()
        self._found_by[checks.version_reference(name, found.version)] = alias
        return model_version(found)

    # --- the rest ------------------------------------------------------------------------------------------

    def _await_model_version_creation(self, mv: ModelVersion, await_creation_for: int) -> None:
        """Nothing to wait for: `create_model_version` returns when the version is READY."""

    @contextmanager
    def _withdrawing(self, name: str) -> Iterator[None]:
        """Delete the model again, should its first version be refused and nothing have happened to it meanwhile."""
        try:
            yield
        except RegistryError as error:
            created = self._awaiting.pop(name, None)
            if created is not None and self.registry.models.withdraw(
                name, created, reason=f"its first version was refused: {error.message}"
            ):
                self._withdrawn.add(name)
            raise
        self._awaiting.pop(name, None)
        self._withdrawn.discard(name)

    def _model(self, name: str) -> Model:
        with saying(no_model(checks.model_name(name))):
            return self.registry.models.get(name)

    def _token_without_rows(self, query: Query, asked: int) -> str | None:
        """The token of a page that was to have no rows; it names the place the page would have begun at.

        MLflow's store looks for one row more than it is asked for, and gives a token when it finds as many.
        """
        found = query.page(self.registry.models, limit=1)
        if len(found[: asked + 1]) != asked + 1:
            return None
        return query.page_token or encode_token({"offset": 0})

    def _with_latest(self, model: Model) -> RegisteredModel:
        return registered_model(model, self.registry.versions.latest([model])[model.id])
