"""The contract of a product source."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Protocol

from fashion_plugin.catalog import CatalogEvent, ProductRemoved, ProductUpserted

__all__ = ["ProductSource", "removed_now"]


class ProductSource(Protocol):
    """A platform's API as the place where products are asked for."""

    def fetch(self, ids: Sequence[str]) -> Sequence[CatalogEvent]:
        """What the platform holds of these products now, in a few seconds or not at all.

        Ids are the platform's own. A variant's id gives its product; what is not there gives a removal.

        Raises:
            DownloadError: the platform could not be asked.
            InvalidProduct: it answered with a product that cannot be taken.
        """
        ...

    def every(self) -> Iterator[ProductUpserted]:
        """The whole catalogue, page by page, hidden products too; waits where the platform asks to.

        Raises:
            DownloadError: the platform could not be asked.
            InvalidProduct: it answered with a product that cannot be taken.
        """
        ...


def removed_now(id: str) -> ProductRemoved:
    """A product that the platform does not know any more."""
    return ProductRemoved(id, datetime.now(UTC))
