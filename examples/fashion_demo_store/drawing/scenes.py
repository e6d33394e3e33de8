"""Backdrops for looks: a street, a park, a room, a studio; a little out of focus, as behind a portrait."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from fashion_demo_store.drawing.palette import RGB, mix
from fashion_demo_store.drawing.weaves import smooth_noise

__all__ = ["SCENES", "paper", "scene", "studio"]

Picture = NDArray[np.uint8]
_BLUR = 0.018
"""How far out of focus a scene is, in widths of the picture: a portrait's open aperture."""


def _ramp(width: int, height: int, top: RGB, bottom: RGB) -> Image.Image:
    share = np.linspace(0.0, 1.0, height, dtype=np.float32)[:, None, None]
    low, high = np.array(top, dtype=np.float32), np.array(bottom, dtype=np.float32)
    rows = (low + (high - low) * share).astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(np.broadcast_to(rows, (height, width, 3))))


def paper(width: int, height: int, tint: RGB = (248, 247, 245)) -> Picture:
    """The near-white of a packshot, a touch darker towards the corners."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    fall = np.clip(1.012 - 0.035 * (x**2 + y**2), 0, 1).astype(np.float32)
    return np.asarray(np.clip(np.array(tint, dtype=np.float32) * fall[:, :, None], 0, 255), dtype=np.uint8)


def studio(width: int, height: int, tint: RGB) -> Picture:
    """A plain paper backdrop that runs into the floor."""
    wall = np.asarray(_ramp(width, height, mix(tint, (255, 255, 255), 0.25), tint), dtype=np.float32)
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    glow = np.exp(-((x + 0.25) ** 2 + (y + 0.3) ** 2) / 0.9).astype(np.float32)
    floor = np.clip((y - 0.78) / 0.25, 0, 1).astype(np.float32)
    return np.asarray(np.clip(wall * (0.94 + 0.10 * glow - 0.05 * floor)[:, :, None], 0, 255), dtype=np.uint8)


def _street(width: int, height: int, rng: np.random.Generator) -> Image.Image:
    image = _ramp(width, height, (188, 208, 224), (232, 226, 214))
    draw = ImageDraw.Draw(image)
    ground = int(height * 0.80)
    x = -int(width * 0.05)
    walls: tuple[RGB, ...] = (
        (196, 150, 122),
        (214, 200, 178),
        (168, 172, 178),
        (186, 118, 96),
        (224, 214, 200),
        (146, 158, 150),
    )
    while x < width:
        w = int(width * (0.24 + 0.14 * rng.random()))
        wall = walls[int(rng.integers(len(walls)))]
        top = int(height * (0.02 + 0.16 * rng.random()))
        draw.rectangle((x, top, x + w, ground), fill=wall)
        draw.rectangle((x, top, x + w, top + height * 0.012), fill=mix(wall, (255, 255, 255), 0.3))
        _windows(draw, (x, top, x + w, ground), wall, rng, height)
        _shop_front(draw, (x, ground - int(height * 0.22), x + w, ground), rng)
        x += w + 2
    pavement: RGB = (176, 172, 166)
    draw.rectangle((0, ground, width, height), fill=pavement)
    for i in range(1, 7):
        y = ground + (height - ground) * (i / 6) ** 1.7
        draw.line((0, y, width, y), fill=mix(pavement, (60, 60, 66), 0.25), width=2)
    for i in range(-8, 16):
        draw.line(
            (width * (0.5 + (i - 4) * 0.06), ground, width * (0.5 + (i - 4) * 0.16), height),
            fill=mix(pavement, (60, 60, 66), 0.18),
            width=2,
        )
    return image


def _windows(
    draw: ImageDraw.ImageDraw,
    box: tuple[int, int, int, int],
    wall: RGB,
    rng: np.random.Generator,
    height: int,
) -> None:
    x0, y0, x1, y1 = box
    columns = 3 if x1 - x0 > height * 0.2 else 2
    step = (x1 - x0) / columns
    for row in range(4):
        top = y0 + height * (0.045 + row * 0.16)
        if top + height * 0.1 > y1 - height * 0.24:
            break
        for column in range(columns):
            left = x0 + step * (column + 0.25)
            glass = mix((92, 112, 130), (236, 214, 160), 0.7 * float(rng.random() > 0.75))
            draw.rectangle(
                (left - 3, top - 3, left + step * 0.5 + 3, top + height * 0.1 + 3),
                fill=mix(wall, (255, 255, 255), 0.45),
            )
            draw.rectangle((left, top, left + step * 0.5, top + height * 0.1), fill=glass)
            draw.line(
                (left + step * 0.25, top, left + step * 0.25, top + height * 0.1),
                fill=(238, 236, 230),
                width=2,
            )


def _shop_front(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], rng: np.random.Generator) -> None:
    x0, y0, x1, y1 = box
    paint: tuple[RGB, ...] = ((46, 74, 72), (112, 44, 46), (40, 52, 78), (70, 66, 62), (164, 120, 60))
    shade = paint[int(rng.integers(len(paint)))]
    tall = y1 - y0
    draw.rectangle((x0 + 4, y0, x1 - 4, y1), fill=shade)
    draw.rectangle((x0 + 12, y0 + tall * 0.22, x1 - 12, y1 - tall * 0.14), fill=(206, 212, 208))
    draw.polygon(
        [
            (x0 + 12, y1 - tall * 0.14),
            (x0 + (x1 - x0) * 0.5, y0 + tall * 0.22),
            (x0 + (x1 - x0) * 0.72, y0 + tall * 0.22),
            (x0 + (x1 - x0) * 0.3, y1 - tall * 0.14),
        ],
        fill=(224, 228, 224),
    )
    stripes = 8
    for i in range(stripes):
        a, b = x0 + (x1 - x0) * i / stripes, x0 + (x1 - x0) * (i + 1) / stripes
        draw.polygon(
            [(a, y0 - tall * 0.04), (b, y0 - tall * 0.04), (b, y0 + tall * 0.2), (a, y0 + tall * 0.2)],
            fill=mix(shade, (248, 244, 236), 0.9 if i % 2 else 0.1),
        )


def _park(width: int, height: int, rng: np.random.Generator) -> Image.Image:
    image = _ramp(width, height, (168, 202, 228), (226, 234, 220))
    draw = ImageDraw.Draw(image)
    ground = int(height * 0.72)
    for layer, base in enumerate(((150, 178, 142), (112, 152, 98), (84, 126, 76))):
        green: RGB = base
        for _ in range(14):
            x, r = rng.random() * width * 1.1 - width * 0.05, height * (0.07 + 0.06 * rng.random())
            y = ground - height * (0.24 - 0.07 * layer) + height * 0.07 * (rng.random() - 0.5)
            draw.ellipse(
                (x - r, y - r, x + r, y + r * 1.3),
                fill=mix(green, (240, 236, 150), 0.18 * float(rng.random())),
            )
        draw.rectangle((0, ground - height * (0.14 - 0.05 * layer), width, ground), fill=green)
    for x in (width * 0.08, width * 0.90):
        draw.rectangle(
            (x - width * 0.024, height * 0.1, x + width * 0.024, ground + height * 0.05), fill=(98, 78, 62)
        )
        for _ in range(12):
            r = height * (0.05 + 0.05 * rng.random())
            cx, cy = x + width * 0.22 * (rng.random() - 0.5), height * 0.20 * rng.random()
            draw.ellipse(
                (cx - r, cy - r, cx + r, cy + r),
                fill=mix((96, 140, 74), (196, 206, 110), 0.5 * float(rng.random())),
            )
    draw.rectangle((0, ground, width, height), fill=(126, 168, 92))
    draw.polygon(
        [(width * 0.40, ground), (width * 0.60, ground), (width * 1.02, height), (-width * 0.02, height)],
        fill=(214, 200, 170),
    )
    return image


def _interior(width: int, height: int, rng: np.random.Generator) -> Image.Image:
    tints: tuple[RGB, ...] = (
        (222, 212, 198),
        (196, 206, 204),
        (224, 204, 194),
        (206, 202, 214),
        (232, 226, 214),
    )
    wall = tints[int(rng.integers(len(tints)))]
    image = _ramp(width, height, mix(wall, (255, 255, 255), 0.2), wall)
    draw = ImageDraw.Draw(image)
    ground = int(height * 0.80)
    left = int(width * (0.06 if rng.random() < 0.5 else 0.64))
    w, h = int(width * 0.30), int(height * 0.46)
    top = int(height * 0.08)
    draw.rectangle((left - 8, top - 8, left + w + 8, top + h + 8), fill=(250, 248, 244))
    pane = _ramp(w, h, (186, 212, 232), (232, 238, 226))
    image.paste(pane, (left, top))
    draw.line((left + w // 2, top, left + w // 2, top + h), fill=(250, 248, 244), width=7)
    draw.line((left, top + h // 2, left + w, top + h // 2), fill=(250, 248, 244), width=7)
    other = width - left - w
    frame: RGB = ((62, 52, 46), (206, 176, 120))[int(rng.integers(2))]
    draw.rectangle((other + 8, top + height * 0.06, other + w * 0.8, top + height * 0.30), fill=frame)
    art = tints[int(rng.integers(len(tints)))]
    draw.rectangle(
        (other + 18, top + height * 0.07 + 4, other + w * 0.8 - 10, top + height * 0.29),
        fill=mix(art, (180, 80, 60), 0.3),
    )
    draw.ellipse(
        (other + w * 0.25, top + height * 0.12, other + w * 0.62, top + height * 0.24),
        fill=mix(art, (40, 60, 90), 0.5),
    )
    boards: RGB = (186, 146, 106)
    draw.rectangle((0, ground, width, height), fill=boards)
    for i in range(-10, 22):
        draw.line(
            (width * (0.5 + (i - 6) * 0.07), ground, width * (0.5 + (i - 6) * 0.15), height),
            fill=mix(boards, (70, 44, 26), 0.35),
            width=2,
        )
    draw.rectangle((0, ground - height * 0.022, width, ground), fill=(246, 243, 238))
    pot = width * (0.90 if left < width / 2 else 0.10)
    for _ in range(16):
        angle, reach = -np.pi / 2 + 1.9 * (rng.random() - 0.5), height * (0.14 + 0.12 * rng.random())
        x, y = pot + np.cos(angle) * reach, ground - height * 0.06 + np.sin(angle) * reach
        draw.line((pot, ground - height * 0.05, x, y), fill=(70, 104, 70), width=4)
        draw.ellipse(
            (x - width * 0.030, y - height * 0.013, x + width * 0.030, y + height * 0.013),
            fill=mix((76, 122, 80), (150, 178, 110), float(rng.random())),
        )
    draw.polygon(
        [
            (pot - width * 0.055, ground - height * 0.075),
            (pot + width * 0.055, ground - height * 0.075),
            (pot + width * 0.042, ground + height * 0.02),
            (pot - width * 0.042, ground + height * 0.02),
        ],
        fill=(196, 120, 88),
    )
    return image


SCENES: dict[str, Callable[[int, int, np.random.Generator], Image.Image]] = {
    "street": _street,
    "park": _park,
    "interior": _interior,
}


def scene(name: str, width: int, height: int, seed: int) -> Picture:
    """A scene out of focus, uint8 RGB (height, width, 3)."""
    rng = np.random.default_rng([seed, 77])
    # Out of focus nothing is finer than this.
    coarse = 4
    image = SCENES[name](width, height, rng).reduce(coarse)
    soft = image.filter(ImageFilter.GaussianBlur(width * _BLUR / coarse))
    light = Image.fromarray(1 + np.float32(0.06) * smooth_noise(256, 2, 21))
    lit = np.asarray(soft, dtype=np.float32)
    lit *= np.asarray(light.resize(soft.size, Image.Resampling.BICUBIC))[:, :, None]
    pale = lit + (np.float32(236.0) - lit) * np.float32(0.14)
    small = Image.fromarray(np.clip(pale + np.float32(0.5), 0, 255).astype(np.uint8))
    return np.asarray(small.resize((width, height), Image.Resampling.BICUBIC))
