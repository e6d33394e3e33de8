"""Train the garment parser: `python -m fashion_plugin.training.parser_train --data DIR --weights PATH --out DIR`."""

import argparse
import json
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from fashion_plugin.looks.groups import PIXEL_CLASSES
from fashion_plugin.training.parser_data import StreetPhoto, load_street, training_batches
from fashion_plugin.training.parser_losses import PixelLoss, class_weights
from fashion_plugin.training.parser_network import parser_network

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ParserRecipe:
    """Settings of a training run; `size` is (height, width) in pixels, `rate` the highest learning rate."""

    size: tuple[int, int] = (288, 192)
    epochs: int = 45
    batch: int = 16
    rate: float = 8e-4
    decay: float = 1e-4
    width: int = 96
    frozen_blocks: int = 3
    dropout: float = 0.2
    dice: float = 0.5
    presence: float = 0.3
    average: float = 0.995
    seed: int = 1
    splits: tuple[str, ...] = field(default=("train",))


def train_parser(
    data: Path, out: Path, recipe: ParserRecipe, *, weights: str | None = None, start: Path | None = None
) -> Path:
    """Train, writing a checkpoint after each epoch, and return the path of the averaged weights.

    `weights` start the backbone, `start` (averaged weights of an earlier run) the whole network. A run that was
    stopped goes on from its last checkpoint with the batches it would have seen.
    """
    out.mkdir(parents=True, exist_ok=True)
    (out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1))
    photos = [photo for split in recipe.splits for photo in load_street(data, split)]
    network = parser_network(
        recipe.size, width=recipe.width, weights=weights, frozen_blocks=recipe.frozen_blocks, dropout=recipe.dropout
    )
    if start is not None:
        network.load_weights(start)
    optimizer = _compile(network, recipe, photos)
    checkpoint = Checkpoint(out / "checkpoint.npz", network, optimizer)
    for epoch in range(checkpoint.load(), recipe.epochs):
        began = time.monotonic()
        losses = [network.train_on_batch(*pair) for pair in _ahead(photos, recipe, epoch)]
        checkpoint.save(epoch + 1)
        mean = np.mean(np.array([loss[0] for loss in losses], np.float32))
        log.info("epoch %d/%d: loss %.4f, %.0f s", epoch + 1, recipe.epochs, mean, time.monotonic() - began)
        if (epoch + 1) % 5 == 0 or epoch + 1 == recipe.epochs:
            checkpoint.save_average(out / "averaged.weights.h5")
    return out / "averaged.weights.h5"


def _compile(network: keras.Model, recipe: ParserRecipe, photos: list[StreetPhoto]) -> Any:
    steps = recipe.epochs * (len(photos) // recipe.batch)
    warmup = min(steps // 10, 120)
    schedule = keras.optimizers.schedules.CosineDecay(
        recipe.rate / 50, max(steps - warmup, 1), alpha=0.2, warmup_target=recipe.rate, warmup_steps=warmup
    )
    optimizer = keras.optimizers.AdamW(
        schedule, weight_decay=recipe.decay, global_clipnorm=5.0, use_ema=True, ema_momentum=recipe.average
    )
    counts = sum(np.bincount(photo.classes.ravel(), minlength=len(PIXEL_CLASSES)) for photo in photos)
    network.compile(
        optimizer=optimizer,
        loss={
            "pixels": PixelLoss(class_weights(np.asarray(counts)), recipe.dice),
            "present": keras.losses.BinaryCrossentropy(from_logits=True),
        },
        loss_weights={"pixels": 1.0, "present": recipe.presence},
    )
    optimizer.build(network.trainable_variables)
    return optimizer


def _ahead(photos: list[StreetPhoto], recipe: ParserRecipe, epoch: int) -> Iterator[Any]:
    """Batches of one epoch, the next one made while the network works on this one."""
    batches = training_batches(photos, recipe.size, recipe.batch, recipe.seed, epoch)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = pool.submit(next, batches, None)
            yield batch


class Checkpoint:
    """Network, optimizer and epoch in one file, replaced whole."""

    def __init__(self, path: Path, network: keras.Model, optimizer: Any) -> None:
        self.path = path
        self.network = network
        self.optimizer = optimizer

    def save(self, epoch: int) -> None:
        """Write everything that the next epoch depends on."""
        arrays = {f"n{i}": np.asarray(w) for i, w in enumerate(self.network.weights)}
        arrays |= {f"o{i}": np.asarray(v) for i, v in enumerate(self.optimizer.variables)}
        partial = self.path.with_suffix(".part.npz")
        np.savez(partial, epoch=np.array(epoch), **arrays)  # type: ignore[arg-type]
        partial.replace(self.path)

    def load(self) -> int:
        """Restore the last checkpoint, if there is one, and return the number of epochs done."""
        if not self.path.exists():
            return 0
        with np.load(self.path) as arrays:
            for i, weight in enumerate(self.network.weights):
                weight.assign(arrays[f"n{i}"])
            for i, variable in enumerate(self.optimizer.variables):
                variable.assign(arrays[f"o{i}"])
            return int(arrays["epoch"])

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
    parser.add_argument("--start", type=Path, help="averaged weights of an earlier run to go on from")
    parser.add_argument("--size", type=int, nargs=2, default=ParserRecipe().size, metavar=("HEIGHT", "WIDTH"))
    parser.add_argument("--splits", nargs="+", default=["train"])
    options = {"epochs", "batch", "rate", "decay", "frozen_blocks", "dropout", "dice", "presence", "average", "seed"}
    for name in sorted(options):
        default = getattr(ParserRecipe(), name)
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    chosen = vars(parser.parse_args(arguments))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    recipe = ParserRecipe(
        size=tuple(chosen["size"]), splits=tuple(chosen["splits"]), **{name: chosen[name] for name in options}
    )
    path = train_parser(chosen["data"], chosen["out"], recipe, weights=chosen["weights"], start=chosen["start"])
    log.info("averaged weights in %s", path)


if __name__ == "__main__":
    main()
