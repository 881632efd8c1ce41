"""The registry of a team that has worked for a while: what the jobs of a week are tried on."""

from __future__ import annotations

from jupyter_modelreg.core.registry import Registry
from tests.browser.demo import FEATURES, Team, track_at, train

MODEL = "prod.risk.fraud"
# Namespaces and how many models each has; three models more are made below, 61 in all.
NAMESPACES = {
    "dev.sandbox": 9,
    "dev.risk": 8,
    "staging.risk": 8,
    "staging.marketing": 7,
    "staging.vision": 6,
    "prod.marketing": 8,
    "prod.vision": 6,
    "prod.risk": 6,
}
# How many versions the three models have that are trained again and again; all others share the rest of 258.
OFTEN = {MODEL: 40, "staging.risk.fraud": 40, "prod.risk.disputes": 12}
VERSIONS = 258
ALIASES = ("Champion", "Challenger", "Shadow", "Baseline", "Canary", "EU", "US", "Asia", "Night", "Holdout")
TAGS = {
    "task": "classification",
    "validation_status": "passed",
    "data": "card-payments",
    "owner_team": "risk",
    **{f"check_{at:02}": "done" for at in range(9)},
}
LONG_NAME = "customer_lifetime_value_of_subscribers_who_came_by_a_partner_campaign_in_2026_q3"
DESCRIPTION = "Scores a **card payment** by how likely it is to be disputed.\n\n" + "\n".join(
    f"- Rule {at}: what the risk team has agreed on for region {at}, with thresholds that are kept beside the model."
    for at in range(12)
)


def fill(uri: str, tracking_uri: str) -> None:
    """Make the registry at `uri`: 3 catalogs, 8 schemas, 61 models, 258 versions, three weeks of ana, ben and carla."""
    track_at(tracking_uri)
    sources = [train(FEATURES[at:], name, 20 - at)[0] for at, name in enumerate(("all", "fewer", "few", "fewest"))]
    team = Team(uri)
    names = [f"{namespace}.model_{at:02}" for namespace, count in NAMESPACES.items() for at in range(count)]
    names[-1] = f"prod.risk.{LONG_NAME}"
    rest = VERSIONS - sum(OFTEN.values()) - len(names)
    counts = {name: 1 + rest // len(names) + (at < rest % len(names)) for at, name in enumerate(names)} | OFTEN
    for at, (name, count) in enumerate(counts.items()):
        for number in range(count):
            registry = team.at(20 - 19 * number / count, ("ana", "ben", "carla")[at % 3])
            registry.versions.register(sources[number % len(sources)], name)
    _live(team.at(3, "ben"))
    team.close()


def _live(registry: Registry) -> None:
    """Aliases, tags and a long description on the model that matters."""
    for at, alias in enumerate(ALIASES):
        registry.aliases.set(MODEL, alias, 38 - at, reason="better on last month's disputes")
    registry.tags.set(MODEL, TAGS)
    registry.tags.set(f"{MODEL}/40", {"validation_status": "failed"})
    registry.models.describe(MODEL, DESCRIPTION)
