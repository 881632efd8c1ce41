"""What a link of a version may be."""

from __future__ import annotations

from typing import get_args
from urllib.parse import urlsplit

from jupyter_modelreg.core.entities.values import LinkKind
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.redact import redacted
from jupyter_modelreg.core.rules.sentences import listed
from jupyter_modelreg.core.rules.text import check_length

# Addresses of what serves, runs or shows a model. Browsers open them, so nothing that runs a script is among them.
SCHEMES = ("http", "https", "grpc", "grpcs", "ws", "wss")
# Characters; browsers and proxies agree on about as many.
MAX_LINK = 2_000
KINDS: tuple[LinkKind, ...] = get_args(LinkKind)


def check_link(url: str) -> str:
    """`url`, where it is the whole address of something, without a name, a password or a key in it.

    Raises InvalidInput, which does not repeat what is secret: the log would keep that for good.
    """
    check_length("the link", url, MAX_LINK)
    plain = redacted(url)
    if plain != url:
        raise InvalidInput(
            f"the link {plain} was given with a name, password or key, and the activity log never forgets",
            "leave that out: whoever opens the link signs in there",
        )
    if any(character.isspace() or not character.isprintable() for character in url):
        raise InvalidInput(f"the link {url!r} has blanks in it", "write %20 for a blank")
    try:
        parts = urlsplit(url)
        whole = parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that does not close
        whole = False
    if not whole:
        raise InvalidInput(
            f"{url!r} is not the address of something",
            f"write it whole, with {listed([f'{each}://' for each in SCHEMES], 'or')} in front",
        )
    return url


def check_link_kind(kind: str) -> LinkKind:
    """`kind`, where it is one of `KINDS`. Raises InvalidInput."""
    if kind not in KINDS:
        raise InvalidInput(f"{kind!r} is no kind of link", f"say what is there: {listed(KINDS, 'or')}")
    return kind
