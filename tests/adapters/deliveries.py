"""Signing and posting deliveries as the platforms do."""

import base64
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from fashion_plugin import FashionPlugin
from fashion_plugin.adapter import Adapter, Request, Response, answer
from fashion_plugin.catalog import CatalogEvent, Failure, ProductRemoved
from fashion_plugin.errors import DownloadTimeout

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def mac(secret: str, body: bytes) -> bytes:
    return hmac.new(secret.encode(), body, sha256).digest()


def b64(secret: str, body: bytes) -> str:
    return base64.b64encode(mac(secret, body)).decode()


def post(adapter: Adapter, shop: FashionPlugin, body: bytes | dict[str, Any], **headers: str) -> Response:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return answer(adapter, Request("POST", f"/webhooks/{adapter.name}", named, body=data), shop)


def standard_headers(secret: str, body: bytes) -> dict[str, str]:
    stamp = str(int(NOW.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"msg_1.{stamp}.".encode() + body, sha256).digest()
    return {
        "webhook_id": "msg_1",
        "webhook_timestamp": stamp,
        "webhook_signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def told(response: Response) -> list[str]:
    assert response.status == 200, response
    return [event["state"] for event in json.loads(response.body)["events"]]


class Source:
    """A platform's API as the tests have it: what it holds, or that it cannot be asked."""

    def __init__(self, *events: CatalogEvent | Failure, down: bool = False) -> None:
        self.events = {event.product_id: event for event in events}
        self.down = down
        self.asked: list[object] = []

    def fetch(self, ids: Sequence[str]) -> Sequence[CatalogEvent | Failure]:
        self.asked.append(tuple(ids))
        if self.down:
            raise DownloadTimeout("the API did not answer")
        return [self.events.get(one) or ProductRemoved(one, NOW) for one in ids]

    def every(self) -> Any:
        return iter(())

    def changed_since(self, moment: datetime) -> Sequence[CatalogEvent | Failure]:
        self.asked.append(moment)
        if self.down:
            raise DownloadTimeout("the API did not answer")
        return list(self.events.values())
