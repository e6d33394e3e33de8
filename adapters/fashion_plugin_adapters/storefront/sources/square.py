"""Changed items from Square's catalogue API."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from fashion_plugin.catalog import CatalogEvent, Failure, ProductRemoved, ProductUpserted
from fashion_plugin.errors import DownloadFailed
from fashion_plugin_adapters.platforms import Shop, square_product
from fashion_plugin_adapters.platforms.values import identifier, mapping, moment, objects, text
from fashion_plugin_adapters.storefront.inbox import utc_now
from fashion_plugin_adapters.storefront.sources.base import readable, removed_now
from fashion_plugin_adapters.storefront.sources.client import LONG, SHORT, ApiClient

__all__ = ["SquareSource"]


class SquareSource:
    """Items with their variations, read with an access token that may read items.

    ``url`` is Square's own address, another one for its sandbox.
    """

    def __init__(
        self,
        token: str,
        *,
        url: str = "https://connect.squareup.com",
        version: str = "2026-07-15",
        namespace: str = "",
        client: ApiClient | None = None,
    ) -> None:
        self._client = client or ApiClient(
            f"{url.rstrip('/')}/v2",
            headers={"Authorization": f"Bearer {token}", "Square-Version": version},
        )
        self._shop = Shop(namespace=namespace)

    def __repr__(self) -> str:
        return f"SquareSource({self._client!r})"

    def changed_since(self, moment: datetime) -> Sequence[CatalogEvent | Failure]:
        """The items that changed or went since then."""
        return list(
            self._events(SHORT, begin_time=moment.astimezone(UTC).isoformat(), include_deleted_objects=True)
        )

    def fetch(self, ids: Sequence[str]) -> Sequence[CatalogEvent | Failure]:
        """The items of these ids as they are now."""
        body = {"object_ids": list(ids), "include_related_objects": True}
        answer = mapping(self._client.post("catalog/batch-retrieve", body).data or {}, "an answer")
        found = {event.product_id: event for event in self._page(answer)}
        return [found.get(self._shop.id(one)) or removed_now(self._shop.id(one)) for one in ids]

    def every(self) -> Iterator[ProductUpserted | Failure]:
        """The whole catalogue."""
        for event in self._events(LONG):
            if not isinstance(event, ProductRemoved):
                yield event

    def _events(self, patience: float, **criteria: object) -> Iterator[CatalogEvent | Failure]:
        cursor = ""
        while True:
            body = {"object_types": ["ITEM"], "include_related_objects": True, **criteria}
            answer = self._client.post(
                "catalog/search", {**body, **({"cursor": cursor} if cursor else {})}, patience=patience
            )
            if answer.data is None:
                raise DownloadFailed(f"{self._client!r} knows no catalogue")
            page = mapping(answer.data, "an answer")
            yield from self._page(page)
            cursor = text(page.get("cursor"))
            if not cursor:
                return

    def _page(self, page: Mapping[str, Any]) -> Iterator[CatalogEvent | Failure]:
        rows = objects(page.get("objects"), "objects")
        related = {
            text(one.get("id")): one for one in (*objects(page.get("related_objects"), "related"), *rows)
        }
        for row in rows:
            if text(row.get("type")) not in ("", "ITEM"):
                continue
            at = moment(row.get("updated_at")) or utc_now()
            key = self._shop.id(identifier(row.get("id"), "a Square item"))
            if row.get("is_deleted") is True:
                yield ProductRemoved(key, at)
            else:
                yield readable(key, partial(_event, row, self._shop, related, at))


def _event(
    row: Mapping[str, Any], shop: Shop, related: Mapping[str, Mapping[str, Any]], at: datetime
) -> ProductUpserted:
    return ProductUpserted(square_product(row, shop, related), at)
