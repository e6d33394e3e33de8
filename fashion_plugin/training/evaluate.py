"""How well an encoder retrieves: on a manifest's photos or a shop's own, beside baselines. No TensorFlow."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.encoders.base import Encoder
from fashion_plugin.errors import TrainingError
from fashion_plugin.training import metrics
from fashion_plugin.training.manifest import Manifest
from fashion_plugin.training.metrics import Figure, Ranking
from fashion_plugin.training.photos import Photos
from fashion_plugin.training.questions import even_triplets, numbered, questions
from fashion_plugin.training.triplets import View

__all__ = ["Case", "Evaluation", "Evaluator", "Scores"]

SHOWN: Final = 8
"""Results that a case keeps."""

_CATEGORY_LEAST = 5  # queries that a category needs to be listed
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Case:
    """One query and its first results: photos by number, whether each is right, and the cosines."""

    query: View
    results: tuple[int, ...]
    right: tuple[bool, ...]
    cosines: tuple[float, ...]
    first_right: int


@dataclass(frozen=True, slots=True)
class Scores:
    """What one encoder reached.

    ``figures`` by name: recall@1, recall@5, recall@20, mAP and MRR of the same product; P@1 and P@10 of the
    category and P@10 of category and colour; triplet accuracy with in-class and out-of-class negatives.
    ``per_query`` are the reciprocal ranks and ``per_photo`` the precisions of the category at 10, for paired
    comparisons; ``milliseconds`` per photo, decoded.
    """

    encoder: str
    dim: int
    milliseconds: float
    figures: Mapping[str, Figure]
    by_category: Mapping[str, Mapping[str, Figure]] = field(default_factory=dict)
    best: tuple[Case, ...] = ()
    worst: tuple[Case, ...] = ()
    per_query: tuple[float, ...] = ()
    per_photo: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores of several encoders on the same queries.

    ``protocol`` says in a sentence what was asked of what; ``synthetic`` is True where no product has two
    photos, so that queries are made views; ``notes`` say what is missing.
    """

    source: str
    photos: int
    products: int
    queries: int
    protocol: str
    synthetic: bool
    scores: tuple[Scores, ...]
    notes: tuple[str, ...] = ()


class Evaluator:
    """Asks the same questions of any number of encoders.

    Args:
        manifest: the photos kept apart.
        size: the side in pixels that photos are read at.
        queries: how many to ask at most; drawn with ``seed``.
        seed: of the draw, the made views, the triplets and the intervals.

    Raises:
        TrainingError: fewer than two products, so that nothing can be told apart.
    """

    def __init__(
        self, manifest: Manifest, *, size: int = 224, queries: int = 1000, triplets: int = 1000, seed: int = 0
    ) -> None:
        self.manifest = manifest
        self.photos = Photos(manifest, size)
        self.seed = seed
        items = manifest.items
        if len({item.product_id for item in items}) < 2:
            raise TrainingError(
                f"{manifest.name}: retrieval needs photos of at least two products to evaluate on, and there "
                f"are {len(items)} photos of {len({item.product_id for item in items})}"
            )
        self._product = numbered([item.product_id for item in items])
        self._category = numbered([item.category for item in items])
        self._colour = numbered([item.colour for item in items])
        rng = np.random.default_rng((seed, 1))
        self.synthetic, self._views, self._gallery, self.protocol = questions(items, rng, queries)
        drawn = np.sort(rng.permutation(len(items))[:queries])
        self._classed = np.array([n for n in drawn if items[n].category], dtype=np.int64)
        self._triplets = even_triplets(items, triplets, seed)

    def score(self, encoder: Encoder, *, intervals: bool = True) -> Scores:
        """What an encoder reaches; without ``intervals`` only figures, at a tenth of the bootstrap's cost."""
        start = time.perf_counter()
        vectors = self._encode(encoder, [View(number) for number in range(len(self.manifest))])
        milliseconds = 1e3 * (time.perf_counter() - start) / len(self.manifest)
        made: dict[View, NDArray[np.float32]] = {}
        wanted = {view for view in self._views if view.made is not None}
        wanted |= {t.query for t in self._triplets if t.synthetic}
        ordered = sorted(wanted, key=lambda view: (view.item, view.made or 0))
        made.update(zip(ordered, self._encode(encoder, ordered), strict=True))
        rankings = self._same_product(vectors, made)
        rounds = 1000 if intervals else 100
        figures, by_category = self._product_figures(rankings, rounds)
        of_class, per_photo = self._class_figures(vectors, rounds)
        figures |= of_class
        figures |= self._triplet_figures(vectors, made, rounds)
        best, worst = self._cases(rankings)
        return Scores(
            encoder=encoder.name,
            dim=encoder.dim,
            milliseconds=milliseconds,
            figures=figures,
            by_category=by_category,
            best=best,
            worst=worst,
            per_query=tuple(metrics.reciprocal_rank(ranking) for ranking in rankings),
            per_photo=per_photo,
        )

    def evaluation(self, scores: Sequence[Scores], notes: Sequence[str] = ()) -> Evaluation:
        """Scores of several encoders, with what they were asked."""
        return Evaluation(
            source=self.manifest.name,
            photos=len(self.manifest),
            products=len(set(self._product.tolist())),
            queries=len(self._views),
            protocol=self.protocol,
            synthetic=self.synthetic,
            scores=tuple(scores),
            notes=tuple(notes),
        )

    @property
    def groups(self) -> list[int]:
        """The product of each query, for intervals over products."""
        return [int(self._product[view.item]) for view in self._views]

    def _encode(self, encoder: Encoder, views: Sequence[View]) -> NDArray[np.float32]:
        parts = [
            encoder.encode([self.photos.view(view) for view in views[start : start + _BATCH]])
            for start in range(0, len(views), _BATCH)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, encoder.dim), dtype=np.float32)

    def _same_product(
        self, vectors: NDArray[np.float32], made: Mapping[View, NDArray[np.float32]]
    ) -> list[Ranking]:
        items = np.array([view.item for view in self._views])
        queries = np.stack([vectors[v.item] if v.made is None else made[v] for v in self._views])
        relevant = self._product[items][:, None] == self._product[self._gallery][None, :]
        itself = None if self.synthetic else items[:, None] == self._gallery[None, :]
        return metrics.rank(queries, vectors[self._gallery], relevant, itself)

    def _product_figures(
        self, rankings: Sequence[Ranking], rounds: int
    ) -> tuple[dict[str, Figure], dict[str, dict[str, Figure]]]:
        groups = [self._product[self._views[ranking.query].item] for ranking in rankings]
        figures = {
            f"recall@{k}": self._mean([metrics.recall_at(r, k) for r in rankings], groups, rounds)
            for k in (1, 5, 20)
        }
        figures["mAP"] = self._mean([metrics.average_precision(r) for r in rankings], groups, rounds)
        figures["MRR"] = self._mean([metrics.reciprocal_rank(r) for r in rankings], groups, rounds)
        by_category: dict[str, list[Ranking]] = defaultdict(list)
        for ranking in rankings:
            by_category[self.manifest.items[self._views[ranking.query].item].category].append(ranking)
        return figures, {
            name: {
                f"recall@{k}": self._mean([metrics.recall_at(r, k) for r in own], None, rounds)
                for k in (1, 5)
            }
            for name, own in sorted(by_category.items())
            if name and len(own) >= _CATEGORY_LEAST
        }

    def _class_figures(
        self, vectors: NDArray[np.float32], rounds: int
    ) -> tuple[dict[str, Figure], tuple[float, ...]]:
        queries = self._classed
        if not len(queries) or len(set(self._category[queries].tolist())) < 2:
            return {}, ()
        itself = self._product[queries][:, None] == self._product[None, :]
        same = self._category[queries][:, None] == self._category[None, :]
        rankings = metrics.rank(vectors[queries], vectors, same, itself)
        if not rankings:
            return {}, ()
        precisions = {k: [metrics.precision_at(r, k) for r in rankings] for k in (1, 10)}
        figures = {f"category P@{k}": self._mean(own, None, rounds) for k, own in precisions.items()}
        coloured = np.array([bool(self.manifest.items[n].colour) for n in queries])
        both = same & (self._colour[queries][:, None] == self._colour[None, :]) & coloured[:, None]
        rankings = metrics.rank(vectors[queries], vectors, both, itself)
        if rankings:
            values = [metrics.precision_at(r, 10) for r in rankings]
            figures["category + colour P@10"] = self._mean(values, None, rounds)
        return figures, tuple(precisions[10])

    def _triplet_figures(
        self, vectors: NDArray[np.float32], made: Mapping[View, NDArray[np.float32]], rounds: int
    ) -> dict[str, Figure]:
        right: dict[str, list[float]] = defaultdict(list)
        for triplet in self._triplets:
            query = made[triplet.query] if triplet.synthetic else vectors[triplet.query.item]
            near, far = query @ vectors[triplet.positive.item], query @ vectors[triplet.negative.item]
            right[f"triplets {triplet.kind}"].append(float(near > far))
        return {name: self._mean(values, None, rounds) for name, values in sorted(right.items())}

    def _mean(self, values: Sequence[float], groups: Sequence[object] | None, rounds: int) -> Figure:
        return metrics.bootstrap(values, groups, seed=self.seed, rounds=rounds)

    def _cases(self, rankings: Sequence[Ranking]) -> tuple[tuple[Case, ...], tuple[Case, ...]]:
        cases = [
            Case(
                query=self._views[ranking.query],
                results=tuple(int(self._gallery[n]) for n in ranking.order[:SHOWN]),
                right=tuple(bool(right) for right in ranking.relevant[:SHOWN]),
                cosines=tuple(float(score) for score in ranking.scores[:SHOWN]),
                first_right=int(np.argmax(ranking.relevant)) + 1,
            )
            for ranking in rankings
        ]
        # Among the found, the surest; among the missed, those whose product came last.
        found = sorted((c for c in cases if c.first_right == 1), key=lambda c: -c.cosines[0])
        missed = sorted((c for c in cases if c.first_right > 1), key=lambda c: -c.first_right)
        return tuple(found[:6]), tuple(missed[:6])
