import gzip
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fashion_plugin.download import Downloader, DownloadSettings
from fashion_plugin.errors import DownloadFailed, InvalidInput


def test_photo_comes_with_its_hash_and_what_the_next_fetch_needs(
    server: Any, downloader: Callable[..., Downloader], answer: Any, photo: bytes
) -> None:
    date = "Wed, 21 Oct 2026 07:28:00 GMT"
    server.answers["/a.png"] = answer(photo, ETag='"v1"', Last_Modified=date, Content_Type="image/png")
    got = downloader().fetch(f"{server.url}/a.png?size=big")
    assert got.data == photo
    assert got.sha256 == hashlib.sha256(photo).hexdigest()
    assert (got.etag, got.last_modified, got.not_modified) == ('"v1"', date, False)
    assert (got.url, got.content_type) == (f"{server.url}/a.png?size=big", "image/png")
    assert repr(photo)[:20] not in repr(got)


def test_known_photo_is_not_sent_again(
    server: Any, downloader: Callable[..., Downloader], answer: Any
) -> None:
    server.answers["/a.png"] = answer(status=304, ETag='"v2"')
    got = downloader().fetch(
        f"{server.url}/a.png", etag='"v1"', last_modified="Wed, 21 Oct 2026 07:28:00 GMT"
    )
    assert got.not_modified
    assert (got.data, got.sha256, got.etag) == (None, "", '"v2"')
    assert server.headers()["If-None-Match"] == '"v1"'
    assert server.headers()["If-Modified-Since"] == "Wed, 21 Oct 2026 07:28:00 GMT"


def test_not_modified_without_being_asked_is_a_failure(
    server: Any, downloader: Callable[..., Downloader], answer: Any
) -> None:
    server.answers["/a.png"] = answer(status=304)
    with pytest.raises(DownloadFailed, match="304 Not Modified"):
        downloader().fetch(f"{server.url}/a.png")


@pytest.mark.parametrize("etag", ['"a"\r\nX-Evil: 1', '"é"', "x" * 2000, " "])
def test_stored_etag_that_fits_no_header_is_left_out(
    etag: str, server: Any, downloader: Callable[..., Downloader], answer: Any, photo: bytes
) -> None:
    server.answers["/a.png"] = answer(photo)
    assert downloader().fetch(f"{server.url}/a.png", etag=etag).data == photo
    assert "If-None-Match" not in server.headers()
    assert "X-Evil" not in server.headers()


def test_server_learns_who_asks_and_nothing_more(
    server: Any,
    downloader: Callable[..., Downloader],
    answer: Any,
    photo: bytes,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,
) -> None:
    (tmp_path / ".netrc").write_text("default login me password secret")
    monkeypatch.setenv("HOME", str(tmp_path))
    server.answers["/a.png"] = answer(photo, Set_Cookie="id=1; Path=/")
    fetcher = downloader()
    fetcher.fetch(f"{server.url}/a.png")
    fetcher.fetch(f"{server.url}/a.png")
    headers = server.headers()
    assert headers["User-Agent"].startswith("fashion-plugin/")
    assert headers["Accept-Encoding"] == "identity"
    assert set(headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_followed(
    status: int, server: Any, downloader: Callable[..., Downloader], answer: Any, photo: bytes
) -> None:
    server.answers["/old/a.png"] = answer(status=status, Location="../new/a.png")
    server.answers["/new/a.png"] = answer(photo)
    got = downloader().fetch(f"{server.url}/old/a.png")
    assert (got.data, got.url) == (photo, f"{server.url}/new/a.png")


@pytest.mark.parametrize("path", ["/röd kappa.jpg", "/r%C3%B6d%20kappa.jpg", "/röd%20kappa.jpg"])
def test_path_may_be_written_as_people_write_it(
    path: str, server: Any, downloader: Callable[..., Downloader], answer: Any, photo: bytes
) -> None:
    server.answers["/r%C3%B6d%20kappa.jpg"] = answer(photo)
    assert downloader().fetch(server.url + path).data == photo


def test_redirects_end(server: Any, downloader: Callable[..., Downloader], answer: Any) -> None:
    server.answers["/loop"] = answer(status=302, Location="/loop")
    with pytest.raises(DownloadFailed, match="redirects more than 5 times"):
        downloader().fetch(f"{server.url}/loop")
    assert len(server.requests) == 6


def test_redirect_without_a_target_is_a_failure(
    server: Any, downloader: Callable[..., Downloader], answer: Any
) -> None:
    server.answers["/a"] = answer(status=302)
    with pytest.raises(DownloadFailed, match="302 Found"):
        downloader().fetch(f"{server.url}/a")


def test_compressed_photo_is_unpacked(
    server: Any, downloader: Callable[..., Downloader], answer: Any, photo: bytes
) -> None:
    server.answers["/a.png"] = answer(gzip.compress(photo), Content_Encoding="gzip")
    assert downloader().fetch(f"{server.url}/a.png").data == photo


@pytest.mark.parametrize(
    ("body", "claim", "named"),
    [
        (b"<!doctype html><title>Log in</title>", "image/jpeg", r"a web page \(image/jpeg\)"),
        (b'{"error": "no such photo"}', "application/json", r"JSON \(application/json\)"),
        (b"not here", "text/plain", r"text \(text/plain\)"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", "an SVG drawing"),
        (b"", "image/png", "an empty answer"),
    ],
)
def test_answer_that_is_no_photo_is_named(
    body: bytes, claim: str, named: str, server: Any, downloader: Callable[..., Downloader], answer: Any
) -> None:
    server.answers["/a.jpg"] = answer(body, Content_Type=claim)
    with pytest.raises(DownloadFailed, match=f"the server sent {named}") as caught:
        downloader().fetch(f"{server.url}/a.jpg")
    assert not caught.value.transient


def test_content_type_does_not_decide(
    server: Any, downloader: Callable[..., Downloader], answer: Any, photo: bytes
) -> None:
    server.answers["/a.jpg"] = answer(photo, Content_Type="text/html")
    assert downloader().fetch(f"{server.url}/a.jpg").data == photo


def test_connection_serves_the_next_photo(
    server: Any, downloader: Callable[..., Downloader], answer: Any, photo: bytes
) -> None:
    server.answers |= {"/a.png": answer(photo), "/gone": answer(b"gone", status=404)}
    server.answers |= {"/moved": answer(b"moved", status=301, Location="/a.png"), "/same": answer(status=304)}
    fetcher = downloader()
    fetcher.fetch(f"{server.url}/a.png")
    with pytest.raises(DownloadFailed):
        fetcher.fetch(f"{server.url}/gone")
    fetcher.fetch(f"{server.url}/moved")
    fetcher.fetch(f"{server.url}/same", etag='"v1"')
    fetcher.fetch(f"{server.url}/a.png")
    assert len(server.connections) == 1


def test_connections_are_not_shared_with_the_parent_after_a_fork(
    server: Any,
    downloader: Callable[..., Downloader],
    answer: Any,
    photo: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.answers["/a.png"] = answer(photo)
    fetcher = downloader()
    fetcher.fetch(f"{server.url}/a.png")
    monkeypatch.setattr(os, "getpid", lambda: -1)
    fetcher.fetch(f"{server.url}/a.png")
    assert len(server.connections) == 2


def test_closed_downloader_opens_again(
    server: Any, downloader: Callable[..., Downloader], answer: Any, photo: bytes
) -> None:
    server.answers["/a.png"] = answer(photo)
    with downloader() as fetcher:
        fetcher.fetch(f"{server.url}/a.png")
    assert fetcher.fetch(f"{server.url}/a.png").data == photo
    assert len(server.connections) == 2


def test_many_threads_fetch_at_once(
    server: Any, downloader: Callable[..., Downloader], answer: Any, photo: bytes
) -> None:
    for number in range(40):
        server.answers[f"/{number}.png"] = answer(photo + bytes([number]))
    fetcher = downloader()
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda number: fetcher.fetch(f"{server.url}/{number}.png").data, range(40)))
    assert got == [photo + bytes([number]) for number in range(40)]


def test_proxies_of_the_environment_are_not_used(
    server: Any,
    downloader: Callable[..., Downloader],
    answer: Any,
    photo: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    server.answers["/a.png"] = answer(photo)
    assert downloader().fetch(f"{server.url}/a.png").data == photo


def test_proxy_of_the_settings_is_used(
    server: Any, downloader: Callable[..., Downloader], answer: Any, photo: bytes
) -> None:
    server.answers["http://photos.example/a.png"] = answer(photo)
    fetcher = downloader(proxy=server.url, allow_private=frozenset())
    assert fetcher.fetch("http://photos.example/a.png").data == photo


@pytest.mark.parametrize(
    "wrong",
    [
        {"deadline": 0},
        {"max_bytes": -1},
        {"read_timeout": float("nan")},
        {"retries": -1},
        {"allow_private": frozenset({"localhost"})},
        {"allow_private": frozenset({"localhost:http"})},
        {"verify": "/nowhere/ca.pem"},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(wrong))):
        DownloadSettings(**wrong)


def test_importing_loads_no_http_library() -> None:
    code = "import sys, fashion_plugin.download as d; d.Downloader(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"requests", "urllib3", "requests_hardened", "ssl"} & set(loaded.stdout.split())
