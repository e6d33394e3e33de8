"""Export a garment parser.

`python -m fashion_plugin.training.parser_export WEIGHTS OUT.tflite [--data DIR]`
"""

import argparse
import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from fashion_plugin.looks.frames import FRAMES, frame_photo
from fashion_plugin.training.parser_data import load_street
from fashion_plugin.training.parser_network import parser_network, with_size
from fashion_plugin.training.quantise import mixed_int8

__all__ = ["export_parser"]


_PHOTOS = 160  # to measure the ranges of the int8 activations on


def export_parser(
    weights: Path, out: Path, *, width: int = 96, photos: Sequence[NDArray[np.uint8]] = ()
) -> str:
    """Write a LiteRT model, one signature per frame, and return its sha256.

    Each signature takes `image` (1, h, w, 3) float32 in [-1, 1] and gives `pixels` (1, h/4, w/4, 16) and
    `present` (1, 11), both as probabilities. The signatures share one set of weights. With ``photos``, street
    photos uint8 RGB (h, w, 3) of the training data, it is int8 where that is faster (`mixed_int8`); without,
    the weights are of half precision.
    """
    import tensorflow as tf

    network = parser_network(width=width)
    network.load_weights(weights)
    archive = keras.export.ExportArchive()
    archive.track(network)
    for name, size in FRAMES.items():
        archive.add_endpoint(
            name,
            _serving(with_size(network, size)),
            input_signature=[tf.TensorSpec((1, *size, 3), tf.float32, name="image")],
        )
    with tempfile.TemporaryDirectory() as folder:
        archive.write_out(folder, verbose=False)

        def converter() -> Any:
            return tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=sorted(FRAMES))

        if len(photos):
            model = mixed_int8(converter, lambda: _framed(photos))
        else:
            half = converter()
            half.optimizations = [tf.lite.Optimize.DEFAULT]
            half.target_spec.supported_types = [tf.float16]
            model = half.convert()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(model)
    return hashlib.sha256(model).hexdigest()


def _framed(photos: Sequence[NDArray[np.uint8]]) -> Iterator[tuple[str, dict[str, NDArray[np.float32]]]]:
    """Each photo in each frame: of one that is longer, its top, middle or bottom."""
    for number, photo in enumerate(photos):
        for name, (height, width) in FRAMES.items():
            long = min(photo.shape[0], round(photo.shape[1] * height / width))
            top = (photo.shape[0] - long) * (number % 3) // 2
            framed = frame_photo(photo[top : top + long])
            if framed.name == name:
                yield name, {"image": framed.pixels()}


def _serving(network: keras.Model) -> Callable[[Any], dict[str, Any]]:
    def serve(image: Any) -> dict[str, Any]:
        answer = network(image, training=False)
        return {
            "pixels": keras.ops.softmax(answer["pixels"], axis=-1),
            "present": keras.ops.sigmoid(answer["present"]),
        }

    return serve


def main(arguments: list[str] | None = None) -> None:
    """Command line of `export_parser`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--data", type=Path, help="folder with street.csv and street/, for int8 where it pays"
    )
    chosen = parser.parse_args(arguments)
    street = load_street(chosen.data, "train") if chosen.data else []
    photos = [photo.image for photo in street[:: max(1, len(street) // _PHOTOS)]]
    digest = export_parser(chosen.weights, chosen.out, photos=photos)
    print(f"{chosen.out}: {chosen.out.stat().st_size} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
