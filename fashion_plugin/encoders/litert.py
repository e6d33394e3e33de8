"""The serving runtime: an exported network run by LiteRT on the CPU."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.encoders.base import l2_normalise
from fashion_plugin.encoders.bundle import network_of
from fashion_plugin.encoders.pool import Pool, share_out, usable_cores
from fashion_plugin.encoders.preprocess import checked_image, scale, square
from fashion_plugin.encoders.presets import OfPreset, Preprocessing, Preset
from fashion_plugin.errors import WeightsError

__all__ = ["WEIGHTS", "LiteRTEncoder"]

WEIGHTS = Path(__file__).parent / "weights"
"""The folder of shipped weights."""

_MOST = 8  # interpreters, each of which takes 23 MB


class LiteRTEncoder(OfPreset):
    """Encodes photos with a LiteRT network; safe to call from any number of threads.

    Nothing is read before the first `encode`. One interpreter of one thread is kept for each core and lent to
    whoever encodes; several images are shared out over the idle ones. An image's embedding does not depend on
    what else is in the call.
    """

    def __init__(self, preset: Preset, path: Path | None = None, *, threads: int | None = None) -> None:
        super().__init__(preset)
        self._path = path or WEIGHTS / preset.file
        self._network: bytes | None = None
        self._loading = threading.Lock()
        self._pool: Pool[_Interpreter] = Pool(self._open, threads or min(usable_cores(), _MOST))

    def __repr__(self) -> str:
        return f"LiteRTEncoder({self.name!r}, dim={self.dim}, file={str(self._path)!r})"

    @property
    def path(self) -> Path:
        """Where the network's file is."""
        return self._path

    def encode(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Encode uint8 RGB images (H, W, 3) of any size into (n, dim) float32 rows of unit length.

        Raises:
            WeightsError: the network's file is missing, damaged, or of another network.
        """
        images = [checked_image(image) for image in images]
        vectors = np.zeros((len(images), self.dim), dtype=np.float32)

        def encode_one(index: int) -> None:
            pixels = square(images[index], self.preset.input_size)
            with self._pool.lend() as interpreter:
                vectors[index] = interpreter.run(pixels)
                if self.preset.flips:
                    mirrored = interpreter.run(pixels[:, ::-1])
                    vectors[index] = l2_normalise(vectors[index]) + l2_normalise(mirrored)

        share_out(encode_one, len(images), self._pool.size)
        return l2_normalise(vectors)

    def _open(self) -> "_Interpreter":
        with self._loading:
            if self._network is None:
                self._network = network_of(self._path, self.preset)
        try:
            return _Interpreter(self._network, self.preset)
        except (RuntimeError, ValueError) as error:
            raise WeightsError(f"LiteRT cannot run {self._path}: {error}") from error


class _Interpreter:
    """One LiteRT interpreter of one thread, for one image at a time."""

    def __init__(self, network: bytes, preset: Preset) -> None:
        from ai_edge_litert.interpreter import Interpreter

        # Measured on two cores: a batch of 8 or 32 in one run is no faster for each image than one at a time,
        # and two threads in an interpreter give less in bulk than two interpreters of one.
        self._run = Interpreter(model_content=network, num_threads=1)
        self._run.allocate_tensors()
        (source,), (target,) = self._run.get_input_details(), self._run.get_output_details()
        size = preset.input_size
        if tuple(source["shape"]) != (1, size, size, 3) or tuple(target["shape"]) != (1, preset.dim):
            raise ValueError(
                f"it turns {tuple(source['shape'])} into {tuple(target['shape'])}, and its record says "
                f"(1, {size}, {size}, 3) into (1, {preset.dim})"
            )
        self._source, self._target = source["index"], target["index"]
        self._to_input = _input_scaling(source, preset.preprocessing)
        self._output_scale, self._output_zero = target["quantization"]

    def run(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Run uint8 (size, size, 3) through the network: (dim,) float32 of any length."""
        self._run.set_tensor(self._source, self._to_input(pixels)[None])
        self._run.invoke()
        vector = self._run.get_tensor(self._target)[0]
        if vector.dtype == np.float32:
            return np.asarray(vector, dtype=np.float32)
        return np.asarray((vector - np.float32(self._output_zero)) * self._output_scale, dtype=np.float32)


def _input_scaling(source: Any, how: Preprocessing) -> Callable[[NDArray[np.uint8]], NDArray[Any]]:
    dtype = np.dtype(source["dtype"])
    if dtype == np.float32:
        return lambda pixels: scale(pixels, how)
    if dtype not in (np.uint8, np.int8):
        raise ValueError(f"its input is {dtype}, and only float32, uint8 and int8 are known")
    step, zero = source["quantization"]
    levels = np.broadcast_to(np.arange(256, dtype=np.uint8)[:, None], (256, 3))
    quantised = np.rint(scale(levels, how) / step + zero)
    limits = np.iinfo(dtype)
    table = np.clip(quantised, limits.min, limits.max).astype(dtype)
    if (table == table[:, :1]).all():
        return lambda pixels: table[:, 0][pixels]
    return lambda pixels: np.stack([table[:, channel][pixels[..., channel]] for channel in range(3)], axis=-1)
