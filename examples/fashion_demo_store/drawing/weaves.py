"""Weaves: how threads catch light, as repeating brightness tiles around 1."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["WEAVES", "smooth_noise"]

Tile = NDArray[np.float32]


@lru_cache(maxsize=32)
def smooth_noise(size: int, cells: int, seed: int) -> Tile:
    """Repeating soft noise in [-1, 1], (size, size): low frequencies of white noise, via the FFT."""
    coarse = size
    while coarse % 2 == 0 and coarse >= 12 * cells:
        coarse //= 2
    white = np.random.default_rng([seed, cells]).standard_normal((coarse, coarse), dtype=np.float32)
    spectrum = np.fft.rfft2(white)
    fall = np.exp((np.fft.fftfreq(coarse) * coarse / cells) ** 2 / -2.0).astype(np.float32)
    spectrum *= fall[:, None] * fall[: coarse // 2 + 1]
    spectrum[0, 0] = 0.0
    field = np.fft.irfft2(spectrum, (coarse, coarse))
    if coarse < size:
        # Nothing in it is finer than a few of the coarse cells.
        rim = 3
        around = Image.fromarray(np.pad(field, rim, mode="wrap"))
        inner = (rim, rim, rim + coarse, rim + coarse)
        field = np.asarray(around.resize((size, size), Image.Resampling.BICUBIC, box=inner))
    return np.asarray(field / (np.abs(field).max() + 1e-9), dtype=np.float32)


def _grain(size: int, cells: int, seed: int) -> Tile:
    """Noise as fine as threads, where nobody sees that a quarter of it repeats."""
    return np.tile(smooth_noise(size // 2, cells // 2, seed), (2, 2))


def _grid(size: int) -> tuple[Tile, Tile]:
    place = (np.arange(size, dtype=np.float32) + 0.5) / size
    return np.meshgrid(place, place)


def _jersey(size: int) -> Tile:
    x, _ = _grid(size)
    return np.asarray(1 + 0.018 * np.sin(2 * np.pi * x * 90) + 0.05 * _grain(size, 120, 1), dtype=np.float32)


def _woven(size: int) -> Tile:
    x, y = _grid(size)
    threads = np.sin(2 * np.pi * x * 100) * np.sin(2 * np.pi * y * 100)
    return np.asarray(1 + 0.03 * threads + 0.04 * _grain(size, 100, 2), dtype=np.float32)


def _linen(size: int) -> Tile:
    generator = np.random.default_rng(3)
    warp = np.repeat(generator.standard_normal(size // 4), 4)[None, :]
    weft = np.repeat(generator.standard_normal(size // 4), 4)[:, None]
    slub = warp * (1 + 0.6 * smooth_noise(size, 14, 4)) + weft * (1 + 0.6 * smooth_noise(size, 14, 5))
    return np.asarray(1 + 0.036 * slub + 0.03 * _grain(size, 110, 3), dtype=np.float32)


def _denim(size: int) -> Tile:
    x, y = _grid(size)
    twill = np.sin(2 * np.pi * (x * 64 + y * 64))
    slub = np.repeat(np.random.default_rng(6).standard_normal(size // 2), 2)[None, :]
    faded = smooth_noise(size, 5, 6)
    fuzz = 0.05 * slub + 0.05 * faded + 0.10 * _grain(size, 140, 7)
    return np.asarray(1 + 0.085 * twill + fuzz, dtype=np.float32)


def _knit(size: int, columns: int = 26, rows: int = 32) -> Tile:
    x, y = _grid(size)
    across = (x * columns) % 1.0
    down = (y * rows + np.abs(across * 2 - 1) * 0.75) % 1.0
    stitch = np.sin(np.pi * down) ** 0.8 * (0.35 + 0.65 * np.sin(np.pi * ((across * 2) % 1.0)) ** 0.7)
    return np.asarray(0.80 + 0.30 * stitch + 0.02 * _grain(size, 90, 8), dtype=np.float32)


def _chunky(size: int) -> Tile:
    return _knit(size, 14, 18)


def _rib(size: int) -> Tile:
    x, y = _grid(size)
    ridge = np.sin(2 * np.pi * x * 20)
    purl = np.sin(2 * np.pi * y * 56)
    return np.asarray(0.97 + 0.13 * ridge + 0.03 * purl + 0.03 * _grain(size, 100, 9), dtype=np.float32)


def _cable(size: int) -> Tile:
    x, y = _grid(size)
    cell = (x * 5) % 1.0
    swing = 0.20 * np.sin(2 * np.pi * y * 6)
    light = np.full_like(x, 0.80)
    for turn in (0.0, np.pi):
        strand = 0.5 + swing * np.cos(turn) * 1.0
        near = np.abs(cell - strand)
        over = 1 + 0.10 * np.sign(np.cos(turn)) * np.cos(2 * np.pi * y * 6)
        light = np.maximum(light, (0.82 + 0.34 * np.sqrt(np.clip(1 - (near / 0.15) ** 2, 0, 1))) * over)
    edge = np.minimum(cell, 1 - cell)
    light = np.where(edge < 0.10, 0.84 + 0.16 * np.sin(2 * np.pi * y * 44), light)
    strands = np.sin(2 * np.pi * (y * 44 + x * 30))
    return np.asarray(light * (0.98 + 0.05 * strands), dtype=np.float32)


def _corduroy(size: int) -> Tile:
    x, _ = _grid(size)
    wale = np.abs(np.sin(np.pi * x * 34))
    return np.asarray(0.82 + 0.24 * wale + 0.05 * _grain(size, 80, 10), dtype=np.float32)


def _leather(size: int) -> Tile:
    grain = smooth_noise(size, 60, 12)
    return np.asarray(
        1 + 0.06 * grain - 0.10 * np.exp(-((smooth_noise(size, 40, 13) / 0.06) ** 2)), dtype=np.float32
    )


def _satin(size: int) -> Tile:
    return np.asarray(1 + 0.012 * _grain(size, 140, 14), dtype=np.float32)


def _tweed(size: int) -> Tile:
    x, y = _grid(size)
    bone = np.sin(2 * np.pi * (x * 48 + np.abs(((y * 12) % 1.0) * 2 - 1) * 2.0))
    fleck = np.random.default_rng(15).standard_normal((size // 2, size // 2)).repeat(2, 0).repeat(2, 1)
    return np.asarray(1 + 0.10 * bone + 0.075 * fleck, dtype=np.float32)


def _straw(size: int) -> Tile:
    x, y = _grid(size)
    braid = np.sin(2 * np.pi * (x * 24 + y * 24)) * np.sin(2 * np.pi * (x * 24 - y * 24))
    return np.asarray(1 + 0.16 * braid + 0.05 * _grain(size, 90, 16), dtype=np.float32)


def _fleece(size: int) -> Tile:
    return np.asarray(1 + 0.13 * smooth_noise(size, 55, 17) + 0.05 * _grain(size, 150, 18), dtype=np.float32)


def _skin(size: int) -> Tile:
    return np.asarray(1 + 0.010 * smooth_noise(size, 30, 19), dtype=np.float32)


WEAVES: dict[str, Callable[[int], Tile]] = {
    "jersey": _jersey,
    "woven": _woven,
    "linen": _linen,
    "denim": _denim,
    "knit": _knit,
    "chunky": _chunky,
    "rib": _rib,
    "cable": _cable,
    "corduroy": _corduroy,
    "leather": _leather,
    "satin": _satin,
    "tweed": _tweed,
    "straw": _straw,
    "fleece": _fleece,
    "skin": _skin,
}
