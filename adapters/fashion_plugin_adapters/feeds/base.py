"""What a feed reader is: named rows of a file into products, streamed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Protocol, TypeAlias

from fashion_plugin.catalog import CatalogEvent, Failure, Product, ProductUpserted
from fashion_plugin_adapters.platforms import Shop

__all__ = ["Api", "Ask", "Entry", "FeedItem", "FeedReader", "FeedSource", "Head"]


@dataclass(frozen=True, slots=True)
class FeedItem:
    """A product of a feed; ``at`` is when it changed, where the feed says so."""

    product: Product
    at: datetime | None = None


Entry: TypeAlias = FeedItem | Failure
"""A product, or a row that cannot be one: which, and why."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a reader may judge a feed by: its name and its first 64 KiB, unpacked."""

    name: str
    start: bytes

    @property
    def text(self) -> str:
        """The start as text without a byte order mark; what is not UTF-8 is replaced."""
        return self.start.decode("utf-8-sig", "replace")


class FeedSource(Protocol):
    """A feed that can be read from its beginning more than once."""

    @property
    def name(self) -> str:
        """The file's name, or the URL without its query."""
        ...

    def open(self) -> BinaryIO:
        """The feed's bytes, unpacked."""
        ...

    def page(self, number: int) -> "FeedSource | None":
        """The same address with ``page=number``, for feeds that come in pages; None for files."""
        ...


class FeedReader(Protocol):
    """Reads one format; registered in the entry-point group ``fashion_plugin.feeds``.

    ``handle_is_id`` says that its products are known by the platform's handle only: they are matched with
    those whose attribute ``handle`` is the same.
    """

    name: str
    handle_is_id: bool

    def fits(self, head: Head) -> bool:
        """Whether a feed that begins like this is of this format."""
        ...

    def read(self, source: FeedSource, shop: Shop) -> Iterator[Entry]:
        """The products one by one, and what could not be read.

        Raises:
            InvalidSource: the feed is not of this format, or ends too early.
        """
        ...


class Api(Protocol):
    """A platform that is asked for its products itself, in place of a feed.

    What makes one of a shop's address and a `Shop` is registered in the group ``fashion_plugin.sources``.
    """

    def fetch(self, ids: Sequence[str]) -> Sequence[CatalogEvent | Failure]:
        """What the platform holds of these products now; what is not there gives a removal."""
        ...

    def every(self) -> Iterator[ProductUpserted | Failure]:
        """The whole catalogue."""
        ...


Ask: TypeAlias = Callable[[Sequence[str]], Sequence[CatalogEvent | Failure]]
"""What a platform holds of products now, by its own ids; see `Api.fetch`."""


@dataclass(slots=True)
class Group:
    """Rows that belong to one product, collected until the last of them has come."""

    key: str
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)


def grouped(rows: Iterable[tuple[int, str, dict[str, str]]], counts: dict[str, int]) -> Iterator[Group]:
    """Rows (number, key, values) as groups, each given out as soon as it is whole.

    ``counts`` says how many rows each key has, so that rows that stand apart are waited for and none else
    is kept; a key that it does not know has one row.
    """
    waiting: dict[str, Group] = {}
    for number, key, values in rows:
        group = waiting.setdefault(key, Group(key))
        group.rows.append((number, values))
        if len(group.rows) >= counts.get(key, 1):
            yield waiting.pop(key)
    yield from waiting.values()
