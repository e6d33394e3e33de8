import io
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from fashion_plugin.download import Downloader, DownloadSettings

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A web server on loopback whose answers a test writes, and which remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.connections: set[object] = set()
        self.stopped = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                server.connections.add(self.client_address)
                server.requests.append((self.path, dict(self.headers.items())))
                try:
                    server.answers[self.path.partition("?")[0]](self)
                except OSError:
                    # The client went away, which is what many of the tests are about.
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        # Clients that go away in the middle are what many of the tests are about: nothing to print.
        self.http.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.port = self.http.server_address[1]
        self.place = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.place}"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]

    def headers(self) -> dict[str, str]:
        return self.requests[-1][1]

    def stop(self) -> None:
        self.stopped.set()
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def other_server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def photo() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((64, 64), 80).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def downloader(server: Server) -> Iterator[Callable[..., Downloader]]:
    """Make a downloader that may fetch from the server, with settings of the test's own."""
    made = []

    def make(**options: object) -> Downloader:
        settings = {"allow_private": frozenset({server.place}), "retries": 0, "deadline": 20.0, **options}
        made.append(Downloader(DownloadSettings(**settings)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for downloader in made:
        downloader.close()


@pytest.fixture
def answer() -> Callable[..., Answer]:
    """An answer of this status, body and headers."""

    def make(body: bytes = b"", status: int = 200, **headers: str) -> Answer:
        def send(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            for name, value in {"Content-Length": str(len(body)), **names}.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(body)

        return send

    return make
