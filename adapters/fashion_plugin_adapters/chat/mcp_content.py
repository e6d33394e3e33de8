"""Answers as a model reads them: cards, short text, links, and thumbnails when asked for."""

import base64
import io
from collections.abc import Sequence
from typing import Any

from mcp.types import CallToolResult, ContentBlock, ImageContent, ResourceLink, TextContent
from PIL import Image
from pydantic import BaseModel

from fashion_plugin import FashionPlugin
from fashion_plugin.catalog import Match, Product
from fashion_plugin_adapters.chat.links import Links
from fashion_plugin_adapters.chat.mcp_models import ProductCard
from fashion_plugin_adapters.chat.plain import plain_text

__all__ = ["cards", "line", "result", "thumbnails"]

_THUMBNAIL = 192  # pixels of the long side
_MOST_THUMBNAILS = 6
_TITLE = 120


def cards(matches: Sequence[Match], links: Links, *, first: int = 1) -> list[ProductCard]:
    """Matches as cards, numbered from ``first``."""
    return [_card(number, match, links) for number, match in enumerate(matches, first)]


def _card(number: int, match: Match, links: Links) -> ProductCard:
    product = match.product
    image = match.image or (product.images[0] if product.images else None)
    return ProductCard(
        number=number,
        id=product.id,
        title=_one_line(product.title) or product.id,
        price=str(product.price) if product.price else None,
        list_price=str(product.list_price) if product.list_price else None,
        in_stock=product.in_stock,
        category=_one_line(product.category) or None,
        brand=_one_line(product.brand) or None,
        colour=_one_line(product.colour) or None,
        variant=_one_line(match.variant.title or match.variant.id) if match.variant else None,
        url=links.page(product) or None,
        image_url=links.image(product, image) or None,
        score=round(match.score, 3),
        reasons=list(match.reasons),
    )


def line(card: ProductCard) -> str:
    """A card in one line of text."""
    facts = [card.price or "no price", "in stock" if card.in_stock else "sold out"]
    if card.brand:
        facts.insert(0, card.brand)
    told = f"{card.number}. {card.title} (id {card.id}): {', '.join(facts)}, score {card.score:.2f}"
    if card.reasons:
        told += f"; {'; '.join(card.reasons)}"
    return f"{told} {card.url}" if card.url else told


def result(
    answer: BaseModel, text: str, listed: Sequence[ProductCard] = (), pictures: Sequence[ContentBlock] = ()
) -> CallToolResult:
    """An answer as structured content, with its text, links to the products, and pictures."""
    content: list[ContentBlock] = [TextContent(type="text", text=text)]
    content += [
        ResourceLink(type="resource_link", uri=card.url, name=card.id, title=card.title)
        for card in listed
        if card.url
    ]
    plain: dict[str, Any] = answer.model_dump(mode="json", exclude_none=True)
    return CallToolResult(content=[*content, *pictures], structured_content=plain)


def thumbnails(shop: FashionPlugin, products: Sequence[Product]) -> list[ContentBlock]:
    """Small pictures of the first products, of those whose photos the shop keeps copies of."""
    archive = shop.store.photos
    if archive is None:
        return []
    known = shop.store.known([product.id for product in products])
    pictures: list[ContentBlock] = []
    for number, product in enumerate(products[:_MOST_THUMBNAILS], 1):
        stored = known.get(product.id)
        image = stored.images.get(product.images[0].source) if stored and product.images else None
        data = archive.get(image.photo) if image and image.photo else None
        if data is not None:
            pictures.append(TextContent(type="text", text=f"Photo of number {number}:"))
            pictures.append(ImageContent(type="image", data=_small(data), mime_type="image/jpeg"))
    return pictures


def _small(data: bytes) -> str:
    with Image.open(io.BytesIO(data)) as image:
        image.draft("RGB", (_THUMBNAIL, _THUMBNAIL))
        small = image.convert("RGB")
    small.thumbnail((_THUMBNAIL, _THUMBNAIL))
    file = io.BytesIO()
    small.save(file, "JPEG", quality=80)
    return base64.b64encode(file.getvalue()).decode()


def _one_line(text: str) -> str:
    return " ".join(plain_text(text, _TITLE).split())
