"""A small client for JSON APIs that waits when it is told to and gives up in time."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from fashion_plugin.errors import (
    DownloadFailed,
    DownloadTimeout,
    DownloadTooLarge,
    InvalidInput,
    InvalidRequest,
)
from fashion_plugin_adapters.platforms.values import exact_json

__all__ = ["LONG", "SHORT", "Answer", "ApiClient"]

SHORT = 4.0
"""Seconds for all attempts of one call while a webhook waits for its answer."""

LONG = 300.0
"""Seconds for all attempts of one call of an import."""

_MAX_BYTES = 50 * 2**20
_AGAIN = frozenset({429, 500, 502, 503, 504})
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON answer; ``data`` is None where there is nothing at that address (404, 410)."""

    data: Any
    headers: Mapping[str, str]
    status: int


class ApiClient:
    """Calls one JSON API with a bounded wait, retrying what may pass.

    Redirects are not followed, so that credentials go nowhere else.

    Args:
        base: the API's address; https, or http on this machine.
        headers: sent with every request; never shown.
        auth: user and password of HTTP Basic; never shown.
        timeout: seconds for one attempt to connect, and to send each part of its answer.
        sleep: waits so many seconds.

    Raises:
        InvalidInput: the address is not https.
    """

    def __init__(
        self,
        base: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float = 10.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        parts = urlsplit(base)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise InvalidInput(f"an API's address must be https, not {base!r}")
        self._base = base.rstrip("/")
        self._headers = {"Accept": "application/json", **(headers or {})}
        self._auth = auth
        self._timeout = timeout
        self._sleep = sleep

    def __repr__(self) -> str:
        return f"ApiClient({self._base!r})"

    def get(self, path: str, *, patience: float = SHORT, **params: object) -> Answer:
        """Read a resource; parameter names may use ``__`` for a colon.

        Raises:
            DownloadError: no answer in time, or an error.
        """
        named = {name.replace("__", ":"): str(value) for name, value in params.items()}
        return self._call("GET", path, patience, params=named)

    def post(
        self,
        path: str,
        body: object,
        *,
        patience: float = SHORT,
        headers: Mapping[str, str] | None = None,
        wait: Callable[[Answer], float | None] | None = None,
    ) -> Answer:
        """Send JSON; ``wait`` says how many seconds to wait before asking again, None when all is well.

        Raises:
            DownloadError: no answer in time, or an error.
        """
        return self._call("POST", path, patience, json=body, headers=dict(headers or {}), wait=wait)

    def _call(
        self,
        method: str,
        path: str,
        patience: float,
        *,
        wait: Callable[[Answer], float | None] | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Answer:
        deadline = time.monotonic() + patience
        attempt = 0
        while True:
            attempt += 1
            what, pause = "", None
            try:
                answer = self._once(method, path, deadline, headers=headers, **options)
                if answer.status in _AGAIN:
                    what, pause = f"answered {answer.status}", _retry_after(answer.headers)
                elif wait is not None and (asked := wait(answer)) is not None:
                    what, pause = "asked to wait", asked
                else:
                    return answer
            except (requests.ConnectionError, requests.Timeout) as error:
                what = type(error).__name__
            if pause is None:
                pause = min(30.0, 0.25 * 2**attempt) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter
            if time.monotonic() + pause >= deadline:
                raise DownloadTimeout(f"{self._base} {what} and was given {patience:g} s")
            self._sleep(pause)

    def _once(
        self, method: str, path: str, deadline: float, *, headers: Mapping[str, str] | None, **options: Any
    ) -> Answer:
        left = max(0.1, min(self._timeout, deadline - time.monotonic()))
        url = f"{self._base}/{path.lstrip('/')}" if path else self._base
        try:
            with requests.request(
                method,
                url,
                headers={**self._headers, **(headers or {})},
                auth=self._auth,
                timeout=left,
                allow_redirects=False,
                stream=True,
                **options,
            ) as response:
                body = _read(response, deadline)
        except (requests.ConnectionError, requests.Timeout):
            raise
        except requests.RequestException as error:
            raise DownloadFailed(f"{self._base} could not be asked: {type(error).__name__}") from None
        if response.status_code in _AGAIN:
            return Answer(None, response.headers, response.status_code)
        if response.status_code in (401, 403):
            raise DownloadFailed(f"{self._base} refused the credentials ({response.status_code}): check them")
        if response.status_code in (404, 410):
            return Answer(None, response.headers, response.status_code)
        if response.status_code >= 300:
            raise DownloadFailed(f"{self._base} answered {response.status_code}")
        try:
            return Answer(exact_json(body), response.headers, response.status_code)
        except InvalidRequest as error:
            raise DownloadFailed(f"{self._base} did not answer in JSON") from error


def _read(response: requests.Response, deadline: float) -> bytes:
    parts, size = [], 0
    for part in response.iter_content(65536):
        size += len(part)
        if size > _MAX_BYTES:
            raise DownloadTooLarge(f"an API's answer was over {_MAX_BYTES} bytes")
        if time.monotonic() > deadline:
            raise DownloadTimeout("an API's answer took too long")
        parts.append(part)
    return b"".join(parts)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from Retry-After (seconds or a date) or BigCommerce's milliseconds."""
    value = headers.get("Retry-After", "")
    try:
        if value.strip().replace(".", "", 1).isdigit():
            return float(value)
        if value:
            return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
        if reset := headers.get("X-Rate-Limit-Time-Reset-Ms", ""):
            return max(0.0, float(reset) / 1000)
    except (ValueError, TypeError):
        pass
    return None
