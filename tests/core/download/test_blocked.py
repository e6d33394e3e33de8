import ipaddress
import socket
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
import urllib3.util.connection
from hypothesis import given
from hypothesis import strategies as st

from fashion_plugin.download import Downloader, DownloadSettings
from fashion_plugin.download.addresses import is_public, literal_address, shown_url
from fashion_plugin.errors import BlockedURL, DownloadFailed

PRIVATE = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "::ffff:1.1.1.1"]


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The addresses that something tried to connect to; none answers."""
    tried: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(urllib3.util.connection, "create_connection", connect)
    return tried


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names resolve to: each look-up takes the next address of its list, and stays at the last."""
    known: dict[str, list[str]] = {}
    look_up = socket.getaddrinfo

    def getaddrinfo(host: str, port: int | None, *rest: Any, **options: Any) -> Any:
        addresses = known.get(host)
        if addresses is None:
            return look_up(host, port, *rest, **options)
        address = addresses.pop(0) if len(addresses) > 1 else addresses[0]
        return look_up(address, port, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


def blocked(url: Any, **settings: Any) -> str:
    with Downloader(DownloadSettings(retries=0, **settings)) as fetcher, pytest.raises(BlockedURL) as caught:
        fetcher.fetch(url)
    assert not caught.value.transient
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_address_is_refused_before_connecting(
    address: str, connections: list[tuple[str, int]]
) -> None:
    host = f"[{address}]" if ":" in address else address
    assert "private or reserved address" in blocked(f"http://{host}/a.jpg")
    assert connections == []


@pytest.mark.parametrize("address", PRIVATE)
def test_name_of_a_private_address_is_refused_before_connecting(
    address: str, connections: list[tuple[str, int]], names: dict[str, list[str]]
) -> None:
    names["photos.example"] = [address]
    assert "private or reserved address" in blocked("https://photos.example/a.jpg")
    assert connections == []


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4, network="127.0.0.0/8") | st.ip_addresses(v=4, network="10.0.0.0/8"))
def test_every_spelling_of_an_address_is_read(address: ipaddress.IPv4Address) -> None:
    first, second, third, fourth = address.packed
    number = int(address)
    spellings = [
        str(address),
        str(number),
        hex(number),
        f"0{number:o}",
        f"{first:#x}.{second:#x}.{third:#x}.{fourth:#x}",
        f"0{first:o}.0{second:o}.0{third:o}.0{fourth:o}",
        f"{first}.{number & 0xFFFFFF}",
        f"{first}.{second}.{number & 0xFFFF}",
    ]
    for spelling in spellings:
        assert literal_address(spelling) == address


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "0", "localhost"]
)
def test_other_spellings_of_loopback_are_refused(host: str, connections: list[tuple[str, int]]) -> None:
    assert "private or reserved address" in blocked(f"http://{host}/a.jpg")
    assert connections == []


def test_connection_goes_to_the_address_that_was_checked(
    connections: list[tuple[str, int]], names: dict[str, list[str]]
) -> None:
    names["rebinding.example"] = ["93.184.215.14", "127.0.0.1"]
    with (
        Downloader(DownloadSettings(retries=0)) as downloader,
        pytest.raises(DownloadFailed, match="the connection failed"),
    ):
        downloader.fetch("http://rebinding.example/a.jpg")
    assert connections == [("93.184.215.14", 80)]


def test_name_is_checked_again_at_every_attempt(
    connections: list[tuple[str, int]], names: dict[str, list[str]]
) -> None:
    names["rebinding.example"] = ["93.184.215.14", "127.0.0.1"]
    with Downloader(DownloadSettings(retries=1)) as downloader, pytest.raises(BlockedURL):
        downloader.fetch("http://rebinding.example/a.jpg")
    assert connections == [("93.184.215.14", 80)]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://h/a.jpg",
        "file:///etc/passwd",
        "FILE:///a",
        "gopher://h/",
        "//cdn.example/a.jpg",
        "a.jpg",
        "",
        None,
    ],
)
def test_other_schemes_are_refused(url: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urllib.request, "urlopen", lambda *_: pytest.fail("opened"))
    assert "begins with https:// or http://" in blocked(url)


@pytest.mark.parametrize("port", [1, 22, 8080, 6379])
def test_other_ports_are_refused(port: int, connections: list[tuple[str, int]]) -> None:
    assert f"port {port} is not among [80, 443]" in blocked(f"http://1.1.1.1:{port}/a.jpg")
    assert connections == []


def test_port_of_the_settings_is_taken(connections: list[tuple[str, int]]) -> None:
    settings = DownloadSettings(retries=0, ports=frozenset({8080}))
    with Downloader(settings) as downloader, pytest.raises(DownloadFailed):
        downloader.fetch("http://1.1.1.1:8080/a.jpg")
    assert connections == [("1.1.1.1", 8080)]


@pytest.mark.parametrize("url", ["https://me:pw@1.1.1.1/a.jpg", "https://me@1.1.1.1/"])
def test_credentials_are_refused_and_not_shown(url: str, connections: list[tuple[str, int]]) -> None:
    message = blocked(url)
    assert "user name or password" in message
    assert "me" not in message.split()[0]
    assert connections == []


@pytest.mark.parametrize(
    "url",
    [
        "http://1.1.1.1\\@127.0.0.1/",
        "http://1.1.1.1/\r\nHost: x",
        "http://1.1.1.1/\0",
        "http://",
        "http:///a.jpg",
        "http://exa mple.com/",
        "http://[::1",
        "http://1.1.1.1:99999/",
        "http://１２７.0.0.1/",  # noqa: RUF001 - full-width digits, which some resolvers take for digits
        f"http://{'a' * 300}.com/",
        "http://a..com/",
    ],
)
def test_url_that_cannot_be_read_is_refused(url: str, connections: list[tuple[str, int]]) -> None:
    blocked(url)
    assert connections == []


def test_redirect_to_another_port_of_loopback_is_refused(
    server: Any, other_server: Any, downloader: Callable[..., Downloader], answer: Any, photo: bytes
) -> None:
    server.answers["/a"] = answer(status=302, Location=f"{other_server.url}/secret")
    other_server.answers["/secret"] = answer(photo)
    with pytest.raises(BlockedURL, match=f"{other_server.url}/secret is not fetched: port"):
        downloader().fetch(f"{server.url}/a")
    with pytest.raises(BlockedURL, match="private or reserved"):
        downloader(ports=frozenset({80, other_server.port})).fetch(f"{server.url}/a")
    assert other_server.requests == []


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1/", "http://169.254.169.254/latest/meta-data", "//[::1]/", "file:///etc/passwd",
     "https://me:pw@1.1.1.1/", "http://2130706433/", "javascript:alert(1)"],
)  # fmt: skip
def test_redirect_is_checked_like_the_url(
    target: str, server: Any, downloader: Callable[..., Downloader], answer: Any
) -> None:
    server.answers["/a"] = answer(status=302, Location=target)
    with pytest.raises(BlockedURL):
        downloader().fetch(f"{server.url}/a")
    assert server.paths() == ["/a"]


def test_place_that_is_allowed_means_host_and_port(
    server: Any, downloader: Callable[..., Downloader]
) -> None:
    for host in (f"localhost:{server.port}", f"127.0.0.2:{server.port}", f"127.0.0.1:{server.port}0"):
        with pytest.raises(BlockedURL):
            downloader().fetch(f"http://{host}/a")
    with pytest.raises(BlockedURL):
        downloader().fetch(f"http://127.0.0.1:{server.port}@127.0.0.2:{server.port}/a")
    assert server.requests == []


def test_proxy_does_not_get_addresses_that_are_private(
    server: Any, downloader: Callable[..., Downloader]
) -> None:
    for host in ("127.0.0.1", "0x7f.1", "[::1]", "169.254.169.254"):
        with pytest.raises(BlockedURL):
            downloader(proxy=server.url).fetch(f"http://{host}/a.jpg")
    assert server.requests == []


@given(st.text(max_size=40), st.sampled_from(["", "http://", "https://h/", "http://me:pw@h:8/"]))
def test_every_url_can_be_shown_in_one_line(text: str, start: str) -> None:
    shown = shown_url(start + text)
    assert shown.isprintable()
    assert len(shown) <= 130
    assert "pw" not in shown or "pw" in text


def test_shown_url_keeps_host_and_path_and_no_secret() -> None:
    assert shown_url("https://me:pw@h.example:8443/a/b.jpg?token=t#f") == "https://h.example:8443/a/b.jpg"
    assert shown_url("http://[::1]:80/a") == "http://[::1]:80/a"
