"""Encoders that run in Keras, with weights that need no download."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fashion_plugin.encoders import load_encoder
from fashion_plugin.encoders.keras import KerasEncoder, application_encoder
from fashion_plugin.encoders.presets import PRESETS
from fashion_plugin.errors import EncoderError, MissingExtra, UnknownEncoder, WeightsError
from fashion_plugin.testing import check_encoder

train = pytest.mark.train
# Keras 3 saves through an array protocol that NumPy 2 has marked for removal.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
POOLINGS: tuple[Any, ...] = ("average", "max", "gem")
Images = list[NDArray[np.uint8]]


def _small(pooling: Any = "average", backbone: str = "MobileNetV2") -> KerasEncoder:
    return application_encoder(backbone, weights="none", pooling=pooling, input_size=32)


@train
def test_a_keras_application_keeps_the_contract() -> None:
    check_encoder(_small(), tolerance=1e-3)


@train
def test_the_last_feature_map_is_pooled_as_asked(garments: Images) -> None:
    encoders = [application_encoder("VGG16", weights="none", pooling=how, input_size=64) for how in POOLINGS]
    average, highest, gem = (encoder.encode(garments) for encoder in encoders)
    assert average.shape == highest.shape == gem.shape == (4, 512)
    # GeM lies between the mean and the maximum; of unit vectors, the nearer pair shows it.
    assert np.all(np.sum(average * gem, axis=1) > np.sum(average * highest, axis=1))
    assert np.all(np.sum(highest * gem, axis=1) > np.sum(average * highest, axis=1))


@train
def test_vgg16_fc2_gives_the_4096_features_of_the_classic_image_search(garments: Images) -> None:
    encoder = application_encoder("VGG16", weights="none", pooling="fc2", input_size=32)
    vectors = encoder.encode(garments)
    assert vectors.shape == (4, 4096)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert PRESETS["vgg16-fc2"].dim == 4096


@train
def test_the_backbone_gets_pixels_as_its_own_preprocessing_wants_them() -> None:
    red = np.full((32, 32, 3), (255, 0, 0), np.uint8)
    for backbone, expected in (
        ("MobileNetV2", [1.0, -1.0, -1.0]),  # [-1, 1]
        ("VGG16", [-103.939, -116.779, 255 - 123.68]),  # BGR less the mean of ImageNet
        ("EfficientNetV2B0", [255.0, 0.0, 0.0]),  # scales by itself
    ):
        encoder = _small(backbone=backbone)
        np.testing.assert_allclose(encoder._pixels([red])[0, 5, 5], expected, atol=1e-3, err_msg=backbone)


@train
@pytest.mark.parametrize(
    "name", sorted(name for name, preset in PRESETS.items() if preset.runtime == "keras")
)
def test_a_keras_preset_has_the_dimension_it_states(name: str) -> None:
    import keras

    preset = PRESETS[name]
    top = preset.pooling == "fc2"
    backbone = getattr(keras.applications, preset.backbone)(
        weights=None, include_top=top, input_shape=(32, 32, 3)
    )
    output = backbone.get_layer("fc2").output if top else backbone.output
    assert output.shape[-1] == preset.dim


@train
def test_random_weights_are_the_same_every_time(garments: Images) -> None:
    np.testing.assert_allclose(_small().encode(garments), _small().encode(garments), atol=1e-5)


@train
def test_weights_change_the_fingerprint_and_pooling_too(tmp_path: Path) -> None:
    path = _saved_weights(tmp_path)
    encoders = [
        load_encoder("mobilenet_v2"),
        load_encoder("mobilenet_v2@none"),
        load_encoder(f"mobilenet_v2@{path}"),
        _small("max"),
        _small("gem"),
    ]
    assert len({encoder.fingerprint for encoder in encoders}) == len(encoders)


@train
def test_weights_come_from_a_file(tmp_path: Path, garments: Images) -> None:
    path = _saved_weights(tmp_path)
    encoder = application_encoder("MobileNetV2", weights=path, input_size=32)
    assert np.abs(encoder.encode(garments) - _small().encode(garments)).max() > 1e-3


@train
def test_weights_of_another_network_are_refused(tmp_path: Path, garments: Images) -> None:
    encoder = application_encoder("EfficientNetV2B0", weights=_saved_weights(tmp_path), input_size=32)
    with pytest.raises(WeightsError, match="EfficientNetV2B0"):
        encoder.encode(garments)


@train
def test_a_damaged_weights_file_is_refused(tmp_path: Path, garments: Images) -> None:
    path = _saved_weights(tmp_path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(WeightsError, match="damaged"):
        application_encoder("MobileNetV2", weights=path, input_size=32).encode(garments)


@train
def test_a_missing_weights_file_is_named_before_anything_is_built() -> None:
    with pytest.raises(WeightsError, match=r"none\.h5"):
        load_encoder("mobilenet_v2@none.h5")


@train
@pytest.mark.parametrize(
    ("backbone", "pooling", "says"),
    [
        ("ResNet9000", "average", "no application"),
        ("MobileNetV2", "fc2", "fc2"),
        ("MobileNetV2", "mean", "pooling"),
    ],
)
def test_what_keras_does_not_have_is_refused(backbone: str, pooling: Any, says: str) -> None:
    with pytest.raises(EncoderError, match=says):
        _small(pooling, backbone)


@train
def test_a_trained_network_opens_by_the_path_of_its_file(tmp_path: Path, garments: Images) -> None:
    import keras

    from fashion_plugin.encoders.networks import multi_scale_siamese

    backbone = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(64, 64, 3))
    network = multi_scale_siamese(backbone, dim=4096, deep_dim=128)
    network.save(tmp_path / "siamese.keras")
    encoder = load_encoder(tmp_path / "siamese.keras")
    assert (encoder.name, encoder.dim) == ("siamese", 4096)
    assert encoder.encode(garments).shape == (4, 4096)


@train
@pytest.mark.parametrize("content", [b"", b"not a network"])
def test_a_file_that_is_no_network_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.keras").write_bytes(content)
    with pytest.raises(WeightsError, match=r"x\.keras"):
        load_encoder(tmp_path / "x.keras")


def test_without_tensorflow_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'fashion-plugin\[train\]'"):
        load_encoder("vgg16")


def test_other_weights_are_for_keras_presets_only() -> None:
    with pytest.raises(UnknownEncoder):
        load_encoder("fashion@weights.h5")


def _saved_weights(folder: Path) -> Path:
    import keras

    keras.utils.set_random_seed(3)
    backbone = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(32, 32, 3))
    path = folder / "mobilenet.weights.h5"
    backbone.save_weights(path)
    return path
