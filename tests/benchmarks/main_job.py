"""Index photos and search them, and print what it took: the figures of the README's performance table.

    python tests/benchmarks/main_job.py photos.csv --queries shoppers_photos/

SOURCE is a folder of photos, a CSV or a JSONL file; the queries are a folder of photos (the source's own
photos if left out). The database is made in a temporary folder. With --whole, photos are taken whole: no
garment is looked for in them. CPU times hold on a busy machine too.
"""

import argparse
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fashion_plugin import FashionPlugin, Filters
from fashion_plugin.catalog import LocalImage, Product
from fashion_plugin.sources import read_source

_INDEX = """
import sys
from fashion_plugin import FashionPlugin
from fashion_plugin.sources import read_source
import time
parser = False if sys.argv[3:] else None
with FashionPlugin.open(sys.argv[1], parser=parser) as shop:
    report = shop.index(read_source(sys.argv[2]))
    print(report.encoded, report.seconds, report.failed, time.process_time())
"""
_FIRST = """
import sys
from fashion_plugin import FashionPlugin
with FashionPlugin.open(sys.argv[1]) as shop:
    shop.search(sys.argv[2])
"""


def main() -> None:
    """Run everything once and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path)
    parser.add_argument("--queries", type=Path)
    parser.add_argument("--searches", type=int, default=200)
    parser.add_argument("--whole", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "bench.db"
        rows = _index(arguments.source, database, arguments.whole)
        queries = _queries(arguments.queries or arguments.source, arguments.searches)
        rows += _search(database, queries, arguments.whole)
        rows += _start(database, queries[0])
        files = {path.name: path.stat().st_size / 1e6 for path in sorted(Path(folder).iterdir())}
        rows += [(f"size of {name}", f"{size:.1f} MB") for name, size in files.items()]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"{platform.machine()}, {cores} cores, Python {platform.python_version()}; {' '.join(sys.argv)}")
    for what, figure in rows:
        print(f"| {what} | {figure} |")


def _index(source: Path, database: Path, whole: bool) -> list[tuple[str, str]]:
    """Index in a process of its own, whose peak memory the system reports."""
    command = [sys.executable, "-c", _INDEX, str(database), str(source), *(["whole"] if whole else [])]
    encoded, seconds, failed, cpu = _output(command)
    rows = [
        ("photos encoded", encoded),
        ("photos that failed", failed),
        ("photos per second, file to searchable", f"{int(encoded) / float(seconds):.0f}"),
        ("CPU for a photo, the process's start included", f"{1e3 * float(cpu) / int(encoded):.1f} ms"),
    ]
    if sys.platform != "win32":
        import resource

        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        rows.append(
            ("peak memory of indexing", f"{peak / (1e6 if sys.platform == 'darwin' else 1e3):.0f} MB")
        )
    encoded, seconds, *_ = _output(command)
    rows.append(("the same again, nothing changed", f"{float(seconds):.1f} s, {encoded} encoded"))
    return rows


def _output(command: list[str]) -> list[str]:
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.split()


def _queries(source: Path, count: int) -> list[Path]:
    photos = [
        image.path
        for product in read_source(source)
        if isinstance(product, Product)
        for image in product.images[:1]
        if isinstance(image, LocalImage)
    ]
    return random.Random(7).choices(photos, k=count)


def _search(database: Path, queries: list[Path], without: bool) -> list[tuple[str, str]]:
    with FashionPlugin.open(database, parser=False if without else None) as shop:
        for query in queries[:10]:
            shop.search(query)
        whole, cpu, vectors, near, filtered = [], [], [], [], []
        category = shop.search(queries[0])[0].product.category
        for query in queries:
            start, used = time.perf_counter(), time.process_time()
            shop.search(query, limit=12)
            whole.append(time.perf_counter() - start)
            cpu.append(time.process_time() - used)
            (vector,) = shop.encode([query])
            vectors.append(vector)
            start = time.perf_counter()
            shop.store.nearest(vector, limit=12)
            near.append(time.perf_counter() - start)
            start = time.perf_counter()
            shop.store.nearest(vector, limit=12, filters=Filters(category=category))
            filtered.append(time.perf_counter() - start)
    return [
        ("search, photo file to 12 products", _times(whole)),
        ("of it CPU", _times(cpu)),
        ("of it the nearest neighbours", _times(near)),
        (f"nearest neighbours within the category {category!r}", _times(filtered)),
    ]


def _start(database: Path, query: Path) -> list[tuple[str, str]]:
    first = _process([sys.executable, "-c", _FIRST, str(database), str(query)])
    plain = _process([sys.executable, "-c", "import numpy"])
    ours = _process([sys.executable, "-c", "import fashion_plugin"])
    return [
        ("process start to first answer", f"{first:.2f} s"),
        ("import fashion_plugin / import numpy", f"{ours / plain:.2f}"),
    ]


def _process(command: list[str]) -> float:
    """The median wall time of five runs, in seconds."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _times(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    return (
        f"p50 {1e3 * statistics.median(ordered):.1f} ms, p95 {1e3 * ordered[int(0.95 * len(ordered))]:.1f} ms"
    )


if __name__ == "__main__":
    main()
