"""Nearest neighbours: ours through the public API beside what a user would pick instead, in turns.

    python tests/benchmarks/neighbours.py --sizes 10000 100000 [--vectors REAL.npy [--outside OTHER.npy]]

Without ``--vectors`` the data is clustered (`catalogues.clustered`), and every second question is of a kind
that the catalogue does not have. With them it is those rows again and again with noise, and the questions are
rows that were kept out and, every second one, rows of ``--outside``: embeddings of shoppers' photos, say.
Recall is told for both apart. ``--folder`` keeps the databases for another run; ``--graphs-up-to`` leaves
graphs (HNSW) out of bigger sizes, which take them minutes to hours. What is compared: NumPy's exact product,
sqlite-vec, and where they are installed faiss-cpu, usearch and hnswlib.
"""

import argparse
import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))
from catalogues import RARE, clustered, fill, repeated
from measuring import Timed, in_turns, machine, milliseconds, ratio, resident, table
from peers import PEERS

from fashion_plugin import Filters
from fashion_plugin.catalog import Product
from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.base import ImageRecord, ProductRecord

_K = 10
_FIRST = """
import sys, time
import numpy as np
start = time.perf_counter()
from fashion_plugin.store import SQLiteStore
with SQLiteStore.open(sys.argv[1], keep_photos=False) as store:
    store.nearest(np.load(sys.argv[2]), limit=10)
    first = time.perf_counter() - start
    while store.stats().index.building:
        time.sleep(0.005)
    begin = time.perf_counter()
    store.nearest(np.load(sys.argv[2]), limit=10)
    now = time.perf_counter()
    print(first, now - start, now - begin, store.stats().index.kind)
"""


def main() -> None:
    """Run every size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--dim", type=int, default=512)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--outside", type=Path)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--slow-queries", type=int, default=20, help="of those that take long: sqlite-vec")
    parser.add_argument("--graphs-up-to", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        for size in arguments.sizes:
            _run(size, folder, arguments)


def _run(size: int, folder: Path, arguments: argparse.Namespace) -> None:
    rows, queries, what = _data(size, arguments)
    print(f"\n### {size:,} x {rows.shape[1]} float32, {what}\n\n{machine()}", flush=True)
    database = folder / f"{size}-{rows.shape[1]}-{what.split()[0]}.db"
    if not database.exists():
        fill(database, rows)
    truth = _truth(rows, queries)
    ours, facts = _open(database, queries[0])
    graphs = size <= arguments.graphs_up_to
    contenders: dict[str, Callable[[Any], Any]] = {"NumPy, exact product": _numpy(rows), "ours": ours["all"]}
    built: dict[str, str] = {"ours": facts}
    for name, make in PEERS.items():
        if graphs or not make.graph:
            peer = make(rows)
            if peer is not None:
                contenders[name], built[name] = peer.search, peer.facts
    contenders |= {f"ours, {name}": search for name, search in ours.items() if name != "all"}
    found = in_turns(contenders, list(queries))
    slow = in_turns({"sqlite-vec": _sqlite(database)}, list(queries[: arguments.slow_queries]))
    _print(found | slow, truth, built)
    _writes(database, rows[0])
    _starts(database, queries[0])
    del contenders, found
    gc.collect()


def _data(size: int, arguments: argparse.Namespace) -> tuple[NDArray[np.float32], NDArray[np.float32], str]:
    half, dim = -(-arguments.queries // 2), arguments.dim
    if arguments.vectors is None:
        rows = clustered(size, dim)
        own, outside = (clustered(half, dim, 2 + family, like=size, family=family) for family in (0, 1))
        return rows, _between(own, outside), "clustered rows"
    real, other = (
        _shuffled(np.load(path)) for path in (arguments.vectors, arguments.outside or arguments.vectors)
    )
    rows = repeated(real[half:], size)
    return rows, _between(real[:half], other[:half]), "real embeddings repeated with noise of length .3"


def _shuffled(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return rows.astype(np.float32)[np.random.default_rng(0).permutation(len(rows))]


def _between(own: NDArray[np.float32], outside: NDArray[np.float32]) -> NDArray[np.float32]:
    """Questions like the catalogue's rows and questions from outside, one after the other."""
    count = min(len(own), len(outside))
    return np.stack((own[:count], outside[:count]), axis=1).reshape(2 * count, -1)


def _truth(rows: NDArray[np.float32], queries: NDArray[np.float32]) -> list[set[int]]:
    scores = np.concatenate(
        [queries @ rows[at : at + 50_000].T for at in range(0, len(rows), 50_000)], axis=1
    )
    return [set(row.tolist()) for row in np.argpartition(-scores, _K, axis=1)[:, :_K]]


def _numpy(rows: NDArray[np.float32]) -> Callable[[NDArray[np.float32]], list[int]]:
    def search(query: NDArray[np.float32]) -> list[int]:
        scores = rows @ query
        best = np.argpartition(scores, len(scores) - _K)[-_K:]
        return [int(row) for row in best[np.argsort(-scores[best])]]

    return search


def _open(database: Path, query: NDArray[np.float32]) -> tuple[dict[str, Callable[[Any], list[int]]], str]:
    """Our searches, once the index stands, and what it took."""
    before, start = resident(), time.perf_counter()
    store = SQLiteStore.open(database, keep_photos=False, index="memory")
    assert store.index is not None
    store.index.settle(3600)
    seconds, index = time.perf_counter() - start, store.stats().index
    files = sum(file.stat().st_size for file in database.parent.glob(f"{database.name}-index-*"))
    facts = (
        f"ready in {seconds:.1f} s, {resident() - before:.0f} MB of memory, {files / 1e6:.0f} MB on disk; "
        f"{index.kind}"
        + (f" {index.lists}, {index.probes} read, {index.recall:.3f} measured" if index.lists else "")
    )

    def asked(filters: Filters | None) -> Callable[[Any], list[int]]:
        store.nearest(query, limit=_K, filters=filters)
        return lambda vector: [
            int(hit.product.id) for hit in store.nearest(vector, limit=_K, filters=filters)
        ]

    searches = {
        "all": asked(None),
        "1 % of the products": asked(Filters(tags=RARE)),
        "in stock (half)": asked(Filters(in_stock=True)),
        "one of 40 categories": asked(Filters(category="kind 7")),
    }
    return searches, facts


def _sqlite(database: Path) -> Callable[[Any], list[int]]:
    store = SQLiteStore.open(database, keep_photos=False, index="sqlite")
    connection = store._pool._connect()
    sql = "SELECT rowid FROM vectors_1 WHERE vector MATCH ? AND k = ? ORDER BY distance"
    return lambda query: [row[0] - 1 for row in connection.execute(sql, (query.tobytes(), _K))]


def _print(found: dict[str, Timed], truth: list[set[int]], built: dict[str, str]) -> None:
    exact = found["NumPy, exact product"]
    rows = []
    for name, timed in found.items():
        filtered = name.startswith("ours, ")
        hits = [len(set(a) & t) / _K for a, t in zip(timed.answers, truth, strict=False)]
        rows.append(
            (
                name,
                milliseconds(timed.busy),
                milliseconds(timed.seconds),
                ratio(timed.busy, exact.busy[: len(timed.busy)]),
                "" if filtered else f"{np.mean(hits[::2]):.3f}, {np.mean(hits[1::2]):.3f}",
                built.get(name, ""),
            )
        )
    head = ("", "ms of processor: p50 (middle half), p95", "ms by the clock", "NumPy's processor time / its")
    table((*head, f"recall@{_K}: like the catalogue, from outside", "built"), rows)


def _writes(database: Path, row: NDArray[np.float32]) -> None:
    """One product put, searched for, and removed, thirty times."""
    with SQLiteStore.open(database, keep_photos=False, index="memory") as store:
        assert store.index is not None
        store.index.settle(600)
        space = store.generation()
        assert space is not None
        store.open_generation(space)
        times: dict[str, list[float]] = {"insert": [], "search after it": [], "delete": [], "search then": []}
        busy: dict[str, list[float]] = {name: [] for name in times}
        for turn in range(30):
            vector = row + np.random.default_rng(turn).normal(size=len(row)) / len(row)
            vector = (vector / np.linalg.norm(vector)).astype(np.float32)
            product = Product(f"new {turn}", images=[f"https://shop.example/new{turn}.jpg"])
            record = ProductRecord(
                product, (ImageRecord(product.images[0], f"f{turn:063x}", {"whole": vector}),)
            )
            steps: list[tuple[str, Callable[[], Any]]] = [
                ("insert", lambda record=record: store.put([record])),  # type: ignore[misc]
                ("search after it", lambda vector=vector: store.nearest(vector, limit=_K)),  # type: ignore[misc]
                ("delete", lambda product=product: store.remove([product.id])),  # type: ignore[misc]
                ("search then", lambda vector=vector: store.nearest(vector, limit=_K)),  # type: ignore[misc]
            ]
            for name, step in steps:
                start, before = time.perf_counter(), time.thread_time()
                answer = step()
                busy[name].append(time.thread_time() - before)
                times[name].append(time.perf_counter() - start)
                if name == "search after it":
                    assert answer[0].product.id == product.id
        table(
            (
                "one product",
                "ms of processor: p50 (middle half), p95",
                "ms by the clock, with the disk",
            ),
            [(name, milliseconds(busy[name]), milliseconds(seconds)) for name, seconds in times.items()],
        )


def _starts(database: Path, query: NDArray[np.float32]) -> None:
    """Three processes that open the database and ask."""
    file = database.with_suffix(".query.npy")
    np.save(file, query)
    found = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", _FIRST, str(database), str(file)],
            check=True,
            capture_output=True,
            text=True,
        )
        found.append(done.stdout.split())
    first, ready, then = (sorted(float(row[at]) for row in found)[1] for at in range(3))
    print(
        f"\nA new process: first answer after {first:.2f} s (imports and opening included), "
        f"index ready after {ready:.2f} s ({found[0][3]}), its first answer then {then * 1e3:.1f} ms",
        flush=True,
    )


if __name__ == "__main__":
    main()
