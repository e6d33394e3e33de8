"""The README's commands of its section on encoders run as written, on a handful of photos."""

import hashlib
import re
import shlex
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType

import pytest
from click.testing import CliRunner

keras = pytest.importorskip("keras")
from fashion_plugin import FashionPlugin, Product  # noqa: E402
from fashion_plugin.cli import cli  # noqa: E402
from fashion_plugin.encoders.published import Published  # noqa: E402
from fashion_plugin.training import backbones  # noqa: E402
from fashion_plugin.training.manifest import Manifest, write_manifest  # noqa: E402
from fashion_plugin.training.run import read_run  # noqa: E402

pytestmark = [
    pytest.mark.train,
    pytest.mark.timeout(900),
    # The converter of TensorFlow 2.21 uses parts of Python and of itself that are on their way out.
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning"),
]

SECTION = Path(__file__).parents[3].joinpath("README.md").read_text("utf-8").split("\n## Encoders\n")[1]
COMMANDS = [
    line.partition("  #")[0].strip()
    for block in re.findall(r"```sh\n(.*?)```", SECTION.split("\n## ")[0], re.DOTALL)
    for line in block.splitlines()
    if line.startswith("fashion-plugin ")
]


@pytest.fixture
def imagenet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that the weights come from: random ones, which is what differs from a user's machine."""
    folder = tmp_path / "server"
    folder.mkdir()
    keras.utils.set_random_seed(0)
    file = folder / "mobilenet_v2.weights.h5"
    keras.applications.MobileNetV2(weights=None, include_top=False).save_weights(file)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    monkeypatch.setattr(SimpleHTTPRequestHandler, "log_message", lambda *_: None)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        published = Published(
            f"http://127.0.0.1:{server.server_port}/{file.name}",
            hashlib.sha256(file.read_bytes()).hexdigest(),
        )
        known = MappingProxyType({("MobileNetV2", False): published})
        monkeypatch.setattr(backbones, "PUBLISHED", known)
        yield
        server.shutdown()
        thread.join()


@pytest.mark.usefixtures("imagenet")
def test_commands_of_the_readme_train_judge_and_export_an_encoder(
    catalogue: Callable[..., Manifest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = catalogue(views=1)
    write_manifest(manifest.items, tmp_path / "photos.csv")
    monkeypatch.chdir(tmp_path)
    images: dict[str, list[str]] = {}
    for item in manifest.items:
        images.setdefault(item.product_id, []).append(item.image)
    with FashionPlugin.open("shop.db") as shop:
        shop.index(Product(id=name, images=own, category=name.split("-")[0]) for name, own in images.items())
    assert {shlex.split(line)[1] for line in COMMANDS} == {"triplets", "train", "evaluate", "export"}
    for line in COMMANDS:
        result = CliRunner().invoke(cli, shlex.split(line)[1:], catch_exceptions=False)
        assert result.exit_code == 0, (line, result.output)
    assert read_run(tmp_path / "run")["status"] == "finished"
    assert (tmp_path / "triplets.png").stat().st_size > 10_000
    assert (tmp_path / "report.html").stat().st_size > 10_000
    with FashionPlugin.open(tmp_path / "own.db", encoder=tmp_path / "encoder.tflite") as shop:
        assert shop.index(Product(id=name, images=own) for name, own in images.items()).added == 12
        assert shop.stats().dim == 256
        assert shop.search(manifest.items[3].image, limit=1)[0].score == pytest.approx(1.0, abs=1e-3)
