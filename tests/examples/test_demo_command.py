"""The command itself, in processes of its own: started, looked at, killed, started again, twice at once."""

import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest
import requests

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SIZE = ("--products", "14", "--looks", "1")
WAIT = 600


class Demo:
    """A running ``fashion-plugin demo`` and what it says."""

    def __init__(self, data: Path, *options: str) -> None:
        main = "from fashion_plugin.cli import main; main()"
        command = [sys.executable, "-c", main, "demo", "--no-browser", "--data", str(data)]
        self.process = subprocess.Popen(
            [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: list[str] = []
        self._news: SimpleQueue[str | None] = SimpleQueue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._news.put(line)
        self._news.put(None)

    def line(self, pattern: str) -> str:
        """The first group of the next line that fits."""
        end = time.monotonic() + WAIT
        while True:
            try:
                line = self._news.get(timeout=max(0.0, end - time.monotonic()))
            except Empty:
                line = None
            assert line is not None, "".join(self.lines)
            self.lines.append(line)
            found = re.search(pattern, line)
            if found:
                return found.group(1)

    def address(self) -> str:
        return self.line(r"open at (http://\S+) ")

    def kill(self) -> None:
        self.process.kill()
        self._end()

    def stop(self) -> int:
        self.process.terminate()
        return self._end()

    def _end(self) -> int:
        status = self.process.wait(timeout=60)
        self._reader.join(timeout=60)
        if self.process.stdout:
            self.process.stdout.close()
        return status


@pytest.fixture
def start() -> Iterator[Callable[..., Demo]]:
    running: list[Demo] = []

    def begin(data: Path, *options: str) -> Demo:
        running.append(Demo(data, *options))
        return running[-1]

    yield begin
    for demo in running:
        demo.kill()


def token(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found.group(1)


def test_a_killed_demo_keeps_its_data_and_its_port(tmp_path: Path, start: Callable[..., Demo]) -> None:
    data = tmp_path / "shop"
    first = start(data, *SIZE)
    address = first.address()
    session = requests.Session()
    for path in ("/", "/search", "/looks", "/looks/look-01", "/cart", "/admin/", "/fashion/widget.js"):
        assert session.get(address + path).status_code == 200, path
    page = session.get(f"{address}/admin/").text
    product = re.search(r"/admin/products/([A-Z]+-\d+)\"", page)
    assert product
    form = {"csrf": token(page), "title": "Kept for ever", "category": "Hats", "price": "20"}
    assert session.post(f"{address}/admin/products/{product.group(1)}", data=form).ok
    size = re.search(r'name="size" value="([^"]+)" +(?:checked)?>', page_with_stock(session, address))
    assert size
    assert session.post(f"{address}/cart", data={"csrf": form["csrf"], "size": size.group(1)}).ok
    first.kill()
    again = start(data)
    assert again.address() == address
    assert "Kept for ever" in session.get(f"{address}/products/{product.group(1)}").text
    assert "Nothing in it yet" not in session.get(f"{address}/cart").text
    photo = next((data / "photos").glob("*-front.jpg"))
    found = session.post(f"{address}/fashion/search", files={"photo": photo.read_bytes()}).json()
    assert found["matches"][0]["product"]["id"].lower() == photo.name.removesuffix("-front.jpg")
    assert "draws a catalogue" not in "".join(again.lines)
    assert again.stop() == 0


def page_with_stock(session: requests.Session, address: str) -> str:
    for path in re.findall(r'href="(/products/[^"]+)"', session.get(f"{address}/search").text):
        page = session.get(address + path).text
        if "Add to bag" in page:
            return page
    raise AssertionError("everything is sold out")


def test_a_demo_killed_while_it_draws_begins_again(tmp_path: Path, start: Callable[..., Demo]) -> None:
    data = tmp_path / "shop"
    first = start(data, *SIZE)
    end = time.monotonic() + WAIT
    while not list(data.glob("photos/*.jpg")):
        assert time.monotonic() < end
        time.sleep(0.05)
    first.kill()
    address = start(data, *SIZE).address()
    page = requests.get(f"{address}/search").text
    assert "14 pieces" in page


def test_two_demos_at_once_take_different_ports(tmp_path: Path, start: Callable[..., Demo]) -> None:
    one = start(tmp_path / "one", *SIZE).address()
    two = start(tmp_path / "two", *SIZE).address()
    assert one != two
    assert requests.get(one).status_code == requests.get(two).status_code == 200
    taken = start(tmp_path / "three", *SIZE, "--port", one.rsplit(":", 1)[1])
    assert taken.line(r"(port \d+ cannot be used)")


def test_ones_own_folder_is_sold(tmp_path: Path, start: Callable[..., Demo]) -> None:
    from PIL import Image

    for colour in ("red", "navy"):
        (tmp_path / "own" / "Coats").mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (300, 400), colour).save(tmp_path / "own" / "Coats" / f"{colour}.jpg")
    address = start(tmp_path / "shop", "--catalog", str(tmp_path / "own")).address()
    photo = (tmp_path / "own" / "Coats" / "navy.jpg").read_bytes()
    found = requests.post(f"{address}/fashion/search", files={"photo": photo}).json()
    product = found["matches"][0]["product"]
    assert product["id"] == "Coats/navy"
    assert requests.get(address + product["url"]).status_code == 200
