"""Published weights: fetched from a real server, checked, never half used."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fashion_plugin.encoders.published import PUBLISHED, Published, digest_of, fetch
from fashion_plugin.errors import WeightsError

pytestmark = pytest.mark.train

WEIGHTS = b"weights of a network " * 500


class _Server(ThreadingHTTPServer):
    """Serves what it is told to, and counts how often it was asked."""

    body: bytes = WEIGHTS
    length: int | None = None
    status = 200
    asked = 0


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.asked += 1
        self.send_response(self.server.status)
        length = len(self.server.body) if self.server.length is None else self.server.length
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def published(server: _Server) -> Published:
    return Published(
        f"http://127.0.0.1:{server.server_port}/models/weights.h5", hashlib.md5(WEIGHTS).hexdigest()
    )


def test_weights_are_downloaded_once(server: _Server, published: Published, tmp_path: Path) -> None:
    path = fetch(published, tmp_path)
    assert path.read_bytes() == WEIGHTS
    assert fetch(published, tmp_path) == path
    assert server.asked == 1


def test_progress_stays_out_of_the_answer(
    published: Published, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fetch(published, tmp_path)
    assert capsys.readouterr().out == ""


def test_a_damaged_file_in_the_cache_is_fetched_again(
    server: _Server, published: Published, tmp_path: Path
) -> None:
    path = fetch(published, tmp_path)
    path.write_bytes(WEIGHTS[:-7])
    assert fetch(published, tmp_path).read_bytes() == WEIGHTS
    assert server.asked == 2


def test_a_wrong_file_is_deleted_and_explained(server: _Server, published: Published, tmp_path: Path) -> None:
    server.body = b"<html>Log in to this network</html>"
    with pytest.raises(WeightsError, match="not the file that was published"):
        fetch(published, tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_download_that_breaks_off_leaves_nothing(
    server: _Server, published: Published, tmp_path: Path
) -> None:
    server.body, server.length = WEIGHTS[:2000], len(WEIGHTS)
    with pytest.raises(WeightsError, match=r"weights\.h5"):
        fetch(published, tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    server.body, server.length = WEIGHTS, None
    assert fetch(published, tmp_path).read_bytes() == WEIGHTS


def test_a_file_without_a_published_hash_is_known_by_its_size(
    server: _Server, published: Published, tmp_path: Path
) -> None:
    by_size = Published(published.url, size=len(WEIGHTS))
    server.body = WEIGHTS[:-1]
    with pytest.raises(WeightsError, match="not the file that was published"):
        fetch(by_size, tmp_path)
    server.body = WEIGHTS
    assert fetch(by_size, tmp_path).read_bytes() == WEIGHTS


def test_a_server_that_refuses_is_named(server: _Server, published: Published, tmp_path: Path) -> None:
    server.status = 503
    with pytest.raises(WeightsError, match=r"127\.0\.0\.1.*503.*vgg16@"):
        fetch(published, tmp_path)


def test_without_a_network_the_error_says_how_to_go_on(published: Published, tmp_path: Path) -> None:
    nobody = Published("http://127.0.0.1:9/weights.h5", published.digest)
    with pytest.raises(WeightsError, match=r"Without a network, fetch the file elsewhere"):
        fetch(nobody, tmp_path)


def test_hashes_on_record_are_those_of_keras() -> None:
    import inspect
    import sys

    import keras

    for (application, _), published in PUBLISHED.items():
        source = inspect.getsource(sys.modules[getattr(keras.applications, application).__module__])
        assert published.digest in source, application


def test_a_missing_file_has_no_hash(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be read"):
        digest_of(tmp_path / "none.h5")
