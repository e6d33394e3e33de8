"""One drawing process: ``python -m fashion_demo_store.drawing.worker ORDER PART PARTS``."""

import json
import sys
from pathlib import Path

from fashion_demo_store.drawing.work import Order, draw


def main() -> None:
    """Draw every ``PARTS``-th piece of an order, and print a line of JSON for each that is done."""
    settings, part, parts = json.loads(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    order = Order(Path(settings["out"]), settings["seed"], settings["products"], settings["looks"])
    for number in order.pieces[part::parts]:
        found = draw(order, number)
        sys.stdout.write(json.dumps([found.number, found.look, found.garments]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
