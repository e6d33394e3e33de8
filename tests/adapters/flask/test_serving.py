"""The production server, over real sockets."""

import io
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from PIL import Image

from fashion_plugin import FashionPlugin
from fashion_plugin_adapters.flask import fashion_blueprint
from fashion_plugin_adapters.flask.serving import GentleServer

_watched: list[str] = []
_watching = threading.Event()


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _watching.is_set():
        path, mode, flags = arguments
        if (isinstance(mode, str) and set(mode) & set("wax+")) or flags & (os.O_WRONLY | os.O_RDWR):
            _watched.append(str(path))


@pytest.fixture
def server(wardrobe: FashionPlugin) -> Iterator[GentleServer]:
    app = Flask("host")
    app.register_blueprint(fashion_blueprint(wardrobe), url_prefix="/fashion")

    @app.get("/slow")
    def slow() -> str:
        time.sleep(0.4)
        return "done"

    server = GentleServer(app)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server
    server.stop()
    thread.join(timeout=20)
    assert not thread.is_alive()


def test_large_photo_stays_in_memory(server: GentleServer, tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.new("RGB", (1200, 900), "red").save(file, "BMP")  # 3 MB: waitress keeps half a megabyte by itself
    url = f"http://127.0.0.1:{server.port}/fashion/search"
    requests.post(url, files={"photo": b"x"}, timeout=30)  # what is opened once, for every photo after it
    sys.addaudithook(_watch)
    _watching.set()
    answer = requests.post(url, files={"photo": file.getvalue()}, timeout=30)
    _watching.clear()
    assert answer.json()["matches"][0]["product"]["id"] == "red-coat"
    assert _watched == []


def test_what_is_under_way_is_answered_before_the_end(wardrobe: FashionPlugin) -> None:
    begun = threading.Event()

    def slow(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        begun.set()
        time.sleep(0.5)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"answered"]

    server = GentleServer(slow)
    serving = threading.Thread(target=server.run)
    serving.start()
    answers: list[str] = []
    asking = threading.Thread(
        target=lambda: answers.append(requests.get(f"http://127.0.0.1:{server.port}/", timeout=30).text)
    )
    asking.start()
    assert begun.wait(10)
    server.stop()
    serving.join(timeout=20)
    asking.join(timeout=20)
    assert answers == ["answered"]
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{server.port}/", timeout=5)


def test_access_log_tells_no_query(server: GentleServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="fashion_plugin.access")
    requests.get(f"http://127.0.0.1:{server.port}/fashion/products/red-hat/similar?limit=3", timeout=30)
    (line,) = [record.getMessage() for record in caplog.records if record.name == "fashion_plugin.access"]
    assert line.startswith("GET /fashion/products/red-hat/similar 200 ")
    assert "limit" not in line
    assert "127.0.0.1" not in line


@pytest.mark.skipif(sys.platform == "win32", reason="platform: Windows ends processes without a signal")
def test_command_serves_limits_and_ends_when_told(tmp_path: Path) -> None:
    command = [
        *(sys.executable, "-c", "from fashion_plugin.cli import main; main()"),
        *("serve", "--db", str(tmp_path / "shop.db")),
        *("--port", "0", "--limit", "1 per minute", "--proxies", "1"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            address = process.stdout.readline().split(" at ")[1].strip()
            file = io.BytesIO()
            Image.new("RGB", (60, 80), "red").save(file, "PNG")
            statuses = [
                requests.post(
                    f"{address}/search",
                    files={"photo": file.getvalue()},
                    headers={"X-Forwarded-For": client},
                    timeout=60,
                ).status_code
                for client in ("192.0.2.1", "192.0.2.1", "192.0.2.2")
            ]
            assert statuses == [200, 429, 200]
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 0
    assert said.count("POST /fashion/search 200") == 2
    assert "POST /fashion/search 429" in said
    assert "192.0.2" not in said
