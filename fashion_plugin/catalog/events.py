"""What happens to a catalogue: a product came or changed, or it went."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from fashion_plugin.catalog.products import Product
from fashion_plugin.errors import InvalidProduct

__all__ = ["CatalogEvent", "ProductRemoved", "ProductUpserted", "Receipt", "ReceiptState"]


@dataclass(frozen=True, slots=True)
class ProductUpserted:
    """A product was created or changed at a moment of the shop's own clock (timezone-aware)."""

    product: Product
    at: datetime

    def __post_init__(self) -> None:
        _aware(self.at)

    @property
    def product_id(self) -> str:
        """The id of the product."""
        return self.product.id


@dataclass(frozen=True, slots=True)
class ProductRemoved:
    """A product was deleted at a moment of the shop's own clock (timezone-aware)."""

    product_id: str
    at: datetime

    def __post_init__(self) -> None:
        _aware(self.at)


CatalogEvent: TypeAlias = ProductUpserted | ProductRemoved


class ReceiptState(StrEnum):
    """What became of a submitted event."""

    TAKEN = "taken"
    DUPLICATE = "duplicate"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a submitted event: it is durable once this is returned.

    ``state`` is ``taken`` when the event is stored, ``duplicate`` when the same was known already and
    ``stale`` when something newer was. ``queued`` says whether images now wait to be embedded.
    """

    product_id: str
    state: ReceiptState
    queued: bool = False


def _aware(moment: datetime) -> None:
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise InvalidProduct(f"an event's time must be a datetime with a timezone, not {moment!r:.80}")
