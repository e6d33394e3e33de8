"""The figure that wears the clothes: skin, a calm face, hair and hands, lit as the cloth is."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from fashion_demo_store.drawing.body import Body, Side, sample
from fashion_demo_store.drawing.details import line
from fashion_demo_store.drawing.fabrics import Fabric
from fashion_demo_store.drawing.geometry import Path, along, oval, rotated, shifted, spline, tube
from fashion_demo_store.drawing.palette import RGB, mix
from fashion_demo_store.drawing.pieces import Mark, Piece, crease, flip, moved

__all__ = [
    "HAIR",
    "HEAD_DROP",
    "HEAD_SCALE",
    "SKIN",
    "Person",
    "arms",
    "foot",
    "hair_back",
    "head",
    "legs",
    "torso",
]

SKIN: tuple[RGB, ...] = ((240, 205, 182), (222, 178, 146), (188, 138, 104), (142, 98, 70), (98, 66, 48))
HAIR: tuple[RGB, ...] = (
    (48, 36, 32),
    (92, 60, 40),
    (150, 104, 62),
    (206, 172, 116),
    (30, 28, 32),
    (120, 62, 40),
)


HEAD_SCALE = 1.06
HEAD_DROP = 0.10


@dataclass(frozen=True, slots=True)
class Person:
    """Who wears it: skin and hair by number, the hair's cut."""

    skin: int = 0
    hair: int = 0
    cut: str = "bob"

    @property
    def flesh(self) -> Fabric:
        """The skin as a cloth that does not fold."""
        return Fabric(SKIN[self.skin], weave="skin", drape=0.12, gloss=0.05)

    @property
    def strands(self) -> Fabric:
        """The hair as a cloth."""
        return Fabric(HAIR[self.hair], weave="rib", drape=0.4, gloss=0.12)


@lru_cache(maxsize=64)
def legs(body: Body, person: Person) -> list[Piece]:
    """Both bare legs from hip to ankle."""
    out: list[Piece] = []
    for side in (-1, 1):
        joints: Path = [tuple(p) for p in along(body.leg(side), [0, 0.25, 0.5, 0.75, 1.0])]
        outline = tube(joints, [0.33, 0.285, 0.235, 0.185, 0.165, 0.195, 0.185, 0.13, 0.095, 0.10], steps=16)
        knee = along(body.leg(side), [0.51])[0]
        fold = crease(
            (knee[0] - 0.08, knee[1] + 0.02),
            (knee[0], knee[1] + 0.07),
            (knee[0] + 0.08, knee[1] + 0.02),
            width=0.04,
            depth=-0.3,
        )
        out.append(Piece(outline, person.flesh, folds=(fold,), round=0.16, lift=0.22))
    return out


@lru_cache(maxsize=64)
def foot(person: Person, heel: float) -> list[Piece]:
    """One bare foot as a shoe stands: toes at x > 0, the ground at 0, the heel raised by ``heel`` heads."""
    h = heel
    outline = spline(
        [
            (-0.22, -h - 0.86),
            (-0.33, -h - 0.74),
            (-0.38, -h - 0.50),
            (-0.48, -h - 0.18),
            (-0.40, -h - 0.04),
            (-0.05, -h * 0.5 - 0.07),
            (0.26, -0.05),
            (0.52, -0.05),
            (0.53, -0.12),
            (0.36, -0.20),
            (0.12, -0.30 - h * 0.35),
            (-0.02, -h * 0.8 - 0.42),
            (-0.07, -h - 0.60),
            (-0.11, -h - 0.74),
        ]
    )
    toes = tuple(
        Mark(line((x, -0.06), (x + 0.01, -0.13)), 0.010, mix(person.flesh.colour, (60, 20, 10), 0.5), 0.5)
        for x in (0.36, 0.42, 0.475)
    )
    return [Piece(outline, person.flesh, round=0.045, lift=0.0, marks=toes)]


@lru_cache(maxsize=64)
def torso(body: Body, person: Person) -> list[Piece]:
    """Neck, shoulders and trunk."""
    s, b = body.shoulder - 0.05, body
    right: Path = [
        (0.0, 0.85),
        (0.18, 0.85, 1),
        (0.18, 1.26),
        (0.25, 1.47),
        (s - 0.12, 1.62),
        (s, 1.80),
        (b.bust - 0.02, 2.28),
        (b.waist, 3.05),
        (b.hip, 4.0),
        (b.hip * 0.9, 4.45),
        (0.0, 4.55),
    ]
    left: Path = [(-p[0], *p[1:]) for p in reversed(right) if abs(p[0]) > 1e-9]
    bones = (
        crease((0.06, 1.60), (0.28, 1.58), (0.5, 1.60), width=0.03, depth=0.35),
        crease((-0.06, 1.60), (-0.28, 1.58), (-0.5, 1.60), width=0.03, depth=0.35),
    )
    return [Piece(body.shift(spline([*right, *left])), person.flesh, round=0.15, lift=0.1, folds=bones)]


@lru_cache(maxsize=64)
def arms(body: Body, person: Person, side: Side) -> list[Piece]:
    """One bare arm with its hand."""
    joints: Path = [tuple(p) for p in along(body.arm(side), [0, 0.25, 0.5, 0.75, 1.0])]
    outline = tube(joints, [0.15, 0.155, 0.14, 0.125, 0.115, 0.12, 0.105, 0.08, 0.068], steps=16)
    return [*_hand(body, person, side), Piece(outline, person.flesh, round=0.11, lift=0.22)]


def _hand(body: Body, person: Person, side: Side) -> list[Piece]:
    arm = body.arm(side)
    wrist, _ = sample(arm, 0.985)
    before = along(arm, [0.9])[0]
    angle = float(np.arctan2(-(wrist[0] - before[0]), wrist[1] - before[1]))
    palm: Path = [
        (-0.065, -0.04),
        (-0.09, 0.12),
        (-0.085, 0.26),
        (-0.065, 0.44),
        (-0.035, 0.52),
        (0.0, 0.53),
        (0.03, 0.46),
        (0.055, 0.30),
        (0.075, 0.14),
        (0.065, -0.04),
    ]
    thumb: Path = [(0.055, 0.06), (0.10, 0.16), (0.105, 0.27), (0.085, 0.31), (0.06, 0.24), (0.04, 0.14)]
    fingers = tuple(
        Mark(
            line((x, 0.26), (x * 1.05, 0.40), (x * 0.7 - 0.004, 0.50)),
            0.010,
            mix(person.flesh.colour, (60, 20, 10), 0.5),
            0.5,
        )
        for x in (-0.045, -0.01, 0.022)
    )
    pieces = [
        Piece(spline(palm), person.flesh, round=0.05, lift=0.15, marks=fingers),
        Piece(spline(thumb), person.flesh, round=0.03, lift=0.25),
    ]
    if side > 0:
        pieces = flip(pieces)
    return [
        replace(
            p,
            outline=rotated(p.outline, angle) + wrist,
            marks=tuple(replace(m, path=rotated(m.path, angle) + wrist) for m in p.marks),
        )
        for p in pieces
    ]


@lru_cache(maxsize=64)
def hair_back(person: Person) -> list[Piece]:
    """Hair that falls behind the shoulders."""
    if person.cut == "long":
        outline = spline(
            [
                (-0.42, 0.40),
                (-0.52, 1.0),
                (-0.60, 1.7),
                (-0.46, 2.15),
                (0.0, 2.0),
                (0.46, 2.15),
                (0.60, 1.7),
                (0.52, 1.0),
                (0.42, 0.40),
                (0.0, 0.0),
            ]
        )
    elif person.cut == "bob":
        outline = spline(
            [
                (-0.42, 0.40),
                (-0.50, 0.85),
                (-0.47, 1.22),
                (-0.2, 1.26),
                (0.2, 1.26),
                (0.47, 1.22),
                (0.50, 0.85),
                (0.42, 0.40),
                (0.0, 0.0),
            ]
        )
    elif person.cut == "bun":
        return _settled([Piece(oval(0.0, -0.12, 0.20, 0.19), person.strands, round=0.12, lift=0.2)])
    else:
        return []
    folds = tuple(
        crease((x * 0.8, 0.5), (x, 1.0), (x * 1.15, 1.7), width=0.04, depth=0.5 if i % 2 else -0.5)
        for i, x in enumerate((-0.44, -0.36, 0.36, 0.44))
    )
    return _settled([Piece(outline, person.strands, folds=folds, round=0.16, lift=0.1, light=0.82)])


def _settled(pieces: list[Piece]) -> list[Piece]:
    """A head of natural size on its neck."""
    return moved(pieces, scale=HEAD_SCALE, move=(0.0, HEAD_DROP))


@lru_cache(maxsize=64)
def head(person: Person) -> list[Piece]:
    """Face, ears and the hair round them."""
    flesh = person.flesh
    face = spline(
        [
            (0.0, 0.02),
            (0.30, 0.12),
            (0.375, 0.45),
            (0.335, 0.76),
            (0.20, 0.98),
            (0.0, 1.06),
            (-0.20, 0.98),
            (-0.335, 0.76),
            (-0.375, 0.45),
            (-0.30, 0.12),
        ]
    )
    ear = Piece(oval(0.375, 0.58, 0.055, 0.115), flesh, round=0.04, lift=0.1, light=0.93)
    dark = mix(flesh.colour, (40, 16, 12), 0.55)
    lash = mix(HAIR[person.hair], (24, 18, 18), 0.6)
    lips: RGB = mix(flesh.colour, (176, 50, 58), 0.55 if person.cut != "short" else 0.25)
    marks: list[Mark] = []
    for s in (1, -1):
        eye = line((s * 0.085, 0.535), (s * 0.155, 0.505), (s * 0.235, 0.535))
        lid = line((s * 0.095, 0.545), (s * 0.16, 0.562), (s * 0.225, 0.543))
        brow = line((s * 0.075, 0.435), (s * 0.16, 0.395), (s * 0.255, 0.425))
        marks += [Mark(eye, 0.020, lash, 0.95), Mark(lid, 0.008, dark, 0.45), Mark(brow, 0.026, lash, 0.75)]
        marks.append(Mark(oval(s * 0.158, 0.535, 0.012, 0.014, 12), 0.028, lash, 0.95, closed=True))
        marks.append(Mark(oval(s * 0.22, 0.72, 0.05, 0.03, 16), 0.06, (224, 110, 100), 0.10, closed=True))
    marks.append(
        Mark(
            line((0.018, 0.55), (0.035, 0.66), (0.045, 0.715), (0.0, 0.735), (-0.03, 0.722)),
            0.013,
            dark,
            0.55,
        )
    )
    mouth = line((-0.105, 0.838), (-0.04, 0.850), (0.0, 0.856), (0.04, 0.850), (0.105, 0.838))
    marks += [
        Mark(shifted(mouth[6:-6], 0.0, 0.014), 0.050, lips, 0.8),
        Mark(mouth, 0.010, mix(lips, (50, 10, 14), 0.5), 0.7),
    ]
    pieces = [ear, *flip([ear]), Piece(face, flesh, round=0.17, lift=0.35, marks=tuple(marks))]
    return _settled([*pieces, *_hair_front(person)])


def _hair_front(person: Person) -> list[Piece]:
    cloth = person.strands
    if person.cut == "short":
        crop = spline(
            [
                (-0.40, 0.52, 1),
                (-0.43, 0.22),
                (-0.30, -0.06),
                (0.05, -0.13),
                (0.33, -0.02),
                (0.43, 0.24),
                (0.40, 0.52, 1),
                (0.35, 0.30),
                (0.22, 0.16),
                (-0.08, 0.20),
                (-0.28, 0.16),
                (-0.36, 0.32),
            ]
        )
        folds = tuple(
            crease((x, -0.08), (x * 1.1 + 0.03, 0.05), (x * 1.15, 0.2), width=0.03, depth=0.5)
            for x in (-0.25, -0.1, 0.08, 0.25)
        )
        return [Piece(crop, cloth, folds=folds, round=0.10, lift=0.35)]
    part = -0.10
    right: Path = [
        (part, 0.0, 1),
        (0.16, -0.07),
        (0.40, 0.16),
        (0.455, 0.52),
        (0.44, 0.92 if person.cut != "bun" else 0.50, 1),
        (0.375, 0.62),
        (0.32, 0.36),
        (0.12, 0.22),
    ]
    left: Path = [
        (part, 0.0, 1),
        (-0.24, -0.05),
        (-0.41, 0.18),
        (-0.455, 0.52),
        (-0.44, 0.92 if person.cut != "bun" else 0.50, 1),
        (-0.375, 0.62),
        (-0.33, 0.38),
        (-0.20, 0.24),
    ]
    sweep = (
        crease((part, 0.05), (0.22, 0.10), (0.40, 0.5), width=0.03, depth=0.6),
        crease((part, 0.10), (0.16, 0.18), (0.34, 0.44), width=0.03, depth=-0.5),
    )
    other = (crease((part, 0.05), (-0.26, 0.12), (-0.41, 0.5), width=0.03, depth=0.6),)
    crown = spline([(-0.36, 0.2), (-0.22, -0.08), (0.05, -0.13), (0.28, -0.06), (0.38, 0.2), (0.0, 0.12)])
    return [
        Piece(crown, cloth, round=0.10, lift=0.1),
        Piece(spline(left), cloth, folds=other, round=0.09, lift=0.3),
        Piece(spline(right), cloth, folds=sweep, round=0.09, lift=0.3),
    ]
