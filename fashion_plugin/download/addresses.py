"""Which URLs may be fetched, and how one is shown in an error."""

import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from fashion_plugin.errors import BlockedURL

__all__ = ["check_text", "is_public", "literal_address", "shown_url"]

_SHOWN_PATH = 120

# Ranges of IANA's special-purpose registries that some versions of ipaddress call global: protocol
# assignments, and the translators and relays that lead to an IPv4 address of somebody's choice.
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
    )
)


def check_text(url: str) -> None:
    """Refuse a URL that no two programs would read alike, before anything parses it.

    Raises:
        BlockedURL: not http or https, or with control characters, backslashes or a space in its host.
    """
    if not isinstance(url, str) or not url.lower().startswith(("http://", "https://")):
        raise BlockedURL(f"{shown_url(url)} is not fetched: a photo's URL begins with https:// or http://")
    host = url.split("/", 3)[2]
    if " " in host or any(character < " " or character in "\\\x7f" for character in url):
        raise BlockedURL(f"{shown_url(url)} is not fetched: the URL has a character that no URL has")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is of the public internet: not of this machine, its network or any special use."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.is_site_local:
            return False
    special = address.is_multicast or address.is_reserved or any(address in network for network in _SPECIAL)
    return address.is_global and not special


def literal_address(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host spells out, 0x7f.1 and 2130706433 included; None for a name."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def shown_url(url: object) -> str:
    """A URL for an error's text: without user, password, query and fragment, which may hold secrets."""
    try:
        parts = urlsplit(str(url))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "the URL"
    if not parts.scheme:
        return "the URL"
    place = f"[{host}]" if ":" in host else host
    text = f"{parts.scheme}://{place}{f':{port}' if port else ''}{parts.path}"
    text = text if text.isprintable() else ascii(text)[1:-1]
    return text if len(text) <= _SHOWN_PATH else f"{text[:_SHOWN_PATH]}…"
