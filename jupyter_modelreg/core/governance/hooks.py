"""Rules of one's own, from installed packages: the entry points of the group `jupyter_modelreg.policies`.

Each is a function that is given a `cases.Case`, and returns nothing where that meets it, else what it lacks, as a
phrase that goes on from the name of the version. It is imported when a policy of that rule is asked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from importlib.metadata import EntryPoint, entry_points

from jupyter_modelreg.core.governance.cases import Case
from jupyter_modelreg.core.governance.rules import RULES, Lack, Parameters, Rule

log = logging.getLogger(__name__)

GROUP = "jupyter_modelreg.policies"
Hook = Callable[[Case], str | None]


def known_rules() -> Mapping[str, Rule]:
    """Every rule by its name: those that are built in, and those of installed packages."""
    return {**{each.name: _rule(each) for each in entry_points(group=GROUP)}, **RULES}


def rule_called(name: str) -> Rule | None:
    """The rule of that name; None where neither the registry nor an installed package has one."""
    if name in RULES:
        return RULES[name]
    return next(map(_rule, entry_points(group=GROUP, name=name)), None)


def missing_rule(name: str) -> Rule:
    """What stands for a rule whose package is not installed here: nothing meets it."""
    lack = Lack(
        f"cannot be checked: no package that is installed here has the rule {name}",
        "install the package that has it, or give the policy the mode warn or off",
    )
    return Rule("It is not known here.", lambda _case, _parameters: lack)


def _rule(entry: EntryPoint) -> Rule:
    package = "an installed package" if entry.dist is None else f"the package {entry.dist.name}"
    return Rule(f"What {package} asks for.", partial(_asked, entry), own=False)


def _asked(entry: EntryPoint, case: Case, parameters: Parameters) -> Lack | None:
    try:
        hook: Hook = entry.load()
        found = hook(replace(case, parameters=parameters))
    except Exception as error:  # whatever somebody else's code raises, nothing has been found to be in order
        log.warning("the rule %s failed", entry.name, exc_info=True)
        return Lack(
            f"could not be checked by the rule {entry.name}: {type(error).__name__}: {error}".rstrip(": "),
            f"mend {entry.value}, or give the policy the mode warn or off",
        )
    return None if found is None else Lack(str(found).rstrip("."), f"see what {entry.name} asks for")
