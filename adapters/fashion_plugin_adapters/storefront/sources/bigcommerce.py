"""Products from BigCommerce's V3 catalogue API."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fashion_plugin.catalog import CatalogEvent, Failure, ProductUpserted
from fashion_plugin.errors import DownloadFailed
from fashion_plugin_adapters.platforms import Shop, bigcommerce_product
from fashion_plugin_adapters.platforms.values import mapping, moment, objects, text
from fashion_plugin_adapters.storefront.inbox import utc_now
from fashion_plugin_adapters.storefront.sources.base import readable, removed_now
from fashion_plugin_adapters.storefront.sources.client import LONG, SHORT, ApiClient

__all__ = ["BigCommerceSource"]

_NAMES_SECONDS = 900.0
_FETCH = 50  # ids in one request: the address stays short


class BigCommerceSource:
    """Products with images and variants, read with an API account that may read products.

    ``store_hash`` is the store's hash, or the API path that the control panel shows with the account.
    """

    def __init__(
        self,
        store_hash: str,
        token: str,
        *,
        currency: str = "",
        url: str = "",
        namespace: str = "",
        client: ApiClient | None = None,
    ) -> None:
        address = store_hash if "://" in store_hash else f"https://api.bigcommerce.com/stores/{store_hash}/v3"
        self._client = client or ApiClient(address, headers={"X-Auth-Token": token})
        self._shop = Shop(currency, url, namespace)
        self._lock = threading.Lock()
        self._names: tuple[dict[str, str], dict[str, str]] = ({}, {})
        self._read_at = float("-inf")

    def __repr__(self) -> str:
        return f"BigCommerceSource({self._client!r})"

    def fetch(self, ids: Sequence[str]) -> Sequence[CatalogEvent | Failure]:
        """The products of these ids as they are now."""
        found: dict[str, ProductUpserted | Failure] = {}
        for start in range(0, len(ids), _FETCH):
            some = ",".join(ids[start : start + _FETCH])
            for body in self._pages("catalog/products", SHORT, id__in=some, include="images,variants"):
                found[text(body.get("id"))] = self._read(body, SHORT)
        return [found.get(one) or removed_now(self._shop.id(one)) for one in ids]

    def every(self) -> Iterator[ProductUpserted | Failure]:
        """The whole catalogue in order of id."""
        for body in self._pages("catalog/products", LONG, include="images,variants", sort="id"):
            yield self._read(body, LONG)

    def _read(self, body: Mapping[str, Any], patience: float) -> ProductUpserted | Failure:
        return readable(self._shop.id(text(body.get("id"))), lambda: self._event(body, patience))

    def _event(self, body: Mapping[str, Any], patience: float) -> ProductUpserted:
        brands, categories = self._known_names(patience)
        product = bigcommerce_product(body, self._shop, brands=brands, categories=categories)
        return ProductUpserted(product, moment(body.get("date_modified")) or utc_now())

    def _known_names(self, patience: float) -> tuple[dict[str, str], dict[str, str]]:
        """Names of brands and categories by id, read again after a quarter of an hour."""
        with self._lock:
            if time.monotonic() - self._read_at > _NAMES_SECONDS:
                brands = {
                    text(one.get("id")): text(one.get("name"))
                    for one in self._pages("catalog/brands", patience)
                }
                rows = {text(one.get("id")): one for one in self._pages("catalog/categories", patience)}
                self._names = (brands, {key: _path(key, rows) for key in rows})
                self._read_at = time.monotonic()
            return self._names

    def _pages(self, path: str, patience: float, **params: object) -> Iterator[Mapping[str, Any]]:
        page = 1
        while True:
            answer = self._client.get(path, patience=patience, limit=250, page=page, **params)
            if answer.data is None:
                raise DownloadFailed(f"{self._client!r} knows no {path}: check the store's hash")
            body = mapping(answer.data, "an answer")
            yield from objects(body.get("data"), "data")
            total = mapping(mapping(body.get("meta", {}), "meta").get("pagination", {}), "pagination")
            if page >= int(total.get("total_pages", 1)):
                return
            page += 1


def _path(key: str, rows: Mapping[str, Mapping[str, Any]]) -> str:
    names: list[str] = []
    seen: set[str] = set()
    while key in rows and key not in seen:
        seen.add(key)
        names.insert(0, text(rows[key].get("name")))
        key = text(rows[key].get("parent_id"))
    return " > ".join(name for name in names if name)
