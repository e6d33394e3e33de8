import gzip
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from fashion_plugin.download import Downloader
from fashion_plugin.errors import DownloadError, DownloadFailed, DownloadTimeout, DownloadTooLarge

Make = Callable[..., Downloader]


def in_turn(*answers: Callable[[BaseHTTPRequestHandler], None]) -> Callable[[BaseHTTPRequestHandler], None]:
    """The first request gets the first answer, and so on; the last answer stays."""
    waiting = list(answers)
    return lambda handler: (waiting.pop(0) if len(waiting) > 1 else waiting[0])(handler)


def reset(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    raise ConnectionResetError


@pytest.mark.timeout(60)
@pytest.mark.parametrize("part", ["headers", "body", "chunks", "failure"])
def test_server_that_drips_is_left_at_the_deadline(part: str, server: Any, downloader: Make) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        status = b"404 Not Found" if part == "failure" else b"200 OK"
        handler.wfile.write(b"HTTP/1.1 " + status + b"\r\n")
        if part in ("body", "failure"):
            handler.wfile.write(b"Content-Length: 100000\r\n\r\n")
        if part == "chunks":
            handler.wfile.write(b"Transfer-Encoding: chunked\r\n\r\n")
        while not server.stopped.wait(0.02):
            handler.wfile.write(b"1\r\nx\r\n" if part == "chunks" else b"x")

    server.answers["/a.png"] = drip
    with pytest.raises(DownloadError) as caught:
        downloader(deadline=0.5, retries=3).fetch(f"{server.url}/a.png")
    if part == "failure":
        assert "404 Not Found" in str(caught.value)
    else:
        assert isinstance(caught.value, DownloadTimeout)
        assert "within 0.5 seconds" in str(caught.value)
        assert caught.value.transient
    assert server.paths() == ["/a.png"]


@pytest.mark.timeout(60)
def test_silent_server_is_tried_again_until_the_deadline(
    server: Any, downloader: Make, answer: Any, photo: bytes
) -> None:
    server.answers["/a.png"] = in_turn(lambda _: server.stopped.wait(30), answer(photo))
    assert downloader(read_timeout=0.2, retries=1).fetch(f"{server.url}/a.png").data == photo
    server.answers["/b.png"] = lambda _: server.stopped.wait(30)
    with pytest.raises(DownloadTimeout, match="the server does not answer") as caught:
        downloader(read_timeout=0.2).fetch(f"{server.url}/b.png")
    assert caught.value.transient


@pytest.mark.timeout(60)
def test_deadline_covers_the_redirects(server: Any, downloader: Make) -> None:
    def slowly(handler: BaseHTTPRequestHandler) -> None:
        server.stopped.wait(0.2)
        handler.send_response(302)
        handler.send_header("Location", "/a")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    server.answers["/a"] = slowly
    with pytest.raises(DownloadTimeout, match=r"within 0\.5 seconds"):
        downloader(deadline=0.5, max_redirects=1000).fetch(f"{server.url}/a")


@pytest.mark.timeout(60)
def test_deadline_covers_the_look_up_of_the_name(downloader: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: done.wait(50))
    with pytest.raises(DownloadTimeout, match=r"within 0\.2 seconds"):
        downloader(deadline=0.2).fetch("http://photos.example/a.png")
    done.set()


@pytest.mark.timeout(60)
def test_endless_answer_ends_at_the_byte_limit(server: Any, downloader: Make) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not server.stopped.is_set():
            handler.wfile.write(b"1000\r\n" + bytes(0x1000) + b"\r\n")

    server.answers["/a.png"] = endless
    with pytest.raises(DownloadTooLarge, match=r"over 1\.0 MB"):
        downloader(max_bytes=1_000_000).fetch(f"{server.url}/a.png")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("compression", ["identity", "gzip"])
def test_endless_body_of_a_redirect_is_not_read(
    compression: str, server: Any, downloader: Make, answer: Any, photo: bytes
) -> None:
    piece = gzip.compress(bytes(10_000_000)) if compression == "gzip" else bytes(100_000)

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: /a.png\r\nTransfer-Encoding: chunked\r\n")
        handler.wfile.write(f"Content-Encoding: {compression}\r\n\r\n".encode())
        while not server.stopped.is_set():
            handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")

    server.answers |= {"/moved": endless, "/a.png": answer(photo)}
    assert downloader().fetch(f"{server.url}/moved").data == photo


def test_declared_length_over_the_limit_is_refused_unread(server: Any, downloader: Make) -> None:
    def declare(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
        server.stopped.wait(30)

    server.answers["/a.png"] = declare
    with pytest.raises(DownloadTooLarge) as caught:
        downloader().fetch(f"{server.url}/a.png")
    assert not caught.value.transient


def test_last_size_that_passes_is_the_limit(server: Any, downloader: Make, answer: Any, photo: bytes) -> None:
    server.answers["/a.png"] = answer(photo)
    assert downloader(max_bytes=len(photo)).fetch(f"{server.url}/a.png").data == photo
    with pytest.raises(DownloadTooLarge):
        downloader(max_bytes=len(photo) - 1).fetch(f"{server.url}/a.png")


def test_lying_length_neither_hides_bytes_nor_reaches_the_next_answer(
    server: Any, downloader: Make, answer: Any, photo: bytes
) -> None:
    server.answers["/short"] = answer(photo, Content_Length=str(len(photo) - 10))
    server.answers["/a.png"] = answer(photo)
    fetcher = downloader()
    assert fetcher.fetch(f"{server.url}/short").data == photo[:-10]
    assert fetcher.fetch(f"{server.url}/a.png").data == photo


def test_answer_that_breaks_off_is_tried_again(
    server: Any, downloader: Make, answer: Any, photo: bytes
) -> None:
    def break_off(handler: BaseHTTPRequestHandler) -> None:
        answer(photo[:50], Content_Length=str(len(photo)))(handler)
        handler.close_connection = True

    server.answers["/a.png"] = in_turn(break_off, answer(photo))
    assert downloader(retries=1).fetch(f"{server.url}/a.png").data == photo
    server.answers["/b.png"] = break_off
    with pytest.raises(DownloadFailed, match="the answer broke off") as caught:
        downloader().fetch(f"{server.url}/b.png")
    assert caught.value.transient


@pytest.mark.parametrize("layers", [1, 2])
def test_compressed_bomb_ends_at_the_byte_limit(
    layers: int, server: Any, downloader: Make, answer: Any
) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    for _ in range(layers - 1):
        bomb = gzip.compress(bomb)
    server.answers["/a.png"] = answer(bomb, Content_Encoding=", ".join(["gzip"] * layers))
    with pytest.raises(DownloadError, match=r"over 1\.0 MB|compression") as caught:
        downloader(max_bytes=1_000_000).fetch(f"{server.url}/a.png")
    assert not caught.value.transient


@pytest.mark.parametrize(("name", "body"), [("gzip", b"not compressed"), ("br", b"x"), ("evil\t", b"x")])
def test_unknown_or_damaged_compression_is_named(
    name: str, body: bytes, server: Any, downloader: Make, answer: Any
) -> None:
    server.answers["/a.png"] = answer(body, Content_Encoding=name)
    with pytest.raises(DownloadFailed, match="compression"):
        downloader().fetch(f"{server.url}/a.png")


def test_deflate_is_unpacked(server: Any, downloader: Make, answer: Any, photo: bytes) -> None:
    server.answers["/a.png"] = answer(zlib.compress(photo), Content_Encoding="deflate")
    assert downloader().fetch(f"{server.url}/a.png").data == photo


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 501, 206, 204, 599 + 300])
def test_lasting_refusal_is_not_tried_again(status: int, server: Any, downloader: Make, answer: Any) -> None:
    server.answers["/a.png"] = answer(b"" if status == 204 else b"no", status=status)
    with pytest.raises(DownloadFailed, match=f"the server answered {status}") as caught:
        downloader(retries=2).fetch(f"{server.url}/a.png")
    assert caught.value.transient is (status == 899)
    assert len(server.requests) == (3 if status == 899 else 1)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_passing_failure_is_tried_again(
    status: int, server: Any, downloader: Make, answer: Any, photo: bytes
) -> None:
    server.answers["/a.png"] = in_turn(answer(b"later", status=status, Retry_After="0"), answer(photo))
    assert downloader(retries=1).fetch(f"{server.url}/a.png").data == photo


def test_attempts_end_and_the_error_says_it_may_pass(server: Any, downloader: Make, answer: Any) -> None:
    server.answers["/a.png"] = answer(status=503)
    with pytest.raises(DownloadFailed, match="503 Service Unavailable") as caught:
        downloader(retries=2).fetch(f"{server.url}/a.png")
    assert (caught.value.transient, caught.value.retry_after) == (True, None)
    assert len(server.requests) == 3


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_wait_that_the_server_asks_for_is_kept(
    form: str, server: Any, downloader: Make, answer: Any, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=7), usegmt=True)
    header = "7" if form == "seconds" else later
    server.answers["/a.png"] = in_turn(answer(status=429, Retry_After=header), answer(photo))
    assert downloader(retries=1).fetch(f"{server.url}/a.png").data == photo
    assert len(waits) == 1
    assert 0 < waits[0] <= 7


def test_wait_beyond_the_deadline_is_left_to_the_caller(server: Any, downloader: Make, answer: Any) -> None:
    server.answers["/a.png"] = answer(status=429, Retry_After="3600")
    with pytest.raises(DownloadFailed, match="429 Too Many Requests") as caught:
        downloader(retries=2).fetch(f"{server.url}/a.png")
    assert (caught.value.transient, caught.value.retry_after) == (True, 3600.0)
    assert len(server.requests) == 1


@pytest.mark.parametrize("header", ["soon", "", "-5", "9" * 400])
def test_unreadable_wait_is_passed_over(header: str, server: Any, downloader: Make, answer: Any) -> None:
    server.answers["/a.png"] = answer(status=503, Retry_After=header)
    with pytest.raises(DownloadFailed, match="503"):
        downloader(retries=1, deadline=3.0).fetch(f"{server.url}/a.png")


def test_reset_connection_is_tried_again(server: Any, downloader: Make, answer: Any, photo: bytes) -> None:
    server.answers["/a.png"] = in_turn(reset, reset, answer(photo))
    assert downloader(retries=2).fetch(f"{server.url}/a.png").data == photo
    server.answers["/b.png"] = reset
    with pytest.raises(DownloadFailed, match="the connection failed") as caught:
        downloader().fetch(f"{server.url}/b.png")
    assert caught.value.transient


def test_port_where_nobody_listens_is_a_passing_failure(server: Any, downloader: Make) -> None:
    server.stop()
    with pytest.raises(DownloadFailed, match="the connection failed") as caught:
        downloader().fetch(f"{server.url}/a.png")
    assert caught.value.transient


def test_unknown_host_is_a_passing_failure(downloader: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(DownloadFailed, match="its host name is not known") as caught:
        downloader().fetch("https://nowhere.example/a.png")
    assert caught.value.transient


@pytest.mark.parametrize(
    "garbage", [b"\x16\x03\x01\x02\x00", b"HTTP/9.9 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000]
)
def test_server_that_speaks_no_http_is_a_failure(garbage: bytes, server: Any, downloader: Make) -> None:
    def babble(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(garbage)
        handler.close_connection = True

    server.answers["/a.png"] = babble
    with pytest.raises(DownloadFailed):
        downloader().fetch(f"{server.url}/a.png")


def test_no_error_tells_a_secret_of_the_url(server: Any, downloader: Make, answer: Any) -> None:
    server.answers |= {"/404": answer(status=404), "/reset": reset, "/text": answer(b"text")}
    server.answers |= {"/moved": answer(status=302, Location="/404?token=hunter2")}
    for path in ("/404", "/reset", "/text", "/moved"):
        with pytest.raises(DownloadError) as caught:
            downloader().fetch(f"{server.url}{path}?token=hunter2#hunter2")
        assert server.place in str(caught.value)
        assert "hunter2" not in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.skipif(shutil.which("openssl") is None, reason="platform: no openssl to make a certificate with")
def test_certificate_is_verified(
    server: Any, downloader: Make, answer: Any, photo: bytes, tmp_path: Path
) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=photos",
    ]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.http.socket = context.wrap_socket(server.http.socket, server_side=True)
    server.answers["/a.png"] = answer(photo)
    url = f"https://{server.place}/a.png"
    with pytest.raises(DownloadFailed, match="TLS certificate is not accepted") as caught:
        downloader(retries=2).fetch(url)
    assert not caught.value.transient
    assert downloader(verify=str(certificate)).fetch(url).data == photo
