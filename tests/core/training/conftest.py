"""A small drawn catalogue: shapes in colours, one photo or two of each product."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from fashion_plugin.training.manifest import Item, Manifest

COLOURS = {"red": (200, 40, 40), "green": (40, 150, 70), "blue": (50, 70, 190), "black": (30, 30, 30)}
SHAPES = ("bag", "hat", "shoe")


def draw(path: Path, shape: str, colour: str, view: int = 0) -> None:
    """A shape on white, a little elsewhere in each view."""
    image = Image.new("RGB", (96, 120), "white")
    pen = ImageDraw.Draw(image)
    x, y = 20 + 4 * view, 30 + 3 * view
    box = (x, y, x + 50, y + 56)
    if shape == "bag":
        pen.rectangle(box, fill=COLOURS[colour])
    elif shape == "hat":
        pen.ellipse(box, fill=COLOURS[colour])
    else:
        pen.polygon([(x, y + 56), (x + 50, y + 56), (x + 50, y + 30), (x, y)], fill=COLOURS[colour])
    image.save(path)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """TensorFlow's tensors do not know NumPy 2's copy keyword; NumPy says so each time Keras reads one."""
    for item in items:
        if "train" in item.keywords and item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"))


@pytest.fixture
def catalogue(tmp_path: Path) -> Callable[..., Manifest]:
    """Draws a manifest: every shape in every colour, with ``views`` photos each; "blue" is kept apart."""

    def make(views: int = 2, *, wild: bool = False) -> Manifest:
        folder = tmp_path / "photos"
        folder.mkdir(exist_ok=True)
        items = []
        for shape in SHAPES:
            for colour in COLOURS:
                for view in range(views):
                    path = folder / f"{shape}-{colour}-{view}.png"
                    draw(path, shape, colour, view)
                    items.append(
                        Item(
                            image=str(path),
                            product_id=f"{shape}-{colour}",
                            category=shape,
                            colour=colour,
                            domain="wild" if wild and view else "catalog",
                            split="validation" if colour == "blue" else "train",
                        )
                    )
        return Manifest(tuple(items), "drawn")

    return make
