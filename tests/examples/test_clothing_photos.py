"""Fetching the clothing photos: from a server on loopback that breaks off, resumes, lies and disappears."""

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from fashion_demo_store import clothing_photos, fetching
from fashion_demo_store.clothing_photos import Archive, clothing_products, obtain
from fashion_demo_store.fetching import fetch
from fashion_demo_store.own_catalogue import write_products
from fashion_demo_store.shop import create_app
from fashion_plugin.errors import DownloadError, DownloadFailed, DownloadTooLarge

KINDS = tuple(clothing_photos._KINDS)


def archive(each: int = 2, kinds: tuple[str, ...] = KINDS) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("clothing-dataset-small-master/README.md", "about")
        out.writestr("clothing-dataset-small-master/train/../../../escape.jpg", b"x")
        for place, kind in enumerate(kinds):
            for number in range(each):
                photo = io.BytesIO()
                Image.new("RGB", (60, 80), (20 * place, 250 - 20 * place, 90 + number)).save(photo, "JPEG")
                name = f"clothing-dataset-small-master/train/{kind}/{number:04d}-ab.jpg"
                out.writestr(name, photo.getvalue())
    return file.getvalue()


class Host:
    """A server with one file; ``breaks`` is after how many bytes each of the next answers ends."""

    def __init__(self) -> None:
        self.data = archive()
        self.etag = '"one"'
        self.breaks: list[int] = []
        self.status = 200
        self.asked: list[str] = []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = self.headers.get("Range", "")
                host.asked.append(asked)
                if host.status != 200:
                    self.send_error(host.status)
                    return
                start = 0
                if asked and self.headers.get("If-Range") == host.etag:
                    start = int(asked.removeprefix("bytes=").removesuffix("-"))
                body = host.data[start:]
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("ETag", host.etag)
                self.end_headers()
                if host.breaks:
                    body = body[: host.breaks.pop(0)]
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/master.zip"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    monkeypatch.setattr(fetching, "_PAUSE", 0.0)
    monkeypatch.setattr(fetching, "_PIECE", 500)
    host = Host()
    yield host
    host.close()


def small(host: Host, **facts: object) -> Archive:
    return Archive(host.url, **{"least": 20, "least_each": 2, **facts})  # type: ignore[arg-type]


def test_a_broken_download_goes_on_where_it_stopped(host: Host, tmp_path: Path) -> None:
    host.breaks = [1000, 2000]
    steps: list[int] = []
    fetch(host.url, tmp_path / "a.zip", most=10**7, on_progress=steps.append)
    assert (tmp_path / "a.zip").read_bytes() == host.data
    assert host.asked == ["", "bytes=1000-", "bytes=3000-"]
    assert steps[-1] == len(host.data)
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_a_later_run_takes_up_what_an_earlier_one_left(host: Host, tmp_path: Path) -> None:
    host.breaks = [1000]
    with pytest.raises(DownloadFailed, match="what has come is kept"):
        fetch(host.url, tmp_path / "a.zip", most=10**7, attempts=1)
    assert not (tmp_path / "a.zip").exists()
    fetch(host.url, tmp_path / "a.zip", most=10**7)
    assert (tmp_path / "a.zip").read_bytes() == host.data
    assert host.asked[-1] == "bytes=1000-"


def test_a_file_that_changed_in_between_is_fetched_from_its_beginning(host: Host, tmp_path: Path) -> None:
    host.breaks = [1000]
    with pytest.raises(DownloadFailed):
        fetch(host.url, tmp_path / "a.zip", most=10**7, attempts=1)
    host.data, host.etag = archive(3), '"two"'
    fetch(host.url, tmp_path / "a.zip", most=10**7)
    assert (tmp_path / "a.zip").read_bytes() == host.data


@pytest.mark.parametrize("etag", ['W/"one"', ""])
def test_without_a_strong_mark_nothing_is_patched_together(host: Host, tmp_path: Path, etag: str) -> None:
    host.breaks, host.etag = [1000], etag
    fetch(host.url, tmp_path / "a.zip", most=10**7)
    assert (tmp_path / "a.zip").read_bytes() == host.data
    assert host.asked == ["", ""]


def test_too_large_a_file_is_given_up(host: Host, tmp_path: Path) -> None:
    with pytest.raises(DownloadTooLarge):
        fetch(host.url, tmp_path / "a.zip", most=1000)
    assert not (tmp_path / "a.zip").exists()


def test_offline_says_what_to_do(host: Host, tmp_path: Path) -> None:
    host.status = 503
    with pytest.raises(DownloadError) as caught:
        obtain(tmp_path, small(host))
    message = str(caught.value)
    assert "needs the network once" in message
    assert str(tmp_path / "clothing-dataset-small.zip") in message
    assert "without --photos" in message


def test_a_fetched_archive_is_kept_and_its_hash_written_down(host: Host, tmp_path: Path) -> None:
    first = obtain(tmp_path, small(host))
    known = json.loads((tmp_path / "clothing-dataset-small.json").read_text())
    assert known["bytes"] == len(host.data)
    host.status = 500
    assert obtain(tmp_path, small(host)) == first
    assert len(host.asked) == 1


def test_an_archive_that_was_damaged_on_disk_is_fetched_anew(host: Host, tmp_path: Path) -> None:
    path = obtain(tmp_path, small(host))
    path.write_bytes(path.read_bytes()[:-50])
    assert obtain(tmp_path, small(host)).read_bytes() == host.data


def test_another_archive_than_on_first_use_is_refused(host: Host, tmp_path: Path) -> None:
    obtain(tmp_path, small(host)).unlink()
    host.data = archive(3)
    with pytest.raises(DownloadFailed, match="not the archive it was"):
        obtain(tmp_path, small(host))
    assert not (tmp_path / "clothing-dataset-small.zip").exists()


def test_a_known_hash_is_held_to(host: Host, tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="not the archive it was"):
        obtain(tmp_path, small(host, sha256="0" * 64))


def test_an_archive_with_too_few_photos_is_refused(host: Host, tmp_path: Path) -> None:
    host.data = archive(kinds=KINDS[1:])
    with pytest.raises(DownloadFailed, match="of dress"):
        obtain(tmp_path, small(host, least=10))
    with pytest.raises(DownloadFailed, match="fewer than expected"):
        obtain(tmp_path, small(host, least=100, least_each=0))


def test_damaged_members_and_other_files_are_refused(host: Host, tmp_path: Path) -> None:
    whole = bytearray(archive())
    whole[whole.index(b"\xff\xd8") + 40] ^= 0xFF
    for data in (bytes(whole), b"<html>not found</html>"):
        host.data = data
        with pytest.raises(DownloadFailed, match="damaged"):
            obtain(tmp_path, small(host))
    assert not (tmp_path / "clothing-dataset-small.zip").exists()


def test_the_photos_fill_a_store(host: Host, tmp_path: Path) -> None:
    path = obtain(tmp_path, small(host))
    photos = clothing_products(path, tmp_path / "photos" / "clothing", each=1)
    written = write_products(tmp_path, photos)
    assert (written.products, written.failures) == (len(KINDS), ())
    assert not (tmp_path.parent / "escape.jpg").exists()
    client = create_app(tmp_path).test_client()
    page = client.get("/products/t-shirt-001").text
    assert "T-Shirt" in page
    assert "€" in page
    for shelf in ("tops", "tops/t-shirts", "shoes", "accessories/hats"):
        assert client.get(f"/c/{shelf}").status_code == 200
