"""What the server measures, as Prometheus reads it: `GET /metrics`, for whoever is let in.

The processes of a server share what they count through files, in the folder that `PROMETHEUS_MULTIPROC_DIR` names;
`modelreg server` makes one. Without it each process tells its own numbers.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

import anyio
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_client.mlflow_compat import under_prefix

SHARED = "PROMETHEUS_MULTIPROC_DIR"
_OWN = CollectorRegistry()
_REQUESTS = Counter(
    "modelreg_requests",
    "Requests that were answered, by what they were about and how that ended.",
    ["part", "operation", "method", "status"],
    registry=_OWN,
)
_SECONDS = Histogram(
    "modelreg_request_duration_seconds",
    "How long requests took, until the last byte was sent.",
    ["part"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60),
    registry=_OWN,
)
_REFUSED = Counter(
    "modelreg_refused_sign_ins",
    "Requests of those who are not let in, and why.",
    ["why"],
    registry=_OWN,
)


def count_request(part: str, operation: str, method: str, status: int, seconds: float) -> None:
    """Count a request that was answered."""
    _REQUESTS.labels(part, operation, method, str(status)).inc()
    _SECONDS.labels(part).observe(seconds)


def count_refused(why: str) -> None:
    """Count one who is not let in."""
    _REFUSED.labels(why).inc()


class _Log(Collector):
    """How far the activity log has come, read when somebody asks."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        """The number and the time of the last event; nothing of a registry in which nothing has happened."""
        last = self._registry.history.last()
        if last is not None:
            yield GaugeMetricFamily(
                "modelreg_last_event", "The number of the last event of the activity log.", last.seq
            )
            at = last.time / 1000
            yield GaugeMetricFamily("modelreg_last_event_timestamp_seconds", "When that happened, since 1970.", at)


def metrics_routes(registry: Registry) -> Sequence[BaseRoute]:
    """`GET /metrics`, of all processes of this server together."""
    shared = CollectorRegistry()
    if os.environ.get(SHARED):
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    log = CollectorRegistry()
    log.register(_Log(registry))

    def told() -> bytes:
        registries: Iterable[CollectorRegistry] = (shared if os.environ.get(SHARED) else _OWN, log)
        return b"".join(map(generate_latest, registries))

    async def metrics(request: Request) -> Response:
        return Response(await anyio.to_thread.run_sync(told), media_type=CONTENT_TYPE_LATEST)

    return [Route(under_prefix("/metrics"), metrics, methods=["GET"])]
