"""Fetches photos; a public URL goes in, bytes or one clear error comes out."""

import hashlib
import os
import random
import time
from contextlib import closing
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin

from fashion_plugin.download.addresses import check_text, is_public, literal_address, shown_url
from fashion_plugin.download.deadline import Deadline
from fashion_plugin.download.settings import DEFAULT_SETTINGS, Download, DownloadSettings
from fashion_plugin.errors import BlockedURL, DownloadError, DownloadFailed, DownloadTooLarge
from fashion_plugin.images.content import what_it_is

if TYPE_CHECKING:
    from requests import PreparedRequest, Response, Session

__all__ = ["Downloader"]

_REDIRECTS = (301, 302, 303, 307, 308)
# The first wait before another attempt, in seconds; it doubles with each, and varies by half either way so
# that many workers do not come back together.
_PAUSE = 0.4
_CHUNK = 65_536
# A compressed answer may grow a thousandfold, so it is taken in smaller pieces.
_COMPRESSED_CHUNK = 8_192
_COMPRESSIONS = ("gzip", "x-gzip", "deflate")
# What is left of an answer that nobody wants is read up to here, so that its connection can serve again.
_DRAIN = 16_384


class Downloader:
    """Fetches product photos over http and https, for several threads at once, with open connections kept.

    It connects to public addresses only, on the ports of ``settings``, at every redirect anew.
    """

    def __init__(self, settings: DownloadSettings = DEFAULT_SETTINGS) -> None:
        self.settings = settings
        self._lock = Lock()
        self._session: Session | None = None
        self._owner = 0

    def fetch(self, url: str, *, etag: str = "", last_modified: str = "") -> Download:
        """Fetch a photo's bytes, or learn that it is still the one of ``etag`` or ``last_modified``.

        Connection failures, 429 and server errors are tried again, after the time that Retry-After asks for,
        as long as the deadline allows. Every error but a refused URL says in ``transient`` whether a later
        fetch may succeed.

        Raises:
            BlockedURL: scheme, port, credentials in the URL, or a private address; here or after a redirect.
            DownloadTooLarge: more than ``max_bytes``.
            DownloadTimeout: not finished by its deadline.
            DownloadFailed: the server answered with an error, with something that is no photo, or not at all.
        """
        from fashion_plugin.download.transport import DEADLINE

        check_text(url)
        deadline = Deadline(self.settings.deadline)
        before = DEADLINE.set(deadline)
        known = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in known.items() if value and _fits_a_header(value)}
        try:
            for attempt in range(self.settings.retries):
                try:
                    return self._follow(url, headers, deadline)
                except DownloadError as error:
                    pause = error.retry_after
                    if pause is None:
                        pause = _PAUSE * 2**attempt * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
                    if not error.transient or pause >= deadline.remaining():
                        raise
                time.sleep(pause)
            return self._follow(url, headers, deadline)
        finally:
            DEADLINE.reset(before)

    def close(self) -> None:
        """Close the open connections; a later fetch opens new ones."""
        with self._lock:
            if self._session is not None and self._owner == os.getpid():
                self._session.close()
            self._session = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open_session(self) -> "Session":
        from fashion_plugin.download.transport import new_session

        with self._lock:
            # After a fork the connections are the parent's: two processes must not read from one socket.
            if self._session is None or self._owner != os.getpid():
                self._session, self._owner = new_session(self.settings), os.getpid()
            return self._session

    def _follow(self, url: str, headers: dict[str, str], deadline: Deadline) -> Download:
        start = shown_url(url)
        for _ in range(self.settings.max_redirects + 1):
            with closing(self._send(url, headers, deadline)) as response:
                place = shown_url(response.url)
                target = response.headers.get("Location", "")
                if response.status_code in _REDIRECTS and target:
                    url = urljoin(response.url, target)
                    check_text(url)
                    _drain(response)
                    continue
                return self._answer(response, place, conditional=bool(headers), deadline=deadline)
        raise DownloadFailed(
            f"{start} was not downloaded: it redirects more than {self.settings.max_redirects} times"
        )

    def _send(self, url: str, headers: dict[str, str], deadline: Deadline) -> "Response":
        import requests

        from fashion_plugin.download.faults import REQUEST_FAULTS, fault

        settings, session, place = self.settings, self._open_session(), shown_url(url)
        try:
            # A copy: requests-hardened adds its own to the headers that it is given.
            request = session.prepare_request(requests.Request("GET", url, headers=dict(headers)))
            self._check_place(request, place)
            remaining = max(deadline.remaining(), 0.001)
            timeout = (min(settings.connect_timeout, remaining), min(settings.read_timeout, remaining))
            # Not session.send(): told to follow no redirect, it still reads one's whole body, however long
            # (requests.Session.resolve_redirects).
            adapter = session.get_adapter(request.url or "")
            return adapter.send(
                request, stream=True, timeout=timeout, verify=settings.verify, proxies=session.proxies
            )
        except REQUEST_FAULTS as error:
            # "from None": the text of the cause holds the whole URL, and a query may hold a secret.
            raise fault(error, place, deadline) from None

    def _check_place(self, request: "PreparedRequest", place: str) -> None:
        """Check what is about to be requested, as read by the parser of the library that will request it."""
        from urllib3.util import parse_url

        parts = parse_url(request.url or "")
        if parts.auth is not None:
            raise BlockedURL(f"{place} is not fetched: the URL holds a user name or password")
        port = parts.port if parts.port is not None else {"http": 80, "https": 443}[parts.scheme or "http"]
        if f"{parts.host}:{port}" in self.settings.allow_private:
            return
        if port not in self.settings.ports:
            raise BlockedURL(
                f"{place} is not fetched: port {port} is not among {sorted(self.settings.ports)}"
            )
        address = literal_address(parts.host or "")
        if address is not None and not is_public(address):
            raise BlockedURL(f"{place} is not fetched: it leads to a private or reserved address")

    def _answer(self, response: "Response", place: str, *, conditional: bool, deadline: Deadline) -> Download:
        from fashion_plugin.download.faults import refusal, retry_after

        status = response.status_code
        if status != 200:
            _drain(response)
            if status != 304 or not conditional:
                raise refusal(status, place, retry_after(response.headers.get("Retry-After")))
        data = self._body(response, place, deadline) if status == 200 else None
        content_type = _claim(response, "Content-Type")
        if data is not None:
            what = what_it_is(data) if data else "an empty answer"
            if what:
                claim = f" ({content_type})" if content_type else ""
                raise DownloadFailed(
                    f"{place} was not downloaded: the server sent {what}{claim}, not a photo"
                )
        return Download(
            data=data,
            sha256="" if data is None else hashlib.sha256(data).hexdigest(),
            etag=_claim(response, "ETag"),
            last_modified=_claim(response, "Last-Modified"),
            not_modified=data is None,
            url=response.url,
            content_type=content_type,
        )

    def _body(self, response: "Response", place: str, deadline: Deadline) -> bytes:
        from fashion_plugin.download.faults import REQUEST_FAULTS, fault

        limit = self.settings.max_bytes
        too_large = DownloadTooLarge(
            f"{place} was not downloaded: it is over {limit / 1e6:.1f} MB, save it smaller"
        )
        declared = response.headers.get("Content-Length", "")
        if declared.isdecimal() and int(declared) > limit:
            raise too_large
        compression = response.headers.get("Content-Encoding", "identity").strip().lower()
        if compression not in ("", "identity", *_COMPRESSIONS):
            raise DownloadFailed(
                f"{place} was not downloaded: its compression {compression!r:.40} is not known"
            )
        body = bytearray()
        try:
            for chunk in response.iter_content(_COMPRESSED_CHUNK if compression in _COMPRESSIONS else _CHUNK):
                body += chunk
                if len(body) > limit:
                    raise too_large
        except REQUEST_FAULTS as error:
            raise fault(error, place, deadline) from None
        # urllib3 below 2 takes an answer that broke off for a whole one.
        if declared.isdecimal() and compression not in _COMPRESSIONS and len(body) < int(declared):
            raise DownloadFailed(f"{place} was not downloaded: the answer broke off", transient=True)
        return bytes(body)


def _claim(response: "Response", header: str) -> str:
    value = response.headers.get(header, "")
    return value if _fits_a_header(value) else ""


def _fits_a_header(value: str) -> bool:
    return len(value) <= 1000 and value.isprintable() and value == value.strip() and value.isascii()


def _drain(response: "Response") -> None:
    from fashion_plugin.download.faults import REQUEST_FAULTS

    try:
        response.raw.read(_DRAIN)
    except REQUEST_FAULTS:
        # Whatever goes wrong here, the status has been read and the connection is closed.
        return
