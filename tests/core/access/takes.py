"""What each operation takes, written by hand from the documents: no line here is read off the code it is held against.

Sources: Unity Catalog's table of privileges (create, add a version, get, load, alias, tag, describe, rename, copy,
delete, grant), with MANAGE, which an owner has, wherever that says owner; and `docs/governance.md` for what only this
registry has. Every line is an operation, what it takes, and a call of it.

What it takes reads `MANAGE fraud`: that privilege on that, and the use of what that is in. `READ fraud` is any
privilege on it but BROWSE, `SEE fraud` any at all. Several are all needed. `anybody` may, and is told nothing that is
not theirs. `shows fraud: READ fraud` answers whoever knows what they ask about, with `fraud` in it for those who read
it alone.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path

import jupyter_modelreg
from jupyter_modelreg.core.entities.versions import ModelFiles
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.sync.concluding import Conclusion
from jupyter_modelreg.core.sync.records import Known, Offer
from tests.support.names import FRAUD, SOURCE

NOTHING = Offer(registry="other", position=1, tables={})
DONE = Conclusion(registry="other", called="other", position=1, began=1)
LINK = "https://scoring.example.org/fraud"
COPY, GONE, SCHEMA = "prod.ml_team.copy", "prod.ml_team.gone", "prod.ml_team"
PLACES = {
    "registry": "registry",
    "prod": "prod",
    "ml_team": SCHEMA,
    "fraud": FRAUD,
    "copy": COPY,
    "gone": GONE,
    "iris": "iris",
}
"""What the words in the table stand for."""


@dataclass
class Stock:
    """What the calls are about.

    Attributes:
        numbers: of a comment and a request of somebody else's and of ben's own, and of events.
        folder: of a model, with a signature; and for what is written.
    """

    numbers: dict[str, int]
    webhook: str
    token: str
    folder: Path
    archive: Path
    backup: Path
    scratch: Path
    written: int = 0

    def other_registry(self) -> str:
        """Where another registry is, with nothing in it."""
        place = str(self.new_file().with_suffix(".duckdb"))
        with closing(jupyter_modelreg.connect(place)) as registry:
            registry.catalogs.create("other")
        return place

    def new_file(self) -> Path:
        """Where nothing is yet."""
        self.written += 1
        return self.scratch / f"{self.written}"


def begun_and_sent(registry: Registry, stock: Stock) -> object:
    """Begin a version, and send its files."""
    begun = registry.versions.begin(FRAUD, SOURCE)
    files = ModelFiles(folder=stock.folder, signature=registry.versions.signature(f"{FRAUD}/1"))
    return registry.versions.complete(begun.reference, lambda _: nullcontext(files))


Call = Callable[[Registry, Stock], object]
TABLE: list[tuple[str, str, Call]] = [
    # Catalogs and schemas.
    ("catalogs.create", "CREATE CATALOG registry", lambda r, s: r.catalogs.create("new")),
    ("catalogs.get", "SEE prod", lambda r, s: r.catalogs.get("prod")),
    ("catalogs.list", "shows prod: SEE prod", lambda r, s: r.catalogs.list()),
    ("catalogs.describe", "MANAGE prod", lambda r, s: r.catalogs.describe("prod", "x")),
    ("catalogs.delete", "MANAGE prod", lambda r, s: r.catalogs.delete("prod")),
    ("schemas.create", "CREATE SCHEMA prod", lambda r, s: r.schemas.create("prod.new")),
    ("schemas.get", "SEE ml_team", lambda r, s: r.schemas.get(SCHEMA)),
    ("schemas.list", "shows ml_team: SEE ml_team", lambda r, s: r.schemas.list()),
    ("schemas.describe", "MANAGE ml_team", lambda r, s: r.schemas.describe(SCHEMA, "x")),
    ("schemas.delete", "MANAGE ml_team", lambda r, s: r.schemas.delete(SCHEMA)),
    # Models.
    ("models.create", "CREATE MODEL ml_team", lambda r, s: r.models.create("prod.ml_team.new")),
    ("models.create", "CREATE MODEL registry", lambda r, s: r.models.create("new")),
    ("models.get", "SEE fraud", lambda r, s: r.models.get(FRAUD)),
    ("models.get", "SEE iris", lambda r, s: r.models.get("iris")),
    ("models.list", "shows fraud: SEE fraud", lambda r, s: r.models.list()),
    ("models.list", "shows iris: SEE iris", lambda r, s: r.models.list(workspace=True)),
    ("models.search", "shows fraud: SEE fraud", lambda r, s: r.models.search()),
    ("models.find", "shows fraud: SEE fraud", lambda r, s: r.models.find("owner is not null and name like '%'")),
    ("models.find", "shows fraud: READ fraud", lambda r, s: r.models.find("created > 1")),
    ("models.find", "shows fraud: READ fraud", lambda r, s: r.models.find("version > 0 or version is null")),
    ("models.count", "anybody", lambda r, s: r.models.count()),
    ("models.promotion_target", "anybody", lambda r, s: r.models.promotion_target("dev.ml_team.fraud")),
    ("models.describe", "MANAGE fraud", lambda r, s: r.models.describe(FRAUD, "x")),
    ("models.describe", "MANAGE iris", lambda r, s: r.models.describe("iris", "x")),
    (
        "models.rename",
        "MANAGE fraud, CREATE MODEL ml_team",
        lambda r, s: r.models.rename(FRAUD, "prod.ml_team.b", force=True),
    ),
    ("models.delete", "MANAGE fraud", lambda r, s: r.models.delete(FRAUD, force=True)),
    ("models.withdraw", "MANAGE fraud", lambda r, s: r.models.withdraw(FRAUD, 1)),
    ("models.set_deployment_job", "MANAGE fraud", lambda r, s: r.models.set_deployment_job(FRAUD, "7")),
    # Versions.
    (
        "versions.register",
        "CREATE MODEL VERSION fraud",
        lambda r, s: r.versions.register(str(s.folder), FRAUD, create_model=False),
    ),
    (
        "versions.register",
        "CREATE MODEL VERSION iris",
        lambda r, s: r.versions.register(SOURCE, "iris", check_source=False, create_model=False),
    ),
    ("versions.begin", "CREATE MODEL VERSION fraud", lambda r, s: r.versions.begin(FRAUD, SOURCE)),
    ("versions.complete", "CREATE MODEL VERSION fraud", lambda r, s: begun_and_sent(r, s)),
    ("versions.copy", "EXECUTE fraud, CREATE MODEL VERSION copy", lambda r, s: r.versions.copy(f"{FRAUD}/1", COPY)),
    ("versions.get", "READ fraud", lambda r, s: r.versions.get(f"{FRAUD}@Champion")),
    ("versions.get", "READ iris", lambda r, s: r.versions.get("iris/1")),
    ("versions.resolve", "READ fraud", lambda r, s: r.versions.resolve(f"{FRAUD}/1-2")),
    ("versions.list", "shows fraud: READ fraud", lambda r, s: r.versions.list(FRAUD)),
    ("versions.count", "SEE fraud", lambda r, s: r.versions.count(FRAUD)),
    ("versions.search", "shows fraud: READ fraud", lambda r, s: r.versions.search()),
    ("versions.find", "shows fraud: READ fraud", lambda r, s: r.versions.find("name like '%fraud'")),
    ("versions.newest", "shows fraud: READ fraud", lambda r, s: r.versions.newest([FRAUD])),
    ("versions.latest", "shows fraud: READ fraud", lambda r, s: r.versions.latest(r.models.list())),
    ("versions.duplicates", "READ fraud", lambda r, s: r.versions.duplicates(f"{FRAUD}/1")),
    ("versions.files", "READ fraud", lambda r, s: r.versions.files(f"{FRAUD}/1")),
    ("versions.signature", "READ fraud", lambda r, s: r.versions.signature(f"{FRAUD}/1")),
    ("versions.folder", "EXECUTE fraud", lambda r, s: r.versions.folder(f"{FRAUD}/1")),
    ("versions.file", "EXECUTE fraud", lambda r, s: r.versions.file(f"{FRAUD}/1", "MLmodel")),
    ("versions.location", "EXECUTE fraud", lambda r, s: r.versions.location(f"{FRAUD}/1")),
    ("versions.location", "EXECUTE iris", lambda r, s: r.versions.location("iris/1")),
    ("versions.working_copy", "EXECUTE fraud", lambda r, s: r.versions.working_copy(f"{FRAUD}/1")),
    ("versions.download", "EXECUTE fraud", lambda r, s: r.versions.download(f"{FRAUD}/1", s.new_file())),
    ("versions.load", "EXECUTE fraud", lambda r, s: r.versions.load(f"{FRAUD}/1")),
    ("versions.describe", "MANAGE fraud", lambda r, s: r.versions.describe(f"{FRAUD}/1", "x")),
    ("versions.transition", "MANAGE iris", lambda r, s: r.versions.transition("iris", 1, "Staging")),
    ("versions.delete", "MANAGE fraud", lambda r, s: r.versions.delete(f"{FRAUD}/1", force=True)),
    ("lineage.of", "READ fraud", lambda r, s: r.lineage.of(f"{FRAUD}/1")),
    ("lineage.graph", "READ fraud", lambda r, s: r.lineage.graph(f"{FRAUD}/1")),
    ("lineage.dataset", "shows fraud: READ fraud", lambda r, s: r.lineage.dataset("loans")),
    ("lineage.impact", "READ fraud", lambda r, s: r.lineage.impact(f"{FRAUD}/1")),
    ("lineage.refresh", "MANAGE fraud", lambda r, s: r.lineage.refresh(f"{FRAUD}/1")),
    ("versions.pin", "MANAGE fraud", lambda r, s: r.versions.pin(f"{FRAUD}/1")),
    ("versions.unpin", "MANAGE fraud", lambda r, s: r.versions.unpin(f"{FRAUD}/1")),
    ("versions.link", "MANAGE fraud", lambda r, s: r.versions.link(f"{FRAUD}/1", "https://x.org", "endpoint")),
    ("versions.unlink", "MANAGE fraud", lambda r, s: r.versions.unlink(f"{FRAUD}/2", LINK)),
    ("deprecations.set", "MANAGE fraud", lambda r, s: r.deprecations.set(FRAUD, "old")),
    ("deprecations.set", "MANAGE fraud", lambda r, s: r.deprecations.set(f"{FRAUD}/1", "old")),
    ("deprecations.remove", "MANAGE copy", lambda r, s: r.deprecations.remove(COPY)),
    ("deprecations.of", "shows copy: READ copy", lambda r, s: r.deprecations.of([COPY])),
    # Aliases and tags.
    ("aliases.get", "READ fraud", lambda r, s: r.aliases.get(FRAUD, "Champion")),
    ("aliases.set", "MANAGE fraud", lambda r, s: r.aliases.set(FRAUD, "Best", 1)),
    ("aliases.set", "MANAGE iris", lambda r, s: r.aliases.set("iris", "Best", 1)),
    ("aliases.remove", "MANAGE fraud", lambda r, s: r.aliases.remove(FRAUD, "Champion")),
    ("aliases.rollback", "MANAGE fraud", lambda r, s: r.aliases.rollback(FRAUD, "Champion")),
    ("tags.set", "APPLY TAG fraud", lambda r, s: r.tags.set(FRAUD, {"a": "b"})),
    ("tags.set", "APPLY TAG fraud", lambda r, s: r.tags.set(f"{FRAUD}/1", {"a": "b"})),
    ("tags.set", "APPLY TAG iris", lambda r, s: r.tags.set("iris", {"a": "b"})),
    ("tags.remove", "APPLY TAG fraud", lambda r, s: r.tags.remove(FRAUD, ["shape"])),
    ("tags.edit", "APPLY TAG fraud", lambda r, s: r.tags.edit(FRAUD, set={"a": "b"})),
    ("tags.in_use", "anybody", lambda r, s: r.tags.in_use(FRAUD)),
    # The trash.
    ("trash.list", "shows gone: READ gone", lambda r, s: r.trash.list()),
    ("trash.count", "anybody", lambda r, s: r.trash.count()),
    ("trash.restore", "MANAGE gone", lambda r, s: r.trash.restore(GONE, name="prod.ml_team.back")),
    ("trash.restore", "MANAGE fraud", lambda r, s: r.trash.restore(f"{FRAUD}/3")),
    ("trash.prune", "MANAGE fraud", lambda r, s: r.trash.prune(FRAUD, keep=1)),
    ("trash.purge", "MANAGE fraud", lambda r, s: r.trash.purge([f"{FRAUD}/3"])),
    # What would be: whoever may read it may ask.
    ("comparisons.compare", "READ fraud", lambda r, s: r.comparisons.compare([f"{FRAUD}/1-2"])),
    ("previews.register", "anybody", lambda r, s: r.previews.register(SOURCE, FRAUD)),
    ("previews.copy", "READ fraud", lambda r, s: r.previews.copy(f"{FRAUD}/1", COPY)),
    ("previews.alias", "READ fraud", lambda r, s: r.previews.alias(FRAUD, "Best", 1)),
    ("previews.rename", "SEE fraud", lambda r, s: r.previews.rename(FRAUD, "prod.ml_team.b")),
    ("previews.delete", "SEE fraud", lambda r, s: r.previews.delete(FRAUD)),
    ("previews.delete_container", "SEE ml_team", lambda r, s: r.previews.delete_container(SCHEMA)),
    ("previews.prune", "SEE fraud", lambda r, s: r.previews.prune(FRAUD, keep=1)),
    ("previews.purge", "READ fraud", lambda r, s: r.previews.purge([f"{FRAUD}/3"])),
    # Grants, owners, groups.
    ("grants.grant", "MANAGE fraud", lambda r, s: r.grants.grant(["EXECUTE"], FRAUD, ["dora"])),
    ("grants.grant", "MANAGE ml_team", lambda r, s: r.grants.grant(["EXECUTE"], SCHEMA, ["dora"])),
    ("grants.grant", "MANAGE prod", lambda r, s: r.grants.grant(["EXECUTE"], "prod", ["dora"])),
    ("grants.grant", "MANAGE registry", lambda r, s: r.grants.grant(["EXECUTE"], "registry", ["dora"])),
    ("grants.grant", "MANAGE iris", lambda r, s: r.grants.grant(["EXECUTE"], "iris", ["dora"])),
    ("grants.revoke", "MANAGE fraud", lambda r, s: r.grants.revoke(["EXECUTE"], FRAUD, ["dora"])),
    ("grants.change", "MANAGE fraud", lambda r, s: r.grants.change(FRAUD, {"dora": ["EXECUTE"]}, {})),
    ("grants.transfer", "MANAGE fraud", lambda r, s: r.grants.transfer(FRAUD, "dora")),
    ("grants.list", "SEE fraud", lambda r, s: r.grants.list(FRAUD)),
    ("grants.effective", "SEE fraud", lambda r, s: r.grants.effective(FRAUD)),
    ("grants.effective", "MANAGE fraud", lambda r, s: r.grants.effective(FRAUD, of="dora")),
    ("grants.refusals", "SEE fraud", lambda r, s: r.grants.refusals(FRAUD)),
    ("grants.owner", "SEE fraud", lambda r, s: r.grants.owner(FRAUD)),
    ("groups.create", "MANAGE registry", lambda r, s: r.groups.create("others")),
    ("groups.add", "MANAGE registry", lambda r, s: r.groups.add("staff", ["cleo"])),
    ("groups.remove", "MANAGE registry", lambda r, s: r.groups.remove("staff", ["dora"])),
    ("groups.delete", "MANAGE registry", lambda r, s: r.groups.delete("staff")),
    ("groups.get", "anybody", lambda r, s: r.groups.get("staff")),
    ("groups.list", "anybody", lambda r, s: r.groups.list()),
    # Policies.
    ("users.create", "MANAGE registry", lambda r, s: r.users.create("dan")),
    ("users.set_password", "MANAGE registry", lambda r, s: r.users.set_password("eva", "a long password")),
    ("users.set_password", "anybody", lambda r, s: r.users.set_password("ben", "a long password")),
    ("users.delete", "MANAGE registry", lambda r, s: r.users.delete("eva")),
    ("users.get", "MANAGE registry", lambda r, s: r.users.get("eva")),
    ("users.get", "anybody", lambda r, s: r.users.get("ben")),
    ("users.list", "MANAGE registry", lambda r, s: r.users.list()),
    ("users.sign_in", "anybody", lambda r, s: r.users.sign_in("ben", "a wrong password")),
    ("tokens.create", "MANAGE registry", lambda r, s: r.tokens.create(user="eva")),
    ("tokens.create", "anybody", lambda r, s: r.tokens.create()),
    ("tokens.revoke", "MANAGE registry", lambda r, s: r.tokens.revoke(s.token)),
    ("tokens.list", "anybody", lambda r, s: r.tokens.list()),
    ("tokens.list", "MANAGE registry", lambda r, s: r.tokens.list(everybody=True)),
    ("tokens.list", "MANAGE registry", lambda r, s: r.tokens.list(user="eva")),
    ("tokens.sign_in", "anybody", lambda r, s: r.tokens.sign_in("mreg_1_2")),
    ("versions.fetched_by", "EXECUTE fraud", lambda r, s: r.versions.fetched_by(f"{FRAUD}/1")),
    ("policies.add", "MANAGE fraud", lambda r, s: r.policies.add("why", "required-reason", FRAUD)),
    ("policies.add", "MANAGE prod", lambda r, s: r.policies.add("why", "required-reason", "prod")),
    ("policies.add", "MANAGE registry", lambda r, s: r.policies.add("why", "required-reason", "registry")),
    ("policies.check", "MANAGE fraud", lambda r, s: r.policies.check("why", "required-reason", FRAUD)),
    ("policies.check", "MANAGE prod", lambda r, s: r.policies.check("why", "required-reason", "prod")),
    ("policies.check", "MANAGE registry", lambda r, s: r.policies.check("why", "required-reason", "registry")),
    ("policies.remove", "MANAGE fraud", lambda r, s: r.policies.remove("told", FRAUD)),
    ("policies.get", "READ fraud", lambda r, s: r.policies.get("told", FRAUD)),
    ("policies.list", "shows fraud: READ fraud", lambda r, s: r.policies.list()),
    ("policies.rules", "anybody", lambda r, s: r.policies.rules()),
    ("policies.test", "READ fraud", lambda r, s: r.policies.test(FRAUD)),
    ("tag_policies.create", "MANAGE registry", lambda r, s: r.tag_policies.create("size", ["s", "m"])),
    ("tag_policies.change", "MANAGE registry", lambda r, s: r.tag_policies.change("colour", values=["green"])),
    ("tag_policies.delete", "MANAGE registry", lambda r, s: r.tag_policies.delete("colour")),
    ("tag_policies.get", "anybody", lambda r, s: r.tag_policies.get("colour")),
    ("tag_policies.list", "anybody", lambda r, s: r.tag_policies.list()),
    ("tag_policies.violations", "shows fraud: READ fraud", lambda r, s: r.tag_policies.violations()),
    ("searches.save", "anybody", lambda r, s: r.searches.save("mine", "alias = 'Champion'")),
    ("searches.save", "MANAGE registry", lambda r, s: r.searches.save("risky", "name = 'x'", replace=True)),
    ("searches.get", "anybody", lambda r, s: r.searches.get("risky")),
    ("searches.list", "anybody", lambda r, s: r.searches.list()),
    ("searches.delete", "MANAGE registry", lambda r, s: r.searches.delete("risky")),
    ("models.facets", "anybody", lambda r, s: r.models.facets("owner is not null")),
    ("versions.facets", "anybody", lambda r, s: r.versions.facets("owner is not null")),
    ("searches.complete", "anybody", lambda r, s: r.searches.complete("alias = ")),
    ("versions.best", "READ fraud", lambda r, s: r.versions.best(FRAUD, "created")),
    # Comments: those of somebody else, and one's own.
    ("comments.add", "READ fraud", lambda r, s: r.comments.add(FRAUD, "hello")),
    ("comments.get", "READ fraud", lambda r, s: r.comments.get(s.numbers["said"])),
    ("comments.list", "shows fraud: READ fraud", lambda r, s: r.comments.list()),
    ("comments.edit", "READ fraud", lambda r, s: r.comments.edit(s.numbers["own said"], "bye")),
    ("comments.delete", "READ fraud", lambda r, s: r.comments.delete(s.numbers["own said"])),
    ("comments.delete", "MANAGE fraud", lambda r, s: r.comments.delete(s.numbers["said"])),
    # Requests: those of somebody else, and one's own.
    ("requests.alias", "READ fraud", lambda r, s: r.requests.alias(f"{FRAUD}/1", "Best")),
    ("requests.stage", "READ iris", lambda r, s: r.requests.stage("iris/1", "Staging")),
    ("requests.access", "SEE fraud", lambda r, s: r.requests.access(["ALL PRIVILEGES", "MANAGE"], FRAUD)),
    ("requests.get", "READ fraud", lambda r, s: r.requests.get(s.numbers["asked"])),
    ("requests.get", "MANAGE fraud", lambda r, s: r.requests.get(s.numbers["asked access"])),
    ("requests.list", "shows Wanted: READ fraud", lambda r, s: r.requests.list()),
    ("requests.count", "anybody", lambda r, s: r.requests.count()),
    ("requests.review", "READ fraud", lambda r, s: r.requests.review(s.numbers["asked"])),
    ("requests.approve", "MANAGE fraud", lambda r, s: r.requests.approve(s.numbers["asked"])),
    ("requests.approve", "MANAGE fraud", lambda r, s: r.requests.approve(s.numbers["asked access"])),
    ("requests.reject", "MANAGE fraud", lambda r, s: r.requests.reject(s.numbers["asked"], reason="no")),
    ("requests.cancel", "SEE fraud", lambda r, s: r.requests.cancel(s.numbers["own asked"])),
    # The log.
    ("history.list", "shows Champion: READ fraud", lambda r, s: r.history.list()),
    ("history.recent", "shows Champion: READ fraud", lambda r, s: r.history.recent()),
    ("history.told", "shows Champion: READ fraud", lambda r, s: r.history.told()),
    ("history.timeline", "shows Champion: READ fraud", lambda r, s: r.history.timeline(FRAUD)),
    ("history.last", "anybody", lambda r, s: r.history.last()),
    ("history.seal", "anybody", lambda r, s: r.history.seal()),
    ("history.broken_at", "anybody", lambda r, s: r.history.broken_at()),
    ("history.read_time", "anybody", lambda r, s: r.history.read_time("yesterday")),
    ("history.undo", "MANAGE fraud", lambda r, s: r.history.undo(s.numbers["described"])),
    ("history.undo", "APPLY TAG fraud", lambda r, s: r.history.undo(s.numbers["tagged"])),
    ("history.undo", "MANAGE registry", lambda r, s: r.history.undo(s.numbers["grouped"])),
    # Usage.
    ("usage.list", "SEE fraud", lambda r, s: r.usage.list(FRAUD)),
    ("usage.last", "shows fraud: READ fraud", lambda r, s: r.usage.last([FRAUD, COPY])),
    ("usage.noted", "anybody", lambda r, s: r.usage.noted()),
    # The registry as a whole.
    ("registry.resolve", "SEE fraud", lambda r, s: r.resolve(FRAUD)),
    ("registry.resolve_container", "SEE ml_team", lambda r, s: r.resolve_container(SCHEMA)),
    ("registry.identity", "anybody", lambda r, s: r.identity()),
    ("registry.whoami", "anybody", lambda r, s: r.whoami()),
    ("registry.acting_as", "MANAGE registry", lambda r, s: r.acting_as("dora")),
    ("registry.status", "anybody", lambda r, s: r.status()),
    ("registry.counts", "shows fraud: SEE fraud", lambda r, s: r.counts(["prod"], [SCHEMA], [FRAUD])),
    ("registry.counts", "shows prod: SEE prod", lambda r, s: r.counts(["prod"])),
    ("configuration.export", "MANAGE registry", lambda r, s: r.configuration.export()),
    ("configuration.apply", "MANAGE registry", lambda r, s: r.configuration.apply({"groups": {"staff": ["cleo"]}})),
    ("exchange.export_to", "EXECUTE fraud", lambda r, s: r.exchange.export_to(s.new_file(), [FRAUD])),
    ("exchange.import_from", "MANAGE registry", lambda r, s: r.exchange.import_from(str(s.archive), dry_run=True)),
    # What cannot be taken over is said, and each thing is asked for: see tests/core/sync/test_rights.py.
    ("sync.known", "anybody", lambda r, s: r.sync.known("other")),
    ("sync.offer", "shows fraud: EXECUTE fraud", lambda r, s: r.sync.offer(Known(registry="other"))),
    ("sync.lacking", "anybody", lambda r, s: r.sync.lacking(NOTHING)),
    ("sync.receive", "anybody", lambda r, s: r.sync.receive(NOTHING, sender="other")),
    ("sync.conclude", "anybody", lambda r, s: r.sync.conclude(DONE)),
    ("sync.pull", "anybody", lambda r, s: r.sync.pull(s.other_registry())),
    ("sync.push", "anybody", lambda r, s: r.sync.push(s.other_registry())),
    ("maintenance.verify", "MANAGE registry", lambda r, s: r.maintenance.verify()),
    ("maintenance.repair", "MANAGE registry", lambda r, s: r.maintenance.repair()),
    ("maintenance.backup", "MANAGE registry", lambda r, s: r.maintenance.backup(s.new_file())),
    ("maintenance.restore", "MANAGE registry", lambda r, s: r.maintenance.restore(s.backup, force=True)),
    ("maintenance.move_to", "MANAGE registry", lambda r, s: r.maintenance.move_to(str(s.new_file()), dry_run=True)),
    ("maintenance.occupied", "anybody", lambda r, s: r.maintenance.occupied()),
    # Webhooks send what happens anywhere in the registry to a place outside.
    ("webhooks.create", "MANAGE registry", lambda r, s: r.webhooks.create("n", "https://a.org", [("model", "x")])),
    ("webhooks.update", "MANAGE registry", lambda r, s: r.webhooks.update(s.webhook, {"description": "x"})),
    ("webhooks.delete", "MANAGE registry", lambda r, s: r.webhooks.delete(s.webhook)),
    ("webhooks.get", "MANAGE registry", lambda r, s: r.webhooks.get(s.webhook)),
    ("webhooks.to_send", "anybody", lambda r, s: r.webhooks.to_send(("model", "x"))),
    ("webhooks.list", "MANAGE registry", lambda r, s: r.webhooks.list()),
    # What MLflow tracks is not the registry's; what was registered from there is.
    ("tracking.logged_models", "anybody", lambda r, s: r.tracking.logged_models()),
    ("tracking.runs", "anybody", lambda r, s: r.tracking.runs()),
    ("tracking.run", "anybody", lambda r, s: r.tracking.run("run1")),
    ("tracking.run_details", "anybody", lambda r, s: r.tracking.run_details("run1")),
    ("tracking.experiment", "anybody", lambda r, s: r.tracking.experiment("0")),
    ("tracking.experiment_runs", "shows fraud: READ fraud", lambda r, s: r.tracking.experiment_runs("0")),
    ("tracking.logged_model", "anybody", lambda r, s: r.tracking.logged_model("m-1")),
    (
        "tracking.logged_model_details",
        "shows fraud: READ fraud",
        lambda r, s: r.tracking.logged_model_details("m-1"),
    ),
    ("tracking.traces", "READ fraud", lambda r, s: r.tracking.traces(f"{FRAUD}/1")),
    ("tracking.trace_summary", "READ fraud", lambda r, s: r.tracking.trace_summary(f"{FRAUD}/1")),
    ("tracking.evaluations", "READ fraud", lambda r, s: r.tracking.evaluations(f"{FRAUD}/1")),
]
