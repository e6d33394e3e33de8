import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fashion_plugin.catalog import Garment
from fashion_plugin.looks.dressed import MOST_GARMENTS, garments_of
from fashion_plugin.looks.groups import GARMENT_LABELS, PIXEL_CLASSES
from fashion_plugin.looks.people import people

CODE = {
    ".": "background",
    "T": "top",
    "J": "outerwear",
    "D": "dress",
    "B": "bottom",
    "S": "shoes",
    "G": "bag",
    "K": "skin",
    "H": "hair",
}


def picture(*rows: str) -> NDArray[np.uint8]:
    return np.array([[PIXEL_CLASSES.index(CODE[letter]) for letter in row] for row in rows], np.uint8)


def by_label(garments: list[Garment]) -> dict[str, Garment]:
    return {garment.label: garment for garment in garments}


PERSON = (
    "....HH......",
    "....KK......",
    "..JJTTJJ....",
    "..JJTTJJ....",
    "..JJTTJJ.GG.",
    "..JJBBJJ.GG.",
    "....BB......",
    "...SS.SS....",
)


def test_an_open_jacket_and_a_pair_of_shoes_are_one_garment_each() -> None:
    found = by_label(garments_of(picture(*PERSON)))
    assert sorted(found) == ["bag", "bottom", "outerwear", "shoes", "top"]
    assert found["outerwear"].box == pytest.approx((2 / 12, 2 / 8, 8 / 12, 6 / 8))
    assert found["shoes"].box == pytest.approx((3 / 12, 7 / 8, 8 / 12, 1.0))


def test_a_mask_covers_the_box_of_its_garment() -> None:
    jacket = by_label(garments_of(picture(*PERSON)))["outerwear"]
    assert jacket.mask is not None
    assert jacket.mask.shape == (4, 6)
    assert jacket.mask.sum() == 16
    assert not jacket.mask[:, 2:4].any()


def test_a_lesser_part_belongs_to_a_garment_and_not_to_a_bag_or_shoes() -> None:
    body = np.full((72, 48), PIXEL_CLASSES.index("skin"), np.uint8)
    for label, parts in (("top", 2), ("outerwear", 2), ("shoes", 1), ("bag", 1)):
        classes = body.copy()
        classes[10:20, 5:15] = classes[30:33, 40:44] = PIXEL_CLASSES.index(label)  # 100 and 12 pixels
        (garment,) = garments_of(classes)
        assert garment.box[3] == (20 / 72 if parts == 1 else 33 / 72)


def test_two_people_apart_wear_one_garment_each() -> None:
    two = np.concatenate([picture(*PERSON), picture(*PERSON)], axis=1)
    assert people(two).max() == 2
    labels = [garment.label for garment in garments_of(two)]
    assert all(labels.count(label) == 2 for label in ("top", "outerwear", "shoes", "bag"))


def test_two_people_who_touch_are_cut_between_their_heads() -> None:
    rows = (
        "..HH......HH..",
        "..KK......KK..",
        ".TTTT....DDDD.",
        ".TTTTKKKKDDDD.",
        ".TTTT....DDDD.",
        "..BB.....DDDD.",
        "..SS......SS..",
    )
    owners = people(picture(*rows))
    assert owners.max() == 2
    assert len({owners[3, 1], owners[3, 6]}) == 1
    assert owners[3, 7] == owners[3, 12] != owners[3, 1]


def test_long_hair_on_both_sides_of_a_jacket_is_one_head() -> None:
    rows = (
        ".....HH.....",
        "....HKKH....",
        "...HHKKHH...",
        "...HJJJJH...",
        "..JJJTTJJJ..",
        "..JJJTTJJJ..",
        "....BBBB....",
    )
    assert people(picture(*rows)).max() == 1


def test_a_speck_far_away_does_not_stretch_a_box() -> None:
    classes = np.zeros((40, 40), np.uint8)
    classes[5:25, 5:20] = PIXEL_CLASSES.index("top")
    classes[38, 38] = PIXEL_CLASSES.index("top")
    (top,) = garments_of(classes)
    assert top.box == pytest.approx((5 / 40, 5 / 40, 20 / 40, 25 / 40))


def test_a_score_is_the_share_of_probability_inside_the_mask() -> None:
    classes = picture("TTTT", "BBBB")
    probabilities = np.zeros((2, 4, len(PIXEL_CLASSES)), np.float32)
    probabilities[0, :, PIXEL_CLASSES.index("top")] = 0.6
    probabilities[1, :, PIXEL_CLASSES.index("top")] = 0.2
    probabilities[1, :, PIXEL_CLASSES.index("bottom")] = 0.8
    bottom, top = garments_of(classes, probabilities)
    assert (bottom.label, top.label) == ("bottom", "top")
    assert bottom.score == pytest.approx(1.0)
    assert top.score == pytest.approx(0.75)


def test_one_persons_garment_does_not_lower_anothers_score() -> None:
    two = np.concatenate([picture(*PERSON), picture(*PERSON)], axis=1)
    probabilities = np.eye(len(PIXEL_CLASSES), dtype=np.float32)[two]
    assert all(garment.score == pytest.approx(1.0) for garment in garments_of(two, probabilities))


def test_nothing_is_found_where_nothing_is_worn() -> None:
    assert garments_of(np.zeros((72, 48), np.uint8)) == []
    assert garments_of(np.full((72, 48), PIXEL_CLASSES.index("skin"), np.uint8)) == []


@settings(deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_any_class_image_gives_boxes_inside_the_photo(height: int, width: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, len(PIXEL_CLASSES), (-(-height // 4), -(-width // 4)), dtype=np.uint8)
    classes = np.kron(coarse, np.ones((4, 4), np.uint8))[:height, :width]
    found = garments_of(classes)
    assert len(found) <= MOST_GARMENTS
    for garment in found:
        x0, y0, x1, y1 = garment.box
        assert 0 <= x0 < x1 <= 1
        assert 0 <= y0 < y1 <= 1
        assert garment.label in GARMENT_LABELS
        assert garment.mask is not None
        assert np.any(garment.mask, axis=0)[[0, -1]].all()
        assert np.any(garment.mask, axis=1)[[0, -1]].all()


def test_noise_of_every_class_stays_bounded() -> None:
    noise = np.random.default_rng(0).integers(0, len(PIXEL_CLASSES), (72, 72), dtype=np.uint8)
    assert len(garments_of(noise)) <= MOST_GARMENTS
