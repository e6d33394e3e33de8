"""What a search answers with: matches, garments and looks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, overload

from fashion_plugin.catalog.images import ImageRef
from fashion_plugin.catalog.products import Product, Variant

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Box", "Garment", "Look", "Match", "Results"]

Box: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Match:
    """A product that was found, with a score in [0, 1] (higher is closer).

    ``image`` and ``variant`` are those that matched, ``colours`` the names of those measured in that image,
    the largest first; ``reasons`` says in words why a product was suggested, where it was.
    """

    product: Product
    score: float
    image: ImageRef | None = None
    variant: Variant | None = None
    reasons: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Garment:
    """One garment in a photo.

    ``box`` is x0, y0, x1, y1 as fractions of the upright photo; ``score`` is in [0, 1]; ``mask`` is a
    bool array over the box or None; ``colours`` are the names of its dominant colours, largest first.
    """

    label: str
    box: Box
    score: float = 1.0
    mask: "NDArray[np.bool_] | None" = field(default=None, repr=False)
    colours: tuple[str, ...] = ()
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """The garments of one photo, each with its matches.

    ``matches`` are those of the whole photo where no garment was found.
    """

    garments: tuple[Garment, ...]
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class Results(Sequence[Match]):
    """The matches of one search, best first.

    ``facets`` maps a field (category, brand, colour, price currency …) to how many of the nearest products
    have each value; ``garment`` is what was searched for, if not the whole photo; ``total`` is the number
    of products that satisfy the filters.
    """

    matches: tuple[Match, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    garment: Garment | None = None

    @overload
    def __getitem__(self, index: int) -> Match: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Match, ...]: ...
    def __getitem__(self, index: int | slice) -> Match | tuple[Match, ...]:
        return self.matches[index]

    def __len__(self) -> int:
        return len(self.matches)

    def __iter__(self) -> Iterator[Match]:
        return iter(self.matches)
