"""Whether a policy can be: its parameters, whether it can ever be met, and whether it agrees with others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from fnmatch import fnmatch

from jupyter_modelreg.core.access.principals import everybody_in
from jupyter_modelreg.core.entities.securables import EVERYBODY, Root
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.governance.effective import called
from jupyter_modelreg.core.governance.expressions import Comparison, clash, parse
from jupyter_modelreg.core.governance.hooks import known_rules
from jupyter_modelreg.core.governance.records import Policy
from jupyter_modelreg.core.governance.rules import RULES, Rule
from jupyter_modelreg.core.names import check_tag_key
from jupyter_modelreg.core.rules.sentences import listed

# Parameters that are one word each, and those whose words are users and groups.
_SINGLE = frozenset({"count", "group", "expression"})
PRINCIPALS = frozenset({"principals", "group"})


def rule_of(name: str) -> Rule:
    """The rule called `name`. Raises InvalidInput, with the closest."""
    if name in RULES:
        return RULES[name]
    known = known_rules()
    if name in known:
        return known[name]
    close = get_close_matches(name, known, n=1)
    question = f"; did you mean {close[0]}?" if close else ""
    raise InvalidInput(f"there is no rule {name}{question}", f"there are {', '.join(known)}")


def checked_parameters(name: str, given: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The parameters of a rule, without those that are empty. Raises InvalidInput."""
    rule = rule_of(name)
    if not rule.own:
        return {key: list(words) for key, words in given.items() if words}
    takes = f"{name} takes {listed(rule.parameters)}" if rule.parameters else f"{name} takes no parameters"
    for parameter in given:
        if parameter not in rule.parameters:
            close = get_close_matches(parameter, rule.parameters, n=1)
            question = f"; did you mean {close[0]}?" if close else ""
            raise InvalidInput(f"the rule {name} has no parameter {parameter}{question}", takes)
    found = {key: list(dict.fromkeys(words)) for key, words in given.items() if words}
    needed = rule.parameters if name == "approvals" else rule.parameters[:1]
    missing = [each for each in needed if each not in found]
    if rule.parameters and (not found or (missing and name != "file-formats")):
        raise InvalidInput(f"the rule {name} needs {missing[0] if missing else rule.parameters[0]}", _LIKE[name])
    for key in found.keys() & _SINGLE:
        if len(found[key]) != 1:
            raise InvalidInput(f"{key} of the rule {name} is one, and {listed(found[key])} are several", _LIKE[name])
    _check_words(name, found)
    return found


_LIKE = {
    "required-tags": "policy add owned required-tags owner stage=prod on catalog prod",
    "allowed-principals": "policy add release allowed-principals risk-team on fraud@Champion",
    "approvals": "policy add four-eyes approvals count=2 group=risk-team on fraud@Champion",
    "filter": 'policy add good filter "metrics.auc >= 0.9" on fraud@Champion',
    "flavors": "policy add ours flavors sklearn,xgboost on catalog prod",
    "file-formats": "policy add no-pickle file-formats forbidden=*.pkl,*.joblib on catalog prod",
}


def _check_words(name: str, found: Mapping[str, Sequence[str]]) -> None:
    if name == "filter":
        parse(found["expression"][0])
    if name == "approvals" and not (
        found["count"][0].isascii() and found["count"][0].isdigit() and int(found["count"][0])
    ):
        raise InvalidInput(f"{found['count'][0]!r} is no number of approvals", _LIKE[name])
    if name == "required-tags":
        values: dict[str, str] = {}
        for wanted in found["tags"]:
            key, equals, value = wanted.partition("=")
            check_tag_key(key)
            if equals and values.setdefault(key, value) != value:
                raise InvalidInput(f"no tag {key} is both {values[key]} and {value}", "decide on one of them")
    both = set(found.get("forbidden", ())) & set(found.get("allowed", ()))
    if both:
        raise InvalidInput(f"{min(both)} is both forbidden and allowed", "decide on one of them")


def check_possible(root: Root, policy: Policy) -> None:
    """Refuse a policy that nothing can ever meet. Raises InvalidInput."""
    words, why = policy.parameters, None
    if policy.mode == "off":
        return
    if policy.rule == "filter":
        why = _clash([policy])
    elif policy.rule == "required-tags":
        for key, _, value in (each.partition("=") for each in words["tags"]):
            allowed = root.tag_policies.get(key, {}).get("values")
            if value and isinstance(allowed, list) and value not in allowed:
                why = f"tag {key} cannot be {value}: its tag policy allows {listed([str(each) for each in allowed])}"
    elif policy.rule == "allowed-principals" and not _people(root, words["principals"]):
        why = f"nobody is in {listed(words['principals'])}"
    elif policy.rule == "approvals":
        able = everybody_in(words["group"][0], root.groups)
        if len(able) < int(words["count"][0]):
            number = "nobody is" if not able else "one is" if len(able) == 1 else f"{len(able)} are"
            why = f"it takes {words['count'][0]} of the group {words['group'][0]}, and {number} in it"
    elif policy.rule == "file-formats" and any(
        fnmatch(allowed, forbidden) for allowed in words.get("allowed", ()) for forbidden in words.get("forbidden", ())
    ):
        why = f"what is allowed ({listed(words['allowed'])}) is forbidden, too"
    if why is not None:
        raise InvalidInput(f"policy {policy.name} can never be met: {why}", "change one of the two")


def _clash(policies: Iterable[Policy]) -> str | None:
    """What no version could be, if all of these policies are to be met: why in words."""
    clashing = clash([each for policy in policies for each in _compared(policy)])
    if not clashing:
        return None
    field = f"tag {clashing[0].key}" if clashing[0].kind == "tags" else f"{clashing[0].kind}.{clashing[0].key}"
    if all(each.operator == "=" for each in clashing[:2]):
        return f"{field} cannot be both {clashing[0].text} and {clashing[1].text}"
    return f"{field} cannot be {listed([f'{each.operator} {each.text}' for each in clashing])}"


def _compared(policy: Policy) -> Sequence[Comparison]:
    """What a policy asks of the values of metrics, parameters and tags."""
    if policy.rule == "filter":
        return parse(policy.parameters["expression"][0])
    if policy.rule == "required-tags":
        wanted = (each.partition("=") for each in policy.parameters["tags"])
        return [Comparison("tags", key, "=", value) for key, equals, value in wanted if equals]
    return []


def check_agreement(root: Root, policy: Policy, others: Iterable[Policy]) -> None:
    """Refuse a policy that contradicts one of `others`, which are in force where it is. Raises InvalidInput."""
    for other in others:
        if _prevents(policy) and _prevents(other) and _together(policy, other):
            why = _contradiction(root, policy, other)
            if why is not None:
                raise InvalidInput(
                    f"policy {policy.name} contradicts {called(other)}: {why}",
                    f"give one the mode warn, or the name {other.name} to take the place of that one there",
                )


def _prevents(policy: Policy) -> bool:
    return policy.mode == "prevent"


def _together(one: Policy, other: Policy) -> bool:
    """Whether both can be asked at the same moment."""
    return one.when == other.when and (one.alias is None or other.alias in (None, one.alias))


def _contradiction(root: Root, one: Policy, other: Policy) -> str | None:
    why = _clash([one, other])
    if why is not None or one.rule != other.rule:
        return why
    if one.rule == "flavors" and set(one.parameters["allowed"]).isdisjoint(other.parameters["allowed"]):
        return f"no flavor is both among {_all(one, 'allowed')} and among {_all(other, 'allowed')}"
    if one.rule == "allowed-principals":
        everybody = EVERYBODY in one.parameters["principals"] or EVERYBODY in other.parameters["principals"]
        able = [_people(root, each.parameters["principals"]) for each in (one, other)]
        if not everybody and able[0].isdisjoint(able[1]):
            return f"nobody is both among {_all(one, 'principals')} and among {_all(other, 'principals')}"
    return None


def _all(policy: Policy, parameter: str) -> str:
    return listed(policy.parameters[parameter])


def _people(root: Root, principals: Sequence[str]) -> set[str]:
    """The users that these principals are; what is no group is a user."""
    users = {each for each in principals if each not in root.groups}
    return users.union(*(everybody_in(each, root.groups) for each in principals if each in root.groups))
