"""Records for the store contract: whole ones, with text that is easily spoilt, and short ways to make more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jupyter_modelreg.core.entities.events import Event, unit_chained
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.versions import Metric, Version
from jupyter_modelreg.core.entities.webhooks import Webhook
from jupyter_modelreg.core.ports.store import Store, Transaction

ODD = "é \U0001f600 \" ' \\ \n % _ $1 :x {y} ?"
AUTHORED: Mapping[str, Any] = {"created_at": 1, "created_by": "ana", "updated_at": 2, "updated_by": "ben"}
OWNED: Mapping[str, Any] = {**AUTHORED, "owner": "ana"}


def catalog(id: int, name: str, **fields: Any) -> Catalog:
    """A catalog."""
    return Catalog(**{**OWNED, "id": id, "name": name, **fields})


def schema(id: int, name: str, catalog_id: int, **fields: Any) -> Schema:
    """A schema."""
    return Schema(**{**OWNED, "id": id, "name": name, "catalog_id": catalog_id, **fields})


def model(id: int, name: str, **fields: Any) -> Model:
    """A model."""
    return Model(**{**OWNED, "id": id, "name": name, **fields})


def version(id: int, of: Model, number: int, **fields: Any) -> Version:
    """A version of a model, with the aliases the model gives it."""
    aliases = tuple(alias for alias, at in of.aliases.items() if at == number)
    own = {"id": id, "model_id": of.id, "name": of.name, "version": number, "aliases": aliases}
    return Version(**{**AUTHORED, **own, **fields})


def webhook(id: int, **fields: Any) -> Webhook:
    """A webhook."""
    own = {"id": id, "webhook_id": f"w{id}", "name": "hook", "url": "https://x.org", "events": (("model", "created"),)}
    return Webhook(**{**AUTHORED, **own, **fields})


def append(tx: Transaction, action: str = "model.created", **fields: Any) -> Event:
    """Append one event to the log, as a unit of work does, whatever it says of the rows."""
    made = _next(tx, action, fields)
    tx.events.append(made)
    return made


def apply(tx: Transaction, action: str, **fields: Any) -> None:
    """Append one event, and have the rows be as it says."""
    made = _next(tx, action, fields)
    tx.apply(made)
    tx.events.append(made)


def _next(tx: Transaction, action: str, fields: Mapping[str, Any]) -> Event:
    last = tx.events.last()
    seq = last.seq + 1 if last else 1
    own = {"time": 3, "actor": "ana", "subject": "model", "subject_id": 1, "name": "m", "unit": seq, "hash": ""}
    [made] = unit_chained([Event(**{**own, "seq": seq, "action": action, **fields})], last)
    return made


def put(store: Store, *records: Catalog | Schema | Model | Version | Webhook) -> None:
    """Add records in one transaction, with the event that makes it a unit of work."""
    with store.write() as tx:
        for record in records:
            if isinstance(record, Catalog):
                tx.catalogs.insert(record)
            elif isinstance(record, Schema):
                tx.schemas.insert(record)
            elif isinstance(record, Model):
                tx.models.insert(record)
            elif isinstance(record, Version):
                tx.versions.insert(record)
            else:
                tx.webhooks.insert(record)
        append(tx)


def names(records: Sequence[Catalog | Schema | Model | Version]) -> list[str]:
    """Their names."""
    return [record.name for record in records]


def numbers(versions: Sequence[Version]) -> list[int]:
    """Their numbers."""
    return [each.version for each in versions]


ODD_MODEL = model(
    10,
    ODD,
    description=ODD,
    tags={ODD: ODD, "": ""},
    aliases={"A": 1, "b-2": 2},
    latest={"None": 2, "Production": 1},
    last_version=2,
    deployment_job_id=ODD,
    deprecated={"reason": ODD, "by": ODD, "at": 2**53, "model": 10, "version": 2},
)
ODD_VERSION = version(
    20,
    ODD_MODEL,
    1,
    tags={"k": ODD},
    description=ODD,
    stage="Production",
    source=ODD,
    location=ODD,
    run_id="r",
    run_link=ODD,
    logged_model_id="m-1",
    params={"p": ODD},
    metrics=(Metric(key="auc", value=float("inf"), timestamp=3, step=2), Metric(key="f1", value=0.1, timestamp=2**53)),
    signature={"inputs": [{"name": ODD, "shape": [-1, 2]}], "outputs": None},
    managed=True,
    size=2**53,
    status="PENDING_REGISTRATION",
    status_message=ODD,
    pinned=True,
    links={f"https://x.org/{ODD}": "endpoint", "grpc://x.org:443": "job"},
    deprecated={"reason": ODD, "by": ODD, "at": 2**53},
    lineage={
        "datasets": [{"name": ODD, "digest": "d", "schema": {ODD: ODD}, "metrics": [ODD]}],
        "training": {"experiment": ODD, "place": {"kind": "notebook", "path": ODD, "source": ODD}},
        "registered": {"git": {"commit": "c", "dirty": True}},
        "copied_from": {"model": 10, "version": 2},
    },
)
