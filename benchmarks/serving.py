"""`modelreg server` and `mlflow server` over the same PostgreSQL, asked by many clients at once, in turns.

Run as `python -m benchmarks.serving`; `--load 60` has 64 clients at work on ours alone for so many seconds.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import requests

if TYPE_CHECKING:  # the processes of the clients need none of it, and it takes each of them seconds
    from tests.support.postgresql import Server

WORKERS, MODELS, VERSIONS = 2, 200, 5
CLIENTS, PROCESSES = 16, 4
_API = "/api/2.0/mlflow/"
_SOURCE = "s3://bucket/x"  # which nobody reads


@dataclass(frozen=True)
class Place:
    """A running server, and what lets one in."""

    url: str
    token: str | None


@dataclass(frozen=True)
class Answered:
    """What some clients saw: the seconds of each call, and what was no answer, as text."""

    seconds: Sequence[float]
    errors: Sequence[str]


class Client:
    """One client with a connection of its own, as MLflow's has."""

    def __init__(self, place: Place, number: int) -> None:
        self._url = place.url
        self._session = requests.Session()
        if place.token is not None:
            self._session.headers["Authorization"] = f"Bearer {place.token}"
        self._numbers = itertools.count()
        self._name = f"of-{number}-{time.time_ns()}"
        self._random = random.Random(number)

    def _call(self, method: str, path: str, body: Mapping[str, str]) -> None:
        given = {"params": body} if method == "GET" else {"json": dict(body)}
        reply = self._session.request(method, f"{self._url}{_API}{path}", timeout=120, **given)
        reply.raise_for_status()

    def create(self) -> None:
        """Create a model of another name each time."""
        self._call("POST", "registered-models/create", {"name": f"{self._name}-{next(self._numbers)}"})

    def register(self) -> None:
        """Register a version of one of the models."""
        self._call("POST", "model-versions/create", {"name": self._some(), "source": _SOURCE})

    def by_alias(self) -> None:
        """Ask which version an alias points at."""
        self._call("GET", "registered-models/alias", {"name": self._some(), "alias": "champion"})

    def search(self) -> None:
        """Ask for the versions of a model."""
        self._call("GET", "model-versions/search", {"filter": f"name='{self._some()}'"})

    def anything(self) -> None:
        """Now this, now that: mostly what reads."""
        self._random.choice([self.by_alias] * 6 + [self.search] * 2 + [self.create, self.register])()

    def _some(self) -> str:
        return f"model-{self._random.randrange(MODELS)}"


OPERATIONS: Mapping[str, Callable[[Client], None]] = {
    "create a model": Client.create,
    "register a version": Client.register,
    "read by alias": Client.by_alias,
    "search versions": Client.search,
}


def ask(place: Place, operation: str | None, clients: int, *, each: int = 0, seconds: float = 0) -> Answered:
    """Have so many clients, in a few processes, call an operation `each` times, or all of them for some seconds."""
    context = multiprocessing.get_context("spawn")
    share = clients // PROCESSES
    with context.Pool(PROCESSES) as pool:
        tasks = [(place, operation, share, number * share, each, seconds) for number in range(PROCESSES)]
        found = pool.starmap(_clients, tasks)
    return Answered([s for each in found for s in each.seconds], [e for each in found for e in each.errors])


def _clients(place: Place, operation: str | None, count: int, first: int, each: int, seconds: float) -> Answered:
    with ThreadPoolExecutor(count) as threads:
        found = list(
            threads.map(lambda number: _client(place, operation, number, each, seconds), range(first, first + count))
        )
    return Answered([s for one in found for s in one.seconds], [e for one in found for e in one.errors])


def _client(place: Place, operation: str | None, number: int, each: int, seconds: float) -> Answered:
    client, taken, errors = Client(place, number), list[float](), list[str]()
    call = Client.anything if operation is None else OPERATIONS[operation]
    until = time.monotonic() + seconds
    for _ in itertools.count() if seconds else range(each):
        began = time.perf_counter()
        try:
            call(client)
        except requests.RequestException as error:
            errors.append(str(error)[:300])
        taken.append(time.perf_counter() - began)
        if seconds and time.monotonic() > until:
            break
    return Answered(taken, errors)


@contextmanager
def ours(postgresql: Server, folder: Path) -> Iterator[Place]:
    """Our server over a registry in a database of its own, with models in it."""
    import jupyter_modelreg
    from tests.support.mlflow_fixtures import server_of
    from tests.support.postgresql import registry_in
    from tests.support.processes import free_port
    from tests.support.team import server_command

    folder.mkdir()
    uri = registry_in(postgresql.uri(postgresql.make_database()), folder / "files")
    port = free_port()
    options = ("--artifacts", str(folder / "artifacts"), "--sources", "s3://bucket")
    command = server_command(uri, port, WORKERS, *options)
    with (
        server_of(command, folder, workers=WORKERS, MODELREG_ACTOR="ana"),
        closing(jupyter_modelreg.connect(uri, actor="ana")) as registry,
    ):
        place = Place(f"http://127.0.0.1:{port}", registry.tokens.create().secret)
        fill(place)
        yield place


@contextmanager
def theirs(postgresql: Server, folder: Path) -> Iterator[Place]:
    """MLflow's server, likewise; it lets everybody in, and so has less to do."""
    from tests.support.mlflow_fixtures import server_of
    from tests.support.processes import free_port

    folder.mkdir()
    uri = postgresql.uri(postgresql.make_database()).replace("postgresql:", "postgresql+psycopg:", 1)
    port = free_port()
    command = [sys.executable, "-m", "mlflow", "server", "--port", str(port), "--workers", str(WORKERS)]
    command += ["--backend-store-uri", uri, "--artifacts-destination", str(folder / "artifacts")]
    with server_of(command, folder, workers=WORKERS):
        place = Place(f"http://127.0.0.1:{port}", None)
        fill(place)
        yield place


def fill(place: Place) -> None:
    """Models with versions, and an alias each."""
    headers = {} if place.token is None else {"Authorization": f"Bearer {place.token}"}
    with requests.Session() as session:
        session.headers.update(headers)
        for number in range(MODELS):
            name = f"model-{number}"
            calls = [("registered-models/create", {"name": name})]
            calls += [("model-versions/create", {"name": name, "source": _SOURCE})] * VERSIONS
            calls += [("registered-models/alias", {"name": name, "alias": "champion", "version": "3"})]
            for path, body in calls:
                reply = session.post(f"{place.url}{_API}{path}", json=body, timeout=60)
                assert reply.ok, reply.text


def compare(places: Sequence[Place], rounds: int, each: int) -> Iterator[tuple[str, float, float, int]]:
    """Of each operation: the median of its calls in ms, ours and theirs, and how many failed."""
    for operation in OPERATIONS:
        taken: tuple[list[float], list[float]] = ([], [])
        failed = 0
        for number in range(rounds + 1):
            for at in (0, 1) if number % 2 else (1, 0):
                found = ask(places[at], operation, CLIENTS, each=each)
                failed += len(found.errors)
                if number:  # the first round warms up
                    taken[at].extend(found.seconds)
        yield operation, *(statistics.median(times) * 1000 for times in taken), failed  # type: ignore[misc]


def main() -> None:
    """Compare, or load ours."""
    from tests.support.postgresql import running_server

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--load", type=float, metavar="SECONDS", help="64 clients on ours alone, for so long")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--each", type=int, default=25, help="calls of each client in a round")
    options = parser.parse_args()
    with running_server() as postgresql, tempfile.TemporaryDirectory() as temp:
        folder = Path(temp)
        with ours(postgresql, folder / "ours") as our:
            if options.load:
                began = time.perf_counter()
                found = ask(our, None, 64, seconds=options.load)
                seconds, times = time.perf_counter() - began, sorted(found.seconds)
                middle, most = (times[int(share * len(times))] * 1000 for share in (0.5, 0.99))
                print(f"64 clients, {seconds:.0f} s: {len(times)} calls, {len(times) / seconds:.0f} a second")
                print(f"median {middle:.0f} ms, 99 % within {most:.0f} ms, {len(found.errors)} errors")
                print(*sorted(set(found.errors))[:5], sep="\n")
                return
            with theirs(postgresql, folder / "theirs") as their:
                print(f"{CLIENTS} clients, {WORKERS} workers: median in ms, ours and MLflow's, and times as fast")
                for operation, mine, other, failed in compare((our, their), options.rounds, options.each):
                    print(f"{operation:20} {mine:8.1f} {other:8.1f} {other / mine:6.2f} {failed} failed", flush=True)


if __name__ == "__main__":
    main()
