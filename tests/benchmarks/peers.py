"""Other indexes of vectors, each with what it takes; those that are not installed are left out."""

import importlib.util
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from measuring import resident
from numpy.typing import NDArray

__all__ = ["PEERS", "Peer"]

_K = 10
_LINKS, _EFFORT, _DEPTH = 16, 128, 96
"""Neighbours in the graph, candidates while building, candidates while searching."""


@dataclass(frozen=True)
class Peer:
    """A search for the ten nearest, and what building it took."""

    search: Callable[[NDArray[np.float32]], list[int]]
    facts: str


@dataclass(frozen=True)
class Maker:
    """Builds a peer where its package is installed."""

    package: str
    build: Callable[[NDArray[np.float32]], Callable[[NDArray[np.float32]], Any]]
    graph: bool

    def __call__(self, rows: NDArray[np.float32]) -> Peer | None:
        if importlib.util.find_spec(self.package) is None:
            return None
        before, start = resident(), time.perf_counter()
        search = self.build(rows)
        seconds = time.perf_counter() - start
        facts = f"built in {seconds:.1f} s, {resident() - before:.0f} MB of memory"
        return Peer(lambda query: [int(row) for row in search(query)], facts)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _faiss_flat(rows: NDArray[np.float32]) -> Callable[[NDArray[np.float32]], Any]:
    import faiss

    index = faiss.IndexFlatIP(rows.shape[1])
    index.add(rows)
    return lambda query: index.search(query[None], _K)[1][0]


def _faiss_lists(rows: NDArray[np.float32]) -> Callable[[NDArray[np.float32]], Any]:
    import faiss

    count = round(2 * len(rows) ** 0.5)
    index = faiss.index_factory(rows.shape[1], f"IVF{count},Flat", faiss.METRIC_INNER_PRODUCT)
    index.train(rows[np.random.default_rng(0).choice(len(rows), min(len(rows), 48 * count), replace=False)])
    index.add(rows)
    index.nprobe = max(1, round(0.03 * count))
    return lambda query: index.search(query[None], _K)[1][0]


def _faiss_graph(rows: NDArray[np.float32]) -> Callable[[NDArray[np.float32]], Any]:
    import faiss

    index = faiss.IndexHNSWFlat(rows.shape[1], _LINKS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction, index.hnsw.efSearch = _EFFORT, _DEPTH
    index.add(rows)
    return lambda query: index.search(query[None], _K)[1][0]


def _usearch(rows: NDArray[np.float32]) -> Callable[[NDArray[np.float32]], Any]:
    from usearch.index import Index

    index = Index(
        ndim=rows.shape[1],
        metric="ip",
        dtype="f32",
        connectivity=_LINKS,
        expansion_add=_EFFORT,
        expansion_search=_DEPTH,
    )
    index.add(np.arange(len(rows)), rows, threads=_cores())
    return lambda query: index.search(query, _K).keys


def _hnswlib(rows: NDArray[np.float32]) -> Callable[[NDArray[np.float32]], Any]:
    import hnswlib

    index = hnswlib.Index("ip", rows.shape[1])
    index.init_index(len(rows), M=_LINKS, ef_construction=_EFFORT)
    index.add_items(rows, num_threads=_cores())
    index.set_ef(_DEPTH)
    return lambda query: index.knn_query(query, _K, num_threads=1)[0][0]


PEERS = {
    "faiss flat": Maker("faiss", _faiss_flat, graph=False),
    "faiss lists (IVF, 3 % read)": Maker("faiss", _faiss_lists, graph=False),
    "faiss HNSW": Maker("faiss", _faiss_graph, graph=True),
    "usearch HNSW": Maker("usearch", _usearch, graph=True),
    "hnswlib HNSW": Maker("hnswlib", _hnswlib, graph=True),
}
