"""What all handlers share: who asks, whether they may, which registry it is about, and one shape of answers."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider, User
from jupyter_server.base.handlers import APIHandler
from tornado import web

from jupyter_modelreg.api.dispatch import Envelope, failure
from jupyter_modelreg.api.http import FORBIDDEN, parse_moment, status_of
from jupyter_modelreg.connection import current_actor, open_registry
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.server.registries import Registries
from jupyter_modelreg.uri import registry_address

RESOURCE = "modelreg"

_ANONYMOUS = re.compile(r"anonymous|[0-9a-f]{32}")


class RegistryHandler(APIHandler):
    """A handler that answers with an envelope, whatever happens."""

    def initialize(self, registries: Registries, writable: bool) -> None:
        """Remember which registries there are, and whether they may be changed from here."""
        self._registries = registries
        self._writable = writable

    async def _refusal(self, action: str, what: str) -> Envelope | None:
        """The answer to somebody who may not `action` (read or write); None for who may. `what` names it to them."""
        if await ensure_async(self.authorizer.is_authorized(self, self.current_user, action, RESOURCE)):
            return None
        return failure(
            FORBIDDEN,
            f"{what} needs permission to {action}, which this server does not give you",
            "ask the administrator of this server for it",
        )

    def _registry(self) -> Registry:
        """The registry the request is about, on behalf of whoever asks: the server's own, or the one it names.

        A registry is cheap to open: all of a process share one lease on its file. One at another server is asked with
        the token of whoever runs this one. Raises UnknownRegistry.
        """
        uri = self._registries.resolve(self.get_query_argument("registry", None))
        if registry_address(uri).server is not None:
            return self._registries.served(uri)
        return open_registry(uri, actor_of(self.identity_provider, self.current_user))

    def _as_of(self) -> int | str | None:
        """The moment the request is about, as `Registry.as_of` takes it; None for now."""
        return parse_moment(self.get_query_argument("as_of", None))

    def _answer(self, reply: Envelope) -> None:
        """Finish with `reply`."""
        self.set_status(status_of(reply))
        self.finish(json.dumps(reply), set_content_type="application/json")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Refusals of the server itself (no token, wrong XSRF cookie, not authorised), in the same envelope."""
        error = kwargs.get("exc_info", (None, None))[1]
        phrase = HTTPStatus(status_code).phrase
        said = (error.log_message if isinstance(error, web.HTTPError) else None) or phrase
        refused = status_code == HTTPStatus.FORBIDDEN
        hint = "reload the page and log in again" if refused else "the log of the Jupyter server says more"
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(failure(FORBIDDEN if refused else "INTERNAL", said, hint)))


def actor_of(provider: IdentityProvider, user: User) -> str:
    """On whose behalf a request runs.

    The user the identity provider has authenticated, as JupyterHub's does, visitors of a shared server included.
    Jupyter Server's own providers know a token or a password but no names: they invent an anonymous user for each
    login, so there it is whoever runs the server, the same actor as in its kernels.
    """
    nameless = type(provider) in (IdentityProvider, PasswordIdentityProvider)
    return current_actor() if nameless or _ANONYMOUS.fullmatch(user.username) else user.username
