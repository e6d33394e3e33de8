"""Any encoder's embeddings projected: whitened on a gallery, or tuned on a shop's own photos."""

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.encoders.base import Encoder, l2_normalise
from fashion_plugin.errors import EncoderError, InvalidInput, WeightsError

__all__ = ["WhitenedEncoder", "Whitening"]


@dataclass(frozen=True, slots=True, eq=False)
class Whitening:
    """A projection of an encoder's embeddings: ``(vector - mean) @ matrix``, scaled to unit length.

    mean is (d,) float32 and matrix (d, dim) float32. `fit` takes the main directions of a gallery, each
    scaled to the same variance: directions that many photos share count for less afterwards (Jégou and
    Chum, "Negative evidences and co-occurences in image retrieval", ECCV 2012). ``encoder`` names the
    encoder whose embeddings it was fitted on, as `load_encoder` takes it, ``fitted_on`` is its fingerprint.
    ``name`` is what the projected encoder is called; ``score_floor`` as in `Preset`.
    """

    encoder: str
    fitted_on: str
    mean: NDArray[np.float32]
    matrix: NDArray[np.float32]
    name: str = ""
    score_floor: float = 0.0

    @classmethod
    def fit(cls, encoder: Encoder, gallery: NDArray[np.float32], dim: int) -> "Whitening":
        """Fit on the gallery's embeddings (n, d) by this encoder, keeping ``dim`` directions.

        Raises:
            InvalidInput: the gallery is not of this encoder, or too small or too much alike for ``dim``.
        """
        if gallery.ndim != 2 or gallery.shape[1] != encoder.dim:
            raise InvalidInput(f"The gallery must be (n, {encoder.dim}) embeddings, not {gallery.shape}.")
        if not np.isfinite(gallery).all():
            raise InvalidInput("The gallery holds values that are not numbers.")
        most = min(len(gallery) - 1, encoder.dim)
        if not 1 <= dim <= most:
            raise InvalidInput(
                f"{len(gallery)} embeddings of {encoder.dim} dimensions can be whitened to "
                f"1 to {max(most, 0)} dimensions, not {dim}."
            )
        mean = gallery.mean(axis=0, dtype=np.float64)
        directions, variance = _principal(gallery.astype(np.float64) - mean, dim)
        if variance[-1] <= 1e-12 * variance[0]:
            raise InvalidInput(
                f"The gallery's photos are too much alike for {dim} dimensions: keep fewer, or fit on "
                "more photos."
            )
        matrix = directions / np.sqrt(variance)
        return cls(encoder.name, encoder.fingerprint, mean.astype(np.float32), matrix.astype(np.float32))

    @property
    def dim(self) -> int:
        """The number of directions kept."""
        return int(self.matrix.shape[1])

    def apply(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Project (n, d) embeddings to (n, dim) unit rows."""
        return l2_normalise(np.asarray((vectors - self.mean) @ self.matrix, dtype=np.float32))

    def save(self, path: Path) -> None:
        """Write a ``.npz`` file that `load_encoder` takes, where the encoder is a preset or a file."""
        path.write_bytes(self.to_bytes())

    def to_bytes(self) -> bytes:
        """What `save` writes."""
        about = {
            "encoder": self.encoder,
            "fitted_on": self.fitted_on,
            "name": self.name,
            "score_floor": self.score_floor,
        }
        file = io.BytesIO()
        np.savez(file, about=np.array(json.dumps(about)), mean=self.mean, matrix=self.matrix)
        return file.getvalue()

    @classmethod
    def load(cls, path: Path) -> "Whitening":
        """Read what `save` wrote.

        Raises:
            WeightsError: the file is missing, damaged or something else.
        """
        try:
            return cls.from_bytes(path.read_bytes(), str(path))
        except OSError as error:
            raise WeightsError(f"{path} cannot be read: {error.strerror or error}") from error

    @classmethod
    def from_bytes(cls, content: bytes, path: str) -> "Whitening":
        """Read what `to_bytes` gave; ``path`` is where it stands, for the error.

        Raises:
            WeightsError: it is damaged or something else.
        """
        try:
            # From memory: of a damaged file NumPy would leave the handle open.
            with np.load(io.BytesIO(content), allow_pickle=False) as stored:
                about = json.loads(str(stored["about"]))
                floor = float(about.get("score_floor", 0.0))
                origin, name = (about["encoder"], about["fitted_on"]), about.get("name", "")
                found = cls(*origin, stored["mean"], stored["matrix"], name, floor)
        except Exception as error:  # NumPy raises whatever its parsers of archives and headers do
            raise WeightsError(f"{path} is not a whitening, or is damaged: {error}") from error
        if found.matrix.ndim != 2 or found.mean.shape != found.matrix.shape[:1]:
            raise WeightsError(f"{path} is not a whitening: its mean and matrix do not fit each other.")
        return found


class WhitenedEncoder:
    """An encoder whose embeddings are projected; safe in threads as far as the encoder within is."""

    def __init__(self, encoder: Encoder, whitening: Whitening) -> None:
        if whitening.fitted_on != encoder.fingerprint:
            raise EncoderError(
                f"This whitening was fitted on embeddings of {whitening.encoder!r} "
                f"({whitening.fitted_on[:12]}), not of {encoder.name!r} ({encoder.fingerprint[:12]}): "
                "fit it anew."
            )
        self.encoder, self.whitening = encoder, whitening
        self.name = whitening.name or f"{encoder.name}-pca{whitening.dim}"
        self.score_floor = whitening.score_floor
        self.dim = whitening.dim
        digest = hashlib.sha256(encoder.fingerprint.encode())
        digest.update(whitening.mean.tobytes())
        digest.update(whitening.matrix.tobytes())
        self.fingerprint = digest.hexdigest()

    def encode(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Encode uint8 RGB images (H, W, 3) of any size into (n, dim) float32 rows of unit length."""
        return self.whitening.apply(self.encoder.encode(images))


def _principal(centred: NDArray[np.float64], dim: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The ``dim`` directions (d, dim) of most variance, and their variances, largest first."""
    rows, columns = centred.shape
    # The smaller of the two products holds the same directions: few vectors of 4096 dimensions stay cheap.
    wide = columns > rows
    product = (centred @ centred.T if wide else centred.T @ centred) / (rows - 1)
    values, vectors = np.linalg.eigh(product)
    values, vectors = np.maximum(values[::-1][:dim], 0.0), vectors[:, ::-1][:, :dim]
    if wide:
        vectors = centred.T @ vectors
        vectors /= np.maximum(np.linalg.norm(vectors, axis=0), np.finfo(np.float64).tiny)
    # The sign of a direction is arbitrary; this makes the same gallery give the same numbers everywhere.
    peaks = vectors[np.abs(vectors).argmax(axis=0), np.arange(dim)]
    return vectors * np.where(peaks < 0, -1.0, 1.0), values
