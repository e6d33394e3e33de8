"""The tools that an assistant calls, over one shop."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Annotated, Any, ParamSpec

from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent

from fashion_plugin import FashionPlugin
from fashion_plugin.catalog import Filters, Match, Money, Results
from fashion_plugin.errors import FashionPluginError, NotFound, UnknownQuery
from fashion_plugin.images import check_box
from fashion_plugin_adapters.chat import mcp_models as models
from fashion_plugin_adapters.chat.asking import Photos
from fashion_plugin_adapters.chat.categories import nothing_fits, with_categories
from fashion_plugin_adapters.chat.links import Links
from fashion_plugin_adapters.chat.mcp_content import cards, line, result, thumbnails
from fashion_plugin_adapters.chat.ucp import UcpCatalog

__all__ = ["ShopTools"]

P = ParamSpec("P")


def _advised(tool: Callable[P, CallToolResult]) -> Callable[P, CallToolResult]:
    """Turn an error that the caller can mend into a tool error that says how."""

    @wraps(tool)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> CallToolResult:
        try:
            return tool(*args, **kwargs)
        except UnknownQuery as error:
            raise ToolError(f"{error}. Ids are kept for 15 minutes; pass the photo itself.") from error
        except NotFound as error:
            raise ToolError(
                f"{error}. Ids come from the answers of the search tools; search first."
            ) from error
        except FashionPluginError as error:
            raise ToolError(str(error)) from error

    return guarded


class ShopTools:
    """One shop's tools; every method is a tool, and blocks while it works."""

    def __init__(
        self,
        shop: FashionPlugin,
        links: Links | None = None,
        *,
        currency: str = "",
        photos: Photos | None = None,
    ) -> None:
        self._shop = shop
        self._links = links or Links()
        self._photos = photos or Photos()
        self._ucp = UcpCatalog(shop, self._links, currency=currency, photos=self._photos)
        self._floor = float(getattr(shop.encoder, "score_floor", 0.0))

    @_advised
    def search_by_image(
        self,
        image_url: models.ImageUrl = None,
        image_base64: models.ImageBase64 = None,
        query_id: models.QueryId = None,
        text: models.Words = None,
        box: models.Box = None,
        category: models.Categories = None,
        colour: models.Names = None,
        brand: models.Names = None,
        min_price: models.Price = None,
        max_price: models.Price = None,
        in_stock: bool = False,
        limit: models.Limit = 8,
        thumbnails: bool = False,
    ) -> Annotated[CallToolResult, models.SearchAnswer]:
        """Find the products of this shop that look most like a photo."""
        filters = self._filters(category, colour, brand, min_price, max_price, in_stock)
        region = check_box(box) if box is not None else None
        with self._photos.gate.enter():
            kept, pixels = self._photos.take(
                self._shop, url=image_url or "", encoded=image_base64 or "", query_id=query_id or ""
            )
            found = self._shop.search(pixels, text=text or None, box=region, limit=limit, filters=filters)
        far = text is None and bool(found) and found[0].score < self._floor
        return self._list(found, filters, thumbnails, query_id=kept, nothing_close=far)

    @_advised
    def shop_the_look(
        self,
        image_url: models.ImageUrl = None,
        image_base64: models.ImageBase64 = None,
        query_id: models.QueryId = None,
        category: models.Categories = None,
        colour: models.Names = None,
        brand: models.Names = None,
        min_price: models.Price = None,
        max_price: models.Price = None,
        in_stock: bool = False,
        limit: models.PerGarment = 3,
        thumbnails: bool = False,
    ) -> Annotated[CallToolResult, models.LookAnswer]:
        """Find every garment that a person wears in a photo, and products of this shop for each."""
        filters = self._filters(category, colour, brand, min_price, max_price, in_stock)
        with self._photos.gate.enter():
            kept, pixels = self._photos.take(
                self._shop, url=image_url or "", encoded=image_base64 or "", query_id=query_id or ""
            )
            look = self._shop.shop_the_look(pixels, limit=limit, filters=filters)
        groups: list[models.GarmentCards] = []
        number = 1
        for garment in look.garments:
            listed = cards(garment.matches, self._links, first=number)
            number += len(listed)
            box = [round(edge, 4) for edge in garment.box]
            groups.append(
                models.GarmentCards(
                    label=garment.label, box=box, colours=list(garment.colours), products=listed
                )
            )
        whole = cards(look.matches, self._links)
        found = bool(whole) or any(group.products for group in groups)
        note = "" if groups else "No garment was found in this photo; these are near to the whole of it."
        if not found:
            note = nothing_fits(self._shop, filters)
        lines = [note] if note else []
        for group in groups:
            lines += [f"{' '.join(group.colours[:1])} {group.label}".strip().capitalize() + ":"]
            lines += [line(card) for card in group.products] or ["nothing that fits"]
        lines += [line(card) for card in whole]
        every = [card for group in groups for card in group.products] + whole
        matches = [match for garment in look.garments for match in garment.matches] or list(look.matches)
        answer = models.LookAnswer(query_id=kept, garments=groups, products=whole, note=note)
        return result(answer, "\n".join(lines), every, self._pictures(matches, thumbnails))

    @_advised
    def similar_products(
        self,
        product_id: models.ProductId,
        text: models.Words = None,
        category: models.Categories = None,
        colour: models.Names = None,
        brand: models.Names = None,
        min_price: models.Price = None,
        max_price: models.Price = None,
        in_stock: bool = False,
        limit: models.Limit = 8,
        thumbnails: bool = False,
    ) -> Annotated[CallToolResult, models.SearchAnswer]:
        """Find products that look like one of this shop."""
        filters = self._filters(category, colour, brand, min_price, max_price, in_stock)
        found = self._shop.similar(product_id, text=text or None, limit=limit, filters=filters)
        return self._list(found, filters, thumbnails)

    @_advised
    def complete_the_look(
        self,
        product_id: models.ProductId,
        category: models.Categories = None,
        colour: models.Names = None,
        min_price: models.Price = None,
        max_price: models.Price = None,
        in_stock: bool = False,
        limit: models.Limit = 8,
        thumbnails: bool = False,
    ) -> Annotated[CallToolResult, models.SearchAnswer]:
        """Find products of other kinds that go with one of this shop."""
        filters = self._filters(category, colour, None, min_price, max_price, in_stock)
        found = self._shop.complete_the_look(product_id, limit=limit, filters=filters)
        return self._list(found, filters, thumbnails)

    @_advised
    def search_catalog(
        self, catalog: models.CatalogQuery, meta: dict[str, Any] | None = None
    ) -> Annotated[CallToolResult, models.CatalogAnswer]:
        """Search the catalogue by words, by likeness, or both (UCP)."""
        return _ucp_result(self._ucp.search(catalog.model_dump(exclude_none=True)), models.CatalogAnswer)

    @_advised
    def lookup_catalog(
        self, catalog: models.LookupQuery, meta: dict[str, Any] | None = None
    ) -> Annotated[CallToolResult, models.CatalogAnswer]:
        """Look up products or variants by id (UCP)."""
        return _ucp_result(self._ucp.lookup(catalog.model_dump(exclude_none=True)), models.CatalogAnswer)

    @_advised
    def get_product(
        self, catalog: models.GetProductQuery, meta: dict[str, Any] | None = None
    ) -> Annotated[CallToolResult, models.ProductAnswer]:
        """Get one product in full (UCP)."""
        return _ucp_result(self._ucp.product(catalog.model_dump(exclude_none=True)), models.ProductAnswer)

    def _list(
        self,
        found: Results,
        filters: Filters,
        pictures: bool,
        *,
        query_id: str | None = None,
        nothing_close: bool = False,
    ) -> CallToolResult:
        listed = cards(found.matches, self._links)
        note = ""
        if not listed:
            note = nothing_fits(self._shop, filters)
        elif nothing_close:
            note = "Nothing in this shop is really like it; these come nearest."
        answer = models.SearchAnswer(
            query_id=query_id, products=listed, total=found.total, nothing_close=nothing_close, note=note
        )
        lines = [*([note] if note else []), *map(line, listed)]
        if query_id:
            lines.append(f"To ask about the same photo again: query_id {query_id}")
        return result(answer, "\n".join(lines), listed, self._pictures(found.matches, pictures))

    def _filters(
        self,
        category: list[str] | None,
        colour: list[str] | None,
        brand: list[str] | None,
        min_price: str | None,
        max_price: str | None,
        in_stock: bool,
    ) -> Filters:
        filters = Filters(
            category=category or (),
            colour=colour or (),
            brand=brand or (),
            min_price=min_price or None,
            max_price=max_price or None,
            in_stock=in_stock or None,
        )
        return with_categories(self._shop, filters)

    def _pictures(self, matches: Sequence[Match], wanted: bool) -> list[Any]:
        return thumbnails(self._shop, [match.product for match in matches]) if wanted else []


def _ucp_result(
    answer: dict[str, Any], model: type[models.CatalogAnswer | models.ProductAnswer]
) -> CallToolResult:
    told = answer.get("messages", [])
    if answer["ucp"].get("status") == "error":
        text = "; ".join(message["content"] for message in told)
        return CallToolResult(
            content=[TextContent(type="text", text=text)], structured_content=answer, is_error=True
        )
    products = answer.get("products", [answer["product"]] if "product" in answer else [])
    lines = [_ucp_line(number, product) for number, product in enumerate(products, 1)]
    lines += [f"({message['code']}: {message['content']})" for message in told]
    if answer.get("pagination", {}).get("has_next_page"):
        lines.append(f"More with pagination.cursor {answer['pagination']['cursor']}")
    return result(model.model_validate(answer), "\n".join(lines) or "nothing found")


def _ucp_line(number: int, product: dict[str, Any]) -> str:
    variant = product["variants"][0]
    price = Money.from_minor_units(variant["price"]["amount"], variant["price"]["currency"])
    stock = "in stock" if variant["availability"].get("available") else "sold out"
    told = f"{number}. {product['title']} (id {product['id']}): {price}, {stock}"
    return f"{told} {product.get('url', '')}".rstrip()
