"""The contract of a product source."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Protocol

from fashion_plugin.catalog import CatalogEvent, Failure, ProductRemoved, ProductUpserted
from fashion_plugin.errors import InvalidProduct

__all__ = ["ProductSource", "readable", "removed_now"]


class ProductSource(Protocol):
    """A platform's API as the place where products are asked for."""

    def fetch(self, ids: Sequence[str]) -> Sequence[CatalogEvent | Failure]:
        """What the platform holds of these products now, in a few seconds or not at all.

        Ids are the platform's own. A variant's id gives its product; what is not there gives a removal, and
        a product that cannot be taken a failure.

        Raises:
            DownloadError: the platform could not be asked.
        """
        ...

    def every(self) -> Iterator[ProductUpserted | Failure]:
        """The whole catalogue, page by page, hidden products too; waits where the platform asks to.

        Raises:
            DownloadError: the platform could not be asked.
        """
        ...


def readable(id: str, read: Callable[[], ProductUpserted]) -> ProductUpserted | Failure:
    """What was read of a product, or why it cannot be taken: one of them does not keep back the others."""
    try:
        return read()
    except InvalidProduct as error:
        return Failure(id, "", str(error))


def removed_now(id: str) -> ProductRemoved:
    """A product that the platform does not know any more."""
    return ProductRemoved(id, datetime.now(UTC))
