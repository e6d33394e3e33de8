"""What a platform's product does not say of itself: the shop's currency, address and name."""

from dataclasses import dataclass
from urllib.parse import quote, urljoin

__all__ = ["Shop"]


@dataclass(frozen=True, slots=True)
class Shop:
    """Facts of one shop that its products leave out.

    ``currency`` is that of bare prices (ISO 4217; without it bare prices are left out), ``url`` the
    storefront's address, and ``namespace`` goes before every product id, for several shops in one
    catalogue.
    """

    currency: str = ""
    url: str = ""
    namespace: str = ""

    def id(self, id: str) -> str:
        """A product's id in the catalogue."""
        return f"{self.namespace}{id}"

    def link(self, path: str) -> str:
        """The address of a page below the storefront's."""
        if not path or path.startswith(("http://", "https://")):
            return path
        path = quote(path.lstrip("/"), safe="/?=&%#-._~+:,;@!$'()*")
        return urljoin(self.url.rstrip("/") + "/", path) if self.url else f"/{path}"
