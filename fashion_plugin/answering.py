"""From what a caller asks to what a store takes, and from what it found to what the caller gets."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from fashion_plugin.catalog import JobState, Match
from fashion_plugin.errors import EncoderMismatch, InvalidInput
from fashion_plugin.store.base import GenerationInfo, Hit
from fashion_plugin.store.seen import colour_names

__all__ = [
    "FACETS",
    "FACET_DEPTH",
    "MOST_RESULTS",
    "as_ids",
    "check_facets",
    "check_limit",
    "check_space",
    "count_facets",
    "job_state",
    "to_match",
]

MOST_RESULTS: Final = 1000
"""The largest ``limit`` of a search."""

FACETS: Final = ("category", "brand", "colour", "tags", "in_stock")
"""The fields that can be counted over the nearest products."""

FACET_DEPTH: Final = 200
"""How many of the nearest products facets are counted over."""


def to_match(hit: Hit) -> Match:
    """A hit with its score: the cosine similarity, at least 0."""
    score = min(1.0, max(0.0, 1.0 - hit.distance))
    return Match(hit.product, score, hit.image, hit.variant, colours=colour_names(hit.colours))


def as_ids(ids: "str | Iterable[str]") -> list[str]:
    """One id or several as a list."""
    return [ids] if isinstance(ids, str) else list(ids)


def job_state(state: JobState | str | None) -> JobState | None:
    """A job's state by its name.

    Raises:
        InvalidInput: there is none of that name.
    """
    try:
        return JobState(state) if state is not None else None
    except ValueError as error:
        raise InvalidInput(f"a job's state is {', '.join(JobState)}, not {state!r:.80}") from error


def check_space(live: GenerationInfo | None, wanted: GenerationInfo) -> None:
    """Refuse an encoder whose embeddings are not those of the database.

    Raises:
        EncoderMismatch: the database's are of another fingerprint or length.
    """
    if live is None or (live.fingerprint, live.dim) == (wanted.fingerprint, wanted.dim):
        return
    old, new = live.source or live.encoder, wanted.source or wanted.encoder
    # A new version of this package may bring other weights under the same name.
    way = (
        "its weights have changed since, so change it over"
        if old == new
        else f"open it with encoder={old!r}, or change it over"
    )
    raise EncoderMismatch(
        f"this database holds embeddings of the encoder {live.encoder!r} ({live.dim} dimensions, "
        f"{live.fingerprint[:12]}), not of {wanted.encoder!r} ({wanted.dim}, {wanted.fingerprint[:12]}): "
        f"{way} with: fashion-plugin reembed --encoder {new}, then fashion-plugin reembed --switch"
    )


def check_limit(limit: int) -> int:
    """The same limit when it is a whole number from 1 to `MOST_RESULTS`.

    Raises:
        InvalidInput: it is not.
    """
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST_RESULTS:
        raise InvalidInput(f"limit must be a whole number from 1 to {MOST_RESULTS}, not {limit!r:.80}")
    return limit


def check_facets(facets: Sequence[str]) -> None:
    """Refuse facets that are not known.

    Raises:
        InvalidInput: one is not of `FACETS`.
    """
    if unknown := set(facets) - set(FACETS):
        raise InvalidInput(f"unknown facets {sorted(unknown)}: choose from {', '.join(FACETS)}")


def count_facets(matches: Sequence[Match], facets: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
    """How many products have each value of each facet, the most frequent first."""
    return {facet: _count(matches, facet) for facet in facets}


def _count(matches: Sequence[Match], facet: str) -> dict[str, int]:
    counter = Counter[str]()
    for match in matches:
        value = getattr(match.product, facet)
        if facet == "colour" and not value:
            value = match.colours[:1]  # the shop names none: as filters see it
        counter.update(value if isinstance(value, tuple) else [_name(value)])
    return {name: count for name, count in counter.most_common() if name}


def _name(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
