"""A shop on loopback for the browser: pages, the API, and products of known colours."""

import io
import json
import random
import threading
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask, request
from numpy.typing import NDArray
from PIL import Image
from werkzeug.serving import make_server

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.catalog import Garment
from fashion_plugin_adapters.flask import fashion_blueprint

CSP = "default-src 'self'; base-uri 'none'; object-src 'none'"
COLOURS = {"red": (214, 36, 44), "blue": (36, 52, 190), "green": (26, 140, 66)}
KINDS = ("Skirts", "Coats", "Shoes")


def picture(colour: tuple[int, int, int], size: tuple[int, int] = (60, 80), kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind)
    return file.getvalue()


def halves(
    left: tuple[int, int, int], right: tuple[int, int, int], width: int = 400, height: int = 0
) -> bytes:
    """A photo whose left half has one colour and whose right half another, as PNG; twice as wide as high."""
    file = io.BytesIO()
    halves_image(left, right, width, height or width // 2).save(file, "PNG")
    return file.getvalue()


def halves_image(
    left: tuple[int, int, int], right: tuple[int, int, int], width: int, height: int
) -> Image.Image:
    image = Image.new("RGB", (width, height), left)
    image.paste(right, (width // 2, 0, width, height))
    return image


def products(folder: Path) -> list[Product]:
    """Thirty products: ten shades each of red, blue and green, in three categories."""
    made = []
    shade = random.Random(7)
    for name, base in COLOURS.items():
        for number in range(10):
            colour = tuple(min(255, max(0, part + shade.randint(-14, 14))) for part in base)
            path = folder / f"{name}-{number}.png"
            path.write_bytes(picture(colour))  # type: ignore[arg-type]
            made.append(
                Product(
                    f"{name}-{number}",
                    title=f"{name.title()} piece {number}",
                    images=path,
                    url=f"/products/{name}-{number}",
                    price=f"{40 + number}.50 EUR",
                    list_price="90.00 EUR" if number == 1 else None,
                    category=KINDS[number % 3],
                    brand="Atelier",
                    colour=name,
                    in_stock=number != 2,
                )
            )
    return made


class HalvesParser:
    """Finds a jacket in the left half of a wide photo, a skirt in the right one, and a hat; else nothing."""

    fingerprint = "halves"

    def parse(self, image: NDArray[np.uint8]) -> list[Garment]:
        if image.shape[1] < 2 * image.shape[0]:
            return []
        return [
            Garment("outerwear", (0.1, 0.1, 0.42, 0.9)),
            Garment("skirt", (0.58, 0.2, 0.88, 0.9)),
            Garment("hat", (0.46, 0.0, 0.54, 0.1)),
        ]


class Shop:
    """A shop's pages and API on loopback; ``pages`` maps a path to HTML, ``broken`` a path to a status."""

    def __init__(self, plugin: FashionPlugin, origins: tuple[str, ...] = ()) -> None:
        self.policy = CSP
        self.pages: dict[str, str] = {}
        self.files: dict[str, bytes] = {}
        self.broken: dict[str, int] = {}
        self.broken_once: dict[str, int] = {}
        self.retry_after = ""
        self.lengths: list[int] = []
        self.asked: list[tuple[str, str]] = []
        app = Flask("e2e")
        app.config["FASHION_CORS_ORIGINS"] = origins
        app.register_blueprint(fashion_blueprint(plugin), url_prefix="/fashion")
        app.before_request(self._before)
        app.after_request(self._after)
        app.add_url_rule("/<path:path>", "page", self._page)
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def page(self, body: str, *, head: str = "", path: str = "page", html: str = 'lang="en"') -> str:
        """Serve a page that loads the widget, and return its URL."""
        self.pages[path] = (
            f"<!doctype html><html {html}><head><meta charset=utf-8><title>Shop</title>"
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<link rel="icon" href="/icon.png">{head}'
            '<script src="/fashion/widget.js" async></script></head>'
            f"<body><main><h1>A shop</h1>{body}</main></body></html>"
        )
        self.files["icon.png"] = picture((0, 0, 0), (16, 16))
        return f"{self.url}/{path}"

    def searches(self) -> int:
        return self.asked.count(("POST", "/fashion/search"))

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _page(self, path: str) -> Any:
        if path in self.files:
            kinds = {"css": "text/css", "js": "text/javascript"}
            kind = kinds.get(path.rpartition(".")[2], "image/png")
            return self.files[path], 200, {"Content-Type": kind}
        if path in self.pages:
            return self.pages[path], 200, {"Content-Type": "text/html; charset=utf-8"}
        return "nothing here", 404

    def _before(self) -> Any:
        self.asked.append((request.method, request.path))
        self.lengths.append(request.content_length or 0)
        status = self.broken.get(request.path) or self.broken_once.pop(request.path, None)
        if status:
            request.get_data()
            body = json.dumps({"type": "about:blank", "title": "Broken", "status": status})
            headers = {"Content-Type": "application/problem+json"}
            return body, status, headers | ({"Retry-After": self.retry_after} if self.retry_after else {})
        return None

    def _after(self, response: Any) -> Any:
        response.headers["Content-Security-Policy"] = self.policy
        return response
