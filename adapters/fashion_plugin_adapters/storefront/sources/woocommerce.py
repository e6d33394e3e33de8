"""Products from WooCommerce's REST API, version 3."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fashion_plugin.catalog import CatalogEvent, Failure, ProductUpserted
from fashion_plugin.errors import DownloadFailed
from fashion_plugin_adapters.platforms import Shop, woocommerce_product
from fashion_plugin_adapters.platforms.values import identifier, moment, objects, text
from fashion_plugin_adapters.storefront.inbox import utc_now
from fashion_plugin_adapters.storefront.sources.base import readable, removed_now
from fashion_plugin_adapters.storefront.sources.client import LONG, SHORT, ApiClient

__all__ = ["WooCommerceSource"]

_PAGE = 100


class WooCommerceSource:
    """Products with their variations, read with a REST key that may read products.

    Without a ``currency`` the shop is asked for its own.
    """

    def __init__(
        self,
        url: str,
        key: str,
        secret: str,
        *,
        currency: str = "",
        namespace: str = "",
        client: ApiClient | None = None,
    ) -> None:
        self._client = client or ApiClient(f"{url.rstrip('/')}/wp-json/wc/v3", auth=(key, secret))
        self._shop = Shop(currency, url, namespace)
        self._asked_currency = bool(currency)

    def __repr__(self) -> str:
        return f"WooCommerceSource({self._client!r})"

    def fetch(self, ids: Sequence[str]) -> Sequence[CatalogEvent | Failure]:
        """The products of these ids as they are now."""
        return [self._one(one) for one in ids]

    def every(self) -> Iterator[ProductUpserted | Failure]:
        """The whole catalogue in order of id."""
        for body in self._pages("products", LONG, orderby="id", order="asc", status="any"):
            yield self._read(body, LONG)

    def _one(self, number: str, *, of_variation: bool = False) -> CatalogEvent | Failure:
        body = self._client.get(f"products/{number}").data
        if body is None or text(body.get("status")) == "trash":
            return removed_now(self._shop.id(number))
        if text(body.get("type")) == "variation" and not of_variation:
            return self._one(identifier(body.get("parent_id"), "a parent"), of_variation=True)
        return self._read(body, SHORT)

    def _read(self, body: Mapping[str, Any], patience: float) -> ProductUpserted | Failure:
        return readable(self._shop.id(text(body.get("id"))), lambda: self._event(body, patience))

    def _event(self, body: Mapping[str, Any], patience: float) -> ProductUpserted:
        variations: list[Mapping[str, Any]] = []
        if text(body.get("type")) == "variable":
            variations = list(self._pages(f"products/{body.get('id')}/variations", patience))
        if not self._asked_currency:
            answer = self._client.get("data/currencies/current", patience=patience).data
            code = text(answer.get("code")) if isinstance(answer, Mapping) else ""
            self._shop = replace(self._shop, currency=code.upper())
            self._asked_currency = True
        at = moment(body.get("date_modified_gmt")) or utc_now()
        changed = [one for row in variations if (one := moment(row.get("date_modified_gmt"))) is not None]
        return ProductUpserted(woocommerce_product(body, self._shop, variations), max(at, *changed, at))

    def _pages(self, path: str, patience: float, **params: object) -> Iterator[Mapping[str, Any]]:
        page = 1
        while True:
            answer = self._client.get(path, patience=patience, per_page=_PAGE, page=page, **params)
            if not isinstance(answer.data, list):
                raise DownloadFailed(f"{self._client!r} gave no list of products")
            rows = objects(answer.data, "products")
            yield from rows
            pages = answer.headers.get("X-WP-TotalPages", "")
            if page >= int(pages) if pages.isdigit() else len(rows) < _PAGE:
                return
            page += 1
