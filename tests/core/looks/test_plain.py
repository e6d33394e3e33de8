import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fashion_plugin.catalog import Garment
from fashion_plugin.looks.plain import crop_box, is_plain_background, main_garment, soften_background, widen


def packshot(
    background: tuple[int, int, int] = (255, 255, 255), size: tuple[int, int] = (200, 260)
) -> NDArray[np.uint8]:
    image = Image.new("RGB", size, background)
    ImageDraw.Draw(image).rectangle([60, 70, 140, 200], fill=(150, 20, 30))
    return np.asarray(image)


@pytest.mark.parametrize("background", [(255, 255, 255), (236, 236, 238), (20, 20, 20), (240, 220, 200)])
def test_a_product_on_one_colour_has_a_plain_background(background: tuple[int, int, int]) -> None:
    assert is_plain_background(packshot(background))


def test_a_soft_shadow_at_the_floor_leaves_a_background_plain() -> None:
    image = packshot().astype(float)
    image[200:] *= np.linspace(1.0, 0.7, 60)[:, None, None]
    assert is_plain_background(image.astype(np.uint8))


def test_a_street_is_no_plain_background() -> None:
    street = np.random.default_rng(0).integers(0, 255, (300, 200, 3), dtype=np.uint8)
    assert not is_plain_background(np.kron(street[::10, ::10], np.ones((10, 10, 1), np.uint8)))


def test_sky_above_a_wall_is_no_plain_background() -> None:
    image = np.full((300, 200, 3), (200, 220, 250), np.uint8)
    image[150:] = (90, 70, 60)
    assert not is_plain_background(image)


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (400, 1), (20, 20)])
def test_a_tiny_photo_is_judged_too(shape: tuple[int, int]) -> None:
    assert is_plain_background(np.full((*shape, 3), 255, np.uint8))


def test_the_main_garment_is_large_and_central() -> None:
    dress = Garment("dress", (0.3, 0.2, 0.7, 0.8))
    bag = Garment("bag", (0.7, 0.4, 0.85, 0.6))
    coat_at_the_edge = Garment("outerwear", (0.0, 0.2, 0.4, 0.8))
    assert main_garment([bag, coat_at_the_edge, dress]) is dress
    assert main_garment([]) is None


def test_a_category_picks_its_garment_and_falls_back_to_the_largest() -> None:
    dress, bag = Garment("dress", (0.3, 0.2, 0.7, 0.8)), Garment("bag", (0.7, 0.4, 0.85, 0.6))
    assert main_garment([dress, bag], labels=("bag",)) is bag
    assert main_garment([dress, bag], labels=("hat",)) is dress


def test_a_margin_stays_inside_the_photo() -> None:
    assert widen((0.0, 0.5, 0.5, 1.0), 100, 200, 0.1) == pytest.approx((0.0, 0.45, 0.6, 1.0))


@pytest.mark.parametrize("box", [(0.0, 0.0, 1.0, 1.0), (0.999, 0.999, 1.0, 1.0), (0.4, 0.4, 0.4, 0.4)])
def test_a_crop_always_has_pixels(box: tuple[float, float, float, float]) -> None:
    crop = crop_box(np.zeros((7, 5, 3), np.uint8), box)
    assert crop.shape[0] >= 1
    assert crop.shape[1] >= 1


def test_softening_keeps_the_garment_and_fades_the_rest() -> None:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 255, (100, 100, 3), dtype=np.uint8)
    mask = np.zeros((10, 10), bool)
    mask[3:7, 3:7] = True
    garment = Garment("top", (0.2, 0.2, 0.8, 0.8), mask=mask)
    soft = soften_background(image, garment, strength=0.8, margin=0.0)
    plain = crop_box(image, garment.box, margin=0.0)
    assert soft.shape == plain.shape
    assert (soft[22:38, 22:38] == plain[22:38, 22:38]).all()
    assert soft[:10].std() < 0.4 * plain[:10].std()


def test_softening_without_a_mask_gives_the_crop() -> None:
    image = packshot()
    garment = Garment("top", (0.3, 0.3, 0.7, 0.7))
    assert (soften_background(image, garment) == crop_box(image, garment.box)).all()
