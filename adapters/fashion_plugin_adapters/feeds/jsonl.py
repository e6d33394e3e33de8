"""Our own feed: one JSON object on each line, as the ``jsonl`` export writes it."""

from collections.abc import Iterator

from fashion_plugin.catalog import Failure
from fashion_plugin.errors import InvalidProduct, InvalidRequest, InvalidSource
from fashion_plugin_adapters.feeds.base import Entry, FeedItem, FeedSource, Head
from fashion_plugin_adapters.feeds.opening import reading
from fashion_plugin_adapters.platforms import Shop, own_product
from fashion_plugin_adapters.platforms.values import exact_json, mapping, moment, text

__all__ = ["JsonLines"]

_LONGEST_LINE = 10 * 2**20


class JsonLines:
    """Products in the form that `own_product` reads; ``updated_at`` says when one changed."""

    name = "jsonl"
    handle_is_id = False

    def fits(self, head: Head) -> bool:
        """A first line that is an object with an id."""
        line = next((line for line in head.text.splitlines() if line.strip()), "")
        return (
            line.lstrip().startswith("{") and '"id"' in line and not line.lstrip().startswith('{"products"')
        )

    def read(self, source: FeedSource, shop: Shop) -> Iterator[Entry]:
        """The products line by line."""
        number = 0
        with reading(source.name), source.open() as stream:
            while line := stream.readline(_LONGEST_LINE + 1):
                number += 1
                if len(line) > _LONGEST_LINE:
                    raise InvalidSource(f"{source.name}: line {number} is longer than {_LONGEST_LINE} bytes")
                if line.strip():
                    yield _entry(line, number, shop)


def _entry(line: bytes, number: int, shop: Shop) -> Entry:
    key = ""
    try:
        body = mapping(exact_json(line), f"line {number}")
        key = text(body.get("id"))
        return FeedItem(own_product(body, shop), moment(body.get("updated_at")))
    except (InvalidProduct, InvalidRequest) as error:
        return Failure(shop.id(key) if key else "", f"line {number}", str(error))
