"""The multi-scale Siamese against its description, layer by layer; the plain head; what survives saving."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from fashion_plugin.encoders import networks  # noqa: E402

pytestmark = pytest.mark.train


def _backbone(size: int = 224) -> Any:
    image = keras.Input((size, size, 3), name="image")
    features = keras.layers.Conv2D(12, 3, strides=8, activation="relu")(image)
    return keras.Model(image, features, name="small")


SIZES = {
    "shallow_4to1_subsample": (56, 56, 3),
    "shallow_4to1_conv": (14, 14, 96),
    "shallow_4to1_pool": (4, 4, 96),
    "shallow_4to1_flat": (1536,),
    "shallow_8to1_subsample": (28, 28, 3),
    "shallow_8to1_conv": (7, 7, 96),
    "shallow_8to1_pool": (4, 4, 96),
    "shallow_8to1_flat": (1536,),
    "shallow": (3072,),
    "shallow_unit": (3072,),
    "deep_unit": (4096,),
    "joined": (7168,),
    "embedding": (4096,),
    "unit": (4096,),
}


@pytest.mark.parametrize("application", ["VGG16", "VGG19"])
def test_every_layer_of_the_siamese_has_the_size_described(application: str) -> None:
    vgg = getattr(keras.applications, application)(weights=None, include_top=True)
    network = networks.multi_scale_siamese(networks.vgg_fc2(vgg))
    assert {name: tuple(network.get_layer(name).output.shape[1:]) for name in SIZES} == SIZES
    assert tuple(network.get_layer("fc1").output.shape[1:]) == (4096,)
    assert tuple(network.get_layer("fc2").output.shape[1:]) == (4096,)
    assert network.get_layer("deep_unit").input.name == network.get_layer("fc2").output.name
    for branch, pool, stride in (("4to1", 7, 4), ("8to1", 3, 2)):
        assert network.get_layer(f"shallow_{branch}_conv").kernel_size == (8, 8)
        assert network.get_layer(f"shallow_{branch}_conv").strides == (4, 4)
        assert network.get_layer(f"shallow_{branch}_pool").pool_size == (pool, pool)
        assert network.get_layer(f"shallow_{branch}_pool").strides == (stride, stride)
    # Linear: neither an activation nor a layer between it and the unit length.
    assert network.get_layer("embedding").activation is keras.activations.linear
    assert network.layers[-1].name == "unit"


def test_siamese_takes_any_backbone_and_any_size_of_embedding() -> None:
    network = networks.multi_scale_siamese(_backbone(), dim=48, deep_dim=20)
    assert tuple(network.get_layer("joined").output.shape[1:]) == (20 + 3072,)
    assert networks.embedding_dim(network) == 48
    rows = network(np.random.default_rng(0).uniform(-1, 1, (2, 224, 224, 3)).astype("float32"))
    assert np.linalg.norm(keras.ops.convert_to_numpy(rows), axis=1) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("pooling", ["gem", "average", "max"])
def test_plain_head_ends_in_unit_rows_and_survives_saving(pooling: Any, tmp_path: Path) -> None:
    network = networks.plain_head(_backbone(64), dim=6, pooling=pooling, dropout=0.1)
    images = np.random.default_rng(0).uniform(-1, 1, (3, 64, 64, 3)).astype("float32")
    before = keras.ops.convert_to_numpy(network(images))
    assert np.linalg.norm(before, axis=1) == pytest.approx(1.0, abs=1e-5)
    network.save(tmp_path / "network.keras")
    again = keras.models.load_model(tmp_path / "network.keras")
    assert keras.ops.convert_to_numpy(again(images)) == pytest.approx(before, abs=1e-6)


def test_plain_head_refuses_a_backbone_that_ends_in_a_vector() -> None:
    image = keras.Input((32, 32, 3))
    with pytest.raises(ValueError, match="feature map"):
        networks.plain_head(keras.Model(image, keras.layers.Flatten()(image)))


@pytest.mark.parametrize("p", [1.0, 3.0, 8.0])
def test_gem_equals_its_formula(p: float) -> None:
    features = np.random.default_rng(0).uniform(0, 2, (2, 4, 5, 3)).astype("float32")
    layer = networks.GeM(p=p)
    expected = (features.astype(np.float64) ** p).mean(axis=(1, 2)) ** (1 / p)
    assert keras.ops.convert_to_numpy(layer(features)) == pytest.approx(expected, rel=1e-4)
    assert len(layer.trainable_weights) == 1


def test_gem_of_nothing_is_finite() -> None:
    assert np.isfinite(keras.ops.convert_to_numpy(networks.GeM()(np.zeros((1, 2, 2, 3), "float32")))).all()


def test_zero_row_stays_zero_when_normalised() -> None:
    rows = keras.ops.convert_to_numpy(networks.L2Normalise()(np.array([[0.0, 0.0], [3.0, 4.0]], "float32")))
    assert rows.tolist() == [[0.0, 0.0], pytest.approx([0.6, 0.8])]


def test_preprocessing_equals_that_of_the_applications() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3)).astype("float32")
    unit = pixels / 127.5 - 1.0
    caffe = keras.ops.convert_to_numpy(networks.Preprocess("caffe")(unit))
    assert caffe == pytest.approx(keras.applications.vgg16.preprocess_input(pixels.copy()), abs=1e-3)
    assert keras.ops.convert_to_numpy(networks.Preprocess("raw")(unit)) == pytest.approx(pixels, abs=1e-3)
    torch = keras.ops.convert_to_numpy(networks.Preprocess("torch")(unit))
    assert torch == pytest.approx(keras.applications.densenet.preprocess_input(pixels.copy()), abs=1e-3)
    with pytest.raises(ValueError, match="mode"):
        networks.Preprocess("caffe2")
