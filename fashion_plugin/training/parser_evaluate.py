"""Judge the shipped garment parser: `python -m fashion_plugin.training.parser_evaluate --data DIR`."""

import argparse
import time
from pathlib import Path

import numpy as np
from PIL import Image

from fashion_plugin.looks.decide import decide
from fashion_plugin.looks.parser import LiteRTGarmentParser
from fashion_plugin.training.parser_data import load_street
from fashion_plugin.training.parser_metrics import mean_iou, score_garments

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> None:
    """Print recall and precision by group, mean IoU by class, and the time for a photo."""
    arguments_parser = argparse.ArgumentParser(description=__doc__)
    arguments_parser.add_argument(
        "--data", type=Path, required=True, help="folder with street.csv and street/"
    )
    arguments_parser.add_argument("--split", default="validation", choices=["train", "tuning", "validation"])
    chosen = arguments_parser.parse_args(arguments)
    parser = LiteRTGarmentParser()
    parser.parse(np.zeros((448, 300, 3), np.uint8))
    photos = load_street(chosen.data, chosen.split)
    began, used = time.perf_counter(), time.process_time()
    found = [(parser.parse(photo.image), photo.boxes) for photo in photos]
    wall, cpu = time.perf_counter() - began, time.process_time() - used
    print("\n".join(score_garments(found).lines()))
    pairs = []
    for photo in photos:
        classes = decide(parser.probabilities(photo.image)[0])
        size = (classes.shape[1], classes.shape[0])
        pairs.append(
            (classes, np.asarray(Image.fromarray(photo.classes).resize(size, Image.Resampling.NEAREST)))
        )
    print("mean IoU " + ", ".join(f"{name} {value:.3f}" for name, value in mean_iou(pairs).items()))
    each = 1000 / len(photos)
    print(f"{len(photos)} photos, {wall * each:.1f} ms each ({cpu * each:.1f} ms of CPU)")


if __name__ == "__main__":
    main()
