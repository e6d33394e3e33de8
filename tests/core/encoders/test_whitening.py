"""PCA whitening of an encoder's embeddings."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fashion_plugin.encoders import LiteRTEncoder, load_encoder
from fashion_plugin.encoders.whitening import WhitenedEncoder, Whitening
from fashion_plugin.errors import EncoderError, InvalidInput, WeightsError
from fashion_plugin.testing import FakeEncoder, check_encoder

Images = list[NDArray[np.uint8]]


def _gallery(encoder: FakeEncoder, count: int = 40) -> NDArray[np.float32]:
    rng = np.random.default_rng(2)
    return encoder.encode([rng.integers(0, 256, (6, 5, 3), dtype=np.uint8) for _ in range(count)])


@pytest.mark.parametrize("count", [500, 30], ids=["more photos than dimensions", "fewer"])
def test_the_whitened_gallery_has_no_correlation_and_one_variance(count: int) -> None:
    encoder = FakeEncoder(dim=64)
    rng = np.random.default_rng(0)
    gallery = (rng.normal(size=(count, 8)) @ rng.normal(size=(8, 64)) + 3).astype(np.float32)
    whitening = Whitening.fit(encoder, gallery, 6)
    projected = (gallery - whitening.mean) @ whitening.matrix
    np.testing.assert_allclose(np.cov(projected, rowvar=False), np.eye(6), atol=1e-3)


def test_a_whitened_encoder_keeps_the_contract() -> None:
    encoder = FakeEncoder()
    whitened = WhitenedEncoder(encoder, Whitening.fit(encoder, _gallery(encoder), 4))
    check_encoder(whitened, tolerance=1e-3)
    assert whitened.dim == 4
    assert load_encoder(whitened) is whitened


def test_the_fingerprint_is_of_the_encoder_and_the_gallery() -> None:
    encoder = FakeEncoder()
    gallery = _gallery(encoder)
    fingerprints = {
        encoder.fingerprint,
        WhitenedEncoder(encoder, Whitening.fit(encoder, gallery, 4)).fingerprint,
        WhitenedEncoder(encoder, Whitening.fit(encoder, gallery, 3)).fingerprint,
        WhitenedEncoder(encoder, Whitening.fit(encoder, gallery[:30], 4)).fingerprint,
    }
    assert len(fingerprints) == 4
    again = WhitenedEncoder(encoder, Whitening.fit(encoder, gallery, 4)).fingerprint
    assert again in fingerprints


def test_a_whitening_of_the_shipped_encoder_opens_by_its_path(
    tmp_path: Path, fashion: LiteRTEncoder, garments: Images
) -> None:
    whitening = Whitening.fit(fashion, fashion.encode(garments), 3)
    whitening.save(tmp_path / "white.npz")
    encoder = load_encoder(tmp_path / "white.npz")
    assert (encoder.name, encoder.dim) == ("fashion-pca3", 3)
    np.testing.assert_allclose(encoder.encode(garments), whitening.apply(fashion.encode(garments)), atol=1e-5)


def test_a_whitening_of_another_encoder_is_refused() -> None:
    encoder = FakeEncoder()
    whitening = Whitening.fit(encoder, _gallery(encoder), 4)
    with pytest.raises(EncoderError, match="fit it anew"):
        WhitenedEncoder(FakeEncoder(name="other"), whitening)


@pytest.mark.parametrize(
    ("gallery", "dim", "says"),
    [
        (np.zeros((9, 5), np.float32), 3, r"\(n, 8\)"),
        (np.zeros((9, 8), np.float32), 3, "too much alike"),
        (np.full((9, 8), np.nan, np.float32), 3, "not numbers"),
        (np.eye(8, dtype=np.float32), 8, "1 to 7"),
        (np.eye(8, dtype=np.float32), 0, "1 to 7"),
        (np.zeros((0, 8), np.float32), 3, "1 to 0"),
    ],
)
def test_a_gallery_that_does_not_do_is_refused(gallery: NDArray[np.float32], dim: int, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        Whitening.fit(FakeEncoder(), gallery, dim)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not an archive"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.npz").write_bytes(content)
    with pytest.raises(WeightsError, match=r"x\.npz"):
        load_encoder(tmp_path / "x.npz")


def test_an_archive_of_other_arrays_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", vectors=np.zeros(3))
    with pytest.raises(WeightsError, match=r"x\.npz"):
        load_encoder(tmp_path / "x.npz")
