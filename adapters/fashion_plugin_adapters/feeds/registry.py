"""Which feed readers there are, and which one fits."""

from importlib.metadata import entry_points

from fashion_plugin.errors import InvalidSource
from fashion_plugin_adapters.feeds.base import FeedReader, Head

__all__ = ["GROUP", "choose_reader", "installed_readers"]

GROUP = "fashion_plugin.feeds"


def installed_readers() -> dict[str, FeedReader]:
    """The readers that installed packages register, by name."""
    return {point.name: point.load()() for point in entry_points(group=GROUP)}


def choose_reader(head: Head, wanted: str | None = None) -> FeedReader:
    """The reader of that name, or the one that a feed's beginning fits.

    Raises:
        InvalidSource: there is no such format, or none fits.
    """
    readers = installed_readers()
    names = ", ".join(sorted(readers))
    if wanted is not None:
        if wanted not in readers:
            raise InvalidSource(f"there is no feed format {wanted!r}: choose from {names}")
        return readers[wanted]
    for reader in readers.values():
        if reader.fits(head):
            return reader
    raise InvalidSource(f"{head.name} looks like none of {names}: name its format with --format")
