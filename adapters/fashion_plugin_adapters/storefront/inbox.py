"""What every storefront's webhooks have in common: verify, understand, store, answer."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from fashion_plugin.adapter import Request, Response
from fashion_plugin.catalog import CatalogEvent, Failure
from fashion_plugin.errors import DownloadError, InvalidProduct, PayloadTooLarge
from fashion_plugin_adapters.platforms import Shop
from fashion_plugin_adapters.platforms.values import exact_json, mapping, moment
from fashion_plugin_adapters.storefront.signatures import Secrets

if TYPE_CHECKING:
    from fashion_plugin import FashionPlugin

__all__ = ["Webhooks", "utc_now"]

_log = logging.getLogger("fashion_plugin.adapters")

MAX_BODY = 5 * 2**20
"""Bytes of a webhook's body at most; a product of 2,048 variants takes about 2 MB."""

_CLOCK_SKEW = timedelta(minutes=10)


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


class Webhooks(ABC):
    """A platform's webhooks as an adapter: a subclass verifies a request and says what happened.

    Every event is stored before the answer, so that a 2xx means that nothing can be lost any more. A
    temporary fault answers 503 and the platform sends again.

    Args:
        secret: the webhook's secret; several while it is being changed.
        currency: ISO 4217 code of prices that come without one; left out, such prices are not stored.
        url: the storefront's address, for links that come without one.
        namespace: put before every product id, where several shops share a catalogue.
        max_body: bytes that a body may have.
        now: gives the present moment.
    """

    name = "webhooks"

    def __init__(
        self,
        secret: str | Sequence[str],
        *,
        currency: str = "",
        url: str = "",
        namespace: str = "",
        max_body: int = MAX_BODY,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._secrets = Secrets(secret)
        self._shop = Shop(currency.strip().upper(), url, namespace)
        self._max_body = max_body
        self._now = now

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def handle(self, request: Request, plugin: "FashionPlugin") -> Response:
        """Verify, store and answer one delivery.

        Raises:
            SignatureError: the request was not signed with a secret of ours.
            PayloadTooLarge: the body is over the limit.
            InvalidRequest: the body is not JSON.
            InvalidProduct: the product cannot be taken.
        """
        if request.method.upper() != "POST":
            return Response.problem(405, "Method not allowed", headers={"Allow": "POST"})
        if len(request.body) > self._max_body:
            raise PayloadTooLarge(f"a webhook's body may have {self._max_body} bytes")
        if (greeting := self.greeting(request)) is not None:
            return greeting
        try:
            self.verify(request)
            body = mapping(exact_json(request.body), "a webhook's body")
            found = self.events(request, body, plugin)
        except DownloadError as error:
            _log.warning("%s: the platform could not be asked: %s", self.name, error)
            return Response.problem(503, "Temporarily unavailable", headers={"Retry-After": "30"})
        if found is None:
            return Response.json({"ignored": True}, 202)
        events = self._readable(found)
        receipts = plugin.submit(*events) if events else ()
        return Response.json(
            {
                "events": [
                    {"product_id": one.product_id, "state": one.state.value, "queued": one.queued}
                    for one in receipts
                ]
            }
        )

    def _readable(self, found: Sequence[CatalogEvent | Failure]) -> list[CatalogEvent]:
        """The events; of products that cannot be taken the log tells, unless there is nothing else."""
        failures = [one for one in found if isinstance(one, Failure)]
        if failures and len(failures) == len(found):
            raise InvalidProduct(failures[0].message)
        for failure in failures:
            _log.warning("%s: left out %s: %s", self.name, failure.product_id, failure.message)
        return [one for one in found if not isinstance(one, Failure)]

    def greeting(self, request: Request) -> Response | None:
        """The answer to a request that is no delivery, such as a platform's ping; None for all others."""
        return None

    @abstractmethod
    def verify(self, request: Request) -> None:
        """Check the signature over the raw body.

        Raises:
            SignatureError: it does not fit.
        """

    @abstractmethod
    def events(
        self, request: Request, body: Mapping[str, Any], plugin: "FashionPlugin"
    ) -> Sequence[CatalogEvent | Failure] | None:
        """What happened to the catalogue, with failures for products that cannot be taken.

        None where the topic is not about products.
        """

    def at(self, *candidates: object) -> datetime:
        """The first of the values that is a point in time, else now; a time far ahead of ours is now."""
        now = self._now()
        found = next((read for one in candidates if (read := moment(one)) is not None), now)
        # A clock that runs ahead must not hold off every later event.
        return found if found <= now + _CLOCK_SKEW else now
