"""Products from Shopify's Admin GraphQL API."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fashion_plugin.catalog import CatalogEvent, Failure, ProductUpserted
from fashion_plugin.errors import DownloadFailed
from fashion_plugin_adapters.platforms import Shop, shopify_graphql_product
from fashion_plugin_adapters.platforms.shopify_graphql import PRODUCT_FIELDS, VARIANT_FIELDS
from fashion_plugin_adapters.platforms.values import mapping, moment, objects, text
from fashion_plugin_adapters.storefront.inbox import utc_now
from fashion_plugin_adapters.storefront.sources.base import readable, removed_now
from fashion_plugin_adapters.storefront.sources.client import LONG, SHORT, Answer, ApiClient

__all__ = ["ShopifySource"]

_VARIANTS = f"pageInfo {{ hasNextPage endCursor }} nodes {{ {VARIANT_FIELDS} }}"
_PRODUCT = f"{PRODUCT_FIELDS} variants(first: 25) {{ {_VARIANTS} }}"
_BY_ID = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Product {{ {_PRODUCT} }} }} }}"
_PAGE = (
    "query($after: String) { products(first: 20, after: $after, sortKey: ID) "
    f"{{ pageInfo {{ hasNextPage endCursor }} nodes {{ {_PRODUCT} }} }} }}"
)
_MORE = (
    "query($id: ID!, $after: String) { product(id: $id) "
    f"{{ variants(first: 100, after: $after) {{ {_VARIANTS} }} }} }}"
)
_FETCH = 20


class ShopifySource:
    """Products with all variants, read with an access token that may read products.

    ``domain`` is the shop's myshopify.com domain or its address, ``version`` the API's.
    """

    def __init__(
        self,
        domain: str,
        token: str,
        *,
        version: str = "2026-07",
        currency: str = "",
        url: str = "",
        namespace: str = "",
        client: ApiClient | None = None,
    ) -> None:
        address = domain.rstrip("/") if "://" in domain else f"https://{domain}"
        self._client = client or ApiClient(
            f"{address}/admin/api/{version}", headers={"X-Shopify-Access-Token": token}
        )
        self._shop = Shop(currency, url or address, namespace)

    def __repr__(self) -> str:
        return f"ShopifySource({self._client!r})"

    def fetch(self, ids: Sequence[str]) -> Sequence[CatalogEvent | Failure]:
        """The products of these ids (the numbers that webhooks carry) as they are now."""
        events: list[CatalogEvent | Failure] = []
        for start in range(0, len(ids), _FETCH):
            some = ids[start : start + _FETCH]
            data = self._ask(_BY_ID, SHORT, ids=[f"gid://shopify/Product/{one}" for one in some])
            nodes = data.get("nodes") or []
            for number, node in zip(some, nodes, strict=False):
                events.append(self._read(node, SHORT) if node else removed_now(self._shop.id(number)))
        return events

    def every(self) -> Iterator[ProductUpserted | Failure]:
        """The whole catalogue in order of id."""
        after: str | None = None
        while True:
            page = mapping(self._ask(_PAGE, LONG, after=after).get("products"), "products")
            for node in objects(page.get("nodes"), "nodes"):
                yield self._read(node, LONG)
            after = _next(page)
            if after is None:
                return

    def _read(self, node: Mapping[str, Any], patience: float) -> ProductUpserted | Failure:
        number = text(node.get("id")).rpartition("/")[2]
        return readable(self._shop.id(number), lambda: self._event(node, patience))

    def _event(self, node: Mapping[str, Any], patience: float) -> ProductUpserted:
        page = mapping(node.get("variants") or {}, "variants")
        variants = objects(page.get("nodes"), "nodes")
        while (after := _next(page)) is not None:
            product = self._ask(_MORE, patience, id=node.get("id"), after=after).get("product")
            page = mapping(mapping(product, "product").get("variants"), "variants")
            variants += objects(page.get("nodes"), "nodes")
        at = moment(node.get("updatedAt")) or utc_now()
        return ProductUpserted(shopify_graphql_product(node, self._shop, variants), at)

    def _ask(self, query: str, patience: float, **variables: object) -> Mapping[str, Any]:
        answer = self._client.post(
            "graphql.json", {"query": query, "variables": variables}, patience=patience, wait=_throttled
        )
        body = mapping(answer.data or {}, "an answer")
        if body.get("errors") or not isinstance(body.get("data"), Mapping):
            told = body.get("errors")
            first = told[0] if isinstance(told, list) and told else told
            message = first.get("message") if isinstance(first, Mapping) else first
            raise DownloadFailed(f"{self._client!r} could not answer: {text(message)[:200] or answer.status}")
        return mapping(body["data"], "data")


def _next(page: Mapping[str, Any]) -> str | None:
    info = mapping(page.get("pageInfo") or {}, "pageInfo")
    return text(info.get("endCursor")) or None if info.get("hasNextPage") is True else None


def _throttled(answer: Answer) -> float | None:
    """Seconds until the cost of the query is there again, where it was refused for its cost."""
    body = answer.data if isinstance(answer.data, Mapping) else {}
    errors = body.get("errors")
    codes = [
        (one.get("extensions") or {}).get("code")
        for one in (errors if isinstance(errors, list) else [])
        if isinstance(one, Mapping)
    ]
    if "THROTTLED" not in codes:
        return None
    cost = (body.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus") or {}
    missing = float(cost.get("requestedQueryCost") or 0) - float(status.get("currentlyAvailable") or 0)
    return max(0.1, missing / float(status.get("restoreRate") or 50))
