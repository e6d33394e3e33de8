"""Killed in the middle of indexing, again and again: nothing is lost, nothing doubled."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fashion_plugin import FashionPlugin
from fashion_plugin.sources import read_source
from fashion_plugin.testing import FakeEncoder

SCRIPT = """
import sys
import time
from fashion_plugin import FashionPlugin
from fashion_plugin.sources import read_source
from fashion_plugin.testing import FakeEncoder

class Slow(FakeEncoder):
    def encode(self, images):
        time.sleep(0.002 * len(images))
        return super().encode(images)

with FashionPlugin.open(sys.argv[1], encoder=Slow()) as shop:
    shop.index(read_source(sys.argv[2]), on_progress=lambda progress: print(progress.done, flush=True))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="platform: no SIGKILL here")
def test_indexing_killed_again_and_again_ends_complete(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    random = np.random.default_rng(7)
    for number in range(600):
        pixels = random.integers(0, 256, (12, 12, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(photos / f"{number:03}.png")
    database = tmp_path / "shop.db"
    kills = 0
    for wait in (0.0, 0.05, 0.1, 0.15, 0.2):
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(database), str(photos)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()  # the first batch is committed
        time.sleep(wait)
        process.kill()
        kills += process.wait() == -signal.SIGKILL
        process.stdout.close()
    assert kills >= 3

    encoder = FakeEncoder()
    with FashionPlugin.open(database, encoder=encoder) as shop:
        before = shop.stats().products
        report = shop.index(read_source(photos))
        assert report.failed == 0
        assert before > 0
        # What was committed before a kill is not encoded again.
        assert encoder.encoded == 600 - before
        stats = shop.stats()
        assert (stats.products, stats.images, stats.embeddings) == (600, 600, 600)
        assert list(shop.store.verify()) == []
        for path in list(photos.iterdir())[:20]:
            assert shop.search(path)[0].product.id == path.stem
