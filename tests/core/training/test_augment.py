"""Made views: repeatable, bounded, and with another background where there was a plain one."""

import numpy as np

from fashion_plugin.training.augment import LIGHT, STRONG, Augmentation, background_mask, made_view

STILL = Augmentation(crop=(1.0, 1.0), flip=False, background=1.0, brightness=0, contrast=0, tint=0)


def _shirt() -> np.ndarray:
    """A dark ring on white, with white inside."""
    image = np.full((80, 80, 3), 255, dtype=np.uint8)
    image[20:60, 20:60] = (150, 30, 30)
    image[30:50, 30:50] = 250
    return image


def test_same_seed_gives_the_same_pixels() -> None:
    views = [made_view(_shirt(), 48, seed, how=STRONG) for seed in (3, 3, 4)]
    assert np.array_equal(views[0], views[1])
    assert not np.array_equal(views[0], views[2])
    assert views[0].shape == (48, 48, 3)
    assert views[0].dtype == np.uint8


def test_white_inside_an_outline_is_not_background() -> None:
    mask = background_mask(_shirt())
    assert mask[:18].all()
    assert not mask[20:60, 20:60].any()


def test_background_is_replaced_and_the_garment_stays() -> None:
    scene = np.full((100, 120, 3), (10, 200, 10), dtype=np.uint8)
    view = made_view(_shirt(), 80, 1, how=STILL, scenes=[scene])
    assert np.abs(view[2, 2].astype(int) - (10, 200, 10)).max() < 8
    assert np.abs(view[25, 25].astype(int) - (150, 30, 30)).max() < 12
    assert view[40, 40].min() > 235


def test_busy_background_is_left_alone() -> None:
    photo = np.random.default_rng(0).integers(0, 200, (80, 80, 3)).astype(np.uint8)
    scene = np.full((80, 80, 3), (10, 200, 10), dtype=np.uint8)
    assert np.abs(made_view(photo, 80, 1, how=STILL, scenes=[scene]).astype(int) - photo).max() < 3


def test_light_view_stays_near_its_photo() -> None:
    photo = np.full((60, 40, 3), 120, dtype=np.uint8)
    for seed in range(20):
        assert abs(float(made_view(photo, 40, seed, how=LIGHT)[20, 20].mean()) - 120) < 40


def test_any_shape_of_photo_gives_a_square_view() -> None:
    for shape in ((1, 1), (1, 200), (300, 2), (1000, 700)):
        photo = np.zeros((*shape, 3), dtype=np.uint8)
        assert made_view(photo, 32, 0, how=STRONG).shape == (32, 32, 3)
