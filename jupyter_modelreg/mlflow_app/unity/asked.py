"""What a request asks, read and checked: its path, its query and its body are one set of named values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.names import is_governed
from jupyter_modelreg.mlflow_app.unity.errors import NotServed

# As many as Unity Catalog gives at once, which may be asked for fewer (unitycatalog: `PagedListingHelper`).
MOST = 100
_TRUE, _FALSE = ("true", "True", "1"), ("false", "False", "0", "")


@dataclass(frozen=True)
class Asked:
    """What a request asks.

    Attributes:
        values: by name: strings from path and query, anything that JSON has from the body.
    """

    values: Mapping[str, object]

    def text(self, name: str) -> str:
        """What has to be said. Raises InvalidInput."""
        found = self.maybe(name)
        if found is None or not found:
            raise InvalidInput(f"the request says no {name}", f"send it as the text {name}")
        return found

    def maybe(self, name: str) -> str | None:
        """A text that need not be said; None where it is not. Raises InvalidInput."""
        found = self.values.get(name)
        if found is not None and not isinstance(found, str):
            raise InvalidInput(f"{name} must be text", f'send it as "{name}": "…"')
        return found

    def number(self, name: str) -> int:
        """A whole number from 1 on that has to be said, also as text. Raises InvalidInput."""
        found = self.values.get(name)
        if isinstance(found, bool) or not isinstance(found, int | str):
            raise InvalidInput(f"{name} must be a number", f'send it as "{name}": 1')
        text = str(found)
        if not (text.isascii() and text.isdigit() and len(text) < 19 and int(text) > 0):
            raise InvalidInput(f"{name} must be a whole number from 1 on, not {text[:50]}", f'send it as "{name}": 1')
        return int(text)

    def flag(self, name: str) -> bool:
        """Whether something is asked for. Raises InvalidInput."""
        found = self.values.get(name)
        if found is None or isinstance(found, bool):
            return bool(found)
        if found in _TRUE or found in _FALSE:
            return found in _TRUE
        raise InvalidInput(f"{name} must be true or false", f"send {name}=true, or leave it out")

    def page(self) -> tuple[int, str | None]:
        """How many of a list, and where it goes on. 0 is as many as there are at once. Raises InvalidInput."""
        found = self.values.get("max_results", 0)
        text = str(found)
        if isinstance(found, bool) or not (text.isascii() and text.isdigit() and len(text) < 19):
            raise InvalidInput("max_results must be a whole number from 0 on", f"ask for up to {MOST}, page by page")
        return min(int(text) or MOST, MOST), self.maybe("page_token") or None

    def comment(self) -> str | None:
        """The description of what is made; one that says nothing is none. Raises InvalidInput."""
        return self.maybe("comment") or None

    def records(self, name: str) -> Sequence[Mapping[str, object]]:
        """A list of objects, empty where it is not said. Raises InvalidInput."""
        found = self.values.get(name)
        if found is None:
            return ()
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise InvalidInput(f"{name} must be a list of objects", f'send it as "{name}": [{{…}}]')
        return found

    def texts(self, name: str) -> Sequence[str]:
        """A list of texts, empty where it is not said. Raises InvalidInput."""
        found = self.values.get(name)
        if found is None:
            return ()
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise InvalidInput(f"{name} must be a list of texts", f'send it as "{name}": ["…"]')
        return found

    def model(self, said: str = "full_name") -> str:
        """The three-part name in what is called `said`. Raises InvalidInput."""
        found = self.text(said)
        if not is_governed(found):
            raise InvalidInput(f"{found} is no model of Unity Catalog", "name it catalog.schema.model")
        return found

    def model_in_parts(self, last: str = "name") -> str:
        """The three-part name in `catalog_name`, `schema_name` and what is called `last`. Raises InvalidInput."""
        parts = [self.text(each) for each in ("catalog_name", "schema_name", last)]
        if any("." in part for part in parts):
            raise InvalidInput(f"{' and '.join(parts)} do not make the name of a model", "leave out the dots in them")
        return ".".join(parts)

    def check_unserved(self, *names: str) -> None:
        """Refuse what only Unity Catalog keeps, rather than forget it. Raises NotServed."""
        for name in names:
            if self.values.get(name):
                raise NotServed(f"this registry keeps no {name}", f"leave out {name}; the comment may say it")

    def tags(self, name: str = "tags") -> Mapping[str, str]:
        """Tags, which are a list of objects with `key` and `value`. Raises InvalidInput."""
        found = [Asked(each) for each in self.records(name)]
        return {each.text("key"): each.maybe("value") or "" for each in found}
