"""The table of operations against the registry on one side and the commands on the other."""

from __future__ import annotations

import inspect

import pytest

from jupyter_modelreg.api.operations import LOCAL_ONLY, LOCAL_PARAMETERS, OPERATIONS, Operation, derive_operations
from jupyter_modelreg.commands.group import commands_by_purpose
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.values import RegistryStatus
from jupyter_modelreg.core.registry import Registry

# Operations no command stands for, and why.
WITHOUT_COMMAND = {
    "sync.known": "pull and push ask it of either side",
    "sync.offer": "pull asks it of the other registry, page by page",
    "sync.lacking": "push asks a server for which versions it needs files",
    "sync.receive": "push sends it to a server, page by page",
    "sync.conclude": "push ends with it at a server",
    "models.promotion_target": "the panel's dialog for a copy proposes it",
    "history.recent": "`history` has the same events with what they did in words",
    "tags.in_use": "the panel suggests tags with it; on a line they are completed",
    "grants.owner": "`show` and `grants --effective` have it; a refusal names it",
    "grants.change": "grant and revoke do it one by one; Unity Catalog's REST does both in one step",
    "grants.refusals": "the panel asks what not to offer; a command says it when it is refused",
    "searches.complete": "the panel's search box asks it; a line completes by it",
    "models.facets": "the panel narrows a search by them; SQL counts what one likes",
    "versions.facets": "the panel narrows a search by them; SQL counts what one likes",
    "requests.get": "`requests ID` shows it with its review",
    "requests.count": "`requests --to-me` lists them; the panel says how many that is",
    "registry.counts": "the tables of `catalogs`, `schemas` and `models` say it",
    "registry.resolve": "commands ask it what a name means",
    "registry.resolve_container": "commands ask it what a name means",
    "registry.identity": "`status` says it, with how much there is",
    "catalogs.get": "`show` and `use` ask what a name means, which answers with the catalog",
    "schemas.get": "`show` and `use` ask what a name means, which answers with the schema",
    "models.search": "the grammar of a search is the client's; names are completed with it",
    "models.set_deployment_job": "set by MLflow's client when a deployment job connects",
    "models.withdraw": "MLflow's store takes back a model whose first version it refused",
    "versions.search": "the grammar of a search is the client's",
    "versions.newest": "it is `versions.latest` from afar, for MLflow's client",
    "versions.latest": "versions lists them; MLflow's client has stages",
    "versions.transition": "stages are for MLflow clients of old; here an alias does it",
    "versions.location": "load and download ask for it",
    "versions.working_copy": "load asks for it",
    "versions.file": "the server reads it, and `card` that of a version from before its flavors were noted",
    "versions.fetched_by": "whoever loads from a server asks it before the files come",
    "versions.begin": "a server makes room for files that are sent; `register` takes a source",
    "versions.complete": "a server takes over what was sent; `register` takes a source",
    "users.sign_in": "a server asks who its caller is",
    "tokens.sign_in": "a server asks who its caller is",
    "versions.folder": "the panel leads there; download copies what is in it",
    "history.list": "the log is read from Python",
    "history.last": "the log is read from Python",
    "history.broken_at": "the log is read from Python",
    "history.read_time": "commands read times as they are written; the panel asks for what was meant",
    "trash.count": "`trash` lists what is there; the panel says how much that is",
    "tags.edit": "tag and untag do it one by one; a dialog does both in one step",
    "previews.copy": "`copy` says afterwards what it has come upon; a dialog asks before",
    "previews.register": "`register` says afterwards what it has come upon; a dialog asks before",
    "tracking.logged_models": "MLflow itself lists what it tracks",
    "tracking.runs": "MLflow itself lists what it tracks",
    "tracking.run": "MLflow itself lists what it tracks",
    "tracking.run_details": "MLflow itself shows what a run logged",
    "tracking.logged_model": "MLflow itself lists what it tracks",
    "tracking.logged_model_details": "MLflow itself shows what was noted of a logged model",
    "tracking.experiment": "MLflow itself shows its experiments",
    "tracking.experiment_runs": "MLflow itself lists what it tracks",
    "webhooks.create": "MLflow's server manages webhooks",
    "webhooks.get": "MLflow's server manages webhooks",
    "webhooks.list": "MLflow's server manages webhooks",
    "webhooks.to_send": "MLflow's server manages webhooks",
    "webhooks.update": "MLflow's server manages webhooks",
    "webhooks.delete": "MLflow's server manages webhooks",
}


def test_every_public_method_of_every_topic_is_an_operation(registry: Registry) -> None:
    offered = {
        f"{topic}.{name}": method
        for topic, found in inspect.getmembers(registry, lambda member: isinstance(member, Topic))
        for name, method in inspect.getmembers(type(found), inspect.isfunction)
        if not name.startswith("_")
    }
    assert {name: operation.method for name, operation in OPERATIONS.items()} == {
        **offered,
        "registry.resolve": Registry.resolve,
        "registry.resolve_container": Registry.resolve_container,
        "registry.identity": Registry.identity,
        "registry.status": Registry.status,
        "registry.counts": Registry.counts,
        "registry.whoami": Registry.whoami,
    }


def test_exceptions_are_made_of_what_there_is() -> None:
    assert set(LOCAL_ONLY) <= set(OPERATIONS)
    for name, local in LOCAL_PARAMETERS.items():
        taken = inspect.signature(OPERATIONS[name].method).parameters
        assert local <= set(taken)
        assert not local & {parameter.name for parameter in OPERATIONS[name].parameters}
        assert all(taken[each].default is not inspect.Parameter.empty for each in local), "it could never be called"


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_an_operation_says_what_it_does(operation: Operation) -> None:
    assert operation.name == f"{operation.topic}.{operation.verb}"
    assert operation.summary.endswith((".", ":")), f"{operation.name} has no docstring that begins with a sentence"


def test_writes_are_what_takes_a_reason() -> None:
    assert OPERATIONS["aliases.set"].writes
    assert OPERATIONS["trash.purge"].writes
    assert not OPERATIONS["aliases.get"].writes
    assert not OPERATIONS["versions.load"].writes


def test_what_stays_says_why_and_is_little() -> None:
    staying = {name for name, operation in OPERATIONS.items() if operation.local_only}
    assert staying == {
        "grants.change",
        "versions.begin",
        "versions.complete",
        "versions.latest",
        "versions.load",
        "versions.file",
        "versions.working_copy",
        "versions.download",
        "users.sign_in",
        "tokens.sign_in",
        "webhooks.create",
        "webhooks.to_send",
        "webhooks.update",
        "maintenance.backup",
        "maintenance.occupied",
        "maintenance.restore",
        "maintenance.move_to",
        "exchange.import_from",
        "exchange.export_to",
        "sync.pull",
        "sync.push",
    }


def test_parameters_and_result_are_known() -> None:
    parameters = OPERATIONS["aliases.set"].parameters
    assert [(each.name, each.required) for each in parameters] == [
        ("model", True),
        ("alias", True),
        ("version", True),
        ("reason", False),
    ]
    assert parameters[2].hint is int
    assert OPERATIONS["registry.status"].result is RegistryStatus


def test_every_operation_has_a_command_or_a_reason_to_have_none() -> None:
    reached = {call for words in commands_by_purpose().values() for word in words for call in word.calls}
    unknown = sorted(reached - set(OPERATIONS))
    assert not unknown, f"commands stand for operations that do not exist: {', '.join(unknown)}"
    homeless = sorted(set(OPERATIONS) - reached - set(WITHOUT_COMMAND))
    assert not homeless, f"no command stands for {', '.join(homeless)}: give it one, or say here why not"
    needless = sorted(set(WITHOUT_COMMAND) & reached)
    assert not needless, f"a command stands for {', '.join(needless)}: take it out of WITHOUT_COMMAND"
    assert set(WITHOUT_COMMAND) <= set(OPERATIONS)


def test_a_new_method_is_an_operation_and_asks_for_a_command(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swap(self: object, one: str) -> None:
        """Swap two aliases."""

    monkeypatch.setattr(type(registry.aliases), "swap", swap, raising=False)
    derived = derive_operations()
    assert list(derived)[-1] != "aliases.swap"
    assert [parameter.name for parameter in derived["aliases.swap"].parameters] == ["one"]
    monkeypatch.setitem(globals(), "OPERATIONS", derived)
    with pytest.raises(AssertionError, match=r"no command stands for aliases\.swap: give it one"):
        test_every_operation_has_a_command_or_a_reason_to_have_none()
