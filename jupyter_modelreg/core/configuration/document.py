"""A document that says what governance a registry is to have, checked, and with the place of each thing in it.

```yaml
owner: ana
grants:
  analysts: [BROWSE]
groups:
  analysts: [ben, cleo]
tag-policies:
  stage:
    values: [dev, prod]
    assigners: [analysts]
catalogs:
  prod:
    description: What is live
    owner: platform
    grants:
      analysts: [USE CATALOG, USE SCHEMA]
    policies:
      no-pickle:
        rule: file-formats
        parameters:
          forbidden: ["*.pkl"]
        mode: warn
    schemas:
      ml_team:
        grants:
          ben: [CREATE MODEL]
        models:
          fraud:
            owner: ben
models:
  churn:
    grants:
      ben: [EXECUTE]
```

`models` at the top are workspace models. What is left out is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar, get_args

from jupyter_modelreg.core.access.privileges import check_level, ordered, parse_privilege
from jupyter_modelreg.core.entities.securables import Level
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.governance.adding import drafted, told
from jupyter_modelreg.core.governance.records import Mode, Policy, TagPolicy, When
from jupyter_modelreg.core.governance.tags import told_of
from jupyter_modelreg.core.rules.text import check_argument

Place = tuple[str | int, ...]
"""The keys, and numbers in lists, that lead to something in a document."""
Content = Mapping[str, JsonValue]
T = TypeVar("T")
_MODES: Sequence[Mode] = get_args(Mode)
_MOMENTS: Sequence[When] = get_args(When)


class MisplacedValue(InvalidInput):
    """A document says what cannot be.

    Attributes:
        place: where in it.
    """

    def __init__(self, place: Place, message: str, hint: str | None = None) -> None:
        super().__init__(f"{_written(place)}: {message}" if place else message, hint)
        self.place = place
        self.what = message


@contextmanager
def placed(place: Place) -> Iterator[None]:
    """Say with an error of what a document asks for at `place` that it was there."""
    try:
        yield
    except MisplacedValue:
        raise
    except InvalidInput as error:
        raise MisplacedValue(place, error.message, error.hint) from None


@dataclass(frozen=True, kw_only=True)
class DeclaredSecurable:
    """What a document says of the registry, a catalog, a schema or a model; None is what it does not say.

    Attributes:
        level, name: what it is about; `registry` is the registry.
        place: where it stands.
        described: whether there is a description, which may be None: there is to be none.
        grants: the privileges of each principal.
        policies: by name, as they are before they are on something.
    """

    level: Level
    name: str
    place: Place
    owner: str | None = None
    described: bool = False
    description: str | None = None
    grants: Mapping[str, Sequence[str]]
    policies: Mapping[str, Policy]


@dataclass(frozen=True, kw_only=True)
class Document:
    """What a document says.

    Attributes:
        groups: the members of each.
        tag_policies: by the key of the tag.
        securables: from the top, what is in others behind those.
    """

    groups: Mapping[str, Sequence[str]]
    tag_policies: Mapping[str, TagPolicy]
    securables: Sequence[DeclaredSecurable]


TAG_POLICIES = "tag-policies"
_OF_POLICY = ("rule", "parameters", "mode", "when", "alias", "description")
_OF_TAG_POLICY = ("values", "assigners", "description")
# What may stand where; what is in something stands behind what is said of itself.
_OWN = ("description", "owner", "grants", "policies")
_KEYS: Mapping[Level, Sequence[str]] = {
    "registry": ("owner", "grants", "policies", "groups", TAG_POLICIES, "catalogs", "models"),
    "catalog": (*_OWN, "schemas"),
    "schema": (*_OWN, "models"),
    "model": ("owner", "grants", "policies"),
}
_INSIDE: Mapping[Level, Sequence[tuple[str, Level]]] = {
    "registry": (("catalogs", "catalog"), ("models", "model")),
    "catalog": (("schemas", "schema"),),
    "schema": (("models", "model"),),
    "model": (),
}


def read_document(content: JsonValue) -> Document:
    """What `content` says, a mapping as YAML and JSON have it. Raises MisplacedValue."""
    top = _mapping(content, ())
    return Document(
        groups=_lists(top.get("groups"), ("groups",), _name),
        tag_policies=dict(_tag_policies(top.get(TAG_POLICIES), (TAG_POLICIES,))),
        securables=list(_securables("registry", "registry", top, ())),
    )


def _securables(level: Level, name: str, said: Content, place: Place) -> Iterator[DeclaredSecurable]:
    _check_keys(said, _KEYS[level], place)
    yield DeclaredSecurable(
        level=level,
        name=name,
        place=place,
        owner=_owner(said, place),
        described="description" in said,
        description=_text(said.get("description"), (*place, "description")),
        grants=_lists(said.get("grants"), (*place, "grants"), lambda value, at: _privilege(value, at, level)),
        policies=dict(_policies(said.get("policies"), (*place, "policies"))),
    )
    for key, kind in _INSIDE[level]:
        for inner, more in _mapping(said.get(key), (*place, key)).items():
            full = inner if level == "registry" else f"{name}.{inner}"
            at = (*place, key, inner)
            yield from _securables(kind, full, _mapping(more, at), at)


def _policies(value: JsonValue, place: Place) -> Iterator[tuple[str, Policy]]:
    for name, said in _mapping(value, place).items():
        at = (*place, name)
        more = _mapping(said, at)
        _check_keys(more, _OF_POLICY, at)
        mode, when = more.get("mode", "prevent"), more.get("when")
        with placed(at):
            draft = drafted(
                name,
                _name(more.get("rule"), (*at, "rule")),
                _lists(more.get("parameters"), (*at, "parameters"), _word),
                when=None if when is None else _one_of("when", when, _MOMENTS),
                alias=_text(more.get("alias"), (*at, "alias")),
                mode=_one_of("mode", mode, _MODES),
                description=_text(more.get("description"), (*at, "description")),
            )
        yield name, draft


def _word(value: JsonValue, place: Place) -> str:
    """A word of a parameter: a number, too, as it is written."""
    return str(value) if type(value) is int or type(value) is float else _name(value, place)


def _one_of(name: str, value: JsonValue, known: Sequence[T]) -> T:
    for each in known:
        if each == value:
            return each
    raise InvalidInput(f"{name} is no {value!r}", f"it is one of {', '.join(map(str, known))}")


def _tag_policies(value: JsonValue, place: Place) -> Iterator[tuple[str, TagPolicy]]:
    for key, said in _mapping(value, place).items():
        at = (*place, key)
        more = _mapping(said, at)
        _check_keys(more, _OF_TAG_POLICY, at)
        listed = _lists({name: more.get(name) for name in ("values", "assigners")}, at, _name)
        description = _text(more.get("description"), (*at, "description"))
        yield key, TagPolicy(key=key, **listed, description=description)


def _check_keys(said: Content, known: Sequence[str], place: Place) -> None:
    for key in said:
        if key not in known:
            close = get_close_matches(key, known, n=1)
            question = f"; did you mean {close[0]}?" if close else ""
            raise MisplacedValue((*place, key), f"nothing is called {key} here{question}", f"here: {', '.join(known)}")


def _mapping(value: JsonValue, place: Place) -> Content:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MisplacedValue(place, f"here names are wanted, each with what it is to be, not {_told(value)}")
    for key in value:
        if not isinstance(key, str):
            raise MisplacedValue((*place, key), f"a name is text, not {_told(key)}", "write it in quotes")
    return value


def _lists(value: JsonValue, place: Place, read: Callable[[JsonValue, Place], str]) -> Mapping[str, Sequence[str]]:
    found: dict[str, Sequence[str]] = {}
    for key, items in _mapping(value, place).items():
        at = (*place, key)
        if not isinstance(items, list | None):
            raise MisplacedValue(at, f"a list is wanted, not {_told(items)}", f"{key}: [{items}]")
        found[key] = list(dict.fromkeys(read(item, (*at, number)) for number, item in enumerate(items or ())))
    return found


def _privilege(value: JsonValue, place: Place, level: Level) -> str:
    with placed(place):
        return check_level(parse_privilege(_name(value, place)), level)


def _owner(said: Content, place: Place) -> str | None:
    return _name(said["owner"], (*place, "owner")) if said.get("owner") is not None else None


def _name(value: JsonValue, place: Place) -> str:
    found = _text(value, place)
    if not found:
        raise MisplacedValue(place, "a name is wanted here")
    return found


def _text(value: JsonValue, place: Place) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise MisplacedValue(place, f"text is wanted, not {_told(value)}", "write it in quotes")
    with placed(place):
        check_argument(str(place[-1]), value)
    return value


def _told(value: object) -> str:
    if isinstance(value, dict):
        return "names"
    return "a list" if isinstance(value, list) else repr(value)


def _written(place: Place) -> str:
    return "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in place).removeprefix(".")


def written(document: Document) -> dict[str, JsonValue]:
    """The content that says the same as `document`, without what says nothing."""
    nodes: dict[Place, dict[str, JsonValue]] = {}
    for each in document.securables:
        node = nodes[each.place] = {}
        if each.description is not None:
            node["description"] = each.description
        if each.owner is not None:
            node["owner"] = each.owner
        if each.grants:
            node["grants"] = {principal: [*ordered(names)] for principal, names in sorted(each.grants.items())}
        if each.policies:
            node["policies"] = {name: told(each.policies[name]) for name in sorted(each.policies)}
        if not each.place:
            node["groups"] = {name: list(members) for name, members in sorted(document.groups.items())}
            if document.tag_policies:
                node[TAG_POLICIES] = {key: told_of(policy) for key, policy in sorted(document.tag_policies.items())}
        else:
            *above, key, name = each.place
            inside = nodes[tuple(above)].setdefault(str(key), {})
            assert isinstance(inside, dict)
            inside[str(name)] = node
    return nodes[()]
