from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fashion_plugin.encoders import LiteRTEncoder, load_encoder
from fashion_plugin.encoders.litert import WEIGHTS
from fashion_plugin.encoders.presets import DEFAULT, PRESETS


@pytest.fixture(scope="session")
def fashion() -> LiteRTEncoder:
    encoder = load_encoder(DEFAULT)
    assert isinstance(encoder, LiteRTEncoder)
    return encoder


@pytest.fixture
def shipped() -> bytes:
    return (WEIGHTS / PRESETS[DEFAULT].file).read_bytes()


@pytest.fixture
def copied(tmp_path: Path, shipped: bytes) -> Path:
    """A copy of the shipped encoder, for tests that damage it or load it by path."""
    path = tmp_path / "copy.tflite"
    path.write_bytes(shipped)
    return path


@pytest.fixture(scope="session")
def garments() -> list[NDArray[np.uint8]]:
    """Four drawn garments of several shapes: a red T-shirt, a striped one, blue trousers, a green dress."""
    return [
        _shirt(240, 200, (200, 30, 40), None),
        _shirt(180, 260, (240, 240, 235), (30, 40, 120)),
        _trousers(500, 300, (40, 60, 140)),
        _dress(320, 320, (20, 120, 70)),
    ]


def _canvas(height: int, width: int) -> tuple[NDArray[np.uint8], NDArray[np.float64], NDArray[np.float64]]:
    rows, columns = np.mgrid[0:height, 0:width]
    return np.full((height, width, 3), 255, np.uint8), rows / height, columns / width


def _shirt(
    height: int, width: int, colour: tuple[int, int, int], stripes: tuple[int, int, int] | None
) -> NDArray[np.uint8]:
    image, y, x = _canvas(height, width)
    body = (abs(x - 0.5) < 0.2) & (y > 0.15) & (y < 0.85)
    sleeves = (abs(x - 0.5) < 0.42) & (y > 0.15 + abs(x - 0.5) * 0.5) & (y < 0.35 + abs(x - 0.5) * 0.3)
    neck = (abs(x - 0.5) / 0.1) ** 2 + ((y - 0.15) / 0.06) ** 2 < 1
    garment = (body | sleeves) & ~neck
    image[garment] = colour
    if stripes:
        image[garment & (np.floor(y * 20) % 2 == 0)] = stripes
    return image


def _trousers(height: int, width: int, colour: tuple[int, int, int]) -> NDArray[np.uint8]:
    image, y, x = _canvas(height, width)
    legs = (abs(abs(x - 0.5) - 0.12) < 0.11) & (y > 0.08) & (y < 0.95)
    waist = (abs(x - 0.5) < 0.2) & (y > 0.08) & (y < 0.3)
    image[legs | waist] = colour
    return image


def _dress(height: int, width: int, colour: tuple[int, int, int]) -> NDArray[np.uint8]:
    image, y, x = _canvas(height, width)
    image[(abs(x - 0.5) < 0.1 + 0.25 * np.clip(y - 0.3, 0, 1)) & (y > 0.1) & (y < 0.92)] = colour
    return image
