"""Train the encoder that ships, from ImageNet weights to a LiteRT file, and say what it gives on validation.

`python -m fashion_plugin.training.recipe --data DIR --weights PATH --out DIR [--leave-out fashion-products]`

DIR holds `clothing/`, `fashion-products/`, `street/` and their tables. A run that was stopped goes on after
its last checkpoint when the same command is given again.
"""

import argparse
import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeAlias

import keras
import numpy as np
from numpy.typing import NDArray

from fashion_plugin.errors import InvalidInput, TrainingError
from fashion_plugin.training import metrics, protocol
from fashion_plugin.training.checkpoint import load_arrays, save_arrays, write_json
from fashion_plugin.training.export import export_encoder
from fashion_plugin.training.parts import Joint, Palette, joined_network, parts_network
from fashion_plugin.training.parts_learner import PartsLearner
from fashion_plugin.training.recipe_data import SIDE, SOURCES, Photo, Squares, made_square, read_photos
from fashion_plugin.training.recipe_fit import Features, fit_joint, palette_centres

__all__ = ["Recipe", "Run", "main"]

log = logging.getLogger(__name__)

_CALIBRATION: Final = 400  # photos that the exported int8 activations' ranges are measured on
_LEAST_PAIR: Final = 3  # photos of a kind in a colour for it to be a class of its own

Views: TypeAlias = Callable[[Sequence[int], int], Iterable[NDArray[np.uint8]]]
"""Photos by their numbers and the size wanted: (size, size, 3) each."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Settings of a run: sizes in pixels, `batch` photos a step (two views each).

    `clothing` is the share of shoppers' photos in a batch.
    """

    epochs: int = 5
    size: int = 128
    last_size: int = 160
    last_share: float = 0.2
    serving: int = SIDE
    batch: int = 48
    clothing: float = 0.375
    rate: float = 5e-4
    average: float = 0.997
    head_epochs: int = 40
    seed: int = 1


class Run:
    """One run of the recipe in its folder."""

    def __init__(
        self, data: Path, out: Path, recipe: Recipe, weights: str | None, leave_out: Sequence[str]
    ) -> None:
        out.mkdir(parents=True, exist_ok=True)
        self.out, self.recipe, self.weights = out, recipe, weights
        self.photos = read_photos(data, leave_out)
        self.squares = Squares(self.photos, out / "photos.npy")
        self.train = np.array([i for i, photo in enumerate(self.photos) if photo.split == "train"])
        # The backbone learns from whole photos, the heads from the garments of street photos too.
        self.whole = np.array([i for i in self.train if self.photos[i].box is None])
        if not len(self.whole):
            raise TrainingError("No photo is marked as train.")
        self.labels = _labels(self.photos, self.train)
        write_json(
            out / "recipe.json", {**asdict(recipe), "leave_out": list(leave_out), "photos": len(self.train)}
        )

    def __call__(self) -> dict[str, str]:
        """Train, fit, export and evaluate; the figures by name."""
        parts = self._trained()
        joint, rows = self._joined(parts)
        network = joined_network(parts, joint)
        network.save_weights(self.out / "fashion.weights.h5")
        figures = self._figures(rows)
        write_json(self.out / "figures.json", figures)
        report = export_encoder(
            network,
            self.out / "fashion.tflite",
            name="fashion",
            photos=self._some(64),
            precision="mixed" if len(self.train) >= _CALIBRATION else "fp16",
            calibration=self._some(_CALIBRATION),
            licence="Apache-2.0",
            source="python -m fashion_plugin.training.recipe",
        )
        log.info("%s: %.1f MB, %.1f ms", report.path, report.size / 1e6, report.milliseconds)
        return figures

    def _some(self, count: int) -> list[NDArray[np.uint8]]:
        """About so many training photos, evenly spread."""
        return [self.squares[i] for i in self.train[:: max(1, len(self.train) // count)]]

    def _trained(self) -> keras.Model:
        recipe = self.recipe
        classes = {name: int(self.labels[name].max(initial=0)) + 1 for name in ("kind", "colour", "garment")}
        steps = len(self._plan(0))
        split = max(1, round(recipe.epochs * (1 - recipe.last_share)))
        state = self.out / "state.npz"
        model: Any = None
        for epoch in range(load_arrays(state)[1]["epoch"] if state.is_file() else 0, recipe.epochs):
            size = recipe.size if epoch < split else recipe.last_size
            if model is None or model.parts.input_shape[1] != size:
                model = self._learner(size, classes, steps)
                if state.is_file():
                    _restore(model, load_arrays(state)[0])
            began = time.monotonic()
            losses = [float(model.train_on_batch(x, y)) for x, y in self._batches(epoch, size)]
            log.info(
                "epoch %d: loss %.3f, %.0f s", epoch + 1, np.mean(losses[-50:]), time.monotonic() - began
            )
            if not np.isfinite(losses).all():
                raise TrainingError(f"The loss is not a number in epoch {epoch + 1}: lower the rate.")
            save_arrays(state, [np.asarray(v) for v in _state(model)], {"epoch": epoch + 1})
        serving = parts_network(recipe.serving, None)
        last = self._learner(recipe.last_size, classes, steps)
        _restore(last, load_arrays(state)[0])
        # The moving average of the weights is what serves.
        last.optimizer.finalize_variable_values(last.trainable_variables)
        serving.set_weights(last.parts.get_weights())
        return serving

    def _learner(self, size: int, classes: dict[str, int], steps: int) -> PartsLearner:
        keras.utils.set_random_seed(self.recipe.seed)
        model = PartsLearner(parts_network(size, self.weights), classes, self.labels["item"])
        rate = keras.optimizers.schedules.CosineDecay(
            0.0, steps * self.recipe.epochs, warmup_target=self.recipe.rate, warmup_steps=min(100, steps)
        )
        optimizer = keras.optimizers.AdamW(
            rate, weight_decay=0.02, global_clipnorm=10.0, use_ema=True, ema_momentum=self.recipe.average
        )
        model.compile(optimizer=optimizer)
        model.build((None, size, size, 3))
        optimizer.build(model.trainable_variables)
        return model

    def _plan(self, epoch: int) -> list[NDArray[np.int64]]:
        """The photos of each step: fours of one kind and colour (hard negatives), others, shoppers'."""
        rng, recipe = np.random.default_rng([self.recipe.seed, epoch]), self.recipe
        clothing = np.array([i for i in self.train if self.photos[i].source == "clothing"], np.int64)
        others = np.array([i for i in self.train if self.photos[i].source == "fashion-products"], np.int64)
        if not len(others) or not len(clothing):
            order = rng.permutation(self.whole)
            return np.array_split(order, max(1, len(order) // recipe.batch))
        groups: dict[tuple[str, str], list[int]] = {}
        for i in rng.permutation(others):
            groups.setdefault((self.photos[i].kind, self.photos[i].colour), []).append(int(i))
        fours = [g[k : k + 4] for g in groups.values() for k in range(0, int(len(g) * 0.55) // 4 * 4, 4)]
        grouped = {i for four in fours for i in four}
        rest = rng.permutation([i for i in others if int(i) not in grouped])
        share = round(recipe.batch * recipe.clothing)
        steps = max(1, len(others) // max(1, recipe.batch - share))
        shoppers = np.concatenate(
            [rng.permutation(clothing) for _ in range(1 + steps * share // len(clothing))]
        )
        rng.shuffle(fours)
        mixed = [np.array(list(chain.from_iterable(fours[k::steps])), np.int64) for k in range(steps)]
        return [
            np.concatenate([mixed[k], rest[k::steps], shoppers[k * share : (k + 1) * share]]).astype(np.int64)
            for k in range(steps)
        ]

    def _batches(self, epoch: int, size: int) -> Iterator[tuple[Any, Any]]:
        plan = self._plan(epoch)

        def make(step: int) -> tuple[Any, Any]:
            rng, indices = np.random.default_rng([self.recipe.seed, epoch, step]), plan[step]
            views = [
                made_square(self.squares[i], self.squares[int(rng.choice(self.train))], size, rng)
                for _ in range(2)
                for i in indices
            ]
            labels = {name: np.tile(values[indices], 2) for name, values in self.labels.items()}
            labels["photo"] = np.tile(indices, 2)
            return np.stack(views).astype(np.float32) / 127.5 - 1.0, labels

        with ThreadPoolExecutor(1) as pool:
            ahead = pool.submit(make, 0)
            for step in range(len(plan)):
                batch = ahead.result()
                if step + 1 < len(plan):
                    ahead = pool.submit(make, step + 1)
                yield batch

    def _joined(self, parts: keras.Model) -> tuple[Joint, NDArray[np.float32]]:
        """Fit the joint on the training photos, and embed every photo with it: (photos, dim), unit rows."""
        sample = [self.squares[i][::8, ::8].reshape(-1, 3) for i in self.train[::12]]
        pixels = np.concatenate(sample).astype(np.float32) / 255
        centres = palette_centres(pixels[pixels.min(axis=1) < 0.93])
        image = parts.inputs[0]
        palette = Palette(bins=len(centres))
        reader = keras.Model(image, [parts.get_layer("levels").output, palette(image)])
        palette.centres.assign(centres)
        levels, shades = _embed(reader, self.squares.plain, self.train, self.recipe.serving)
        made = [_embed(reader, self._made(number), self.train, self.recipe.serving) for number in range(2)]
        names = ("kind", "garment", "colour", "pair", "item")
        labels = {name: self.labels[name][self.train] for name in names}
        features = Features(levels, shades, labels, [(rows, palette) for rows, palette in made])
        product = np.asarray(parts.get_layer("product").get_weights()[0])
        joint = fit_joint(features, product, centres, epochs=self.recipe.head_epochs, seed=self.recipe.seed)
        everything = range(len(self.squares))
        joined = joined_network(parts, joint)
        return joint, _embed(joined, self.squares.plain, everything, self.recipe.serving)[0]

    def _made(self, number: int) -> Views:
        """Made views of photos, the same ones each time for one ``number``."""

        def views(indices: Sequence[int], size: int) -> Iterator[NDArray[np.uint8]]:
            for i in indices:
                rng = np.random.default_rng([self.recipe.seed, 1 + number, i])
                yield made_square(self.squares[i], self.squares[int(rng.choice(self.train))], size, rng)

        return views

    def _figures(self, rows: NDArray[np.float32]) -> dict[str, str]:
        """The protocol's figures on the validation photos, with intervals."""
        rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        clothing = [
            i
            for i, p in enumerate(self.photos)
            if p.source == "clothing" and p.kind in protocol.CLOTHING_LABELS
        ]
        asked = [k for k, i in enumerate(clothing) if self.photos[i].split == "validation"]
        kinds = [self.photos[i].kind for i in clothing]
        senders = [self.photos[i].sender for i in clothing]
        products = [
            i for i, p in enumerate(self.photos) if p.source == "fashion-products" and p.split == "validation"
        ]
        types = [self.photos[i].kind for i in products]
        both = [(self.photos[i].kind, self.photos[i].colour) for i in products]

        worn = [i for i, p in enumerate(self.photos) if p.source != "clothing" and p.garment]
        cut = [k for k, i in enumerate(worn) if self.photos[i].box and self.photos[i].split == "validation"]
        garments = [self.photos[i].garment for i in worn]
        sets = [self.photos[i].source for i in worn]

        def across(k: int) -> NDArray[np.float64]:
            return protocol.across_senders(rows[clothing], kinds, senders, asked, k)

        questions: dict[str, Callable[[], NDArray[np.float64]]] = {
            "clothing P@1": lambda: across(1),
            "clothing P@10": lambda: across(10),
            "type P@1": lambda: protocol.leave_one_out(rows[products], types, 1),
            "type P@10": lambda: protocol.leave_one_out(rows[products], types, 10),
            "type and colour P@10": lambda: protocol.leave_one_out(rows[products], both, 10),
            "street garment P@10": lambda: protocol.across_senders(rows[worn], garments, sets, cut, 10),
        }
        found = {}
        for name, ask in questions.items():
            try:
                answers = ask()
            except InvalidInput as error:
                log.warning("%s is not measured: %s", name, error)
                continue
            if len(answers):  # a set may be left out
                found[name] = str(metrics.bootstrap(answers))
        return found


def _embed(
    model: keras.Model, views: Views, indices: Sequence[int] | NDArray[np.int64], size: int
) -> tuple[NDArray[np.float32], ...]:
    found = []
    for start in range(0, len(indices), 64):
        batch = np.stack(list(views([int(i) for i in indices[start : start + 64]], size)))
        rows = model.predict_on_batch(batch.astype(np.float32) / 127.5 - 1.0)
        found.append(rows if isinstance(rows, list) else [rows])
    return tuple(np.concatenate(part) for part in zip(*found, strict=True))


def _labels(photos: Sequence[Photo], train: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    def codes(values: Sequence[str]) -> NDArray[np.int64]:
        known = {value: code for code, value in enumerate(sorted({values[i] for i in train} - {""}))}
        return np.array([known.get(value, -1) for value in values], np.int64)

    pairs = [f"{p.kind}/{p.colour}" if p.colour else "" for p in photos]
    often = {pair for pair, count in Counter(pairs[i] for i in train).items() if count >= _LEAST_PAIR}
    # Photos of one label by one sender may show one garment; every other photo is an item of its own.
    items: dict[str, int] = {}
    own = [f"{p.sender}/{p.kind}" if p.sender else f"photo {i}" for i, p in enumerate(photos)]
    return {
        "kind": codes([photo.named for photo in photos]),
        "colour": codes([photo.colour for photo in photos]),
        "garment": codes([photo.garment for photo in photos]),
        "pair": codes([pair if pair in often else "" for pair in pairs]),
        "item": np.array([items.setdefault(name, len(items)) for name in own], np.int64),
    }


def _state(model: PartsLearner) -> list[Any]:
    return [*model.variables, *model.optimizer.variables]


def _restore(model: PartsLearner, arrays: Sequence[NDArray[Any]]) -> None:
    for variable, value in zip(_state(model), arrays, strict=True):
        variable.assign(value)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="fashion_plugin.training.recipe", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", default="imagenet", help="imagenet, none, or a path")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--leave-out", action="append", default=[], choices=SOURCES)
    for name, value in asdict(Recipe()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    options = vars(parser.parse_args(arguments))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    where = {name: options.pop(name) for name in ("data", "weights", "out", "leave_out")}
    weights = None if where["weights"] == "none" else where["weights"]
    run = Run(where["data"], where["out"], Recipe(**options), weights, where["leave_out"])
    print(json.dumps(run(), indent=1))


if __name__ == "__main__":
    main()
