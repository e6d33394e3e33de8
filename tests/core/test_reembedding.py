"""Another encoder while the shop is open: nothing is lost or mixed, whoever searches and whatever comes."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fashion_plugin import FashionPlugin, Product, ProductRemoved, ProductUpserted
from fashion_plugin.catalog import Garment
from fashion_plugin.encoders.base import l2_normalise
from fashion_plugin.errors import DatabaseFull, EncoderMismatch, GenerationError
from fashion_plugin.reembedding import Reembedding
from fashion_plugin.store.index import IndexMode
from fashion_plugin.testing import FakeEncoder

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Turned(FakeEncoder):
    """The colours of `FakeEncoder` in another order: of the same length, and wrong when mixed up."""

    def __init__(self, name: str = "turned", pause: float = 0.0) -> None:
        super().__init__(8, name)
        self.pause = pause

    def encode(self, images: "list[NDArray[np.uint8]]") -> NDArray[np.float32]:  # type: ignore[override]
        time.sleep(self.pause * len(images))
        vectors = super().encode(images)
        return l2_normalise(np.concatenate([-vectors[:, 2::-1], vectors[:, 3:]], axis=1))


def draw(folder: Path, number: int) -> Path:
    """A photo of a colour that no other number has."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{number:03}.png"
    colour = (number * 37 % 256, number * 101 % 256, number * 197 % 256)
    Image.new("RGB", (12, 12), colour).save(path)
    return path


def item(folder: Path, number: int) -> Product:
    return Product(f"p{number:03}", images=draw(folder, number))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "photos"


@pytest.fixture
def shop(tmp_path: Path, folder: Path) -> Iterator[FashionPlugin]:
    with FashionPlugin.open(tmp_path / "shop.db", encoder=FakeEncoder()) as shop:
        shop.index([item(folder, number) for number in range(40)])
        yield shop


def first(shop: FashionPlugin, folder: Path, number: int) -> str:
    (match, *_) = shop.search(folder / f"{number:03}.png", limit=3)
    return match.product.id if match.score > 0.9999 else ""


def states(shop: FashionPlugin) -> list[tuple[str, str, int]]:
    return [(one.encoder, one.state, one.missing) for one in shop.stats().generations]


def test_shop_goes_over_to_another_encoder_and_back(shop: FashionPlugin, folder: Path) -> None:
    encoder = Turned()
    change = shop.reembed(encoder)
    seen: list[int] = []
    report = change.build(on_progress=lambda progress: seen.append(progress.done))
    assert (report.done, report.total, report.encoded, report.complete) == (40, 40, 40, True)
    assert seen == sorted(seen)
    assert seen[-1] == 40
    assert states(shop) == [("fake", "live", 0), ("turned", "building", 0)]
    assert shop.encoder.name == "fake"
    assert change.build().encoded == 0
    change.switch()
    assert first(shop, folder, 3) == "p003"
    assert shop.encoder is encoder
    assert shop.similar("p003")[0].product.id != "p003"
    assert states(shop) == [("turned", "live", 0), ("fake", "retired", 0)]
    shop.reembed(FakeEncoder()).switch()
    assert first(shop, folder, 3) == "p003"
    assert shop.encoder.name == "fake"
    assert shop.store.verify() == []


def test_photos_come_from_the_kept_copies(shop: FashionPlugin, folder: Path) -> None:
    for photo in folder.iterdir():
        photo.unlink()
    report = shop.reembed(Turned()).build()
    assert (report.encoded, report.failures) == (40, ())


def test_missing_photos_are_named_and_hold_up_the_switch(tmp_path: Path, folder: Path) -> None:
    with FashionPlugin.open(tmp_path / "shop.db", encoder=FakeEncoder(), keep_photos=False) as shop:
        shop.index([item(folder, number) for number in range(4)])
        (folder / "001.png").unlink()
        Image.new("RGB", (3, 3), "white").save(folder / "002.png")
        change = shop.reembed(Turned())
        report = change.build()
        assert (report.done, report.total) == (2, 4)
        assert sorted(failure.product_id for failure in report.failures) == ["p001", "p002"]
        with pytest.raises(GenerationError, match="2 products lack"):
            change.switch()
        assert first(shop, folder, 0) == "p000"
        assert shop.encoder.name == "fake"
        change.switch(without_missing=True)
        assert [match.product.id for match in shop.search(folder / "000.png")] == ["p000", "p003"]
        shop.index([item(folder, number) for number in range(4)])
        assert first(shop, folder, 1) == "p001"
        assert shop.store.verify() == []


def test_paused_work_goes_on_where_it_was(shop: FashionPlugin, folder: Path) -> None:
    shop.index([item(folder, number) for number in range(240)])
    stop = threading.Event()
    encoder = Turned(pause=0.005)
    report = shop.reembed(encoder).build(on_progress=lambda _: stop.set(), stop=stop)
    assert report.paused
    assert 0 < report.encoded < 240
    assert report.done == report.encoded == encoder.encoded
    rest = shop.reembed(encoder).build()
    assert (rest.encoded, rest.done, rest.paused) == (240 - report.encoded, 240, False)


def test_another_command_can_pause_it(
    shop: FashionPlugin, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fashion_plugin.reembedding._BEAT_SECONDS", 0.02)
    shop.index([item(folder, number) for number in range(240)])

    def pause(_: object) -> None:
        shop.store.generations.pause()

    report = shop.reembed(Turned(pause=0.01)).build(on_progress=pause)
    assert report.paused
    assert report.done < report.total


def test_two_at_once_do_not_work_on_one_generation(shop: FashionPlugin) -> None:
    problems: list[GenerationError] = []

    def again(_: object) -> None:
        try:
            shop.reembed(Turned()).build()
        except GenerationError as error:
            problems.append(error)

    assert shop.reembed(Turned()).build(on_progress=again).encoded == 40
    assert "at work" in str(problems[0])


def test_a_rate_is_kept(shop: FashionPlugin) -> None:
    start = time.monotonic()
    shop.reembed(Turned()).build(rate=100)
    assert time.monotonic() - start > 0.3


def test_gentle_work_gives_the_same_vectors(shop: FashionPlugin, folder: Path) -> None:
    change = shop.reembed(Turned())
    assert change.build(gentle=True).encoded == 40
    change.switch()
    assert first(shop, folder, 7) == "p007"


def test_what_comes_and_goes_meanwhile_stands_in_both(shop: FashionPlugin, folder: Path) -> None:
    change = shop.reembed(Turned())
    change.build()
    shop.index([item(folder, 50), Product("p002", images=draw(folder, 52))])
    shop.submit(ProductUpserted(Product("p051", images=draw(folder, 51)), NOW), ProductRemoved("p001", NOW))
    shop.work()
    assert states(shop) == [("fake", "live", 0), ("turned", "building", 0)]
    change.switch()
    for number, name in ((50, "p050"), (51, "p051"), (52, "p002"), (1, ""), (2, "")):
        assert first(shop, folder, number) == name
    shop.index([item(folder, 53)])
    shop.remove("p003")
    assert states(shop) == [("turned", "live", 0), ("fake", "retired", 0)]
    shop.reembed(FakeEncoder()).switch()
    for number, name in ((50, "p050"), (53, "p053"), (3, ""), (4, "p004")):
        assert first(shop, folder, number) == name


def test_switch_catches_up_with_what_another_process_left_behind(
    shop: FashionPlugin, tmp_path: Path, folder: Path
) -> None:
    change = shop.reembed(Turned())
    change.build()
    with FashionPlugin.open(tmp_path / "shop.db", encoder=FakeEncoder()) as other:
        other.index([item(folder, 60)])  # it does not know the other encoder
        assert states(shop) == [("fake", "live", 0), ("turned", "building", 1)]
        change.switch()
        assert first(shop, folder, 60) == "p060"
        with pytest.raises(EncoderMismatch, match="cannot load"):
            other.search(folder / "060.png")
        with pytest.raises(EncoderMismatch, match="rollback"):
            other.index([item(folder, 61)])
        assert other.product("p060").id == "p060"
        shop.reembed(FakeEncoder()).switch()
        assert first(other, folder, 60) == "p060"


class PersonParser:
    """Sees a top and trousers in every photo."""

    fingerprint = "person"

    def parse(self, image: NDArray[np.uint8]) -> list[Garment]:
        boxes = {
            "bottom": (0.4, 0.45, 0.6, 0.85),
            "top": (0.4, 0.2, 0.6, 0.45),
            "shoes": (0.4, 0.85, 0.6, 0.95),
        }
        return [Garment(label, box, 0.9) for label, box in boxes.items()]


def test_garments_of_a_shared_photo_are_embedded_for_each_product(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (20, 20, 3), np.uint8)
    Image.fromarray(noise).resize((200, 200), Image.Resampling.NEAREST).save(tmp_path / "street.png")
    with FashionPlugin.open(tmp_path / "s.db", encoder=FakeEncoder(), parser=PersonParser()) as shop:
        kinds = {"shirt": "Shirts", "jeans": "Jeans", "ring": "Rings"}
        shop.index(
            [Product(name, images=tmp_path / "street.png", category=kind) for name, kind in kinds.items()]
        )
        before = {name: [stored.region for stored in shop.store.vectors(name)] for name in kinds}
        assert len({tuple(regions) for regions in before.values()}) == 3
        change = shop.reembed(Turned())
        assert change.build().complete
        change.switch()
        after = {name: [stored.region for stored in shop.store.vectors(name)] for name in kinds}
        assert after == before
        assert shop.store.verify() == []


def test_live_generation_cannot_be_built_or_dropped(shop: FashionPlugin) -> None:
    with pytest.raises(GenerationError, match="live"):
        shop.reembed(FakeEncoder()).build()
    generation = shop.store.generation()
    assert generation is not None
    with pytest.raises(GenerationError, match="live"):
        shop.store.generations.drop(generation)


def test_full_disk_is_told_before_it_is_full(shop: FashionPlugin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fashion_plugin.reembedding._SPARE_BYTES", 10**18)
    with pytest.raises(DatabaseFull, match="make room"):
        shop.reembed(Turned()).build()
    monkeypatch.undo()
    assert shop.reembed(Turned()).build().encoded == 40


def test_disk_that_fills_up_loses_nothing(tmp_path: Path, folder: Path) -> None:
    with FashionPlugin.open(tmp_path / "shop.db", encoder=FakeEncoder()) as shop:
        shop.index([item(folder, number) for number in range(320)])
        pool = shop.store._pool  # type: ignore[attr-defined]

        def fill(_: object) -> None:
            with pool._free:
                for connection in pool._idle:
                    pages = connection.execute("PRAGMA page_count").fetchone()[0]
                    connection.execute(f"PRAGMA max_page_count = {pages}")

        wide = FakeEncoder(4000, "wide")
        with pytest.raises(DatabaseFull, match="full disk"):
            shop.reembed(wide).build(on_progress=fill)
        assert first(shop, folder, 5) == "p005"
        with pool._free:
            for connection in pool._idle:
                connection.execute("PRAGMA max_page_count = 4294967294")
        assert shop.store.verify() == []
        assert shop.reembed(wide).build().complete
        assert wide.encoded < 2 * 320


KILLED = """
import sys
sys.path.insert(0, sys.argv[2])
from test_reembedding import Turned
from fashion_plugin import FashionPlugin
from fashion_plugin.testing import FakeEncoder

with FashionPlugin.open(sys.argv[1], encoder=FakeEncoder()) as shop:
    shop.reembed(Turned(pause=0.004)).build(on_progress=lambda progress: print(progress.done, flush=True))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="platform: no SIGKILL here")
def test_killed_again_and_again_it_goes_on_and_encodes_nothing_twice(tmp_path: Path, folder: Path) -> None:
    with FashionPlugin.open(tmp_path / "shop.db", encoder=FakeEncoder()) as shop:
        shop.index([item(folder, number) for number in range(240)])
        kills = 0
        for wait in (0.0, 0.03, 0.06):
            command = [sys.executable, "-c", KILLED, str(tmp_path / "shop.db"), str(Path(__file__).parent)]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(wait)
            process.kill()
            kills += process.wait() == -signal.SIGKILL
            process.stdout.close()
            assert first(shop, folder, 3) == "p003"
        assert kills >= 2
        encoder = Turned()
        change = shop.reembed(encoder)
        before, total = shop.store.generations.progress(change.space)
        assert before > 0
        report = change.build()
        assert (report.done, total) == (240, 240)
        assert encoder.encoded == 240 - before
        change.switch()
        assert all(first(shop, folder, number) == f"p{number:03}" for number in range(0, 240, 17))
        assert shop.store.verify() == []


@pytest.mark.parametrize("index", ["sqlite", "memory"])
def test_searching_never_stops_and_never_mixes(tmp_path: Path, folder: Path, index: IndexMode) -> None:
    """Two shops on one database are searched throughout, while products come, change and go."""
    encoders = {"fake": FakeEncoder(), "turned": Turned()}
    steady = range(30)
    answers: list[int] = []
    problems: list[object] = []
    over = threading.Event()

    def both(path: Path) -> Iterator[FashionPlugin]:
        for _ in range(2):
            shop = FashionPlugin.open(path, encoder=encoders["fake"], index=index)
            for encoder in encoders.values():
                shop.reembed(encoder)  # learned, as a preset would be
            yield shop

    shop, other = both(tmp_path / "shop.db")

    def guarded(work: Callable[[int], None]) -> Callable[[], None]:
        def run() -> None:
            turn = 0
            while not over.is_set():
                try:
                    work(turn)
                except Exception as error:
                    problems.append(error)
                    return
                turn += 1

        return run

    def search(turn: int) -> None:
        number = turn * 7 % len(steady)
        for asked in (shop, other):
            if first(asked, folder, number) != f"p{number:03}":
                problems.append(f"p{number:03} was not the first")
            similar = asked.similar(f"p{number:03}", limit=3)
            if len(similar) != 3:
                problems.append(f"p{number:03} has {len(similar)} that are similar")
        answers.append(number)

    def change(turn: int) -> None:
        number = 100 + turn % 10
        if turn % 3 == 2:
            other.remove(f"p{number:03}")
        else:
            other.index([Product(f"p{number:03}", images=draw(folder, 100 + turn % 90))])

    shop.index([item(folder, number) for number in steady])
    threads = [threading.Thread(target=guarded(work)) for work in (search, search, search, change)]
    for thread in threads:
        thread.start()
    try:
        for name in ("turned", "fake", "turned"):
            way: Reembedding = shop.reembed(encoders[name])
            way.build()
            way.switch()
            time.sleep(0.1)
        generations = shop.store.generations
        for space in generations.beside():
            generations.drop(space)
        time.sleep(0.1)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert problems == []
    assert len(answers) > 20
    assert states(other) == [("turned", "live", 0)]
    assert shop.encoder.name == other.encoder.name == "turned"
    assert shop.store.verify() == []
    shop.close()
    other.close()
