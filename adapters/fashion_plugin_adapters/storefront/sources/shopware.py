"""Products from Shopware 6's Admin API."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from fashion_plugin.catalog import CatalogEvent, Failure, ProductUpserted
from fashion_plugin.errors import DownloadFailed
from fashion_plugin_adapters.platforms import Shop, shopware_product
from fashion_plugin_adapters.platforms.shopware import SHOPWARE_ASSOCIATIONS
from fashion_plugin_adapters.platforms.values import mapping, moment, objects, text
from fashion_plugin_adapters.storefront.inbox import utc_now
from fashion_plugin_adapters.storefront.sources.base import readable, removed_now
from fashion_plugin_adapters.storefront.sources.client import LONG, SHORT, ApiClient

__all__ = ["ShopwareSource"]

_PAGE = 100


class ShopwareSource:
    """Products with their variants, read with an integration's access key."""

    def __init__(
        self,
        url: str,
        key: str,
        secret: str,
        *,
        currency: str = "EUR",
        storefront: str = "",
        namespace: str = "",
        client: ApiClient | None = None,
    ) -> None:
        self._client = client or ApiClient(f"{url.rstrip('/')}/api")
        self._grant = {"grant_type": "client_credentials", "client_id": key, "client_secret": secret}
        self._shop = Shop(currency, storefront or url, namespace)
        self._lock = threading.Lock()
        self._token, self._expires = "", 0.0
        self._codes: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"ShopwareSource({self._client!r})"

    def fetch(self, ids: Sequence[str]) -> Sequence[CatalogEvent | Failure]:
        """The products of these ids as they are now, variants as their parents."""
        rows = {text(one.get("id")): one for one in self._search({"ids": list(ids)}, SHORT)}
        parents = [text(row.get("parentId")) for row in rows.values()]
        wanted = [one for one in dict.fromkeys(parents) if one and one not in rows]
        if wanted:
            rows |= {text(one.get("id")): one for one in self._search({"ids": wanted}, SHORT)}
        whole = [row for row in rows.values() if not row.get("parentId")]
        gone = [removed_now(self._shop.id(one)) for one in ids if one not in rows]
        return [*gone, *self._events(whole, SHORT)]

    def every(self) -> Iterator[ProductUpserted | Failure]:
        """The whole catalogue in order of id."""
        criteria = {
            "filter": [{"type": "equals", "field": "parentId", "value": None}],
            "sort": [{"field": "id", "order": "ASC"}],
        }
        page: list[Mapping[str, Any]] = []
        for row in self._search(criteria, LONG):
            page.append(row)
            if len(page) == _PAGE:
                yield from self._events(page, LONG)
                page = []
        yield from self._events(page, LONG)

    def _events(self, rows: Sequence[Mapping[str, Any]], patience: float) -> list[ProductUpserted | Failure]:
        if not rows:
            return []
        parents = [text(row.get("id")) for row in rows if row.get("childCount", 1)]
        children: dict[str, list[Mapping[str, Any]]] = {}
        if parents:
            joined = "|".join(parents)
            for one in self._search(
                {"filter": [{"type": "equalsAny", "field": "parentId", "value": joined}]}, patience
            ):
                children.setdefault(text(one.get("parentId")), []).append(one)
        codes = self._currencies(patience)

        def event(row: Mapping[str, Any]) -> ProductUpserted:
            own = children.get(text(row.get("id")), [])
            product = shopware_product(row, self._shop, children=own, currencies=codes)
            times = [moment(one.get("updatedAt")) or moment(one.get("createdAt")) for one in (row, *own)]
            known = [one for one in times if one is not None]
            return ProductUpserted(product, max(known, default=utc_now()))

        return [readable(self._shop.id(text(row.get("id"))), partial(event, row)) for row in rows]

    def _search(self, criteria: Mapping[str, Any], patience: float) -> Iterator[Mapping[str, Any]]:
        page = 1
        while True:
            body = {
                **criteria,
                "associations": SHOPWARE_ASSOCIATIONS,
                "limit": _PAGE,
                "page": page,
                "total-count-mode": 0,
            }
            rows = self._post("search/product", body, patience)
            yield from rows
            if len(rows) < _PAGE:
                return
            page += 1

    def _currencies(self, patience: float) -> dict[str, str]:
        if not self._codes:
            rows = self._post("search/currency", {"limit": 500}, patience)
            self._codes = {text(one.get("id")): text(one.get("isoCode")) for one in rows}
        return self._codes

    def _post(self, path: str, body: object, patience: float) -> list[Mapping[str, Any]]:
        headers = {"Authorization": f"Bearer {self._bearer(patience)}"}
        answer = self._client.post(path, body, patience=patience, headers=headers)
        if answer.data is None:
            raise DownloadFailed(f"{self._client!r} knows no {path}: check the shop's address")
        return objects(mapping(answer.data, "an answer").get("data"), "data")

    def _bearer(self, patience: float) -> str:
        with self._lock:
            if time.monotonic() >= self._expires:
                answer = self._client.post("oauth/token", self._grant, patience=patience)
                grant = mapping(answer.data or {}, "a token")
                self._token = text(grant.get("access_token"))
                if not self._token:
                    raise DownloadFailed(f"{self._client!r} gave no token: check key and secret")
                lifetime = grant.get("expires_in")
                # Renewed a minute early, so that none runs out on its way.
                self._expires = time.monotonic() + (lifetime if isinstance(lifetime, int) else 600) - 60
            return self._token
