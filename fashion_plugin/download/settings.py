"""What a download may cost, and what it gives."""

from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from fashion_plugin.errors import InvalidInput

__all__ = ["DEFAULT_SETTINGS", "Download", "DownloadSettings"]


@dataclass(frozen=True, slots=True)
class DownloadSettings:
    """How photos are fetched; all times are seconds.

    ``deadline`` is the time for one photo with its redirects, retries and waits; ``connect_timeout`` and
    ``read_timeout`` are for a connection and for each silence of the server. ``max_bytes`` counts what comes
    out of a compressed answer. ``allow_private`` names hosts of your own network as ``"host:port"``; for
    these neither address nor port is checked. ``verify`` is True, or the path of a file or folder of
    certificates to trust. ``proxy`` is the URL of a proxy, which then must refuse private addresses itself,
    since it is the one to look names up; the environment's proxies are not used.

    Raises:
        InvalidInput: a number below zero, or a host without a port.
    """

    deadline: float = 30.0
    connect_timeout: float = 5.0
    read_timeout: float = 10.0
    max_bytes: int = 15_000_000
    retries: int = 2
    max_redirects: int = 5
    ports: frozenset[int] = frozenset({80, 443})
    allow_private: frozenset[str] = frozenset()
    verify: bool | str = True
    proxy: str = ""
    user_agent: str = ""

    def __post_init__(self) -> None:
        for name in ("deadline", "connect_timeout", "read_timeout", "max_bytes"):
            if not getattr(self, name) > 0:
                raise InvalidInput(f"{name} must be above 0, not {getattr(self, name)}")
        for name in ("retries", "max_redirects"):
            if getattr(self, name) < 0:
                raise InvalidInput(f"{name} must be 0 or more, not {getattr(self, name)}")
        if isinstance(self.verify, str) and not Path(self.verify).exists():
            raise InvalidInput(
                f"verify is to be a file or folder of certificates: {self.verify!r} is not there"
            )
        for place in self.allow_private:
            host, _, port = place.rpartition(":")
            if not host or not port.isdecimal():
                raise InvalidInput(f'allow_private holds places like "intranet.example:8080", not {place!r}')
        object.__setattr__(self, "allow_private", frozenset(place.lower() for place in self.allow_private))
        if not self.user_agent:
            object.__setattr__(self, "user_agent", f"fashion-plugin/{version('fashion-plugin')}")


@dataclass(frozen=True, slots=True)
class Download:
    """What a URL gave: bytes that are no web page and no text, though not yet known to be a photo.

    When ``not_modified`` is true the server said that the photo is the one known before: ``data`` is None and
    ``sha256`` empty. ``etag`` and ``last_modified`` are to be given with the next fetch; ``url`` is where the
    redirects led; ``content_type`` is the server's claim.
    """

    data: bytes | None = field(repr=False)
    sha256: str
    etag: str
    last_modified: str
    not_modified: bool
    url: str
    content_type: str


DEFAULT_SETTINGS = DownloadSettings()
