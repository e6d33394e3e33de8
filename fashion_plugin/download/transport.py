"""The HTTP session: requests-hardened's address check, and reads that end at the deadline.

requests-hardened resolves a name once, checks the address and connects to that address, so a name that
changes between check and connection wins nothing. Imported by the first fetch.
"""

import http.client
import io
import ipaddress
import logging
from contextvars import ContextVar
from functools import partial
from socket import socket
from typing import Any

from requests import Session
from requests.adapters import HTTPAdapter
from requests_hardened.client import HTTPSession
from requests_hardened.config import Config
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from fashion_plugin.download.addresses import is_public
from fashion_plugin.download.deadline import Deadline, within
from fashion_plugin.download.settings import DownloadSettings

__all__ = ["DEADLINE", "new_session"]

# The deadline of the fetch that this thread is at.
DEADLINE: ContextVar[Deadline] = ContextVar("DEADLINE")

# It logs every address that it refuses; without any logging set up, Python would print that.
logging.getLogger("requests_hardened").addHandler(logging.NullHandler())

# Image hosts are few and threads are few, so connections stay open for the next photo.
_HOSTS, _CONNECTIONS = 64, 16


def new_session(settings: DownloadSettings) -> Session:
    """Return a session without environment, redirects or a way to a private address.

    Requests go through its adapters and not through ``send``, so no cookie is kept either.
    """
    session: Session = HTTPSession(
        Config(
            ip_filter_enable=True,
            ip_filter_allow_loopback_ips=False,
            never_redirect=True,
            default_timeout=(settings.connect_timeout, settings.read_timeout),
            user_agent_override=settings.user_agent,
        )
    )
    # A proxy of the environment, or a password of .netrc, is not for a URL that somebody else wrote.
    session.trust_env = False
    # Photos are compressed already; JPEG first, since it decodes fastest.
    session.headers["Accept"] = "image/jpeg, image/png, image/webp, image/*;q=0.8, */*;q=0.1"
    session.headers["Accept-Encoding"] = "identity"
    if settings.proxy:
        session.proxies = {"http": settings.proxy, "https": settings.proxy}
    for scheme in ("http", "https"):
        guarded = _Open() if settings.proxy else _Guarded(https=scheme == "https")
        session.mount(f"{scheme}://", guarded)
        for place in settings.allow_private:
            host, _, port = place.rpartition(":")
            # The longest prefix of a URL decides; the last slash keeps it to this host and port.
            session.mount(f"{scheme}://{place}/", _Open())
            if port == {"http": "80", "https": "443"}[scheme]:
                session.mount(f"{scheme}://{host}/", _Open())
    return session


class _TimedReader(io.RawIOBase):
    """A socket's bytes, each read of which ends at the deadline, even if a byte comes every second."""

    def __init__(self, raw: io.RawIOBase, connection: socket, deadline: Deadline) -> None:
        self._raw, self._connection, self._deadline = raw, connection, deadline
        self._silence = connection.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        remaining = self._deadline.remaining()
        if remaining <= 0:
            raise TimeoutError("the deadline of this download has passed")
        self._connection.settimeout(min(remaining, self._silence or remaining))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock, DEADLINE.get()))


class _TimedHTTP(HTTPConnection):
    response_class = _TimedResponse


class _TimedHTTPS(HTTPSConnection):
    response_class = _TimedResponse


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _TimedHTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _TimedHTTPS


_POOLS = {"http": _HTTPPool, "https": _HTTPSPool}


class _Timed(HTTPAdapter):
    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        super().init_poolmanager(max(connections, _HOSTS), max(maxsize, _CONNECTIONS), block, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager


class _Open(_Timed):
    """For places that the settings name, and for a proxy."""


class _Guarded(_Timed, IPFilterAdapter):  # type: ignore[misc] # requests-hardened has no types
    """For everywhere else: public addresses only."""

    def __init__(self, *, https: bool) -> None:
        IPFilterAdapter.__init__(self, is_https_proto=https)

    def build_connection_pool_key_attributes(self, *args: Any, **options: Any) -> Any:
        # Here requests-hardened looks the name up and puts the address that it checked in the host's place.
        look_up = partial(super().build_connection_pool_key_attributes, *args, **options)
        host, pool = within(DEADLINE.get(), look_up)
        address = ipaddress.ip_address(host["host"].strip("[]"))
        if not is_public(address):
            raise InvalidIPAddress(address)
        return host, pool
