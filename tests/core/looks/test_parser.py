"""The shipped parser on drawn pictures, and its answers to bad input and bad files."""

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fashion_demo_store.drawing import looks
from fashion_demo_store.drawing.designs import choose
from fashion_plugin.errors import WeightsError
from fashion_plugin.looks import parser as parser_module
from fashion_plugin.looks.groups import GARMENT_LABELS, PIXEL_CLASSES
from fashion_plugin.looks.parser import PARSER_V3, GarmentParser, LiteRTGarmentParser, ParserWeights
from fashion_plugin.training.parser_metrics import box_iou

WEIGHTS = Path(parser_module.__file__).parent / "weights" / PARSER_V3.file


@pytest.fixture(scope="module")
def parser() -> LiteRTGarmentParser:
    return LiteRTGarmentParser()


def drawn_person(size: tuple[int, int] = (300, 448)) -> NDArray[np.uint8]:
    """A figure in a red jumper, blue trousers and black shoes before a grey wall."""
    image = Image.new("RGB", size, (168, 164, 158))
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, 400, 300, 448], fill=(120, 116, 110))
    skin = (214, 170, 145)
    draw.ellipse([128, 28, 172, 88], fill=skin)
    draw.pieslice([124, 22, 176, 78], 180, 360, fill=(62, 42, 30))
    draw.rectangle([141, 84, 159, 102], fill=skin)
    draw.polygon(
        [
            (110, 100),
            (190, 100),
            (216, 205),
            (198, 212),
            (184, 160),
            (184, 230),
            (116, 230),
            (116, 160),
            (102, 212),
            (84, 205),
        ],
        fill=(176, 34, 44),
    )
    draw.ellipse([84, 204, 104, 224], fill=skin)
    draw.ellipse([196, 204, 216, 224], fill=skin)
    draw.polygon(
        [(116, 230), (184, 230), (178, 405), (154, 405), (150, 262), (146, 405), (122, 405)],
        fill=(38, 52, 98),
    )
    draw.ellipse([112, 400, 148, 420], fill=(22, 20, 20))
    draw.ellipse([152, 400, 188, 420], fill=(22, 20, 20))
    return np.asarray(image)


def test_the_shipped_weights_are_the_recorded_ones_and_small() -> None:
    data = WEIGHTS.read_bytes()
    assert hashlib.sha256(data).hexdigest() == PARSER_V3.sha256
    assert len(data) <= 6_000_000


def test_a_parser_satisfies_the_protocol(parser: LiteRTGarmentParser) -> None:
    assert isinstance(parser, GarmentParser)
    assert len(parser.fingerprint) == 16


def test_options_change_the_fingerprint(parser: LiteRTGarmentParser) -> None:
    assert LiteRTGarmentParser().fingerprint == parser.fingerprint
    assert LiteRTGarmentParser(flip=not parser.flip).fingerprint != parser.fingerprint


def test_every_garment_of_a_drawn_outfit_is_found(parser: LiteRTGarmentParser) -> None:
    outfit = looks.compose(choose(240, seed=7), 5, seed=7)[4]
    image, worn = looks.draw(outfit, seed=7)
    found = parser.parse(np.asarray(image))
    labels = {
        "t-shirt": "top",
        "trousers": "bottom",
        "boots": "shoes",
        "coat": "outerwear",
        "bag": "bag",
        "hat": "hat",
    }
    assert {seen.garment.kind.name for seen in worn} == set(labels)
    for seen in worn:
        alike = [garment for garment in found if garment.label == labels[seen.garment.kind.name]]
        overlaps = [box_iou(garment.box, seen.box) for garment in alike]
        assert max(overlaps, default=0) >= 0.5, seen.garment.kind.name  # a hit, as detection counts them


def test_a_mirrored_photo_gives_mirrored_boxes(parser: LiteRTGarmentParser) -> None:
    image = drawn_person()
    straight = {garment.label: garment.box for garment in parser.parse(image)}
    mirrored = {garment.label: garment.box for garment in parser.parse(np.ascontiguousarray(image[:, ::-1]))}
    assert straight.keys() == mirrored.keys()
    for label, (x0, y0, x1, y1) in straight.items():
        assert mirrored[label] == pytest.approx((1 - x1, y0, 1 - x0, y1), abs=0.03)


def test_probabilities_sum_to_one(parser: LiteRTGarmentParser) -> None:
    pixels, present = parser.probabilities(drawn_person())
    assert pixels.dtype == present.dtype == np.float32
    assert pixels.shape[2] == len(PIXEL_CLASSES)
    assert pixels.sum(axis=-1) == pytest.approx(1.0, abs=1e-3)
    assert present.shape == (len(GARMENT_LABELS),)


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((1, 1, 3), np.uint8),
        np.full((20, 20, 3), 128, np.uint8),
        np.full((40, 4000, 3), 200, np.uint8),
        np.full((4000, 40, 3), 200, np.uint8),
        np.random.default_rng(0).integers(0, 256, (300, 500, 3), dtype=np.uint8),
        drawn_person()[::-1],
        np.repeat(drawn_person().mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8),
        np.tile(drawn_person(), (1, 8, 1)),
        np.tile(drawn_person(), (5, 10, 1)),
    ],
    ids=[
        "one pixel",
        "20 px",
        "panorama",
        "strip",
        "noise",
        "upside down",
        "grey",
        "eight people",
        "fifty people",
    ],
)
def test_any_photo_gets_a_sensible_answer(parser: LiteRTGarmentParser, image: NDArray[np.uint8]) -> None:
    found = parser.parse(image)
    assert len(found) <= 4 * 48
    for garment in found:
        x0, y0, x1, y1 = garment.box
        assert 0 <= x0 < x1 <= 1.0001
        assert 0 <= y0 < y1 <= 1.0001
        assert 0 <= garment.score <= 1
        assert garment.label in GARMENT_LABELS


def test_a_blank_wall_wears_nothing(parser: LiteRTGarmentParser) -> None:
    assert parser.parse(np.full((448, 300, 3), (180, 176, 170), np.uint8)) == []


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((8, 8), np.uint8),
        np.zeros((8, 8, 4), np.uint8),
        np.zeros((8, 8, 3)),
        np.zeros((0, 8, 3), np.uint8),
    ],
)
def test_what_is_no_rgb_photo_is_refused(parser: LiteRTGarmentParser, image: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="a photo is uint8"):
        parser.parse(image)


def test_many_threads_get_the_same_answer(parser: LiteRTGarmentParser) -> None:
    image = drawn_person()
    expected = [(garment.label, garment.box) for garment in parser.parse(image)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: [(g.label, g.box) for g in parser.parse(image)], range(12)))
    assert all(answer == expected for answer in answers)


def test_missing_weights_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="reinstall"):
        LiteRTGarmentParser(path=tmp_path / "none.tflite").parse(np.zeros((8, 8, 3), np.uint8))


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.tflite"
    path.write_bytes(WEIGHTS.read_bytes()[:-100])
    with pytest.raises(WeightsError, match="damaged"):
        LiteRTGarmentParser(path=path).parse(np.zeros((8, 8, 3), np.uint8))


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.tflite"
    path.write_bytes(b"no network")
    weights = ParserWeights(path.name, hashlib.sha256(b"no network").hexdigest())
    with pytest.raises(WeightsError, match="cannot run"):
        LiteRTGarmentParser(weights, path=path).parse(np.zeros((8, 8, 3), np.uint8))


def test_importing_the_parser_loads_no_runtime() -> None:
    names = "('ai_edge_litert', 'keras')"
    code = f"import sys, fashion_plugin.looks.parser; print([n in sys.modules for n in {names}])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[False, False]"
