"""Export a garment parser: `python -m fashion_plugin.training.parser_export WEIGHTS OUT.tflite`."""

import argparse
import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras

from fashion_plugin.looks.frames import FRAMES
from fashion_plugin.training.parser_network import parser_network, with_size

__all__ = ["export_parser"]


def export_parser(weights: Path, out: Path, *, width: int = 96) -> str:
    """Write a LiteRT model with half-precision weights, one signature per frame, and return its sha256.

    Each signature takes `image` (1, h, w, 3) float32 in [-1, 1] and gives `pixels` (1, h/4, w/4, 16) and
    `present` (1, 11), both as probabilities. The signatures share one set of weights.
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
        converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=sorted(FRAMES))
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
        model = converter.convert()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(model)
    return hashlib.sha256(model).hexdigest()


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
    chosen = parser.parse_args(arguments)
    digest = export_parser(chosen.weights, chosen.out)
    print(f"{chosen.out}: {chosen.out.stat().st_size} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
