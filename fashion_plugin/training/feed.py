"""Batches of triplets, made ahead in threads while the network is busy; each follows from its step alone."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.training.augment import LIGHT, Augmentation
from fashion_plugin.training.photos import Photos
from fashion_plugin.training.triplets import TripletSampler

__all__ = ["Batch", "Feed", "Labels"]

_AHEAD = 3  # batches ready or under way: 3 x 48 images of 224 px are 22 MB
_THREADS = 2


@dataclass(frozen=True, slots=True)
class Batch:
    """Queries, positives and negatives, one after the other: (3n, size, size, 3) uint8, and (3n,) labels."""

    images: NDArray[np.uint8]
    labels: Mapping[str, NDArray[np.int32]]


class Labels:
    """Numbers for the products, categories and colours of some photos; what is not named is -1."""

    def __init__(self, sampler: TripletSampler) -> None:
        items = sampler.items
        self.categories = tuple(sorted({item.category for item in items} - {""}))
        self.colours = tuple(sorted({item.colour for item in items} - {""}))
        products = sorted({item.product_id for item in items})
        of_product, of_category, of_colour = (
            {name: number for number, name in enumerate(names)}
            for names in (products, self.categories, self.colours)
        )
        self.values: Mapping[str, NDArray[np.int32]] = {
            "product": np.array([of_product[item.product_id] for item in items], dtype=np.int32),
            "category": np.array([of_category.get(item.category, -1) for item in items], dtype=np.int32),
            "colour": np.array([of_colour.get(item.colour, -1) for item in items], dtype=np.int32),
        }

    @property
    def classes(self) -> Mapping[str, int]:
        """How many categories and colours there are."""
        return {"category": len(self.categories), "colour": len(self.colours)}


class Feed:
    """Batches of ``size`` triplets, by step; an epoch's last, shorter batch is filled from the next epoch."""

    def __init__(
        self,
        sampler: TripletSampler,
        photos: Photos,
        size: int,
        *,
        scenes: Sequence[NDArray[np.uint8]] = (),
        how: Augmentation = LIGHT,
    ) -> None:
        self.sampler, self.photos, self.size = sampler, photos, size
        self.labels = Labels(sampler)
        self._scenes, self._how = scenes, how

    @property
    def steps(self) -> int:
        """Batches in one epoch."""
        return -(-len(self.sampler) // self.size)

    def batch(self, step: int) -> Batch:
        """The batch of a step."""
        positions = range(step * self.size, (step + 1) * self.size)
        triplets = [self.sampler.triplet(position) for position in positions]
        images = [
            self.photos.triplet(
                triplet,
                [self.sampler.view_seed(position, role) for role in range(3)],
                self._scenes,
                self._how,
            )
            for position, triplet in zip(positions, triplets, strict=True)
        ]
        rows = np.array([(t.query.item, t.positive.item, t.negative.item) for t in triplets]).T.reshape(-1)
        return Batch(
            images=np.stack(images, axis=1).reshape(-1, *images[0].shape[1:]),
            labels={name: values[rows] for name, values in self.labels.values.items()},
        )

    def _seeds(self, position: int) -> list[tuple[int, ...]]:
        return [self.sampler.view_seed(position, role) for role in range(3)]

    def batches(self, start: int, stop: int) -> Iterator[tuple[int, Batch]]:
        """The batches of steps from ``start`` up to ``stop``, in order."""
        with ThreadPoolExecutor(_THREADS, "fashion-feed") as pool:
            waiting: deque[tuple[int, Future[Any]]] = deque()
            following = start
            try:
                while waiting or following < stop:
                    while following < stop and len(waiting) < _AHEAD:
                        waiting.append((following, pool.submit(self.batch, following)))
                        following += 1
                    step, batch = waiting.popleft()
                    yield step, batch.result()
            finally:
                for _, batch in waiting:
                    batch.cancel()
