"""Square's catalogue webhook, which says only that something changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from fashion_plugin.adapter import Request
from fashion_plugin.catalog import CatalogEvent, Failure
from fashion_plugin.errors import InvalidInput
from fashion_plugin_adapters.platforms.values import mapping, text
from fashion_plugin_adapters.storefront.inbox import Webhooks
from fashion_plugin_adapters.storefront.signatures import verify_hmac

if TYPE_CHECKING:
    from fashion_plugin import FashionPlugin

__all__ = ["ChangeSource", "SquareWebhooks"]

_OVERLAP = timedelta(hours=1)


class ChangeSource(Protocol):
    """Where the changes since a moment come from."""

    def changed_since(self, moment: datetime) -> Sequence[CatalogEvent | Failure]:
        """The products that changed or went since then.

        Raises:
            DownloadError: the platform could not be asked.
        """
        ...


class SquareWebhooks(Webhooks):
    """The type catalog.version.updated: what changed is asked of ``source``.

    ``notification_url`` is the address that the subscription names, letter by letter: Square signs it.
    The hour before the notification is asked for too, so that one that was lost is made good by the next.
    """

    name = "square"

    def __init__(
        self, secret: str | Sequence[str], *, notification_url: str, source: ChangeSource, **options: Any
    ) -> None:
        super().__init__(secret, **options)
        if not notification_url.startswith("https://") and not notification_url.startswith("http://"):
            raise InvalidInput("notification_url is the full address that Square posts to")
        self._url = notification_url.encode()
        self._source = source

    def verify(self, request: Request) -> None:
        """Check the HMAC in x-square-hmacsha256-signature over the URL and the body."""
        verify_hmac(self._secrets, self._url + request.body, request.header("x-square-hmacsha256-signature"))

    def events(
        self, request: Request, body: Mapping[str, Any], plugin: "FashionPlugin"
    ) -> Sequence[CatalogEvent | Failure] | None:
        """What changed in the hour before the notification's version and since."""
        if text(body.get("type")).lower() != "catalog.version.updated":
            return None
        data = mapping(body.get("data", {}), "data")
        version = mapping(
            mapping(data.get("object", {}), "object").get("catalog_version", {}), "catalog_version"
        )
        moment = self.at(version.get("updated_at"), body.get("created_at"))
        return self._source.changed_since(moment - _OVERLAP)
