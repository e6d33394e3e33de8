"""Opening a feed: a file, or an https URL that is fetched into a temporary file first."""

import gzip
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import requests

from fashion_plugin.errors import (
    DownloadFailed,
    DownloadTimeout,
    DownloadTooLarge,
    InvalidSource,
)
from fashion_plugin_adapters.feeds.base import Head

__all__ = ["OpenFeed", "reading"]

_HEAD = 65_536
_MAX_BYTES = 2 * 2**30
_TIMEOUT = 30.0
_DEADLINE = 1800.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_GZIP = b"\x1f\x8b"


class OpenFeed(AbstractContextManager["OpenFeed"]):
    """A feed on disk, a URL's as a copy that is deleted at the end, so that a broken download is no feed.

    ``name`` is the file's, or the URL without its query: errors tell it, and a query may hold a key.
    ``changed`` is when it was made, as far as the server or the file says. A file's name never comes from a
    feed: only the caller names one.

    Raises:
        InvalidSource: there is no such file, or the URL is not https.
        DownloadError: the URL could not be fetched whole.
    """

    def __init__(self, source: str | Path) -> None:
        self._address = str(source)
        self.is_url = "://" in self._address
        self.name = _shown(self._address) if self.is_url else self._address
        self._stack = ExitStack()
        try:
            if self.is_url:
                self._path, self.changed = _fetch(self._address, self._stack)
            else:
                self._path = _file(source)
                self.changed = datetime.fromtimestamp(self._path.stat().st_mtime, UTC)
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def open(self) -> BinaryIO:
        """The feed's bytes from the beginning, unpacked where they are gzip."""
        try:
            stream = self._path.open("rb")
        except OSError as error:
            raise InvalidSource(f"{self.name} cannot be read: {error.strerror}") from error
        if isinstance(stream, BufferedReader) and stream.peek(2)[:2] == _GZIP:
            self._stack.callback(stream.close)
            return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
        return stream

    def head(self) -> Head:
        """The feed's name and beginning."""
        with reading(self.name), self.open() as stream:
            return Head(self.name, stream.read(_HEAD))

    def page(self, number: int) -> "OpenFeed | None":
        """The same address with ``page=number``; None for a file."""
        if not self.is_url:
            return None
        parts = urlsplit(self._address)
        query = [(key, value) for key, value in parse_qsl(parts.query) if key != "page"]
        address = urlunsplit(parts._replace(query=urlencode([*query, ("page", str(number))])))
        return self._stack.enter_context(OpenFeed(address))


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Turn errors of unpacking and decoding into one that names the feed."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InvalidSource(f"{name} is a damaged gzip file: {error}") from error
    except UnicodeDecodeError as error:
        raise InvalidSource(f"{name} is not UTF-8 (byte {error.start}): save it as UTF-8") from error


def _file(source: str | Path) -> Path:
    path = Path(source)
    if path.is_file():
        return path
    raise InvalidSource(f"there is no file {source}: name a feed's file or its https URL")


def _fetch(url: str, stack: ExitStack) -> tuple[Path, datetime]:
    parts = urlsplit(url)
    local = parts.hostname in _LOOPBACK
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise InvalidSource(f"a feed's URL must be https, not {parts.scheme}: {_shown(url)}")
    target = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fashion-feed-"))) / "feed"
    deadline = time.monotonic() + _DEADLINE
    try:
        with requests.get(
            url, stream=True, timeout=_TIMEOUT, headers={"Accept-Encoding": "gzip"}
        ) as response:
            if response.status_code != 200:
                raise DownloadFailed(f"{_shown(url)} answered {response.status_code}")
            if urlsplit(response.url).scheme != "https" and not local:
                raise DownloadFailed(f"{_shown(url)} redirects to an address that is not https")
            _save(response, target, deadline, _shown(url))
            return target, _last_modified(response.headers.get("Last-Modified", ""))
    except requests.Timeout:
        raise DownloadTimeout(f"{_shown(url)} did not answer in {_TIMEOUT:g} s") from None
    except requests.RequestException as error:
        raise DownloadFailed(f"{_shown(url)} could not be fetched: {type(error).__name__}") from None


def _save(response: requests.Response, target: Path, deadline: float, shown: str) -> None:
    expected, size = response.headers.get("Content-Length", ""), 0
    with target.open("wb") as out:
        for part in response.iter_content(1 << 18):
            size += len(part)
            if size > _MAX_BYTES:
                raise DownloadTooLarge(f"{shown} has over {_MAX_BYTES >> 30} GiB")
            if time.monotonic() > deadline:
                raise DownloadTimeout(f"{shown} was not there after {_DEADLINE:g} s")
            out.write(part)
    plain = response.headers.get("Content-Encoding", "identity") == "identity"
    if plain and expected.isdigit() and size != int(expected):
        raise DownloadFailed(f"{shown} ended after {size} of {expected} bytes: try again")


def _last_modified(value: str) -> datetime:
    now = datetime.now(UTC)
    try:
        return min(now, parsedate_to_datetime(value).astimezone(UTC))
    except (ValueError, TypeError):
        return now


def _shown(url: str) -> str:
    """The URL without its query, which may hold a key, and without a password."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
