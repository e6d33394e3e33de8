"""Many threads, several processes, forks and kills: nothing is lost, nothing is half there."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from fashion_plugin.catalog import Filters
from fashion_plugin.errors import StoreError
from fashion_plugin.store import SQLiteStore

# A program that puts products until it is killed or done: it says each batch that `put` came back from.
_WRITER = """
import sys
import numpy as np
from hashlib import sha256
from fashion_plugin.catalog import Product, Variant
from fashion_plugin.store import SQLiteStore
from fashion_plugin.store.base import GenerationInfo, ImageRecord, ProductRecord

path, name, batches, removing = sys.argv[1], sys.argv[2], int(sys.argv[3]), len(sys.argv) > 4
store = SQLiteStore.open(path)
store.open_generation(GenerationInfo("fake", "f" * 64, 8))
for batch in range(batches):
    records = []
    for number in range(batch * 8, batch * 8 + 8):
        photo = f"{name if number % 2 else 'shared'}/{number}"
        drawn = np.random.default_rng(number).normal(size=8)
        vector = (drawn / np.linalg.norm(drawn)).astype(np.float32)
        product = Product(
            f"{name}-{number}",
            images=["1.jpg", "2.jpg"],
            tags=["a", "b"],
            variants=[Variant("v", images=["2.jpg"])],
        )
        records.append(ProductRecord(product, tuple(
            ImageRecord(ref, sha256(photo.encode()).hexdigest(), {"whole": vector}) for ref in product.images
        )))
    store.put(records)
    print(batch, flush=True)
    if removing and batch % 3 == 2:
        store.remove([record.product.id for record in records])
store.close()
"""


def start_writer(path: Path, name: str, batches: int, *more: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", _WRITER, str(path), name, str(batches), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_readers_never_see_half_a_product_while_others_write(tmp_path: Path, shop: Any) -> None:
    red, blue = {"title": "red", "tags": ["red"], "colour": "red"}, {"title": "blue", "colour": "blue"}
    with SQLiteStore.open(tmp_path / "shop.db") as store:
        store.open_generation(shop.space)
        store.put([shop.record(f"{n}", f"{n}", "shared", **red) for n in range(20)])
        done = threading.Event()

        def read() -> int:
            rounds = 0
            while not done.is_set():
                for hit in store.nearest(shop.vector("3/whole"), limit=20, filters=Filters(exclude="nobody")):
                    product = hit.product
                    assert product.title == product.colour
                    assert product.tags == (("red",) if product.title == "red" else ())
                for hit in store.nearest(shop.vector("3/whole"), limit=20, filters=Filters(colour="red")):
                    assert hit.product.title == "red"
                assert store.count() == 20
                rounds += 1
            return rounds

        with ThreadPoolExecutor(12) as threads:
            readers = [threads.submit(read) for _ in range(10)]
            try:
                for turn in range(12):
                    fields = blue if turn % 2 == 0 else red
                    store.put(
                        [shop.record(f"{n}", f"{n}", "shared", encoded=False, **fields) for n in range(20)]
                    )
            finally:
                done.set()
            assert all(reader.result() > 0 for reader in readers)
        assert not store.verify()


def test_two_processes_write_one_database(tmp_path: Path, shop: Any) -> None:
    path = tmp_path / "shop.db"
    writers = [start_writer(path, name, 12) for name in ("left", "right")]
    for writer in writers:
        output, _ = writer.communicate()
        assert (writer.returncode, output.split()) == (0, [str(batch) for batch in range(12)])
    with SQLiteStore.open(path) as store:
        assert store.stats().products == 2 * 12 * 8
        assert store.stats().embeddings == 96 // 2 + 96
        assert not store.verify()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="platform: no SIGKILL here")
def test_writer_killed_again_and_again_leaves_whole_products(tmp_path: Path, shop: Any) -> None:
    path = tmp_path / "shop.db"
    for attempt in range(6):
        writer = start_writer(path, "one", 10_000, "removing")
        assert writer.stdout is not None
        said = [writer.stdout.readline()]
        time.sleep(0.03 * attempt)
        writer.kill()
        said += writer.stdout.readlines()
        writer.wait()
        writer.stdout.close()
        with SQLiteStore.open(path) as store:
            assert not store.verify()
            batches = len([line for line in said if line.strip()])
            promised = {f"one-{n}" for b in range(batches) if b % 3 != 2 for n in range(b * 8, b * 8 + 8)}
            products = store.products(limit=100_000).products
            assert promised <= {product.id for product in products}
            for product in products:
                assert (product.tags, len(product.images), len(product.variants)) == (("a", "b"), 2, 1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="platform: no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_store_goes_on_in_a_forked_child(tmp_path: Path, shop: Any) -> None:
    with SQLiteStore.open(tmp_path / "shop.db") as store:
        store.open_generation(shop.space)
        store.put([shop.record("a", "x")])
        with store._pool.write():  # a lock that another thread would hold at that moment
            child = os.fork()
            if child == 0:
                found = shop.ids(store, "x")
                os._exit(0 if found == ["a"] else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        child = os.fork()
        if child == 0:
            added = store.put([shop.record("b", "y")]).added
            os._exit(0 if added == ("b",) else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert shop.ids(store, "y") == ["b", "a"]
        assert not store.verify()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="platform: no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_store_in_memory_is_closed_in_a_forked_child() -> None:
    with SQLiteStore.open(":memory:") as store:
        child = os.fork()
        if child == 0:
            try:
                store.stats()
            except StoreError:
                os._exit(0)
            os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_change_of_one_process_is_seen_by_another_at_once(tmp_path: Path, shop: Any) -> None:
    with SQLiteStore.open(tmp_path / "shop.db") as one, SQLiteStore.open(tmp_path / "shop.db") as other:
        one.open_generation(shop.space)
        one.put([shop.record("a", "x")])
        assert (other.count(), shop.ids(other, "x")) == (1, ["a"])
        other.remove(["a"])
        assert (one.count(), shop.ids(one, "x")) == (0, [])


def test_many_threads_share_few_connections(tmp_path: Path, shop: Any) -> None:
    with SQLiteStore.open(tmp_path / "shop.db") as store:
        store.open_generation(shop.space)
        store.put([shop.record("a", "x")])
        with ThreadPoolExecutor(40) as threads:
            assert all(threads.map(lambda _: shop.ids(store, "x") == ["a"], range(200)))
        assert store._pool._open <= 8


def test_closing_under_way_ends_others_with_a_clear_error(tmp_path: Path, shop: Any) -> None:
    store = SQLiteStore.open(tmp_path / "shop.db")
    store.open_generation(shop.space)
    store.put([shop.record("a", "x")])

    def read() -> str:
        try:
            while True:
                store.stats()
        except StoreError as error:
            return str(error)

    with ThreadPoolExecutor(4) as threads:
        readers = [threads.submit(read) for _ in range(4)]
        time.sleep(0.05)
        store.close()
        assert all("was closed" in reader.result() for reader in readers)
    assert not (tmp_path / "shop.db-wal").exists()
