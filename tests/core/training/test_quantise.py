"""Which operations become int8, and that the answers stay near."""

from typing import Any

import numpy as np
import pytest

pytestmark = [
    pytest.mark.train,
    # The converter of TensorFlow 2.21 uses parts of Python and of itself that are on their way out.
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning"),
]


def _network() -> Any:
    """Maps of 32, 16 and 8 px of an input of 64: the last is an eighth."""
    import keras

    from fashion_plugin.encoders.networks import GeM

    keras.utils.set_random_seed(2)
    x = source = keras.Input((64, 64, 3))
    for name, filters in (("first", 8), ("second", 16), ("third", 32), ("fourth", 64)):
        stride = 1 if name == "fourth" else 2
        x = keras.layers.Conv2D(filters, 3, strides=stride, padding="same", activation="relu6", name=name)(x)
    x = keras.layers.Concatenate(name="joined")([GeM(name="pooled")(x), keras.layers.Flatten()(source)])
    large = keras.layers.Dense(16, use_bias=False, name="large")(x)
    return keras.Model(source, keras.layers.Dense(5, use_bias=False, name="little")(large))


def test_late_convolutions_and_large_dense_layers_become_int8() -> None:
    import tensorflow as tf
    from ai_edge_litert.interpreter import Interpreter

    from fashion_plugin.training.quantise import mixed_int8

    network = _network()
    images = [
        np.random.default_rng(seed).uniform(-1, 1, (1, 64, 64, 3)).astype(np.float32) for seed in range(100)
    ]
    model = mixed_int8(
        lambda: tf.lite.TFLiteConverter.from_keras_model(network), lambda: ([image] for image in images)
    )
    runner = Interpreter(model_content=model)
    runner.allocate_tensors()
    weights = {
        name: tensor["dtype"]
        for tensor in runner.get_tensor_details()
        for name in ("first", "second", "third", "fourth", "large", "little")
        if f"/{name}" in tensor["name"] and len(tensor["shape"]) in (2, 4) and tensor["shape"][0] != 1
    }
    assert weights == {
        "first": np.float32,
        "second": np.float32,
        "third": np.int8,
        "fourth": np.int8,
        "large": np.int8,
        "little": np.float32,
    }
    (source,), (target,) = runner.get_input_details(), runner.get_output_details()
    assert source["dtype"] == target["dtype"] == np.float32
    for image in images[:5]:
        runner.set_tensor(source["index"], image)
        runner.invoke()
        row, exact = runner.get_tensor(target["index"])[0], np.asarray(network(image))[0]
        assert row @ exact / np.linalg.norm(row) / np.linalg.norm(exact) > 0.995
