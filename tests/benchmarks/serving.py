"""Measure the API under load on loopback: times, requests per second, stages, and memory as time goes on.

    python tests/benchmarks/serving.py [--source photos.csv] [--queries looks/] [--seconds 30]

The catalogue is SOURCE (a folder, CSV or JSONL), or as many drawn pictures as --products says; the
questions are the photos of a folder, or drawn, made as large as the widget sends them (1024 pixels, JPEG).
The server is `fashion-plugin serve` in a process of its own, with the encoder and the parser that the
package ships.
"""

import argparse
import io
import json
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image, ImageDraw, ImageFilter

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.sources import read_source

KEY = "benchmark"
BOUNDARY = "cut-here"
STAGES = ("decode", "parse", "encode", "search")
WHOLE = {"box": "[0,0,1,1]"}
GARMENTS = {"garments": "true"}


@dataclass
class Load:
    """What one scenario came to."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0
    wall: float = 0.0
    stages: dict[str, str] = field(default_factory=dict)
    memory: list[float] = field(default_factory=list)


def main() -> None:
    """Fill a catalogue, serve it, and ask from one client and from several."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--source", type=Path)
    parser.add_argument("--queries", type=Path)
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--db", type=Path, help="keep the catalogue here, and use it again")
    arguments = parser.parse_args()
    photos = questions(arguments.queries)
    with tempfile.TemporaryDirectory() as folder:
        db = arguments.db or Path(folder) / "bench.db"
        count = fill(db, arguments.source, arguments.products, Path(folder))
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        print(
            f"{platform.machine()}, {cores} cores, Python {platform.python_version()}; {' '.join(sys.argv)}"
        )
        size = statistics.mean(map(len, photos)) / 1000
        print(f"{count} products; {len(photos)} photos, {size:.0f} kB each", flush=True)
        with serving(db) as (address, pid):
            for form in (WHOLE, GARMENTS):  # what is loaded with the first photo
                ask(HTTPConnection(address, timeout=60), photos[0], form)
            rows = []
            for name, form in (("whole photo", WHOLE), ("with the garment parser", GARMENTS)):
                for clients in (1, arguments.clients):
                    load = measure(address, pid, photos, form, clients, arguments.seconds)
                    rows.append(row(f"{name}, {clients} client{'s' * (clients > 1)}", load))
            head = ("photo searches", "p50 ms", "p95 ms", "per second", "failed", *STAGES, "memory MB")
            for cells in (head, ("---",) * len(head), *rows):
                print(f"| {' | '.join(cells)} |")


def fill(db: Path, source: Path | None, most: int, folder: Path) -> int:
    """Index a source, or drawn pictures; returns how many products there are."""
    with FashionPlugin.open(db) as shop:
        if shop.stats().products < most:
            products = read_source(source) if source else drawn(most, folder)
            shop.index(islice(products, most))
        return shop.stats().searchable


def drawn(count: int, folder: Path) -> Iterator[Product]:
    """Products that are a patch of colour with stripes, of ten categories."""
    kinds = ("Dresses", "Coats", "Shirts", "Skirts", "Trousers", "Shoes", "Bags", "Hats", "Knitwear", "Tops")
    for number in range(count):
        path = folder / f"{number}.jpg"
        picture(number, (224, 224)).save(path, quality=85)
        kind = kinds[number % len(kinds)]
        yield Product(str(number), f"{kind} {number}", images=path, price="49 EUR", category=kind)


def questions(folder: Path | None) -> list[bytes]:
    """Photos as the widget sends them: JPEG, the long side 1024 pixels."""
    found = sorted(path for path in folder.iterdir() if path.suffix in (".jpg", ".png")) if folder else []
    made = []
    for image in [Image.open(path) for path in found[:40]] or [
        picture(-n, (900, 1200)) for n in range(1, 20)
    ]:
        scale = 1024 / max(image.size)
        size = (round(image.width * scale), round(image.height * scale))
        file = io.BytesIO()
        image.convert("RGB").resize(size).save(file, "JPEG", quality=88)
        made.append(file.getvalue())
    return made


def picture(seed: int, size: tuple[int, int]) -> Image.Image:
    """A garment-like patch with stripes before a blurred ground."""
    random_ = random.Random(seed)
    colour, other, ground = (tuple(random_.randrange(256) for _ in range(3)) for _ in range(3))
    image = Image.effect_noise(size, 60).convert("RGB").filter(ImageFilter.GaussianBlur(2))
    image = Image.blend(image, Image.new("RGB", size, ground), 0.6)
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.rectangle((width * 0.25, height * 0.2, width * 0.75, height * 0.8), fill=colour)
    for line in range(random_.randrange(2, 12)):
        top = height * (0.25 + 0.05 * line)
        draw.rectangle((width * 0.25, top, width * 0.75, top + height * 0.02), fill=other)
    return image


@contextmanager
def serving(db: Path) -> Iterator[tuple[str, int]]:
    """`fashion-plugin serve`, its address and its process."""
    command = [sys.executable, "-c", "from fashion_plugin.cli import main; main()", "serve", "--db", str(db)]
    command += ["--port", "0", "--api-key", KEY, "--no-access-log"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout
            yield urlsplit(process.stdout.readline().split(" at ")[1].strip()).netloc, process.pid
        finally:
            process.terminate()


def ask(connection: HTTPConnection, photo: bytes, form: dict[str, str]) -> bool:
    """Search for a photo; whether it was answered."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in form.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + photo + f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    connection.request("POST", "/fashion/search", body, headers)
    response = connection.getresponse()
    return response.status == 200 and bool(json.loads(response.read())["matches"])


def measure(
    address: str, pid: int, photos: list[bytes], form: dict[str, str], clients: int, seconds: float
) -> Load:
    """Ask from so many clients at once, each its next question as soon as the last is answered."""
    load, lock = Load(), threading.Lock()
    before, start = stages(address), time.perf_counter()
    until = start + seconds

    def client(number: int) -> None:
        connection = HTTPConnection(address, timeout=60)
        order = random.Random(number)
        while (begun := time.perf_counter()) < until:
            answered = ask(connection, order.choice(photos), form)
            with lock:
                load.seconds.append(time.perf_counter() - begun)
                load.failed += not answered
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for at in range(5):
        time.sleep(max(0.0, start + seconds * (at + 0.5) / 5 - time.perf_counter()))
        load.memory.append(memory(pid))
    for thread in threads:
        thread.join()
    load.wall = time.perf_counter() - start
    after = stages(address)
    for name in STAGES:
        total, count = (after[name][at] - before[name][at] for at in (0, 1))
        load.stages[name] = f"{1000 * total / count:.1f}" if count else "-"
    return load


def stages(address: str) -> dict[str, tuple[float, float]]:
    """The seconds of each stage so far, and how often there was one."""
    connection = HTTPConnection(address, timeout=60)
    connection.request("GET", "/fashion/metrics", headers={"Authorization": f"Bearer {KEY}"})
    text = connection.getresponse().read().decode()
    connection.close()

    def value(what: str, name: str) -> float:
        found = re.search(rf'^fashion_stage_seconds_{what}{{stage="{name}"}} (\S+)$', text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    return {name: (value("sum", name), value("count", name)) for name in STAGES}


def memory(pid: int) -> float:
    """Megabytes that the server holds, 0 where the system does not tell."""
    path = Path(f"/proc/{pid}/status")
    text = path.read_text(encoding="ascii") if path.exists() else ""
    found = re.search(r"^VmRSS:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) / 1000 if found else 0.0


def row(name: str, load: Load) -> list[str]:
    """A line of the table; a stage's time is its mean."""
    ordered = sorted(1000 * one for one in load.seconds)
    return [
        name,
        f"{statistics.median(ordered):.0f}",
        f"{ordered[int(0.95 * len(ordered))]:.0f}",
        f"{len(ordered) / load.wall:.1f}",
        str(load.failed),
        *(load.stages[stage] for stage in STAGES),
        " ".join(f"{one:.0f}" for one in load.memory),
    ]


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main()
