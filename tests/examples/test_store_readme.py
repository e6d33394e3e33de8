"""The walk through the demo store's README, walked: from the bare shop, and every step runs."""

import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from flask import Flask
from jinja2 import FileSystemLoader
from werkzeug.serving import make_server

import fashion_demo_store
from fashion_demo_store.drawing import draw_catalogue
from fashion_plugin import FashionPlugin
from fashion_plugin.cli import cli
from fashion_plugin.testing import FakeEncoder

STORE = Path(fashion_demo_store.__file__).parent
TEXT = (STORE / "README.md").read_text(encoding="utf-8")
PAGES = ("/", "/looks", "/looks/look-01", "/search", "/cart", "/admin/")


class Hunk:
    """Lines of one file, before and after."""

    def __init__(self, file: str, lines: list[str]) -> None:
        self.file = file
        self.before = "\n".join(line[1:] for line in lines if line[:1] != "+")
        self.after = "\n".join(line[1:] for line in lines if line[:1] != "-")

    def apply(self, root: Path, *, back: bool = False) -> None:
        old, new = (self.after, self.before) if back else (self.before, self.after)
        path = root / self.file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{self.file} holds this {text.count(old)} times:\n{old}"
        path.write_text(text.replace(old, new), encoding="utf-8")


def steps() -> dict[int, list[Hunk]]:
    """The hunks of each numbered step."""
    found: dict[int, list[Hunk]] = {}
    for number, body in re.findall(r"(?ms)^\*\*(\d)\. (.*?)(?=^\*\*\d\. |^## )", TEXT):
        hunks = found.setdefault(int(number), [])
        for block in re.findall(r"(?s)```diff\n(.*?)\n```", body):
            for file, lines in re.findall(r"(?ms)^@@ (\S+) @@\n(.*?)(?=^@@ |\Z)", block):
                hunks.append(Hunk(file, lines.rstrip("\n").split("\n")))
    return found


STEPS = steps()


class Walk:
    """A shop under way: its folder, its files, and the app as they make it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "shop").mkdir()
        draw_catalogue(root / "shop", products=4, looks=1)
        shutil.copytree(STORE / "shop" / "templates", root / "shop" / "templates")
        bare = re.search(r"(?s)```python\n(.*?)```", TEXT)
        assert bare
        (root / "my_shop.py").write_text(bare.group(1), encoding="utf-8")
        for hunks in STEPS.values():
            for hunk in hunks:
                if hunk.file != "my_shop.py":
                    hunk.apply(root, back=True)
        self.opened: list[FashionPlugin] = []

    def step(self, number: int) -> None:
        for hunk in STEPS[number]:
            hunk.apply(self.root)

    def command(self, number: int) -> None:
        """Run the step's command line, as it is written."""
        body = re.search(rf"(?s)\*\*{number}\. .*?```sh\nfashion-plugin (.*?)\n```", TEXT)
        assert body
        result = CliRunner().invoke(cli, body.group(1).split())
        assert result.exit_code == 0, result.output

    def app(self, port: int = 5000) -> dict[str, Any]:
        """What my_shop.py defines, run from the folder that it stands in."""
        code = (self.root / "my_shop.py").read_text(encoding="utf-8").replace(":5000", f":{port}")
        names: dict[str, Any] = {}
        exec(compile(code, "my_shop.py", "exec"), names)
        app: Flask = names["app"]
        app.jinja_loader = FileSystemLoader(self.root / "shop" / "templates")
        if "shop" in names:
            self.opened.append(names["shop"])
        return names

    def check(self, *wanted: str) -> Flask:
        """The shop's pages answer, with these pieces of text somewhere in them."""
        app: Flask = self.app()["app"]
        client = app.test_client()
        pages = {path: client.get(path) for path in (*PAGES, self.product())}
        assert {path: page.status_code for path, page in pages.items()} == dict.fromkeys(pages, 200)
        text = "".join(page.text for page in pages.values())
        for piece in wanted:
            assert piece in text
        for link in set(re.findall(r'src="(/fashion[^"]*)"', text)):
            assert client.get(link).status_code == 200
        if not wanted:
            assert "fashion-" not in text
            assert "/fashion" not in text
        return app

    def product(self) -> str:
        line = (self.root / "shop" / "catalogue.jsonl").read_text().splitlines()[0]
        found = re.search(r'"url": "([^"]+)"', line)
        assert found
        return found.group(1)


@pytest.fixture
def walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    monkeypatch.chdir(tmp_path)
    opening = FashionPlugin.open
    monkeypatch.setattr(
        FashionPlugin, "open", lambda path, **options: opening(path, **{**options, "encoder": FakeEncoder()})
    )
    walk = Walk(tmp_path)
    yield walk
    for shop in walk.opened:
        shop.close()


def test_there_are_six_steps() -> None:
    assert list(STEPS) == [1, 2, 3, 4, 5, 6]


def test_the_shop_runs_before_and_after_every_step(walk: Walk) -> None:
    walk.check()
    walk.command(1)
    assert (walk.root / "shop" / "fashion.db").exists()
    walk.check()
    walk.step(2)
    assert walk.app()["shop"].stats().searchable == 4
    walk.check()
    walk.step(3)
    client = walk.check().test_client()
    with next((walk.root / "shop" / "photos").glob("*-front.jpg")).open("rb") as photo:
        found = client.post("/fashion/search", data={"photo": (photo, "a.jpg")}).get_json()
    assert len(found["matches"]) == 4
    walk.step(4)
    walk.check('<script src="/fashion/widget.js" async>', "<fashion-search>")
    walk.step(5)
    client = walk.check(
        "<fashion-search>", "<fashion-similar product-id=", "<fashion-look src="
    ).test_client()
    page = client.get(walk.product()).text
    row = re.search(r'<fashion-similar product-id="([^"]+)" mode="complete"', page)
    assert row
    assert client.get(f"/fashion/products/{row.group(1)}/complete").status_code == 200


def test_after_the_last_step_a_change_reaches_the_search_by_webhook(walk: Walk) -> None:
    walk.command(1)
    for number in (2, 3, 4, 5, 6):
        walk.step(number)
    walk.check("<fashion-search>")
    server = make_server("127.0.0.1", 0, Flask("none"), threaded=True)
    names = walk.app(server.server_port)
    server.app = names["app"]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        _change_and_hide(f"http://127.0.0.1:{server.server_port}", walk)
    finally:
        names["app"].extensions["shop_outbox"].stop()
        server.shutdown()
        thread.join()
        server.server_close()


def _change_and_hide(address: str, walk: Walk) -> None:
    session = requests.Session()
    product_id = walk.product().rsplit("/", 1)[1].upper()

    def send(path: str, **form: str) -> None:
        page = session.get(f"{address}/admin/products/{product_id}").text
        csrf = re.search(r'name="csrf" value="([^"]+)"', page)
        assert csrf
        assert session.post(f"{address}{path}", data={"csrf": csrf.group(1), **form}).ok

    def titles() -> list[str]:
        photo = next((walk.root / "shop" / "photos").glob("*-front.jpg")).read_bytes()
        found = session.post(f"{address}/fashion/search", files={"photo": photo}).json()
        return [match["product"]["title"] for match in found["matches"]]

    send(f"/admin/products/{product_id}", title="A title of its own", category="Hats", price="20")
    _eventually(lambda: "A title of its own" in titles())
    send(f"/admin/hide/{product_id}")
    _eventually(lambda: "A title of its own" not in titles())


def _eventually(check: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


def test_commands_of_the_readme_exist() -> None:
    commands = set(re.findall(r"(?m)(?:^|`)fashion-plugin (\w+)", TEXT))
    assert {"index", "worker", "demo"} <= commands
    known = CliRunner().invoke(cli, ["--help"]).output
    assert all(re.search(rf"(?m)^  {command}\b", known) for command in commands)
