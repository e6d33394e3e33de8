"""What a failed request is called, and whether it may work later. Imported by the first fetch."""

import socket
import ssl
from collections.abc import Iterator
from http import HTTPStatus

import requests
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.util.retry import Retry

from fashion_plugin.download.deadline import Deadline
from fashion_plugin.errors import BlockedURL, DownloadError, DownloadFailed, DownloadTimeout

__all__ = ["REQUEST_FAULTS", "fault", "refusal", "retry_after"]

REQUEST_FAULTS = (requests.RequestException, HTTPError, OSError, UnicodeError)

# RFC 9110, 8470 and 6585: timed out, too early, too many requests. Server errors pass, but for these two.
_TRANSIENT = {408, 425, 429}
_FOR_EVER = {501, 505}


def fault(error: Exception, place: str, deadline: Deadline) -> DownloadError:
    """Turn what requests raised into a download error that names ``place``."""
    chain = list(_chain(error))
    if any(isinstance(link, InvalidIPAddress) for link in chain):
        return BlockedURL(f"{place} is not fetched: it leads to a private or reserved address")
    if deadline.remaining() <= 0:
        return DownloadTimeout(
            f"{place} was not downloaded within {deadline.seconds:g} seconds", transient=True
        )
    if any(isinstance(link, ssl.SSLCertVerificationError) for link in chain):
        return DownloadFailed(f"{place} was not downloaded: the server's TLS certificate is not accepted")
    if any(isinstance(link, requests.Timeout | ReadTimeoutError | TimeoutError) for link in chain):
        return DownloadTimeout(f"{place} was not downloaded: the server does not answer", transient=True)
    if any(isinstance(link, socket.gaierror) for link in chain):
        return DownloadFailed(f"{place} was not downloaded: its host name is not known", transient=True)
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidHeader | UnicodeError):
        return BlockedURL(f"{place} is not fetched: the URL cannot be read")
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return DownloadFailed(f"{place} was not downloaded: its compression is damaged")
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return DownloadFailed(f"{place} was not downloaded: the answer broke off", transient=True)
    return DownloadFailed(f"{place} was not downloaded: the connection failed", transient=True)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, and what it was made of: requests and urllib3 wrap one another."""
    found: list[BaseException] = [error]
    for link in found:
        inner = [link.__cause__, getattr(link, "reason", None), *link.args]
        found += [part for part in inner if isinstance(part, BaseException) and part not in found]
    return iter(found)


def refusal(status: int, place: str, wait: float | None) -> DownloadError:
    """Turn a status other than success into a download error that names ``place``."""
    try:
        said = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        said = str(status)
    later = status in _TRANSIENT or (status >= 500 and status not in _FOR_EVER)
    advice = ""
    if status in (401, 403):
        advice = "; photos must be readable without logging in"
    elif status in (404, 410):
        advice = "; there is no photo any more"
    return DownloadFailed(
        f"{place} was not downloaded: the server answered {said}{advice}",
        transient=later,
        retry_after=wait if later else None,
    )


def retry_after(header: str | None) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or as a date; None without a readable one."""
    if not header:
        return None
    try:
        return float(Retry().parse_retry_after(header))
    except (HTTPError, ValueError, OverflowError):
        return None
