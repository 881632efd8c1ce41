"""What is around a version or a dataset, step by step: only what the actor may see, and no more than there is room for.

What is hidden is not there, as everywhere: a copy of a version that the actor may not see begins with its own run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from jupyter_modelreg.core.catalog.holders import holders_of
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.usage import VersionUsage
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.lineage.graph import LineageEdge, LineageGraph, LineageNode
from jupyter_modelreg.core.lineage.layout import places
from jupyter_modelreg.core.lineage.records import Dataset, Lineage, Place
from jupyter_modelreg.core.ports.store import Transaction

Found = tuple[LineageNode, str]
"""A node beside another one, and what the edge between them says."""
Step = Callable[[LineageNode], Iterable[Found]]

_BESIDE = 20
"""Nodes of one kind beside another one; further ones are told by number."""


def dataset_node(dataset: Dataset) -> LineageNode:
    """A dataset as a node; one is told from another by its name and digest, and by its source where it has none."""
    what = [dataset.digest or dataset.source or "", dataset.snapshot or ""]
    detail = [dataset.digest or "no digest", f"state {dataset.snapshot}" if dataset.snapshot else ""]
    return LineageNode(
        id="\n".join(("dataset", dataset.name, *what)),
        kind="dataset",
        title=dataset.name,
        detail=", ".join(filter(None, detail)),
        path=dataset.source,
    )


def version_node(version: Version) -> LineageNode:
    """A version as a node."""
    return LineageNode(
        id=f"version\n{version.id}", kind="version", title=version.reference, reference=version.reference
    )


@dataclass
class Walk:
    """A graph in the making.

    Attributes:
        tx: what is read.
        now: the time, in epoch milliseconds.
        principal: who asks.
        limit: how many nodes there are at most.
    """

    tx: Transaction
    now: int
    principal: str
    limit: int
    nodes: dict[str, LineageNode] = field(default_factory=dict)
    edges: dict[tuple[str, str], LineageEdge] = field(default_factory=dict)
    left_out: int = 0
    _versions: dict[str, Version] = field(default_factory=dict)
    _runs: dict[str, Version] = field(default_factory=dict)
    _models: dict[int, Model | None] = field(default_factory=dict)
    _usage: dict[int, Sequence[VersionUsage]] = field(default_factory=dict)

    def of_version(self, version: Version, up: int, down: int) -> LineageGraph:
        """What is `up` steps above a version, and `down` steps below it."""
        root = self._known(version)
        self.nodes[root.id] = root
        self._follow(root, up, self._above, upwards=True)
        self._follow(root, down, self._below, upwards=False)
        return self._laid_out(root)

    def of_dataset(self, root: LineageNode, versions: Sequence[Version], down: int) -> LineageGraph:
        """What was made of a dataset: the versions that were trained or measured on it, and what is below these."""
        self.nodes[root.id] = root

        def below(node: LineageNode) -> Iterator[Found]:
            if node.id == root.id:
                for version in versions:
                    used = [each for each in Lineage.of(version.lineage).datasets if _is(each, root)]
                    yield self._known(version), next((each.context for each in used if each.context), "used")
            else:
                yield from self._below(node)

        self._follow(root, down, below, upwards=False)
        return self._laid_out(root)

    def _known(self, version: Version) -> LineageNode:
        node = version_node(version)
        self._versions[node.id] = version
        return node

    def _follow(self, root: LineageNode, steps: int, beside: Step, *, upwards: bool) -> None:
        """Add what is beside `root`, and beside that, for so many steps; what is there is not followed twice."""
        edge, seen = [root], {root.id}
        for _ in range(steps):
            further: list[LineageNode] = []
            for node in edge:
                for found, label in self._few(node, list(beside(node))):
                    if found.id not in self.nodes and len(self.nodes) >= self.limit:
                        self.left_out += 1
                        continue
                    self.nodes.setdefault(found.id, found)
                    ends = (found.id, node.id) if upwards else (node.id, found.id)
                    if ends[0] != ends[1]:
                        self.edges.setdefault(ends, LineageEdge(source=ends[0], target=ends[1], label=label))
                    if found.id not in seen:
                        seen.add(found.id)
                        further.append(found)
            edge = further

    def _few(self, node: LineageNode, found: Sequence[Found]) -> Iterator[Found]:
        """`found`, of each kind no more than can be looked at; what is left out is one node that says how many."""
        kinds: dict[str, list[Found]] = {}
        for each in found:
            kinds.setdefault(each[0].kind, []).append(each)
        for kind, those in kinds.items():
            yield from those[:_BESIDE]
            more = len(those) - _BESIDE
            if more > 0:
                self.left_out += more
                title = f"and {more:,} more"
                yield LineageNode(id=f"more\n{kind}\n{node.id}", kind="more", title=title), those[-1][1]

    # --- upwards ----------------------------------------------------------------------------------------------------

    def _above(self, node: LineageNode) -> Iterator[Found]:
        version = self._versions.get(node.id)
        if version is not None:
            yield from self._above_version(version)
        elif node.id in self._runs:
            yield from self._above_run(self._runs[node.id])

    def _above_version(self, version: Version) -> Iterator[Found]:
        known = Lineage.of(version.lineage)
        original = self._original(known)
        if original is not None:
            yield self._known(original), "copied"
            return
        if known.training is not None or version.run_id:
            yield self._run(version, known), "made"
        elif known.datasets:
            yield from ((dataset_node(each), each.context or "used") for each in known.datasets)
        place, trained = known.registered, known.training.place if known.training else None
        if place is not None and (trained is None or (place.path, place.cell) != (trained.path, trained.cell)):
            yield code_node(place), "registered"

    def _run(self, version: Version, known: Lineage) -> LineageNode:
        training = known.training
        node = LineageNode(
            id=f"run\n{version.run_id or version.id}",
            kind="run",
            title=(training and training.run_name) or (version.run_id or "run")[:8],
            detail=(training and training.experiment) or "",
            run_id=version.run_id,
        )
        self._runs.setdefault(node.id, version)  # which knows what is above it
        return node

    def _above_run(self, version: Version) -> Iterator[Found]:
        known = Lineage.of(version.lineage)
        yield from ((dataset_node(each), each.context or "used") for each in known.datasets)
        if known.training is not None and known.training.place is not None:
            yield code_node(known.training.place), "ran"

    def _original(self, known: Lineage) -> Version | None:
        if known.copied_from is None:
            return None
        model = self._model(known.copied_from.model)
        if model is None or model.deleted_at is not None or model.browse_only:
            return None
        return self.tx.versions.get(model, known.copied_from.version)

    def _model(self, row_id: int) -> Model | None:
        if row_id not in self._models:
            self._models[row_id] = self.tx.models.by_id(row_id)
        return self._models[row_id]

    # --- downwards --------------------------------------------------------------------------------------------------

    def _below(self, node: LineageNode) -> Iterator[Found]:
        version = self._versions.get(node.id)
        if version is None:
            return
        for alias in version.aliases:
            yield (
                LineageNode(
                    id=f"alias\n{version.model_id}\n{alias}",
                    kind="alias",
                    title=f"@{alias}",
                    detail=version.name,
                    reference=f"{version.name}@{alias}",
                ),
                "points here",
            )
        for copy in self.copies(version):
            yield self._known(copy), "copied"
        for url, kind in version.links.items():
            yield LineageNode(id=f"link\n{url}", kind="link", title=url, detail=kind, url=url, link=kind), kind
        for (actor, notebook), count in self.users(version).items():
            yield (
                LineageNode(
                    id=f"user\n{actor}\n{notebook or ''}",
                    kind="user",
                    title=actor,
                    detail=PurePath(notebook).name if notebook else "",
                    path=notebook,
                ),
                f"loaded {count:,}×",
            )

    def copies(self, version: Version) -> Sequence[Version]:
        """The copies of a version that the actor may see."""
        model = self._model(version.model_id)
        if model is None:
            return ()
        holders = holders_of(self.tx, [model], self.now, self.principal)
        return holders.copies.get((version.model_id, version.version), ())

    def users(self, version: Version) -> Mapping[tuple[str, str | None], int]:
        """Who has loaded a version, from which notebook, and how often; the latest first."""
        counts: dict[tuple[str, str | None], int] = {}
        for day in self.days(version):
            counts[day.actor, day.notebook] = counts.get((day.actor, day.notebook), 0) + day.count
        return counts

    def days(self, version: Version) -> Sequence[VersionUsage]:
        """When a version was loaded, by whom and from where: a row for each day, the latest first."""
        if version.model_id not in self._usage:
            self._usage[version.model_id] = self.tx.usage.of_models([version.model_id])
        return [day for day in self._usage[version.model_id] if day.version == version.version]

    # --- the whole --------------------------------------------------------------------------------------------------

    def _laid_out(self, root: LineageNode) -> LineageGraph:
        where = places(list(self.nodes), self.edges)
        placed = [replace(each, layer=where[each.id][0], row=where[each.id][1]) for each in self.nodes.values()]
        placed.sort(key=lambda each: (each.layer, each.row))
        return LineageGraph(
            root=root.id,
            nodes=placed,
            edges=list(self.edges.values()),
            left_out=self.left_out,
            layers=max(each.layer for each in placed) + 1,
            height=max(each.row for each in placed) + 1,
        )


def code_node(place: Place) -> LineageNode:
    """A notebook or script as a node, with its cell."""
    name = PurePath(place.path).name if place.path else "a shell" if place.kind == "shell" else "a cell"
    state = f"{place.git.commit[:8]}{' + changes' if place.git.dirty else ''}" if place.git else ""
    detail = ", ".join(filter(None, (f"cell {place.cell[:8]}" if place.cell else "", state)))
    key = (place.path or place.source or "", place.cell or "", state)
    return LineageNode(
        id="\n".join(("code", *key)), kind="code", title=name, detail=detail, path=place.path, cell=place.cell
    )


def _is(dataset: Dataset, node: LineageNode) -> bool:
    return dataset.name == node.title or dataset.digest == node.title
