"""What a sync is given: the products of a feed, or those that a platform lists itself."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from fashion_plugin.catalog import Failure
from fashion_plugin_adapters.feeds.base import Ask, Entry, FeedItem
from fashion_plugin_adapters.feeds.opening import OpenFeed
from fashion_plugin_adapters.feeds.registry import choose_reader, open_api
from fashion_plugin_adapters.platforms import Shop

__all__ = ["Listed", "Prices", "asking", "reading"]


@dataclass(frozen=True, slots=True)
class Listed:
    """What `sync` is given: products, when they were listed, and how to ask for one of them again."""

    entries: Iterable[Entry]
    at: datetime | None = None
    handle_is_id: bool = False
    ask: Ask | None = None


@contextmanager
def reading(source: str, format_: str | None, as_of: datetime | None, facts: Shop) -> Iterator[Listed]:
    """A feed's products."""
    with OpenFeed(source) as opened:
        reader = choose_reader(opened.head(), format_)
        made = as_of.replace(tzinfo=UTC) if as_of else opened.changed
        yield Listed(reader.read(opened, facts), made, reader.handle_is_id)


@contextmanager
def asking(name: str, address: str, facts: Shop) -> Iterator[Listed]:
    """What a platform holds."""
    api = open_api(name, address, facts)
    entries = (one if isinstance(one, Failure) else FeedItem(one.product, one.at) for one in api.every())
    yield Listed(entries, ask=api.fetch)


class Prices:
    """Products on their way by; ``missing`` when there were some and none had a price."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = entries
        self._products = self._priced = 0

    @property
    def missing(self) -> bool:
        return self._products > 0 == self._priced

    def __iter__(self) -> Iterator[Entry]:
        for entry in self._entries:
            if isinstance(entry, FeedItem):
                self._products += 1
                self._priced += entry.product.price is not None
            yield entry
