"""Whatever is asked, by whomever: an answer that says what is wrong with it, and nothing that nobody has thought of."""

from __future__ import annotations

import json
import re
import string
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Route

from tests.mlflow_app.unity.conftest import Unity
from tests.support.names import FRAUD

FIELDS = (
    *("name", "full_name", "catalog_name", "schema_name", "model_name", "version", "version_num", "alias", "stage"),
    *("source", "run_id", "comment", "tags", "changes", "properties", "new_name", "force", "max_results", "page_token"),
    *("operation", "principal", "include_aliases", "deployment_job_id", "type", "id", "archive_existing_versions"),
)
KNOWN = ("prod", "prod.ml_team", "ml_team", "fraud", FRAUD, "iris", "1", "Champion", "Staging", "ben", "FUNCTION")
TEXTS = st.sampled_from(KNOWN) | st.text(max_size=20) | st.text(string.printable, max_size=300)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("add", "remove", "add_tags", "key", "value", "principal")), inner, max_size=3
        )
    ),
    max_leaves=8,
)
BODIES = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6)


@given(data=st.data())
@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_any_request_is_answered(unity: Unity, data: st.DataObject) -> None:
    if not unity.registry.models.list():
        unity.registry.models.create(FRAUD)
        unity.registry.versions.register("s3://bucket/x", "iris", check_source=False)
    route = data.draw(st.sampled_from(unity.routes))
    assert isinstance(route, Route)
    [method, *_] = sorted((route.methods or set()) - {"HEAD"})
    path = re.sub(r"\{[^}]*\}", lambda _: quote(data.draw(TEXTS), safe="") or "x", route.path)
    token = data.draw(st.sampled_from([unity.ana, unity.ben, unity.looker]))
    asked: dict[str, Any] = data.draw(BODIES)
    query = {name: str(value) for name, value in data.draw(BODIES).items()} if method in ("GET", "DELETE") else {}
    reply = unity.client.request(
        method,
        path,
        params={name: value.encode("utf-8", "replace").decode() for name, value in query.items()},
        content=json.dumps(asked),
        headers={"Authorization": f"Bearer {token}"},
    )
    assert reply.status_code < 500 or reply.status_code == 501, (method, path, asked, reply.text)
    if reply.status_code >= 400:
        said = reply.json()
        assert said["error_code"]
        assert said["message"]
