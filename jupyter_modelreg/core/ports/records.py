"""What a registry is made of, for those who write or read the whole of it."""

from __future__ import annotations

from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, RetiredName, Root, Schema
from jupyter_modelreg.core.entities.usage import UsageDay
from jupyter_modelreg.core.entities.versions import Version, VersionFile
from jupyter_modelreg.core.entities.webhooks import Webhook

# Each kind comes after those it refers to.
RECORDS: tuple[type, ...] = (
    Root,
    Catalog,
    Schema,
    Model,
    Version,
    VersionFile,
    UsageDay,
    Comment,
    Request,
    RetiredName,
    Webhook,
    Event,
)
