"""Train the garment parser.

`python -m fashion_plugin.training.parser_train --data DIR --weights PATH --out DIR`
"""

import argparse
import json
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from fashion_plugin.looks.groups import PIXEL_CLASSES
from fashion_plugin.training.parser_data import (
    Batch,
    StreetPhoto,
    load_street,
    training_batches,
)
from fashion_plugin.training.parser_losses import PixelLoss, PresenceLoss, class_weights
from fashion_plugin.training.parser_network import parser_network
from fashion_plugin.training.parser_products import (
    ProductPhoto,
    load_products,
    paste_bag,
    product_batch,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ParserRecipe:
    """Settings of a training run; `size` is (height, width) in pixels, `rate` the highest learning rate.

    `pasted` is the share of street views that get another bag, where the run has product photos.
    """

    size: tuple[int, int] = (384, 256)
    epochs: int = 45
    batch: int = 16
    rate: float = 8e-4
    decay: float = 1e-4
    width: int = 96
    frozen_blocks: int = 3
    dropout: float = 0.2
    dice: float = 0.5
    presence: float = 0.3
    pasted: float = 0.12
    average: float = 0.995
    seed: int = 1
    splits: tuple[str, ...] = ("train",)
    workers: int = 1


def train_parser(
    data: Path,
    out: Path,
    recipe: ParserRecipe,
    *,
    weights: str | None = None,
    start: Path | None = None,
    products: Path | None = None,
    worker: int = 0,
) -> Path:
    """Train, writing a checkpoint after each epoch, and return the path of the averaged weights.

    `weights` start the backbone, `start` (averaged weights of an earlier run) the whole network. `products`
    is a folder of product photos with their types: each batch has one view of them for every three of street
    photos, with what their type tells, and some street views are given one of their bags. A run that was
    stopped goes on from its last checkpoint with the batches it would have seen. With several workers,
    processes 0…n-1 are started on the same folder: they share out each epoch's batches and average at its end
    (local SGD, arXiv 1805.09767).
    """
    out.mkdir(parents=True, exist_ok=True)
    (out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1))
    photos = [photo for split in recipe.splits for photo in load_street(data, split)]
    feed = Feed(photos, load_products(products) if products else [], recipe)
    network = parser_network(
        recipe.size,
        width=recipe.width,
        weights=weights,
        frozen_blocks=recipe.frozen_blocks,
        dropout=recipe.dropout,
    )
    if start is not None:
        network.load_weights(start)
    optimizer = _compile(network, recipe, photos)
    checkpoint = Checkpoint(out, network, optimizer, worker, recipe.workers)
    for epoch in range(checkpoint.load(), recipe.epochs):
        began = time.monotonic()
        losses = [network.train_on_batch(*pair) for pair in _ahead(feed.batches(epoch, worker))]
        checkpoint.save(epoch + 1)
        mean = np.mean(np.array([loss[0] for loss in losses], np.float32))
        log.info("epoch %d/%d: loss %.4f, %.0f s", epoch + 1, recipe.epochs, mean, time.monotonic() - began)
        if worker == 0 and ((epoch + 1) % 5 == 0 or epoch + 1 == recipe.epochs):
            checkpoint.save_average(out / "averaged.weights.h5")
    return out / "averaged.weights.h5"


def _compile(network: keras.Model, recipe: ParserRecipe, photos: list[StreetPhoto]) -> Any:
    steps = recipe.epochs * (len(photos) // recipe.batch // recipe.workers)
    warmup = min(steps // 10, 120)
    schedule = keras.optimizers.schedules.CosineDecay(
        recipe.rate / 50, max(steps - warmup, 1), alpha=0.02, warmup_target=recipe.rate, warmup_steps=warmup
    )
    optimizer = keras.optimizers.AdamW(
        schedule, weight_decay=recipe.decay, global_clipnorm=5.0, use_ema=True, ema_momentum=recipe.average
    )
    counts = sum(np.bincount(photo.classes.ravel(), minlength=len(PIXEL_CLASSES)) for photo in photos)
    network.compile(
        optimizer=optimizer,
        loss={
            "pixels": PixelLoss(class_weights(np.asarray(counts)), recipe.dice),
            "present": PresenceLoss(),
        },
        loss_weights={"pixels": 1.0, "present": recipe.presence},
    )
    optimizer.build(network.trainable_variables)
    return optimizer


@dataclass(frozen=True, slots=True)
class Feed:
    """What a run learns from: street photos, and product photos if it has any."""

    photos: list[StreetPhoto]
    products: list[ProductPhoto]
    recipe: ParserRecipe

    def batches(self, epoch: int, worker: int) -> Iterator[Batch]:
        """One worker's batches of an epoch, the same whenever they are asked for."""
        recipe = self.recipe
        count = len(self.photos) // recipe.batch // recipe.workers
        first, seed = worker * count, (recipe.seed, epoch)
        bags = [product for product in self.products if product.label == "bag"]

        def change(
            view: NDArray[np.uint8], classes: NDArray[np.uint8], rng: np.random.Generator
        ) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
            return paste_bag(view, classes, bags, rng) if rng.random() < recipe.pasted else (view, classes)

        street = training_batches(
            self.photos, recipe.size, recipe.batch, seed, first, count, change if bags else None
        )
        more = recipe.batch // 3 if self.products else 0
        for number, (images, targets) in enumerate(street, first):
            if not more:
                yield images, targets
                continue
            rng = np.random.default_rng((*seed, len(self.photos) + number))
            views, known = product_batch(self.products, self.photos, recipe.size, more, rng)
            yield (
                np.concatenate([images, views]),
                {name: np.concatenate([targets[name], known[name]]) for name in targets},
            )


def _ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The batches, the next one made while the network works on this one."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = pool.submit(next, batches, None)
            yield batch


class Checkpoint:
    """Network, optimizer and epoch in one file for each worker, replaced whole; kept for two epochs."""

    def __init__(self, folder: Path, network: keras.Model, optimizer: Any, worker: int, workers: int) -> None:
        self.folder = folder
        self.network = network
        self.optimizer = optimizer
        self.worker = worker
        self.workers = workers

    def save(self, epoch: int) -> None:
        """Write what this worker learnt in its epoch, and take the average of all workers."""
        partial = self.folder / f"part-{self.worker}.npz"
        np.savez(partial, **{f"v{i}": np.asarray(v) for i, v in enumerate(self._variables())})  # type: ignore[arg-type]
        partial.replace(self._path(epoch, self.worker))
        self._path(epoch - 2, self.worker).unlink(missing_ok=True)
        if self.workers > 1:
            self._take(epoch)

    def load(self) -> int:
        """Restore the last epoch that every worker finished, if there is one, and return its number."""
        epochs = {int(path.stem.split("-")[1]) for path in self.folder.glob("epoch-*-*.npz")}
        done = [e for e in epochs if all(self._path(e, worker).exists() for worker in range(self.workers))]
        if not done:
            return 0
        self._take(max(done))
        return max(done)

    def _take(self, epoch: int) -> None:
        sums: list[Any] = []
        for worker in range(self.workers):
            while not (path := self._path(epoch, worker)).exists():
                time.sleep(0.5)
            with np.load(path) as arrays:
                values = [arrays[f"v{i}"] for i in range(len(arrays.files))]
            sums = [a + b for a, b in zip(sums, values, strict=True)] if sums else values
        for variable, total in zip(self._variables(), sums, strict=True):
            variable.assign(total // self.workers if total.dtype.kind in "iu" else total / self.workers)

    def _variables(self) -> list[Any]:
        return [*self.network.weights, *self.optimizer.variables]

    def _path(self, epoch: int, worker: int) -> Path:
        return self.folder / f"epoch-{epoch}-{worker}.npz"

    def save_average(self, path: Path) -> None:
        """Write the weights averaged over the run (exponential moving average), leaving the run as it is."""
        kept = [np.asarray(w) for w in self.network.trainable_variables]
        self.optimizer.finalize_variable_values(self.network.trainable_variables)
        self.network.save_weights(path)
        for weight, value in zip(self.network.trainable_variables, kept, strict=True):
            weight.assign(value)


def main(arguments: list[str] | None = None) -> None:
    """Command line of `train_parser`; every field of `ParserRecipe` but `splits` and `size` is an option."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with street.csv and street/")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--weights", help="MobileNetV2 weights (.weights.h5) to start the backbone from")
    parser.add_argument(
        "--products",
        type=Path,
        help="folder with fashion-products.csv and fashion-products/",
    )
    parser.add_argument("--start", type=Path, help="averaged weights of an earlier run to go on from")
    parser.add_argument("--size", type=int, nargs=2, default=ParserRecipe().size, metavar=("HEIGHT", "WIDTH"))
    parser.add_argument("--splits", nargs="+", default=["train"])
    parser.add_argument(
        "--worker", type=int, default=0, help="which of the --workers this process is, from 0"
    )
    options = {
        "epochs",
        "batch",
        "workers",
        "rate",
        "decay",
        "frozen_blocks",
        "dropout",
        "dice",
        "presence",
        "pasted",
        "average",
        "seed",
    }
    for name in sorted(options):
        default = getattr(ParserRecipe(), name)
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    chosen = vars(parser.parse_args(arguments))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    recipe = ParserRecipe(
        size=tuple(chosen["size"]), splits=tuple(chosen["splits"]), **{name: chosen[name] for name in options}
    )
    path = train_parser(
        chosen["data"],
        chosen["out"],
        recipe,
        **{name: chosen[name] for name in ("weights", "start", "products", "worker")},
    )
    log.info("averaged weights in %s", path)


if __name__ == "__main__":
    main()
