"""The drawn catalogue: what it promises to those who index it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fashion_demo_store.drawing import Drawing, altered, draw_catalogue, work
from fashion_demo_store.drawing.camera import photographed
from fashion_demo_store.drawing.canvas import Canvas, planes
from fashion_demo_store.drawing.designs import Design, choose
from fashion_demo_store.drawing.fabrics import plain
from fashion_demo_store.drawing.kinds import KINDS, Style
from fashion_demo_store.drawing.looks import compose, draw
from fashion_demo_store.drawing.pieces import Piece
from fashion_demo_store.drawing.shading import enlarged
from fashion_demo_store.drawing.styles import STYLES
from fashion_demo_store.drawing.view import View
from fashion_demo_store.drawing.views import VIEWS
from fashion_demo_store.drawing.weaves import smooth_noise
from fashion_demo_store.drawing.words import describe

SEED = 7


@pytest.fixture(scope="module")
def designs() -> tuple[Design, ...]:
    return choose(240, SEED)


def test_240_products_cover_at_least_16_kinds(designs: tuple[Design, ...]) -> None:
    assert len(designs) == 240
    assert len({design.kind.name for design in designs}) == len(KINDS) >= 16


def test_no_two_products_are_the_same_thing(designs: tuple[Design, ...]) -> None:
    seen = {(d.style.name, d.dye.name, d.trim.name, d.print, d.weave) for d in designs}
    assert len(seen) == len(designs)


def test_ids_are_unique_and_prices_can_be_read(designs: tuple[Design, ...]) -> None:
    from fashion_plugin import Money

    words = [describe(design, SEED) for design in designs]
    assert len({one.id for one in words}) == len(words)
    for one in words:
        price = Money.parse(one.price)
        assert not one.list_price or Money.parse(one.list_price).amount > price.amount


def test_the_same_design_is_drawn_the_same_twice(designs: tuple[Design, ...]) -> None:
    first, second = (np.asarray(VIEWS["front"](designs[40])) for _ in range(2))
    assert np.array_equal(first, second)


def test_another_seed_gives_another_catalogue() -> None:
    assert choose(40, 1) != choose(40, 2)


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_every_style_makes_pieces_with_finite_outlines(style: Style) -> None:
    design = next(d for d in choose(400, 3) if d.style is style)
    pieces = design.pieces()
    assert pieces
    for piece in pieces:
        assert piece.outline.ndim == 2
        assert np.isfinite(piece.outline).all()


def test_a_packshot_shows_its_colour_on_near_white(designs: tuple[Design, ...]) -> None:
    design = next(d for d in designs if d.dye.name == "Red" and d.print == "plain")
    picture = np.asarray(VIEWS["front"](design), dtype=int)
    assert picture[:4].min() > 200
    middle = picture[picture.shape[0] // 2 - 60 :, 200:440].reshape(-1, 3)
    red = (middle[:, 0] > middle[:, 1] + 60).mean()
    assert red > 0.2


def test_boxes_of_a_look_lie_where_its_garments_are(designs: tuple[Design, ...]) -> None:
    outfit = compose(designs, 3, SEED)[1]
    image, seen = draw(outfit, SEED)
    assert {s.garment.number for s in seen} <= {g.number for g in outfit.garments}
    assert len(seen) >= 2
    for one in seen:
        x0, y0, x1, y1 = one.box
        assert 0 <= x0 < x1 <= 1
        assert 0 <= y0 < y1 <= 1
    shoes = next(s.box for s in seen if s.garment.kind.name in ("boots", "shoes", "sneakers"))
    assert shoes[3] > 0.9
    assert image.size == (720, 1080)


def test_a_small_catalogue_is_written_whole(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    catalogue = draw_catalogue(tmp_path, products=4, looks=1, on_progress=lambda *step: steps.append(step))
    records = [json.loads(line) for line in catalogue.jsonl.read_text().splitlines()]
    assert [record["id"] for record in records] == [product.id for product in catalogue.products]
    for record in records:
        for name in record["images"]:
            with Image.open(tmp_path / name) as photo:
                assert min(photo.size) >= 400
    looks = json.loads((tmp_path / "looks.json").read_text())
    assert looks[0]["garments"][0]["product_id"] in {record["id"] for record in records}
    assert steps[-1] == (5, 5)


def test_processes_draw_the_same_files_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "_FEW", 0)
    draw_catalogue(tmp_path / "many", products=3, looks=0)
    monkeypatch.setattr(work, "_FEW", 100)
    draw_catalogue(tmp_path / "one", products=3, looks=0)
    many = sorted((tmp_path / "many").rglob("*.jpg"))
    assert many
    for path in many:
        assert path.read_bytes() == (tmp_path / "one" / path.relative_to(tmp_path / "many")).read_bytes()


def test_products_come_in_order_each_with_its_photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "_FEW", 0)
    monkeypatch.setattr(work, "_cores", lambda: 3)
    with Drawing(tmp_path, products=7, looks=2) as drawing:
        listed = [json.loads(line)["id"] for line in drawing.jsonl.read_text().splitlines()]
        came = []
        for product in drawing.finished():
            came.append(product.id)
            for _, path in product.views:
                with Image.open(path) as photo:
                    photo.load()
    assert came == listed
    assert len(came) == 7
    looks = json.loads((tmp_path / "looks.json").read_text())
    assert [look["id"] for look in looks] == [look.id for look in drawing.catalogue.looks]
    assert len(looks) == 2


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[str]]:
    """The processes that drawings began in a test."""
    found: list[subprocess.Popen[str]] = []

    class Watched(subprocess.Popen[str]):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            found.append(self)

    monkeypatch.setattr("fashion_demo_store.drawing.work.subprocess.Popen", Watched)
    monkeypatch.setattr(work, "_cores", lambda: 2)
    return found


def test_leaving_a_drawing_ends_its_processes(tmp_path: Path, started: list[subprocess.Popen[str]]) -> None:
    with Drawing(tmp_path, products=40, looks=0) as drawing:
        first = next(drawing.finished())
        assert first.view("front").is_file()
        assert any(process.poll() is None for process in started)
    assert len(started) == 2
    assert all(process.poll() is not None for process in started)
    assert not (tmp_path / "looks.json").exists()


def test_a_drawing_that_cannot_begin_leaves_no_process(
    tmp_path: Path, started: list[subprocess.Popen[str]]
) -> None:
    (tmp_path / "catalogue.jsonl").mkdir()
    with pytest.raises(OSError, match=r"catalogue\.jsonl"):
        Drawing(tmp_path, products=40, looks=0)
    assert len(started) == 2
    assert all(process.poll() is not None for process in started)


@pytest.mark.parametrize("said", ["", "[0, nul"])
def test_what_a_dead_process_left_is_drawn_all_the_same(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = tmp_path / "dying"
    dying.write_text(f"#!/bin/sh\nprintf '{said}'; exit 1\n")
    dying.chmod(0o755)
    monkeypatch.setattr(work, "_FEW", 0)
    monkeypatch.setattr(work, "_cores", lambda: 2)
    monkeypatch.setattr(sys, "executable", str(dying))
    catalogue = draw_catalogue(tmp_path, products=2, looks=0)
    assert all(path.is_file() for product in catalogue.products for _, path in product.views)


def test_what_others_hide_is_not_painted_and_what_shows_says_where() -> None:
    view = View.fit((0, 0, 4, 4), 80, 80, 0.0)
    background = planes(np.full((80, 80, 3), 240, dtype=np.uint8))
    red, blue = (Piece(square(1.0, 1.0, 2.0), plain(colour)) for colour in ((200, 30, 30), (30, 30, 200)))
    beside = Piece(square(0.0, 3.0, 0.5), plain((30, 120, 30)))
    both, alone = Canvas(background, view), Canvas(background, view)
    top = both.add_visible([red, beside, blue])
    alone.add([beside, blue])
    assert np.array_equal(np.asarray(both.image()), np.asarray(alone.image()))
    assert set(np.unique(top)) == {0, 2, 3}
    assert top[40, 40] == 3
    assert top[65, 5] == 2
    assert np.asarray(Canvas(background, view).image()).min() == 240


def square(x: float, y: float, side: float) -> NDArray[np.float64]:
    return np.array([(x, y), (x + side, y), (x + side, y + side), (x, y + side)])


@pytest.mark.parametrize("cells", [5, 60, 120])
def test_noise_goes_on_across_the_borders_of_its_tile(cells: int) -> None:
    field = smooth_noise(256, cells, 3)
    assert field.shape == (256, 256)
    assert np.abs(field).max() == pytest.approx(1.0)
    for axis in (0, 1):
        across = np.abs(np.take(field, 0, axis) - np.take(field, -1, axis)).mean()
        inside = np.abs(np.diff(field, axis=axis)).mean()
        assert across < 1.5 * inside


def test_a_slope_stays_straight_when_it_is_enlarged() -> None:
    y, x = np.mgrid[0:9, 0:7].astype(np.float32)
    grown = enlarged(2 * x + 5 * y, 4, rim=2)
    assert grown.shape == (20, 12)
    assert np.diff(grown, axis=1) == pytest.approx(np.full((20, 11), 0.5), abs=1e-4)
    assert np.diff(grown, axis=0) == pytest.approx(np.full((19, 12), 1.25), abs=1e-4)
    assert grown.mean() == pytest.approx((2 * x + 5 * y)[2:-2, 2:-2].mean(), abs=1e-4)


def test_an_altered_photo_has_another_background_and_size(designs: tuple[Design, ...]) -> None:
    photo = VIEWS["front"](designs[0])
    changed = altered(photo, 3)
    assert changed.size[0] < photo.size[0]
    corner = np.asarray(changed)[:20, :20].mean(axis=(0, 1))
    assert np.abs(corner - np.asarray(photo)[:20, :20].mean(axis=(0, 1))).max() > 8
    assert np.array_equal(np.asarray(changed), np.asarray(altered(photo, 3)))


def test_a_photographed_picture_keeps_its_colours_and_its_grain_repeats() -> None:
    plain = Image.new("RGB", (200, 300), (180, 90, 40))
    taken = np.asarray(photographed(plain, 5), dtype=float)
    assert np.abs(taken[100:200, 60:140].mean(axis=(0, 1)) - (180, 90, 40)).max() < 2
    assert 0.5 < taken[100:200, 60:140].std(axis=(0, 1)).max() < 8
    assert np.array_equal(taken, np.asarray(photographed(plain, 5)))
    assert not np.array_equal(taken, np.asarray(photographed(plain, 6)))


def test_feet_stand_in_open_shoes(designs: tuple[Design, ...]) -> None:
    from fashion_demo_store.drawing.body import WOMAN
    from fashion_demo_store.drawing.dressing import dressed
    from fashion_demo_store.drawing.figure import Person
    from fashion_demo_store.drawing.pieces import bounds

    sandal = next(design for design in designs if design.style.name == "Strappy Sandals")
    person = Person()
    bare = [piece for layer in dressed(WOMAN, person, [sandal]) if not layer.owner for piece in layer.pieces]
    assert bounds(bare)[3] > 7.8
