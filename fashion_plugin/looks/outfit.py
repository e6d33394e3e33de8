"""Complete the look: which other products go with one, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.colour import colour_name, to_lab
from fashion_plugin.looks.worn_together import affinity, colour_harmony

__all__ = ["Piece", "Suggestion", "complete"]

WEIGHTS: Final = {"worn": 0.45, "colour": 0.35, "style": 0.20}
"""How much co-occurrence, colour and style closeness count; a shop may pass its own."""

REPEAT: Final = 0.8
"""Each further suggestion of one label counts this much less, so that a look is not five pairs of shoes."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A product as part of an outfit.

    `label` is a garment label, `colours` are sRGB 0…255 with the largest first, `embedding` is of unit
    length; `closeness` in [0, 1] says how alike in style a candidate is where that is known already.
    """

    id: str
    label: str
    colours: tuple[tuple[int, int, int], ...] = ()
    embedding: NDArray[np.float32] | None = field(default=None, repr=False)
    closeness: float | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A piece that goes with another, its score in [0, 1] and the reasons, the strongest first."""

    id: str
    label: str
    score: float
    reasons: tuple[str, ...]


def complete(
    piece: Piece,
    candidates: Sequence[Piece],
    *,
    limit: int = 6,
    curated: Mapping[str, int] | None = None,
    weights: Mapping[str, float] | None = None,
) -> list[Suggestion]:
    """The candidates that go best with a piece, of other labels, the best first.

    `curated` counts the merchant's own looks that show the piece with each product id: these come first,
    whatever their label. The rest is ranked by how often its label is worn with the piece's, by the harmony
    of their main colours, and by style (how close the embeddings are); what is not known about a piece counts
    as average.
    """
    chosen = dict(WEIGHTS) | dict(weights or {})
    looks = curated or {}
    ranked = []
    for candidate in candidates:
        count = looks.get(candidate.id, 0)
        worn = affinity(piece.label, candidate.label)
        if candidate.id == piece.id or (worn == 0.0 and count == 0):
            continue
        ranked.append(_judge(piece, candidate, worn, count, chosen))
    return _spread(ranked, limit)


def _judge(
    piece: Piece, candidate: Piece, worn: float, count: int, weights: Mapping[str, float]
) -> Suggestion:
    reasons = []
    colour, style = 0.5, 0.5
    if count:
        reasons.append(
            "in one of the shop's own looks" if count == 1 else f"in {count} of the shop's own looks"
        )
    if worn:
        reasons.append(f"{worn:.0%} of looks with {piece.label} have {candidate.label} too")
    if piece.colours and candidate.colours:
        colour, words = colour_harmony(to_lab(piece.colours[0]), to_lab(candidate.colours[0]))
        names = colour_name(piece.colours[0]), colour_name(candidate.colours[0])
        reasons.append(f"{words}: {names[0]} with {names[1]}")
    alike = candidate.closeness
    if alike is None and piece.embedding is not None and candidate.embedding is not None:
        alike = float(piece.embedding @ candidate.embedding)
    if alike is not None:
        style = float(np.clip(alike, 0.0, 1.0))
        if style >= 0.6:
            reasons.append("a similar style")
    parts = {"worn": worn, "colour": colour, "style": style}
    score = sum(weights[name] * value for name, value in parts.items()) / sum(weights.values())
    if count:
        # Every curated piece stands above every other one, the often combined above the seldom.
        score = 0.9 + 0.1 * (1 - 0.5**count) * (0.5 + 0.5 * score)
    return Suggestion(
        candidate.id, candidate.label, float(np.clip(score, 0.0, 1.0 if count else 0.89)), tuple(reasons)
    )


def _spread(ranked: list[Suggestion], limit: int) -> list[Suggestion]:
    """Pick the best again and again, those whose label is there already counting less."""
    rest = sorted(ranked, key=lambda suggestion: (-suggestion.score, suggestion.id))
    picked: list[Suggestion] = []
    seen: dict[str, int] = {}
    while rest and len(picked) < limit:
        best = max(rest, key=lambda s: (s.score >= 0.9, s.score * REPEAT ** seen.get(s.label, 0)))
        rest.remove(best)
        picked.append(best)
        seen[best.label] = seen.get(best.label, 0) + 1
    return picked
