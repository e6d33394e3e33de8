"""Prints: what is woven into or printed on cloth, as repeating tiles."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fashion_demo_store.drawing.palette import RGB, mix
from fashion_demo_store.drawing.weaves import smooth_noise

__all__ = ["PRINTS"]

Draw = Callable[[int, RGB, tuple[RGB, ...], np.random.Generator], Image.Image]
WHITE: RGB = (244, 242, 236)


def _ground(size: int, colour: RGB) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (size, size), colour)
    return image, ImageDraw.Draw(image)


def _accent(accents: tuple[RGB, ...], i: int = 0) -> RGB:
    return accents[i % len(accents)] if accents else WHITE


def _plain(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    return Image.new("RGB", (size, size), colour)


def _bands(
    size: int, colour: RGB, spans: Sequence[tuple[float, float, RGB]], count: int, *, vertical: bool
) -> Image.Image:
    image, draw = _ground(size, colour)
    step = size / count
    for i in range(count):
        for start, end, shade in spans:
            a, b = (i + start) * step, (i + end) * step - 1
            draw.rectangle((a, 0, b, size) if vertical else (0, a, size, b), fill=shade)
    return image


def _breton(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    return _bands(size, colour, [(0.1, 0.5, _accent(accents))], 5, vertical=False)


def _wide(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    spans = [(0.0, 0.5, _accent(accents)), (0.62, 0.7, _accent(accents, 1))]
    return _bands(size, colour, spans, 2, vertical=False)


def _pinstripe(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    return _bands(size, colour, [(0.4, 0.5, _accent(accents))], 9, vertical=True)


def _stripe(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    return _bands(size, colour, [(0.2, 0.55, _accent(accents))], 7, vertical=True)


def _painted(pick: NDArray[np.uint8], shades: Sequence[RGB]) -> Image.Image:
    """The colours that a field of their numbers, (h, w), picks."""
    image = Image.fromarray(pick)
    image.putpalette([level for shade in shades for level in shade])
    return image.convert("RGB")


def _gingham(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    over, count = _accent(accents), 6
    place = ((np.arange(size) * count / size) % 1.0 < 0.5).astype(np.uint8)
    return _painted(place[:, None] + place, (colour, mix(colour, over, 0.5), over))


def _weave_bands(size: int, bands: list[tuple[float, float, RGB, float]], colour: RGB) -> Image.Image:
    cloth = np.empty((size, size, 3), dtype=np.float32)
    cloth[:] = colour
    for start, end, shade, weight in bands:
        inside = slice(math.ceil(start * size), math.ceil(end * size))
        for stripe in (cloth[inside], cloth[:, inside]):
            stripe += (np.array(shade, dtype=np.float32) - stripe) * np.float32(weight)
    return Image.fromarray(cloth.astype(np.uint8))


def _tartan(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    first, second, line = _accent(accents), _accent(accents, 1), _accent(accents, 2)
    bands = [(0.0, 0.26, first, 0.55), (0.5, 0.76, first, 0.55), (0.30, 0.42, second, 0.5)]
    bands += [(0.12, 0.14, line, 0.75), (0.62, 0.64, line, 0.75), (0.86, 0.90, second, 0.6)]
    return _weave_bands(size, bands, colour)


def _windowpane(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    over = _accent(accents)
    lines = [
        (0.0, 0.025, over, 0.8),
        (0.5, 0.525, over, 0.8),
        (0.06, 0.07, over, 0.4),
        (0.56, 0.57, over, 0.4),
    ]
    return _weave_bands(size, lines, colour)


def _houndstooth(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    cells = 8
    step = size // cells
    y, x = np.mgrid[0:step, 0:step]
    warp, weft = (x // (step // 2)) % 2, (y // (step // 2)) % 2
    twill = ((x + y) // (step // 4)) % 2
    dark = np.where(warp == weft, warp, twill).astype(np.uint8)
    return _painted(np.tile(dark, (cells, cells)), (colour, _accent(accents)))


def _dots(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    image, draw = _ground(size, colour)
    count = 5
    step, radius = size / count, size / count * 0.23
    for row in range(-1, count * 2 + 1):
        for column in range(-1, count + 1):
            x, y = (column + 0.5 * (row % 2)) * step, row * step / 2
            if row % 2 or column % 1 == 0:
                draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_accent(accents))
    return image


def _pindots(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    image, draw = _ground(size, colour)
    count = 12
    step, radius = size / count, size / count * 0.16
    for row in range(count):
        for column in range(-1, count + 1):
            x, y = (column + 0.25 + 0.5 * (row % 2)) * step, (row + 0.5) * step
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_accent(accents))
    return image


def _scatter(rng: np.random.Generator, count: int, spread: float) -> list[tuple[float, float]]:
    """Places in the unit square that keep a distance from one another across its borders."""
    kept: list[tuple[float, float]] = []
    for x, y in rng.random((count * 60, 2)):
        gaps = (min(abs(x - a), 1 - abs(x - a)) ** 2 + min(abs(y - b), 1 - abs(y - b)) ** 2 for a, b in kept)
        if all(gap > spread**2 for gap in gaps):
            kept.append((float(x), float(y)))
        if len(kept) == count:
            break
    return kept


def _ellipses(
    draw: ImageDraw.ImageDraw,
    size: int,
    x: float,
    y: float,
    reach: float,
    turn: float,
    petals: int,
    fill: RGB,
) -> None:
    for k in range(petals):
        angle = turn + 2 * np.pi * k / petals
        px, py, r = x + np.cos(angle) * reach * 0.62, y + np.sin(angle) * reach * 0.62, reach * 0.46
        draw.ellipse((px - r, py - r, px + r, py + r), fill=fill)


def _leaf(
    draw: ImageDraw.ImageDraw, x: float, y: float, reach: float, angle: float, length: float, fill: RGB
) -> None:
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    base = np.array([x, y]) + along * reach
    place = np.linspace(0, np.pi, 9)
    one = [base + along * length * (1 - np.cos(t)) / 2 + across * length * 0.22 * np.sin(t) for t in place]
    two = [base + along * length * (1 - np.cos(t)) / 2 - across * length * 0.22 * np.sin(t) for t in place]
    draw.polygon([(float(p[0]), float(p[1])) for p in [*one, *reversed(two)]], fill=fill)


def _flowers(
    size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator, count: int, reach: float
) -> Image.Image:
    image, draw = _ground(size, colour)
    green = mix(_accent(accents, 1), colour, 0.15)
    for u, v in _scatter(rng, count, 0.82 / np.sqrt(count)):
        turn, own = float(rng.random() * 6.28), reach * (0.75 + 0.5 * float(rng.random()))
        kind = int(rng.integers(0, 3))
        bloom = _accent(accents, 2) if kind == 2 and len(accents) > 2 else _accent(accents)
        for du in (-1, 0, 1):
            for dv in (-1, 0, 1):
                x, y, r = (u + du) * size, (v + dv) * size, own * size
                if -2 * r < x < size + 2 * r and -2 * r < y < size + 2 * r:
                    for side in (0.4, 2.3, 4.4):
                        _leaf(draw, x, y, r * 0.6, turn + side, r * 1.2, green)
                    _ellipses(draw, size, x, y, r, turn, 5, bloom)
                    _ellipses(draw, size, x, y, r * 0.62, turn + 0.6, 5, mix(bloom, WHITE, 0.3))
                    c = r * 0.24
                    draw.ellipse((x - c, y - c, x + c, y + c), fill=(222, 170, 60))
    return image


def _floral(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    return _flowers(size, colour, accents, rng, 15, 0.066)


def _bloom(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    return _flowers(size, colour, accents, rng, 6, 0.135)


def _animal(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    image, draw = _ground(size, colour)
    dark = _accent(accents)
    for u, v in _scatter(rng, 46, 0.105):
        r, turn = size * (0.028 + 0.016 * float(rng.random())), float(rng.random() * 6.28)
        for du in (-1, 0, 1):
            for dv in (-1, 0, 1):
                x, y = (u + du) * size, (v + dv) * size
                if not (-2 * r < x < size + 2 * r and -2 * r < y < size + 2 * r):
                    continue
                draw.ellipse(
                    (x - r * 0.7, y - r * 0.7, x + r * 0.7, y + r * 0.7), fill=mix(colour, dark, 0.35)
                )
                # A rosette is a ring with gaps, no two alike.
                for k in range(3):
                    start = np.degrees(turn) + k * 125
                    ring = (x - r * 1.25, y - r, x + r * 1.25, y + r)
                    draw.arc(ring, start, start + 78 + 20 * (k % 2), fill=dark, width=max(2, int(r * 0.62)))
    return image


def _camo(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    seed = int(rng.integers(0, 1 << 30))
    pick = np.zeros((size, size), dtype=np.uint8)
    for i, level in enumerate((0.12, 0.22, 0.36)):
        np.putmask(pick, smooth_noise(size, 5 + i, seed + i) > level, np.uint8(1 + i))
    return _painted(pick, (colour, _accent(accents), _accent(accents, 1), _accent(accents, 2)))


def _chevron(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    rows = 6
    y, x = np.arange(size // rows)[:, None] / size, np.arange(size) / size
    phase = (y * rows + np.abs((x * 5) % 1.0 * 2 - 1) * 0.9) % 1.0
    pick = np.where(phase < 0.4, 0, np.where(phase < 0.72, 1, 2)).astype(np.uint8)
    return _painted(np.tile(pick, (rows, 1)), (colour, _accent(accents), _accent(accents, 1)))


def _argyle(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    rows, columns = 2, 3
    y, x = np.arange(size // rows)[:, None] / size, np.arange(size // columns) / size
    u, v = np.abs(x * columns - 0.5), np.abs(y * rows - 0.5)
    pick = np.where(np.abs(u - v) < 0.016, 2, u + v < 0.46).astype(np.uint8)
    return _painted(np.tile(pick, (rows, columns)), (colour, _accent(accents), _accent(accents, 2)))


def _fairisle(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    cells = 64
    grid = np.zeros((cells, cells), dtype=np.int64)
    x = np.arange(cells)
    for top in (0, 32):
        for row in range(5):
            grid[top + 8 + row] = np.where(np.abs((x % 16) - 8) <= row * 1.6, 1, 0)
            grid[top + 17 - row] = np.where(np.abs((x % 16) - 8) <= row * 1.6, 1, grid[top + 17 - row])
        grid[top + 2] = np.where(x % 4 < 2, 2, 0)
        grid[top + 23] = np.where(x % 4 < 2, 2, 0)
        grid[top + 4] = grid[top + 21] = 3
    shades = np.array([colour, _accent(accents), _accent(accents, 1), _accent(accents, 2)], dtype=np.uint8)
    return Image.fromarray(shades[grid]).resize((size, size), Image.Resampling.NEAREST)


def _marl(size: int, colour: RGB, accents: tuple[RGB, ...], rng: np.random.Generator) -> Image.Image:
    seed = int(rng.integers(0, 1 << 30))
    share = np.clip(0.3 + 0.9 * smooth_noise(size, 120, seed), 0, 0.75)
    pairs = zip(colour, _accent(accents), strict=True)
    planes = [Image.fromarray((base + (other - base) * share).astype(np.uint8)) for base, other in pairs]
    return Image.merge("RGB", planes)


PRINTS: dict[str, Draw] = {
    "plain": _plain,
    "breton": _breton,
    "wide stripe": _wide,
    "pinstripe": _pinstripe,
    "stripe": _stripe,
    "gingham": _gingham,
    "tartan": _tartan,
    "windowpane": _windowpane,
    "houndstooth": _houndstooth,
    "dots": _dots,
    "pindots": _pindots,
    "floral": _floral,
    "bloom": _bloom,
    "leopard": _animal,
    "camouflage": _camo,
    "chevron": _chevron,
    "argyle": _argyle,
    "fair isle": _fairisle,
    "marl": _marl,
}
