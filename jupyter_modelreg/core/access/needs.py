"""Which privilege each operation takes, on what it is done to.

It is Unity Catalog's table, with MANAGE, which owners hold, wherever that says "owner". An operation on the registry as
a whole takes it there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_modelreg.core.access.privileges import LEVELS, MANAGE
from jupyter_modelreg.core.entities.securables import Level

READ = "READ"
"""What whoever may read all that is known of a securable may do: any privilege on a model is enough, BROWSE aside."""

SEE = "SEE"
"""What whoever may know that a securable is there may do."""

NEEDS: Mapping[str, str] = {
    "catalogs.create": "CREATE CATALOG",
    "catalogs.describe": MANAGE,
    "catalogs.delete": MANAGE,
    "schemas.create": "CREATE SCHEMA",
    "schemas.describe": MANAGE,
    "schemas.delete": MANAGE,
    "models.create": "CREATE MODEL",
    "models.describe": MANAGE,
    "models.rename": MANAGE,
    "models.delete": MANAGE,
    "models.withdraw": MANAGE,
    "models.set_deployment_job": MANAGE,
    "versions.register": "CREATE MODEL VERSION",
    "versions.begin": "CREATE MODEL VERSION",
    "versions.complete": "CREATE MODEL VERSION",
    "versions.describe": MANAGE,
    "versions.transition": MANAGE,
    "versions.delete": MANAGE,
    "versions.pin": MANAGE,
    "versions.unpin": MANAGE,
    "versions.link": MANAGE,
    "versions.unlink": MANAGE,
    "versions.load": "EXECUTE",
    "versions.copy": "EXECUTE",
    "aliases.set": MANAGE,
    "aliases.remove": MANAGE,
    "aliases.rollback": MANAGE,
    "lineage.refresh": MANAGE,
    "deprecations.set": MANAGE,
    "deprecations.remove": MANAGE,
    "tags.set": "APPLY TAG",
    "tags.remove": "APPLY TAG",
    "tags.edit": "APPLY TAG",
    "trash.restore": MANAGE,
    "trash.prune": MANAGE,
    "trash.purge": MANAGE,
    "grants.grant": MANAGE,
    "grants.revoke": MANAGE,
    "grants.change": MANAGE,
    "grants.transfer": MANAGE,
    "groups.create": MANAGE,
    "groups.add": MANAGE,
    "groups.remove": MANAGE,
    "groups.delete": MANAGE,
    "users.create": MANAGE,
    "users.set_password": MANAGE,
    "users.delete": MANAGE,
    "users.list": MANAGE,
    "tokens.create": MANAGE,
    "tokens.revoke": MANAGE,
    "policies.add": MANAGE,
    "policies.remove": MANAGE,
    "tag_policies.create": MANAGE,
    "tag_policies.change": MANAGE,
    "tag_policies.delete": MANAGE,
    "searches.save": SEE,
    "searches.delete": MANAGE,
    "configuration.export": MANAGE,
    "configuration.apply": MANAGE,  # on the registry; what it changes further down asks for what that takes
    "exchange.import_from": MANAGE,
    "exchange.export": "EXECUTE",
    "maintenance.backup": MANAGE,
    "maintenance.verify": MANAGE,
    "maintenance.repair": MANAGE,
    "maintenance.restore": MANAGE,
    "maintenance.move_to": MANAGE,
    "comments.add": READ,
    "comments.edit": READ,
    "comments.delete": MANAGE,
    "requests.alias": READ,
    "requests.stage": READ,
    "requests.access": SEE,
    "requests.approve": MANAGE,
    "requests.reject": MANAGE,
    "requests.cancel": SEE,
    "webhooks.create": MANAGE,
    "webhooks.get": MANAGE,
    "webhooks.list": MANAGE,
    "webhooks.update": MANAGE,
    "webhooks.delete": MANAGE,
    "history.undo": MANAGE,
    "registry.acting_as": MANAGE,
}

# What operations are done to, by their topic, where the name of one does not say otherwise.
_DONE_TO: Mapping[str, Sequence[Level]] = {
    "catalogs": ["catalog"],
    "schemas": ["schema"],
    **dict.fromkeys(
        ("models", "versions", "aliases", "deprecations", "lineage", "tags", "trash", "comments"), ("model",)
    ),
    **dict.fromkeys(("grants", "policies", "requests"), LEVELS),
}
# What is made is made in something; what a request asks for is of a model, and so is what is exported.
_OTHERWISE: Mapping[str, Sequence[Level]] = {
    "catalogs.create": ["registry"],
    "schemas.create": ["catalog"],
    "models.create": ["registry", "schema"],
    "requests.alias": ["model"],
    "requests.stage": ["model"],
    "exchange.export": ["model"],
}


def offered(level: Level) -> Sequence[str]:
    """The operations that are done to what is on a level; those on the registry are done to it as a whole."""
    return [each for each in NEEDS if level in _OTHERWISE.get(each, _DONE_TO.get(each.partition(".")[0], ["registry"]))]
