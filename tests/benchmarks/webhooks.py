"""Measure webhooks: answers in a burst while a worker embeds, and the time from a POST to being found.

    python tests/benchmarks/webhooks.py PHOTOS [--deliveries 1000] [--connections 8] [--singles 50]

PHOTOS is a folder. Four processes: this one takes the deliveries, with waitress as ``fashion-plugin serve``
does, one posts them over connections that stay open, one serves the photos, and one is the worker, with the
encoder that the package ships.
"""

import argparse
import base64
import hmac
import json
import logging
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from http.client import HTTPConnection
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

from waitress.server import create_server

from fashion_plugin import FashionPlugin
from fashion_plugin.download import Downloader, DownloadSettings
from fashion_plugin_adapters.storefront import ShopifyWebhooks
from fashion_plugin_adapters.wsgi import fashion_wsgi

SECRET = "benchmark"


class Photos(SimpleHTTPRequestHandler):
    """Serves the folder."""

    def log_message(self, *_: object) -> None:
        pass


def open_shop(db: str, place: str) -> FashionPlugin:
    """The catalogue, which may fetch from the local photo server."""
    settings = DownloadSettings(allow_private=frozenset({place}))
    return FashionPlugin.open(db, downloader=Downloader(settings))


def post(place: str, connections: int) -> None:
    """Post the bodies on standard input; print milliseconds and moment of each answer.

    What is posted is signed and written out before the clock runs, and an answer is read no further than to
    its end: the sender is on another machine, and what it costs it is not the shop's time.
    """
    requests = [request(place, line.encode()) for line in sys.stdin.read().splitlines()]

    def send(some: list[bytes]) -> list[tuple[float, float]]:
        host, _, port = place.partition(":")
        answers = []
        with socket.create_connection((host, int(port)), timeout=60) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for one in some:
                start = time.perf_counter()
                connection.sendall(one)
                status = answer(connection)
                answers.append(((time.perf_counter() - start) * 1000, time.time()))
                if status != 200:
                    raise SystemExit(f"answered {status}")
        return answers

    with ThreadPoolExecutor(connections) as pool:
        shares = [requests[at::connections] for at in range(connections)]
        print(json.dumps([one for share in pool.map(send, shares) for one in share]))


def request(place: str, body: bytes) -> bytes:
    """A signed delivery as it goes over the wire."""
    signature = base64.b64encode(hmac.new(SECRET.encode(), body, sha256).digest()).decode()
    headers = (
        f"POST /webhooks/shopify HTTP/1.1\r\nHost: {place}\r\nContent-Type: application/json\r\n"
        f"X-Shopify-Topic: products/create\r\nX-Shopify-Hmac-Sha256: {signature}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return headers.encode() + body


def answer(connection: socket.socket) -> int:
    """Read one whole answer; its status."""
    got = b""
    while True:
        head, end, rest = got.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        if end and length and len(rest) >= int(length[1]):
            return int(head.split()[1])
        more = connection.recv(65536)
        if not more:
            raise SystemExit("the connection was closed before the answer was whole")
        got += more


def serve(folder: str) -> None:
    """Serve the photos; print the port."""
    web = ThreadingHTTPServer(("127.0.0.1", 0), partial(Photos, directory=folder))
    print(web.server_address[1], flush=True)
    web.serve_forever()


def burst(place: str, bodies: list[str], connections: int) -> list[tuple[float, float]]:
    """Have another process post these; the milliseconds and the moment of each answer."""
    command = [sys.executable, __file__, "--post", place, "--connections", str(connections)]
    done = subprocess.run(command, input="\n".join(bodies), capture_output=True, text=True, check=True)
    answers: list[tuple[float, float]] = json.loads(done.stdout)
    return answers


def report(name: str, values: list[float], unit: str) -> None:
    """Print median, 95th and 99th percentile and the largest."""
    cuts = statistics.quantiles(values, n=100)
    print(f"{name}: p50 {cuts[49]:.1f}  p95 {cuts[94]:.1f}  p99 {cuts[98]:.1f}  max {max(values):.1f} {unit}")


def body(number: int, url: str) -> str:
    """The delivery of a new product with one photo."""
    return json.dumps(
        {
            "id": number,
            "title": f"Product {number}",
            "updated_at": "2026-05-04T12:00:00Z",
            "status": "active",
            "variants": [{"id": number * 10, "price": "10.00", "option1": "M"}],
            "options": [{"name": "Size"}],
            "images": [{"id": number, "src": url}],
        }
    )


def measure(folder: Path, deliveries: int, connections: int, singles: int) -> None:
    """Run the whole measurement."""
    suffixes = (".jpg", ".jpeg", ".png", ".webp")
    names = sorted(
        p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.suffix.lower() in suffixes
    )
    if len(names) < deliveries + singles:
        raise SystemExit(f"{folder} has {len(names)} photos; {deliveries + singles} are needed")
    serving = [sys.executable, __file__, "--photos", str(folder)]
    web = subprocess.Popen(serving, stdout=subprocess.PIPE, text=True)
    assert web.stdout is not None
    photos = f"127.0.0.1:{web.stdout.readline().strip()}"
    urls = [f"http://{photos}/{quote(name)}" for name in names]
    with tempfile.TemporaryDirectory() as scratch:
        db = str(Path(scratch) / "shop.db")
        shop = open_shop(db, photos)
        app = fashion_wsgi(shop, [ShopifyWebhooks(SECRET, currency="EUR")])
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # the queue is what is measured
        server = create_server(app, host="127.0.0.1", port=0, threads=8)
        threading.Thread(target=server.run, daemon=True).start()
        place = f"127.0.0.1:{server.effective_port}"
        worker = subprocess.Popen([sys.executable, __file__, "--work", db, photos])
        try:
            bodies = [body(n + 1, url) for n, url in enumerate(urls)]
            burst(place, bodies[:20], connections)  # the worker is awake, files are warm
            wait(shop)
            start = time.monotonic()
            answers = burst(place, bodies[20:deliveries], connections)
            report(
                f"{len(answers)} deliveries, {connections} connections, answered in",
                [ms for ms, _ in answers],
                "ms",
            )
            left = shop.job_stats()
            wait(shop)
            seconds = time.monotonic() - start
            waiting = left.waiting + left.running
            print(f"{waiting} jobs were left after the last answer; all done after {seconds:.1f} s")
            times = [
                found(shop, place, bodies[deliveries + n], str(deliveries + n + 1)) for n in range(singles)
            ]
            report(f"{singles} single deliveries, from POST to searchable", times, "s")
        finally:
            worker.terminate()
            worker.wait(30)
            web.terminate()
            server.close()
            shop.close()
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def found(shop: FashionPlugin, place: str, delivery: str, key: str) -> float:
    """Seconds from posting one product until it has an embedding to be found by."""
    start = time.monotonic()
    burst_one(place, delivery)
    while not shop.store.vectors(key):
        time.sleep(0.01)
    return time.monotonic() - start


def burst_one(place: str, delivery: str) -> None:
    """Post one delivery."""
    data = delivery.encode()
    signature = base64.b64encode(hmac.new(SECRET.encode(), data, sha256).digest()).decode()
    connection = HTTPConnection(place, timeout=60)
    headers = {"X-Shopify-Topic": "products/create", "X-Shopify-Hmac-Sha256": signature}
    connection.request("POST", "/webhooks/shopify", data, headers)
    connection.getresponse().read()
    connection.close()


def wait(shop: FashionPlugin) -> None:
    """Wait until no job is left."""
    while shop.jobs(limit=1):
        time.sleep(0.05)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", nargs="?", type=Path)
    parser.add_argument("--deliveries", type=int, default=1000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--singles", type=int, default=50)
    parser.add_argument("--post", help=argparse.SUPPRESS)
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--photos", dest="served", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.post:
        post(arguments.post, arguments.connections)
    elif arguments.served:
        serve(arguments.served)
    elif arguments.work:
        open_shop(*arguments.work).work(until_idle=False, nice=19)  # as the worker command does
    elif arguments.photos:
        measure(arguments.photos, arguments.deliveries, arguments.connections, arguments.singles)
    else:
        parser.error("name a folder of photos")


if __name__ == "__main__":
    main()
