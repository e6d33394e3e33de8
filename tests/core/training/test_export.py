"""From a Keras network to a file that serves: converted, compared, refused or written."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.encoders import LiteRTEncoder, load_encoder
from fashion_plugin.errors import TrainingError
from fashion_plugin.testing import check_encoder
from fashion_plugin.training.export import Limits, export_encoder

pytestmark = [
    pytest.mark.train,
    # The converter of TensorFlow 2.21 uses parts of Python and of itself that are on their way out.
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning"),
]

Images = list[NDArray[np.uint8]]


def _network(
    dim: int = 16, size: int = 32, *, policy: str = "float32", unit: bool = True, gem: bool = True
) -> Any:
    import keras

    from fashion_plugin.encoders.networks import GeM, L2Normalise

    keras.utils.set_random_seed(1)
    source = keras.Input((size, size, 3))
    x = keras.layers.Conv2D(12, 3, strides=2, activation="relu", dtype=policy)(source)
    x = keras.layers.BatchNormalization(dtype=policy)(x)
    x = GeM(dtype=policy)(x) if gem else keras.layers.GlobalAveragePooling2D(dtype=policy)(x)
    x = keras.layers.Dense(dim, name="embedding", dtype=policy)(x)
    return keras.Model(source, L2Normalise(name="unit", dtype="float32")(x) if unit else x, name="small")


@pytest.fixture(scope="module")
def photos() -> Images:
    rng = np.random.default_rng(5)
    plain = [np.full((40, 50, 3), rng.integers(0, 256, 3), np.uint8) for _ in range(60)]
    noisy = [rng.integers(0, 256, (50, 30, 3), dtype=np.uint8) for _ in range(60)]
    return plain + noisy


def _embed(network: Any, photos: Images) -> NDArray[np.float32]:
    from fashion_plugin.encoders.preprocess import scale, square
    from fashion_plugin.encoders.presets import Preprocessing

    batch = np.stack([scale(square(photo, 32), Preprocessing()) for photo in photos])
    return np.asarray(network(batch, training=False), dtype=np.float32)


@pytest.mark.parametrize(
    ("precision", "least"), [("fp32", 0.99999), ("fp16", 0.9999), ("mixed", 0.99), ("int8", 0.97)]
)
def test_an_exported_file_gives_the_vectors_of_the_network(
    tmp_path: Path, photos: Images, precision: Any, least: float
) -> None:
    network = _network(gem=precision != "int8")  # the powers of GeM do not fit into 8 bits
    report = export_encoder(
        network,
        tmp_path / "small.tflite",
        name="small",
        photos=photos,
        precision=precision,
        calibration=photos,
        limits=Limits(cosine=least),
        licence="CC0",
    )
    encoder = load_encoder(tmp_path / "small.tflite")
    cosines = np.sum(encoder.encode(photos) * _embed(network, photos), axis=1)
    assert np.percentile(cosines, 1) >= least
    assert report.cosine_first == pytest.approx(np.percentile(cosines, 1), abs=1e-4)
    assert (encoder.name, encoder.dim, report.preset.licence) == ("small", 16, "CC0")
    assert report.size == (tmp_path / "small.tflite").stat().st_size
    assert [path.name for path in tmp_path.iterdir()] == ["small.tflite"]
    check_encoder(encoder)


def test_unit_length_is_left_to_the_runtime(tmp_path: Path, photos: Images) -> None:
    for unit in (True, False):
        export_encoder(
            _network(unit=unit), tmp_path / f"{unit}.tflite", name="x", photos=photos, precision="fp32"
        )
    with_unit, without = load_encoder(tmp_path / "True.tflite"), load_encoder(tmp_path / "False.tflite")
    np.testing.assert_allclose(with_unit.encode(photos), without.encode(photos), atol=1e-6)


def test_a_network_trained_in_half_precision_is_exported_in_full(tmp_path: Path, photos: Images) -> None:
    report = export_encoder(
        _network(policy="mixed_bfloat16"), tmp_path / "x.tflite", name="x", photos=photos, precision="fp32"
    )
    assert report.cosine_first > 0.9999
    full = np.asarray(load_encoder(tmp_path / "x.tflite").encode(photos))
    assert np.sum(full * _embed(_network(), photos), axis=1).min() > 0.999


def test_an_export_that_loses_too_much_is_refused_and_leaves_the_old_file(
    tmp_path: Path, photos: Images
) -> None:
    path = tmp_path / "small.tflite"
    path.write_bytes(b"the encoder that serves today")
    with pytest.raises(TrainingError, match=r"Refused.*no retrieval figures"):
        export_encoder(_network(), path, name="x", photos=photos, limits=Limits(cosine=1.01))
    assert path.read_bytes() == b"the encoder that serves today"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_retrieval_as_good_as_before_makes_up_for_cosine(tmp_path: Path, photos: Images) -> None:
    calls: list[int] = []

    def figures(vectors: NDArray[np.float32]) -> Mapping[str, float]:
        calls.append(len(vectors))
        return {"P@1": 0.8 - 0.003 * len(calls), "P@10": 0.7 + 0.01 * len(calls)}

    report = export_encoder(
        _network(),
        tmp_path / "x.tflite",
        name="x",
        photos=photos,
        figures=figures,
        limits=Limits(cosine=1.01),
    )
    assert calls == [len(photos)] * 2
    assert report.largest_loss == pytest.approx(0.003)
    with pytest.raises(TrainingError, match=r"retrieval falls by 0\.0030"):
        export_encoder(
            _network(),
            tmp_path / "x.tflite",
            name="x",
            photos=photos,
            figures=figures,
            limits=Limits(cosine=1.01, retrieval=0.001),
        )


def test_flips_are_part_of_what_is_compared(tmp_path: Path, photos: Images) -> None:
    report = export_encoder(
        _network(), tmp_path / "x.tflite", name="x", photos=photos, precision="fp32", flips=True
    )
    assert report.preset.flips
    assert report.cosine_first > 0.9999


def test_int8_needs_photos_to_calibrate_on(tmp_path: Path, photos: Images) -> None:
    with pytest.raises(TrainingError, match="100 photos to calibrate"):
        export_encoder(
            _network(),
            tmp_path / "x.tflite",
            name="x",
            photos=photos,
            precision="int8",
            calibration=photos[:99],
        )


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, photos: Images) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path, tmp_path / "file" / "x.tflite"):
        with pytest.raises(TrainingError, match=f"cannot be written to {path}"):
            export_encoder(_network(), path, name="x", photos=photos)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_too_few_photos_to_compare_are_refused(tmp_path: Path, photos: Images) -> None:
    with pytest.raises(TrainingError, match="at least 10"):
        export_encoder(_network(), tmp_path / "x.tflite", name="x", photos=photos[:9])


def test_a_network_that_does_not_end_in_a_vector_is_refused(tmp_path: Path, photos: Images) -> None:
    import keras

    source = keras.Input((32, 32, 3))
    network = keras.Model(source, keras.layers.Conv2D(4, 3)(source))
    with pytest.raises(TrainingError, match="one vector"):
        export_encoder(network, tmp_path / "x.tflite", name="x", photos=photos)


def test_a_network_without_a_square_input_is_refused(tmp_path: Path, photos: Images) -> None:
    import keras

    source = keras.Input((None, None, 3))
    network = keras.Model(source, keras.layers.GlobalAveragePooling2D()(source))
    with pytest.raises(TrainingError, match="size, size, 3"):
        export_encoder(network, tmp_path / "x.tflite", name="x", photos=photos)


def test_an_exported_multi_scale_siamese_of_4096_dimensions_is_stored_and_searched(
    tmp_path: Path, photos: Images
) -> None:
    import keras
    from PIL import Image

    from fashion_plugin.encoders.networks import multi_scale_siamese

    source = keras.Input((64, 64, 3))
    feature_map = keras.layers.Conv2D(8, 3, strides=4, activation="relu")(source)
    network = multi_scale_siamese(keras.Model(source, feature_map), dim=4096, deep_dim=64)
    path = tmp_path / "siamese.tflite"
    export_encoder(network, path, name="siamese", photos=photos[:20], precision="fp32")

    products = []
    for number, photo in enumerate(photos[55:65]):
        Image.fromarray(photo).save(tmp_path / f"{number}.png")
        products.append(Product(id=str(number), title="", images=(tmp_path / f"{number}.png",)))
    with FashionPlugin.open(tmp_path / "shop.db", encoder=path) as shop:
        assert isinstance(shop.encoder, LiteRTEncoder)
        assert shop.encoder.dim == 4096
        assert shop.index(products).failed == 0
        for product in products:
            best = shop.search(tmp_path / f"{product.id}.png", limit=1)[0]
            assert best.product.id == product.id
            assert best.score >= 0.999
