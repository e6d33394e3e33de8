"""The catalogue operations of the Universal Commerce Protocol: JSON in, JSON out, for every transport.

https://ucp.dev/2026-08-25/specification/shopping/catalog
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from fashion_plugin import FashionPlugin
from fashion_plugin.answering import MOST_RESULTS
from fashion_plugin.catalog import Match, Product, Variant
from fashion_plugin.catalog.filters import Filters
from fashion_plugin.errors import (
    DownloadError,
    ImageError,
    InvalidInput,
    InvalidRequest,
    PayloadTooLarge,
    ProductNotFound,
)
from fashion_plugin_adapters.chat.asking import Photos
from fashion_plugin_adapters.chat.categories import nothing_fits, with_categories
from fashion_plugin_adapters.chat.links import Links
from fashion_plugin_adapters.chat.ucp_cursor import read_cursor, write_cursor
from fashion_plugin_adapters.chat.ucp_product import options_of, ucp_product
from fashion_plugin_adapters.chat.ucp_question import Note, Search, filters_and_notes, read_search
from fashion_plugin_adapters.chat.ucp_selection import choose

__all__ = ["LOOKUP", "SEARCH", "UCP_VERSION", "UcpCatalog"]

UCP_VERSION: Final = "2026-08-25"
SEARCH: Final = "dev.ucp.shopping.catalog.search"
LOOKUP: Final = "dev.ucp.shopping.catalog.lookup"

_MOST_IDS = 50

JSON = dict[str, Any]


class UcpCatalog:
    """Answers search, lookup and product of one shop.

    What the caller got wrong in the protocol's terms (an unknown product, a photo that cannot be read) is an
    answer with ``ucp.status`` "error" and messages; a body that is none of the protocol raises.

    Args:
        shop: the catalogue.
        links: where its pages and photos stand.
        currency: what price filters are in where a request does not say; empty takes that of the first
            product with a price.
        photos: shoppers' photos, when they are shared with another adapter.
    """

    def __init__(
        self, shop: FashionPlugin, links: Links, *, currency: str = "", photos: Photos | None = None
    ) -> None:
        self._shop = shop
        self._links = links
        self._currency = currency.upper()
        self._photos = photos or Photos()

    def search(self, body: Mapping[str, Any]) -> JSON:
        """Products by words, by likeness to a photo or a product, by both, or by conditions alone.

        Raises:
            InvalidRequest: the body is none of the protocol.
        """
        question = read_search(body, self._shops_currency())
        key = [question.query, _fingerprint(question), repr(question.filters)]
        place = read_cursor(key, question.cursor)
        question = replace(question, filters=with_categories(self._shop, question.filters))
        try:
            if question.like is None and not question.query:
                return self._browse(question, key, place)
            return self._found(question, key, place)
        except (ImageError, DownloadError) as error:
            return _refusal(SEARCH, "invalid_image", str(error), "recoverable")
        except ProductNotFound as error:
            return _refusal(SEARCH, "not_found", str(error), "recoverable")
        except InvalidRequest:
            raise
        except InvalidInput as error:
            return _refusal(SEARCH, "invalid_input", str(error), "recoverable")

    def lookup(self, body: Mapping[str, Any]) -> JSON:
        """Products by their ids or by those of variants, each once, with a variant for each id.

        Raises:
            InvalidRequest: the body is none of the protocol.
            PayloadTooLarge: more than 50 ids.
        """
        ids = body.get("ids")
        if not isinstance(ids, list) or not ids or not all(isinstance(one, str) and one for one in ids):
            raise InvalidRequest("ids must be a list of one or more product or variant ids")
        if len(ids) > _MOST_IDS:
            raise PayloadTooLarge(f"at most {_MOST_IDS} ids are looked up at once, not {len(ids)}")
        filters, notes = self._filters(body)
        wanted: dict[str, tuple[Product, dict[str, Variant], dict[str, list[JSON]]]] = {}
        messages = list(notes)
        for asked in dict.fromkeys(ids):
            found = self._resolve(asked)
            if found is None:
                messages.append(("info", "not_found", asked))
                continue
            product, exact = found
            variant = exact or choose(product, {}, ()).featured
            _, variants, inputs = wanted.setdefault(product.id, (product, {}, {}))
            variants[variant.id] = variant
            entry = {"id": asked, "match": "exact" if exact else "featured"}
            inputs.setdefault(variant.id, []).append(entry)
        allowed = self._allowed(list(wanted), filters)
        products = [
            row
            for name, (product, variants, inputs) in wanted.items()
            if name in allowed
            and (row := ucp_product(product, self._links, variants=list(variants.values()), inputs=inputs))
        ]
        return _answer(LOOKUP, {"products": products}, messages)

    def product(self, body: Mapping[str, Any]) -> JSON:
        """One product in full, its variants narrowed by the options that are selected.

        Raises:
            InvalidRequest: the body is none of the protocol.
        """
        asked = body.get("id")
        if not isinstance(asked, str) or not asked:
            raise InvalidRequest("id must be the id of a product or of a variant")
        filters, notes = self._filters(body)
        found = self._resolve(asked)
        if found is None or found[0].id not in self._allowed([found[0].id], filters):
            return _refusal(LOOKUP, "not_found", f"Product not found: {asked}", "unrecoverable")
        product, exact = found
        selected = dict(exact.options) if exact else _selection(body.get("selected"))
        choice = choose(product, selected, _strings(body.get("preferences")), featured=exact)
        row = ucp_product(product, self._links, variants=choice.variants)
        if row is None:
            return _refusal(LOOKUP, "item_unavailable", f"{asked} has no price", "unrecoverable")
        if product.variants and options_of(product):
            row["selected"] = [{"name": name, "label": label} for name, label in choice.selected.items()]
            row["options"] = choice.options
        return _answer(LOOKUP, {"product": row}, notes)

    def _found(self, question: Search, key: object, place: Any) -> JSON:
        start = place if isinstance(place, int) else 0
        if not 0 <= start < MOST_RESULTS:
            raise InvalidRequest("the cursor leads beyond what can be listed: narrow the search instead")
        asked: JSON = {
            "text": question.query or None,
            "limit": min(MOST_RESULTS, start + question.limit + 1),
            "filters": question.filters,
        }
        if question.like is None:
            results = self._shop.search(**asked)
        elif question.like.kind == "product":
            results = self._shop.similar(question.like.value, **asked)
        else:
            with self._photos.gate.enter():
                _, pixels = self._photos.take(self._shop, encoded=question.like.value)
                results = self._shop.search(pixels, **asked)
        end = start + question.limit
        cursor = write_cursor(key, end) if len(results) > end and end < MOST_RESULTS else None
        notes = list(question.notes)
        if not results:
            notes.append(("info", "no_results", nothing_fits(self._shop, question.filters)))
        return self._page(results.matches[start:end], cursor, results.total, notes)

    def _browse(self, question: Search, key: object, place: Any) -> JSON:
        after = place if isinstance(place, str) else None
        page = self._shop.products(limit=question.limit, cursor=after, filters=question.filters)
        cursor = write_cursor(key, page.cursor) if page.cursor else None
        matches = [Match(product, 0.0) for product in page.products]
        notes = list(question.notes)
        if not matches and after is None:
            notes.append(("info", "no_results", nothing_fits(self._shop, question.filters)))
        return self._page(matches, cursor, None, notes, scored=False)

    def _page(
        self,
        matches: Sequence[Match],
        cursor: str | None,
        total: int | None,
        notes: Sequence[Note],
        *,
        scored: bool = True,
    ) -> JSON:
        rows = [ucp_product(one.product, self._links, match=one if scored else None) for one in matches]
        pagination: JSON = {"has_next_page": cursor is not None}
        if cursor is not None:
            pagination["cursor"] = cursor
        if total is not None:
            pagination["total_count"] = total
        return _answer(SEARCH, {"products": [row for row in rows if row], "pagination": pagination}, notes)

    def _filters(self, body: Mapping[str, Any]) -> tuple[Filters, tuple[Note, ...]]:
        filters, notes = filters_and_notes(body, self._shops_currency())
        return with_categories(self._shop, filters), notes

    def _resolve(self, id: str) -> tuple[Product, Variant | None] | None:
        """The product that an id names, and the variant where it is that of one; none that is hidden."""
        store = self._shop.store
        product = store.product(id)
        variant = None
        if product is None and (owner := store.owners([id]).get(id)):
            product = store.product(owner)
            variant = next((one for one in product.variants if one.id == id), None) if product else None
        return (product, variant) if product and product.searchable else None

    def _allowed(self, ids: Sequence[str], filters: Filters) -> frozenset[str]:
        """Those of the products that the filters leave."""
        if not ids:
            return frozenset()
        among = Filters(**{**_fields(filters), "ids": ids, "min_price": _bound(filters)})
        page = self._shop.store.products(limit=len(ids), filters=among)
        return frozenset(product.id for product in page.products)

    def _shops_currency(self) -> str:
        if not self._currency:
            page = self._shop.products(limit=1, filters=Filters(min_price=0))
            price = page.products[0].price if page.products else None
            self._currency = price.currency if price else ""
        return self._currency


def _fields(filters: Filters) -> JSON:
    return {name: getattr(filters, name) for name in Filters.__dataclass_fields__}


def _bound(filters: Filters) -> Any:
    """The lowest price; a product whose variants alone have prices is looked up all the same."""
    return filters.min_price if filters.max_price is not None or filters.min_price != 0 else None


def _fingerprint(question: Search) -> str:
    like = question.like
    return f"{like.kind} {hashlib.sha256(like.value.encode()).hexdigest()}" if like else ""


def _selection(value: object) -> dict[str, str]:
    if value is None:
        return {}
    pairs: dict[str, str] = {}
    for one in value if isinstance(value, list) else [None]:
        if not isinstance(one, dict) or not all(isinstance(one.get(name), str) for name in ("name", "label")):
            raise InvalidRequest('selected must be a list such as [{"name": "Size", "label": "M"}]')
        pairs[one["name"]] = one["label"]
    return pairs


def _strings(value: object) -> tuple[str, ...]:
    if value is not None and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
        raise InvalidRequest("preferences must be a list of option names")
    return tuple(value or ())


def _envelope(capability: str, status: str = "success") -> JSON:
    return {
        "version": UCP_VERSION,
        "status": status,
        "capabilities": {capability: [{"version": UCP_VERSION}]},
    }


def _answer(capability: str, body: JSON, notes: Sequence[Note]) -> JSON:
    answer = {"ucp": _envelope(capability), **body}
    if notes:
        answer["messages"] = [{"type": kind, "code": code, "content": text} for kind, code, text in notes]
    return answer


def _refusal(capability: str, code: str, text: str, severity: str) -> JSON:
    message = {"type": "error", "code": code, "content": text, "severity": severity}
    answer: JSON = {"ucp": _envelope(capability, "error"), "messages": [message]}
    return answer
