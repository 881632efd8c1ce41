"""What an event did, in plain words: `@Champion 3 → 5`. Commands and the panel say it by these alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.history import TextPart, ToldEvent
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.history.projection import IMPORTED_FROM
from jupyter_modelreg.core.rules.holders import FORCED
from jupyter_modelreg.core.rules.sentences import listed

# How much of a value is told, in characters.
_MOST = 60

Sentence = Sequence[TextPart]


def told(event: Event) -> ToldEvent:
    """`event` with what it did, for whom, and which change that took back."""
    behalf = () if event.on_behalf_of is None else (TextPart(", on behalf of "), _quoted(event.on_behalf_of))
    undoing = () if event.undoes is None else (TextPart(f", undoing {event.undoes}"),)
    return ToldEvent(**vars(event), sentence=[*sentence_of(event), *behalf, *undoing])


def sentence_of(event: Event) -> Sentence:
    """What `event` did, without who did it, to what, and why; of a newer registry's event its name."""
    say = _SENTENCES.get(event.action)
    return [TextPart(event.action)] if say is None else say(event)


def text_of(sentence: Sentence) -> str:
    """A sentence as plain text."""
    return "".join(part.text for part in sentence)


def subject_of(event: Event) -> str:
    """What `event` is about, as a reference."""
    return event.name if event.version is None else f"{event.name}/{event.version}"


def _plain(text: str) -> Callable[[Event], Sentence]:
    return lambda _event: [TextPart(text)]


def _quoted(value: object) -> TextPart:
    """What somebody wrote, or a name somebody gave; cut where it is long."""
    text = str(value)
    return TextPart(text if len(text) <= _MOST else f"{text[:_MOST]}…", "quoted")


def _version(number: object) -> TextPart:
    return TextPart(str(number), "version")


def _alias(event: Event) -> Sentence:
    before, after = event.before or {}, event.after or {}
    [alias] = before.keys() | after.keys()
    name = _quoted(f"@{alias}")
    if not after:
        return [TextPart("removed "), name, TextPart(", which pointed at "), _version(before[alias])]
    now = _version(after[alias])
    if before == after:
        return [name, TextPart(" stays at "), now]
    return [name, *([TextPart(" "), _version(before[alias])] if before else []), TextPart(" → "), now]


def _tag(event: Event) -> Sentence:
    before, after = event.before or {}, event.after or {}
    [key] = before.keys() | after.keys()
    if not after:
        return [TextPart("removed tag "), *_pair(key, before[key])]
    if not before:
        return [TextPart("tagged "), *_pair(key, after[key])]
    return [
        *(TextPart("tagged "), _quoted(key), TextPart(": ")),
        *(_quoted(before[key]), TextPart(" → "), _quoted(after[key])),
    ]


def _link(event: Event) -> Sentence:
    before, after = event.before or {}, event.after or {}
    [url] = before.keys() | after.keys()
    if not after:
        return [TextPart(f"removed the link to {_LINKED[str(before[url])]} "), _quoted(url)]
    return [TextPart(f"linked {_LINKED[str(after[url])]} "), _quoted(url)]


def _deprecated(event: Event) -> Sentence:
    told = (event.after or {}).get("deprecated")
    if not isinstance(told, Mapping):
        return [TextPart("no longer deprecated")]
    # Of another model only its id is known here, and what it is called may be hidden.
    same = told.get("model") == event.subject_id and "version" in told
    instead = (TextPart(", in favour of "), _version(told["version"])) if same else ()
    return [TextPart("deprecated: "), _quoted(told.get("reason")), *instead]


_LINKED: Mapping[str, str] = {"endpoint": "the endpoint", "job": "the job", "report": "the report", "app": "the app"}


def _pair(key: str, value: object) -> Sentence:
    return [_quoted(key)] if value == "" else [_quoted(key), TextPart("="), _quoted(value)]


_REFRESHED = {"metrics", "params", "lineage"}


def _updated(event: Event) -> Sentence:
    before, after = event.before or {}, event.after or {}
    if list(after) == ["description"]:
        return [TextPart("described" if after["description"] else "removed the description")]
    if list(after) == ["pinned"]:
        return [TextPart("pinned" if after["pinned"] else "unpinned")]
    if event.subject == "model" and after.keys() <= _REFRESHED:
        return [TextPart("refreshed what its run says")]
    changed = [name for name in after if before.get(name) != after[name]]
    return [TextPart(f"changed {', '.join(changed)}" if changed else "changed nothing")]


def _created(event: Event) -> Sentence:
    source = (event.after or {}).get("imported_from")
    if source is None:
        return [TextPart(f"created the {event.subject}")]
    return [TextPart(f"imported the {event.subject} from "), _quoted(source)]


def _registered(event: Event) -> Sentence:
    after = event.after or {}
    if after.get("status") == "PENDING_REGISTRATION":
        return [TextPart("began to register")]
    source = after.get("imported_from")
    if source is None:
        return [TextPart("registered from "), _quoted(after.get("source"))]
    return [TextPart("imported from "), _quoted(source)]


def _status(event: Event) -> Sentence:
    after = event.after or {}
    if after.get("status") == "READY":
        return [TextPart("registered")]
    why = after.get("status_message")
    return [TextPart("could not register")] if why is None else [TextPart("could not register: "), _quoted(why)]


def _stage(event: Event) -> Sentence:
    before, after = ((each or {}).get("stage") for each in (event.before, event.after))
    return [TextPart("stage "), _quoted(before), TextPart(" → "), _quoted(after)]


def _renamed(event: Event) -> Sentence:
    return [TextPart("renamed from "), _quoted((event.before or {}).get("name")), *_forced(event)]


def _trashed(event: Event) -> Sentence:
    return [TextPart("moved to the trash"), *_forced(event)]


def _forced(event: Event) -> Sentence:
    """By what it was held, where that was forced."""
    held = _items((event.after or {}).get(FORCED))
    return [TextPart(" by force, though held by "), _quoted(listed(held))] if held else []


def _restored(event: Event) -> Sentence:
    before = (event.before or {}).get("name")
    where = () if before is None else (TextPart(", where it was "), _quoted(before))
    return [TextPart("restored from the trash"), *where]


def _granted(event: Event) -> Sentence:
    [principal] = (event.before or {}).keys() | (event.after or {}).keys()
    return _gained_and_lost(event, principal, ("granted ", " to "), ("revoked ", " from "))


def _grouped(event: Event) -> Sentence:
    [name] = (event.before or {}).keys() | (event.after or {}).keys()
    if event.before is None or event.after is None:
        return [TextPart("created the group " if event.before is None else "deleted the group "), _quoted(name)]
    return _gained_and_lost(event, name, ("added ", " to the group "), ("removed ", " from the group "))


def _gained_and_lost(event: Event, name: str, gaining: tuple[str, str], losing: tuple[str, str]) -> Sentence:
    had, has = (_items((told or {}).get(name)) for told in (event.before, event.after))
    told: list[TextPart] = []
    for (doing, where), items in (
        (gaining, [each for each in has if each not in had]),
        (losing, [each for each in had if each not in has]),
    ):
        if items:
            told += [TextPart("; ")] if told else []
            told += [TextPart(doing), _quoted(", ".join(items)), TextPart(where), _quoted(name)]
    return told


def _items(value: object) -> list[str]:
    return list(map(str, value)) if isinstance(value, list | tuple) else []


def _tag_governed(event: Event) -> Sentence:
    [key] = (event.before or {}).keys() | (event.after or {}).keys()
    if event.before is None or event.after is None:
        return [TextPart(f"{'created' if event.before is None else 'deleted'} the policy of tag "), _quoted(key)]
    return [TextPart("changed the policy of tag "), _quoted(key)]


def _search_saved(event: Event) -> Sentence:
    [name] = (event.before or {}).keys() | (event.after or {}).keys()
    done = "deleted" if event.after is None else "saved" if event.before is None else "replaced"
    return [TextPart(f"{done} the search "), _quoted(f"@{name}")]


def _user(doing: str) -> Callable[[Event], Sentence]:
    def say(event: Event) -> Sentence:
        [name] = (event.before or {}).keys() | (event.after or {}).keys()
        return [TextPart(f"{doing} "), _quoted(name)]

    return say


def _token(event: Event) -> Sentence:
    [(name, _)] = (event.after or {}).items()
    had, has = (_tokens((told or {}).get(name)) for told in (event.before, event.after))
    doing, more, less = ("created", has, had) if event.action == "token.created" else ("revoked", had, has)
    [token_id] = more.keys() - less.keys()
    told = more[token_id]
    label = told.get("label") if isinstance(told, Mapping) else None
    return [TextPart(f"{doing} token "), _quoted(label or token_id), TextPart(" of "), _quoted(name)]


def _tokens(user: object) -> Mapping[str, object]:
    tokens = user.get("tokens") if isinstance(user, Mapping) else None
    return tokens if isinstance(tokens, Mapping) else {}


def _policed(event: Event) -> Sentence:
    before, after = event.before or {}, event.after or {}
    [name] = before.keys() | after.keys()
    if not before or not after:
        return [TextPart(f"{'removed' if before else 'added'} policy "), _quoted(name)]
    modes = [_mode(each[name]) for each in (before, after)]
    changed = [TextPart(": "), _quoted(modes[0]), TextPart(" → "), _quoted(modes[1])] if modes[0] != modes[1] else []
    return [TextPart("changed policy "), _quoted(name), *changed]


def _mode(policy: object) -> object:
    return policy.get("mode", "prevent") if isinstance(policy, Mapping) else None


def _owned(event: Event) -> Sentence:
    before, after = (event.before or {}).get("owner"), (event.after or {}).get("owner")
    if after is None:
        return [TextPart("gave it back to whoever made it")]
    was = () if before is None else (TextPart("; it was "), _quoted(before), TextPart("'s"))
    return [TextPart("gave it to "), _quoted(after), *was]


def _commented(verb: str) -> Callable[[Event], Sentence]:
    def say(event: Event) -> Sentence:
        text = str((event.after or event.before or {}).get("text", "")).strip().partition("\n")[0]
        return [TextPart(f"{verb}: "), _quoted(text)]

    return say


def _requested(event: Event) -> Sentence:
    after = event.after or {}
    if after.get("kind") == "alias":
        return [TextPart("asked for "), _quoted(f"@{after.get('alias')}"), TextPart(" → "), _version(event.version)]
    if after.get("kind") == "stage":
        return [TextPart("asked for stage "), _quoted(after.get("stage"))]
    return [TextPart("asked for "), _quoted(", ".join(_items(after.get("privileges"))))]


def _decided(verb: str) -> Callable[[Event], Sentence]:
    def say(event: Event) -> Sentence:
        return [TextPart(f"{verb} request {(event.after or {}).get('id')}")]

    return say


def _approved_by(event: Event) -> Sentence:
    before, after = (_items((told or {}).get("approvals")) for told in (event.before, event.after))
    took = "" if len(after) > len(before) else "took back that somebody "
    return [TextPart(f"{took}approved request {(event.after or {}).get('id')}, which takes others, too")]


def _rebuilt(event: Event) -> Sentence:
    rebuilt = (event.after or {}).get("rebuilt")
    if not isinstance(rebuilt, list):
        return [TextPart("repaired")]
    return [TextPart("rebuilt from the log: "), _quoted(", ".join(map(str, rebuilt)))]


def _imported(event: Event) -> Sentence:
    after = event.after or {}
    return [TextPart(f"imported {_counted(after) or 'aliases'} from "), _quoted(after.get(IMPORTED_FROM))]


def _synced(event: Event) -> Sentence:
    after = event.after or {}
    return [TextPart(f"brought {_counted(after) or 'nothing new'} from "), _quoted(after.get(IMPORTED_FROM))]


def _counted(after: Mapping[str, JsonValue]) -> str:
    """How much came: `2 models and 5 versions`; "" where nothing of that did."""
    numbers = [(after.get(each), each[:-1]) for each in ("models", "prompts", "versions", "changes")]
    counts = [f"{n:,} {noun}{'' if n == 1 else 's'}" for n, noun in numbers if isinstance(n, int)]
    return listed(counts) if counts else ""


def _of_backup(event: Event) -> Sentence:
    return [TextPart("restored the backup "), _quoted((event.after or {}).get("backup"))]


def _arrived(event: Event) -> Sentence:
    return [TextPart("moved here from "), _quoted((event.after or {}).get("from"))]


def _moved(event: Event) -> Sentence:
    return [TextPart("moved to "), _quoted((event.after or {}).get("moved_to"))]


_SENTENCES: Mapping[str, Callable[[Event], Sentence]] = {
    "alias.set": _alias,
    "alias.moved": _alias,
    "alias.deleted": _alias,
    "tag.set": _tag,
    "tag.deleted": _tag,
    "model.deprecated": _deprecated,
    "model.undeprecated": _deprecated,
    "version.deprecated": _deprecated,
    "version.undeprecated": _deprecated,
    "link.set": _link,
    "link.deleted": _link,
    "catalog.created": _created,
    "catalog.updated": _updated,
    "catalog.deleted": _plain("deleted the catalog"),
    "schema.created": _created,
    "schema.updated": _updated,
    "schema.deleted": _plain("deleted the schema"),
    "model.created": _created,
    "model.updated": _updated,
    "model.renamed": _renamed,
    "model.deleted": _trashed,
    "model.restored": _restored,
    "model.purged": _plain("removed from the trash for good"),
    "version.created": _registered,
    "version.updated": _updated,
    "version.status": _status,
    "version.stage": _stage,
    "version.deleted": _trashed,
    "version.restored": _restored,
    "version.purged": _plain("removed from the trash for good"),
    "webhook.created": _created,
    "webhook.updated": _updated,
    "webhook.deleted": _plain("deleted the webhook"),
    "comment.created": _commented("commented"),
    "comment.edited": _commented("edited a comment"),
    "comment.deleted": _commented("deleted a comment"),
    "comment.restored": _commented("restored a comment"),
    "request.created": _requested,
    "request.approved_by": _approved_by,
    "request.approved": _decided("approved"),
    "request.rejected": _decided("rejected"),
    "request.cancelled": _decided("cancelled"),
    "request.reopened": _decided("opened again"),
    "request.deleted": _decided("withdrew"),
    "request.restored": _decided("restored"),
    "registry.imported": _imported,
    "registry.synced": _synced,
    "grant.changed": _granted,
    "group.changed": _grouped,
    "tag_policy.changed": _tag_governed,
    "search.saved": _search_saved,
    "user.created": _user("let in the user"),
    "user.password_set": _user("set the password of"),
    "user.deleted": _user("deleted the user"),
    "token.created": _token,
    "token.revoked": _token,
    "policy.changed": _policed,
    "owner.changed": _owned,
    "registry.repaired": _rebuilt,
    "registry.restored": _of_backup,
    "registry.arrived": _arrived,
    "registry.moved": _moved,
    "registry.reopened": _plain("opened again what had moved away"),
}
