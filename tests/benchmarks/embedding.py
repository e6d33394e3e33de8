"""Embedding a photo: our encoder beside VGG16, as image searches embed with Keras and as LiteRT runs it.

    python tests/benchmarks/embedding.py PHOTOS [--photos 64] [--weights none]

PHOTOS is a folder; its photos are brought to 1024 px on the long side and saved as JPEG first. Keras needs
the ``train`` extra. ``--weights none`` takes random weights, which cost the same time (the cosine of int8 to
fp32 then says little). One core and two are measured in processes of their own.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))
from classic import INPUT, classic, jpegs
from measuring import Timed, in_turns, machine, milliseconds, ratio, table

from fashion_plugin import FashionPlugin
from fashion_plugin.encoders import load_encoder
from fashion_plugin.encoders.preprocess import square
from fashion_plugin.images import decode_image
from fashion_plugin.looks.shipped import shipped_parser

_SIDE, _BATCH = 1024, 32


def main() -> None:
    """Run on one core and on two."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=64)
    parser.add_argument("--weights", default="imagenet")
    parser.add_argument("--cores", type=int)
    arguments = parser.parse_args()
    if arguments.cores:
        _run(arguments)
        return
    for cores in (1, 2):
        command = [sys.executable, *sys.argv, "--cores", str(cores)]
        subprocess.run(command, check=True, env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"})


def _run(arguments: argparse.Namespace) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.cores])
    files = jpegs(arguments.folder, arguments.photos, _SIDE)
    print(f"\n{machine()}; JPEG of {_SIDE} px, {np.mean([len(f) for f in files]) / 1e3:.0f} kB each")
    ours, shop = load_encoder(None), FashionPlugin.open(":memory:", parser=False)
    name = f"ours ({ours.name} {ours.fingerprint[:12]}, {ours.dim}-d)"
    contenders: dict[str, Callable[[bytes], Any]] = {name: lambda file: shop.encode([file])}
    bulk: dict[str, Callable[[list[bytes]], Any]] = {name: shop.encode}
    vgg = classic(arguments.weights)
    lite: dict[str, Callable[[bytes], Any]] = {}
    if vgg is not None:
        contenders["VGG16 Keras model(x)"] = lambda file: vgg.embed([file])
        bulk[f"VGG16 Keras model(x), batch {_BATCH}"] = vgg.embed
        for precision in ("fp32", "int8"):
            lite[precision] = _lite(vgg.network, precision, files, arguments.cores)
            contenders[f"VGG16 LiteRT {precision}"] = lite[precision]
    for search in contenders.values():
        search(files[0])
    found = in_turns(contenders, files[: min(len(files), 32)])
    table(
        ("JPEG to vector, one photo", "ms of processor: p50 (middle half), p95", "ms by the clock"),
        [(name, milliseconds(timed.busy), milliseconds(timed.seconds)) for name, timed in found.items()],
    )
    batches = [files[at : at + _BATCH] for at in range(0, len(files) - _BATCH + 1, _BATCH)]
    for embed in bulk.values():
        embed(batches[0])
    many = in_turns(bulk, batches)
    rows = [
        (name, _rate(timed.seconds), _rate([second / arguments.cores for second in timed.busy]))
        for name, timed in many.items()
    ]
    table(("in bulk", "photos per second by the clock", "if the processor were ours alone"), rows)
    if vgg is not None:
        _compare(*many.values(), lite, files[:32])
    _stages(files, ours)


def _compare(ours: Timed, keras: Timed, lite: dict[str, Callable[[bytes], Any]], files: list[bytes]) -> None:
    print(f"\nKeras VGG16's time / ours, in bulk: {ratio(ours.seconds, keras.seconds)} by the clock,")
    print(f"{ratio(ours.busy, keras.busy)} of processor time")
    pairs = [(lite["fp32"](file), lite["int8"](file)) for file in files]
    cosines = [float(a @ b / np.linalg.norm(a) / np.linalg.norm(b)) for a, b in pairs]
    print(f"\nVGG16 int8 to fp32: cosine {np.median(cosines):.4f} (least {min(cosines):.4f})")


def _rate(seconds: list[float]) -> str:
    rates = sorted(_BATCH / second for second in seconds)
    return f"{np.median(rates):.1f} ({rates[0]:.1f} to {rates[-1]:.1f})"


def _lite(network: Any, precision: Any, files: list[bytes], threads: int) -> Callable[[bytes], Any]:
    import keras
    from ai_edge_litert.interpreter import Interpreter

    from fashion_plugin.training.convert import to_litert

    fixed = keras.applications.VGG16(
        weights=None, include_top=False, pooling="avg", input_shape=(INPUT, INPUT, 3)
    )
    fixed.set_weights(network.get_weights())
    photos = [decode_image(file, min_side=448) for file in files]
    data = to_litert(fixed, INPUT, precision, calibration=(photos * (1 + 100 // len(photos)))[:128])
    interpreter = Interpreter(model_content=data, num_threads=threads)
    interpreter.allocate_tensors()
    (source,), (target,) = interpreter.get_input_details(), interpreter.get_output_details()

    def embed(file: bytes) -> NDArray[np.float32]:
        pixels = square(decode_image(file, min_side=448), INPUT)[None]
        scaled = pixels if source["dtype"] == np.uint8 else (pixels / np.float32(127.5) - np.float32(1))
        interpreter.set_tensor(source["index"], scaled.astype(source["dtype"]))
        interpreter.invoke()
        return np.array(interpreter.get_tensor(target["index"])[0])

    return embed


def _stages(files: list[bytes], encoder: Any) -> None:
    parser = shipped_parser()
    times: dict[str, list[float]] = {"decode": [], "resize": [], "encode": [], "parse": []}
    for file in files:
        marks = [time.perf_counter()]
        photo = decode_image(file, min_side=448)
        marks.append(time.perf_counter())
        small = square(photo, INPUT)
        marks.append(time.perf_counter())
        encoder.encode([small])
        marks.append(time.perf_counter())
        parser.parse(photo)
        marks.append(time.perf_counter())
        for name, start, end in zip(times, marks, marks[1:], strict=False):
            times[name].append(end - start)
    rows = [(name, milliseconds(seconds[1:])) for name, seconds in times.items()]
    table(("stage of ours, one photo", "ms: p50 (middle half), p95"), rows)


if __name__ == "__main__":
    main()
