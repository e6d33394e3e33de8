"""Which feed readers there are, and which one fits; which platforms can be asked themselves."""

from importlib.metadata import entry_points

from fashion_plugin.errors import InvalidSource
from fashion_plugin_adapters.feeds.base import Api, FeedReader, Head
from fashion_plugin_adapters.platforms import Shop

__all__ = ["API_GROUP", "GROUP", "choose_reader", "installed_readers", "open_api"]

GROUP = "fashion_plugin.feeds"
API_GROUP = "fashion_plugin.sources"


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


def open_api(name: str, address: str, shop: Shop) -> Api:
    """The platform of that name at an address, with credentials from the environment.

    Raises:
        InvalidSource: there is no such platform.
        InvalidInput: credentials are missing, or the address is none.
    """
    points = {point.name: point for point in entry_points(group=API_GROUP)}
    if name not in points:
        known = ", ".join(sorted(points))
        raise InvalidSource(f"there is no platform {name!r} to be asked: choose from {known}")
    api: Api = points[name].load()(address, shop)
    return api
