import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

AFTER_TENSORFLOW = """
import tensorflow
from fashion_plugin import FashionPlugin, Product
from fashion_plugin.testing import FakeEncoder
with FashionPlugin.open(":memory:", encoder=FakeEncoder()) as shop:
    shop.index([Product(id="coat", title="Red coat", images=("coat.png",))])
    print([match.product.id for match in shop.search(text="coat")])
"""


@pytest.mark.train
def test_a_shop_opens_in_a_process_that_has_loaded_tensorflow_and_its_own_sqlite(tmp_path: Path) -> None:
    Image.new("RGB", (40, 60), "crimson").save(tmp_path / "coat.png")
    command = [sys.executable, "-c", AFTER_TENSORFLOW]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("['coat']"), done.stderr
