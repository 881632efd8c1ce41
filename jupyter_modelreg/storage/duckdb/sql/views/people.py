"""Views of who may do what, who asks whom for what, and what has happened."""

from __future__ import annotations

from jupyter_modelreg.storage.duckdb.sql.views.view import Column, View, entries, listed, text, time

GRANTS = View(
    "grants",
    "What is granted, a row for each privilege; of what you do not manage, what was granted to you.",
    (
        text("kind", "What it is granted on: `registry`, `catalog`, `schema` or `model`."),
        text("name", "The full name of that; `registry` for the registry."),
        text("principal", "The user or group it is granted to."),
        text("privilege", "The privilege.", "privilege"),
    ),
    of=("(SELECT kind, name, principal, unnest(privileges) AS privilege FROM seen_grants)"),
    order="CASE kind WHEN 'registry' THEN 0 WHEN 'catalog' THEN 1 WHEN 'schema' THEN 2 ELSE 3 END, 2, 3, 4",
)
GROUPS = View(
    "groups",
    "Who is in which group.",
    (
        text("name", "The name of the group.", "e.key"),
        text("member", "A user, or a group, that is in it; NULL for a group that nobody is in.", "member"),
    ),
    of=(
        "(SELECT e, unnest(CASE WHEN len(e.value) = 0 THEN [NULL] ELSE e.value END) AS member FROM ("
        f"SELECT unnest({entries('groups', 'VARCHAR[]')}) AS e FROM registry.registry))"
    ),
    order="1, 2",
)
POLICIES = View(
    "policies",
    "Policies, where they were put.",
    (
        text("kind", "What it is on: `registry`, `catalog`, `schema` or `model`."),
        text("name", "The full name of that; `registry` for the registry."),
        text("policy", "What the policy is called there.", "e.key"),
        text("rule", "The rule it is made of.", "e.value ->> '$.rule'"),
        Column("parameters", "JSON", "What the rule is given.", "coalesce(e.value -> '$.parameters', '{}')"),
        text("mode", "`prevent`, `warn` or `off`.", "coalesce(e.value ->> '$.mode', 'prevent')"),
        text(
            "when",
            "When it is asked: at the `registration`, or for an `alias`.",
            "coalesce(e.value ->> '$.when', 'registration')",
        ),
        text("alias", "For which alias; NULL for all.", "e.value ->> '$.alias'"),
        text("description", "What it is for.", "e.value ->> '$.description'"),
    ),
    of=f"(SELECT kind, name, unnest({entries('policies', 'JSON')}) AS e FROM seen_policies)",
    order="CASE kind WHEN 'registry' THEN 0 WHEN 'catalog' THEN 1 WHEN 'schema' THEN 2 ELSE 3 END, 2, 3",
)
TAG_POLICIES = View(
    "tag_policies",
    "What tags may be, and who may set them.",
    (
        text("key", "The key of the tag.", "e.key"),
        listed("values", "The values it may have; empty for any.", "coalesce(e.value -> '$.values', '[]')"),
        listed(
            "assigners",
            "Who may set and remove it; empty for everybody who may tag.",
            "coalesce(e.value -> '$.assigners', '[]')",
        ),
        text("description", "What it is for.", "e.value ->> '$.description'"),
    ),
    of=f"(SELECT unnest({entries('tag_policies', 'JSON')}) AS e FROM registry.registry)",
)
REQUESTS = View(
    "requests",
    "What people have asked each other for.",
    (
        Column("id", "BIGINT", "The number of the request.", "r.id"),
        text("asks_for", "What is asked for: an `alias`, a `stage`, or `access`.", "r.kind"),
        text("kind", "What it is about: `registry`, `catalog`, `schema` or `model`.", "r.subject"),
        text("name", "The full name of that, now; when it was asked, where it is gone.", "coalesce(k.name, r.target)"),
        Column("version", "INTEGER", "The number of the version.", "r.version"),
        text("alias", "The alias that is wanted on it.", "r.alias"),
        text("stage", "The stage that is wanted for it.", "r.stage"),
        listed("privileges", "The privileges that are wanted.", "r.privileges"),
        text("author", "Who asks.", "r.author"),
        text("reason", "Why.", "r.reason"),
        text(
            "state",
            "`open`, `approved`, `rejected`, `cancelled` or `expired`.",
            "CASE WHEN r.state = 'open' AND r.expires_at <= epoch_ms(now()) THEN 'expired' ELSE r.state END",
        ),
        listed("approvals", "Who has approved it so far, where it takes several.", "r.approvals"),
        time("created_at", "When it was asked.", "r.created_at"),
        time("expires_at", "When it expires; NULL for never.", "r.expires_at"),
        text("decided_by", "Who decided.", "r.decided_by"),
        time("decided_at", "When.", "r.decided_at"),
        text("decision_reason", "Why.", "r.decision_reason"),
    ),
    of="seen_requests r LEFT JOIN seen_names k ON k.kind = r.subject AND k.id = r.subject_id",
)
EVENTS = View(
    "events",
    "What has happened, as the activity log has it, what is in the trash by now included.",
    (
        Column("seq", "BIGINT", "The number of the event, from 1."),
        time("time", "When it happened."),
        text("actor", "Who did it."),
        text("on_behalf_of", "For whom they did it; NULL for themselves."),
        text("action", "What was done, as `alias.moved`."),
        text("kind", "What it was done to: `registry`, `catalog`, `schema`, `model` or `webhook`.", "subject"),
        text("name", "The full name of that at the time."),
        Column("version", "INTEGER", "The number of the version, where one is concerned."),
        Column("before", "JSON", "What was there before, of what was changed."),
        Column(
            "after",
            "JSON",
            "What is there since.",
            "CASE WHEN created_at IS NULL AND updated_at IS NULL THEN after ELSE json_merge_patch("
            "coalesce(after, '{}'), json_object('created_at', created_at, 'updated_at', updated_at)) END",
        ),
        text("reason", "Why, in the words of the actor."),
        Column("unit", "BIGINT", "The number of the first event of the unit of work it belongs to; `undo` takes it."),
        Column("undoes", "BIGINT", "The unit of work that this one takes back."),
    ),
    of="seen_events",
)
