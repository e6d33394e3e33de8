"""Draws pictures in several processes: each is a fresh interpreter that runs the module `worker`."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue

from PIL import Image

from fashion_demo_store.drawing import looks as outfits
from fashion_demo_store.drawing import views
from fashion_demo_store.drawing.designs import Design, choose
from fashion_demo_store.drawing.words import describe

__all__ = ["Found", "Order", "Work", "draw", "look_path", "photo_path", "view_names"]

_QUALITY = 88
_FEW = 12  # products and looks under which more processes cost more than they save
_UNWORN = ("sneakers", "boots", "shoes")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be drawn, where."""

    out: Path
    seed: int
    products: int
    looks: int

    @property
    def pieces(self) -> list[int]:
        """The numbers of the products, then of the looks, looks first since they take longest."""
        return [*range(self.products, self.products + self.looks), *range(self.products)]


Seen = tuple[str, str, tuple[float, float, float, float]]


@dataclass(frozen=True, slots=True)
class Found:
    """One piece of work done; for a look its number and its garments (product id, label, box)."""

    number: int
    look: int | None = None
    garments: tuple[Seen, ...] = ()


class Work:
    """Everything of an order being drawn: in processes that begin at once, where there are cores for them.

    Iterating gives each piece as it gets done, once.
    """

    def __init__(self, order: Order) -> None:
        self._order = order
        workers = min(_cores(), 8)
        many = workers > 1 and len(order.pieces) > _FEW and bool(sys.executable)
        self._running = self._started(workers) if many else []
        self._answers: SimpleQueue[Found | None] = SimpleQueue()
        for process in self._running:
            threading.Thread(target=_read, args=(process, self._answers), daemon=True).start()

    def _started(self, workers: int) -> list["subprocess.Popen[str]"]:
        settings = json.dumps({**asdict(self._order), "out": str(self._order.out)})
        command = [sys.executable, "-m", "fashion_demo_store.drawing.worker", settings]
        return [
            subprocess.Popen([*command, str(i), str(workers)], stdout=subprocess.PIPE, text=True)  # noqa: S603
            for i in range(workers)
        ]

    def __iter__(self) -> Iterator[Found]:
        left = set(self._order.pieces)
        for found in self._found():
            left.discard(found.number)
            yield found
        # All of it where there is one core; else what a process that died has left.
        for number in self._order.pieces:
            if number in left:
                yield draw(self._order, number)

    def _found(self) -> Iterator[Found]:
        open_ends = len(self._running)
        while open_ends:
            answer = self._answers.get()
            if answer is None:
                open_ends -= 1
            else:
                yield answer

    def stop(self) -> None:
        """End the processes, whatever is left to be drawn."""
        for process in self._running:
            process.kill()
            process.wait()


def _cores() -> int:
    """How many cores this process may use, which may be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read(process: "subprocess.Popen[str]", answers: "SimpleQueue[Found | None]") -> None:
    try:
        with process.stdout or open(os.devnull) as lines:  # noqa: PTH123
            for line in lines:
                number, look, garments = json.loads(line)
                answers.put(Found(number, look, tuple((i, label, tuple(box)) for i, label, box in garments)))
    except ValueError:
        pass  # a line cut off: the process was killed while it wrote, and what it has left is drawn here
    finally:
        answers.put(None)


def draw(order: Order, number: int) -> Found:
    """Draw one piece of work: a product's views, or a look."""
    designs = choose(order.products, order.seed)
    if number < order.products:
        design = designs[number]
        product_id = describe(design, order.seed).id
        for name in view_names(design):
            _save(views.VIEWS[name](design), photo_path(order.out, product_id, name))
        return Found(number)
    look = number - order.products
    outfit = outfits.compose(designs, order.looks, order.seed)[look]
    image, seen = outfits.draw(outfit, order.seed)
    _save(image, look_path(order.out, look))
    garments = tuple((describe(s.garment, order.seed).id, s.garment.kind.label, s.box) for s in seen)
    return Found(number, look, garments)


def _save(image: Image.Image, path: Path) -> None:
    image.save(path, quality=_QUALITY, subsampling=0)


def view_names(design: Design) -> tuple[str, ...]:
    """Which views a product has: every one is shown on white and close up, most are worn too."""
    worn = design.kind.name not in _UNWORN and design.number % 4 != 3
    return ("front", "detail", "worn") if worn else ("front", "detail")


def photo_path(out: Path, id: str, view: str) -> Path:
    """Where a product's photo is written."""
    return out / "photos" / f"{id.lower()}-{view}.jpg"


def look_path(out: Path, number: int) -> Path:
    """Where a look's photo is written."""
    return out / "looks" / f"look-{number + 1:02d}.jpg"
