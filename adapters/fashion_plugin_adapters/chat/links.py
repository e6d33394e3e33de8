"""Addresses that somebody outside can follow: product pages and photos."""

from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from fashion_plugin.catalog import ImageRef, LocalImage, Product

__all__ = ["Links"]


@dataclass(frozen=True, slots=True)
class Links:
    """Where the shop stands in the world.

    ``shop_url`` completes product URLs that are only a path; ``api_url`` is where the shop's search API is
    mounted (``https://shop.example/fashion``), which serves the photos that are files of this machine.
    Without them such addresses are left out.
    """

    shop_url: str = ""
    api_url: str = ""

    def page(self, product: Product) -> str:
        """The product's page, empty where there is no address for it."""
        return _web(urljoin(self.shop_url, product.url)) if product.url else ""

    def image(self, product: Product, image: ImageRef | None) -> str:
        """A photo of a product, empty where it has no address; a path of this machine never leaves."""
        if image is None:
            return ""
        if not isinstance(image, LocalImage):
            return _web(image.source)
        sources = [known.source for known in product.images]
        if not self.api_url or image.source not in sources:
            return ""
        number = sources.index(image.source)
        return f"{self.api_url.rstrip('/')}/products/{quote(product.id, safe='')}/photos/{number}"


def _web(url: str) -> str:
    """The address if it is one of the web: what a merchant wrote may be ``javascript:`` too."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme in ("http", "https") and parts.netloc else ""
