"""The garment parser: a photo in, its garments out."""

import hashlib
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.catalog import Garment
from fashion_plugin.encoders.pool import Pool, share_out
from fashion_plugin.errors import WeightsError
from fashion_plugin.looks.decide import RULES, decide
from fashion_plugin.looks.dressed import garments_of
from fashion_plugin.looks.frames import frame_photo, merge_windows, windows

__all__ = ["PARSER_V3", "GarmentParser", "LiteRTGarmentParser", "ParserWeights"]


@runtime_checkable
class GarmentParser(Protocol):
    """Finds the garments in photos; `fingerprint` changes whenever the boxes would."""

    @property
    def fingerprint(self) -> str: ...

    def parse(self, image: NDArray[np.uint8]) -> list[Garment]: ...


@dataclass(frozen=True, slots=True)
class ParserWeights:
    """A file of weights beside this package and the sha256 it must have."""

    file: str
    sha256: str


PARSER_V3: Final = ParserWeights(
    "parser_v3.tflite", "fb9eb88806694dad13609f64ae7b9b7ad91ec5a69b18e49f34245444dea5afb5"
)
"""The parser that comes with the package; `weights/parser_v3.md` is its model card."""

_FOLDER: Final = Path(__file__).parent / "weights"


class LiteRTGarmentParser:
    """Finds garments with a LiteRT network; safe to call from any number of threads.

    Nothing is read before the first `parse`. `flip` also shows the network the mirrored photo and averages
    both answers, which doubles the time.
    """

    def __init__(
        self,
        weights: ParserWeights = PARSER_V3,
        *,
        path: Path | None = None,
        flip: bool = True,
        size: int = 2,
    ) -> None:
        self.weights = weights
        self.flip = flip
        self._path = path or _FOLDER / weights.file
        self._network: bytes | None = None
        self._loading = threading.Lock()
        self._pool: Pool[Any] = Pool(self._open, size)

    @property
    def fingerprint(self) -> str:
        """Hash of the weights, the rules and the options that decide the boxes."""
        parts = f"{self.weights.sha256}/{RULES!r}/flip={self.flip}"
        return hashlib.sha256(parts.encode()).hexdigest()[:16]

    def parse(self, image: NDArray[np.uint8]) -> list[Garment]:
        """Garments of an upright uint8 RGB photo (H, W, 3), the surest first.

        Each mask covers its garment's box at the parser's own resolution, 96 pixels along the photo's longer
        side where the photo is a full portrait. A photo much longer than wide is read in overlapping windows.

        Raises:
            WeightsError: the network's file is missing, damaged or of another network.
            ValueError: the array is not a uint8 RGB photo.
        """
        if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:
            raise ValueError(f"a photo is uint8 (height, width, 3), not {image.dtype} {image.shape}")
        parts = windows(image.shape[1], image.shape[0])
        found = [self._parse_window(image[y0:y1, x0:x1]) for x0, y0, x1, y1 in parts]
        return merge_windows(found, parts, image.shape[1], image.shape[0])

    def probabilities(self, image: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What each part of a photo may be, float32 (h, w, 16), and what it wears, float32 (11,)."""
        framed = frame_photo(image)
        answers: dict[int, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}

        def answer(view: int) -> None:
            with self._pool.lend() as interpreter:
                answers[view] = self._run(interpreter, framed.name, framed.pixels(mirrored=view == 1))

        share_out(answer, 1 + self.flip, self._pool.size)  # side by side, where cores are free: half the wait
        pixels = answers[0][0]
        if self.flip:
            pixels = (pixels + answers[1][0][:, ::-1]) * np.float32(0.5)
        return framed.crop(pixels), np.mean(
            [present for _, present in answers.values()], axis=0, dtype=np.float32
        )

    def _parse_window(self, image: NDArray[np.uint8]) -> list[Garment]:
        pixels, _ = self.probabilities(image)
        found = garments_of(decide(pixels), pixels, smallest=RULES.smallest)
        return [garment for garment in found if garment.score >= RULES.threshold]

    def _run(
        self, interpreter: Any, frame: str, view: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        answer = interpreter.get_signature_runner(frame)(image=view)
        return answer["pixels"][0], answer["present"][0]

    def _open(self) -> Any:
        from ai_edge_litert.interpreter import Interpreter

        with self._loading:
            if self._network is None:
                self._network = self._read()
        try:
            return Interpreter(model_content=self._network, num_threads=1)
        except (RuntimeError, ValueError) as error:
            raise WeightsError(f"LiteRT cannot run {self._path}: {error}") from error

    def _read(self) -> bytes:
        try:
            network = self._path.read_bytes()
        except OSError as error:
            raise WeightsError(
                f"the garment parser's weights {self._path} cannot be read ({error}): reinstall the package"
            ) from error
        if hashlib.sha256(network).hexdigest() != self.weights.sha256:
            raise WeightsError(f"{self._path} is damaged or of another parser: reinstall the package")
        return network
