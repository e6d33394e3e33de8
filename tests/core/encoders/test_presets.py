"""The preset table, and that what ships is what it says."""

from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest

from fashion_plugin.encoders.bundle import read_bundle
from fashion_plugin.encoders.litert import WEIGHTS
from fashion_plugin.encoders.presets import DEFAULT, PRESETS, Preprocessing, Preset

SHIPPED = sorted(name for name, preset in PRESETS.items() if preset.runtime == "litert")
VECTORS_CHANGE: dict[str, Any] = {
    "dim": 3,
    "input_size": 160,
    "sha256": "0" * 64,
    "flips": True,
    "preprocessing": Preprocessing(mean=(0.0, 0.0, 0.0)),
    "runtime": "keras",
}
VECTORS_CHANGE_IN_KERAS: dict[str, Any] = {"backbone": "VGG19", "pooling": "gem"}
VECTORS_STAY: dict[str, Any] = {
    "name": "other",
    "licence": "MIT",
    "source": "elsewhere",
    "file": "moved",
    "score_floor": 0.9,
}


def test_presets_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        PRESETS[DEFAULT].dim = 3  # type: ignore[misc]
    with pytest.raises(TypeError):
        PRESETS["mine"] = PRESETS[DEFAULT]  # type: ignore[index]


def test_every_preset_stands_under_its_own_name() -> None:
    assert all(preset.name == name for name, preset in PRESETS.items())


def test_every_field_either_changes_the_fingerprint_or_has_no_part_in_the_vectors() -> None:
    preset, keras = PRESETS[DEFAULT], PRESETS["vgg16"]
    assert {field.name for field in fields(Preset)} == (
        VECTORS_CHANGE.keys() | VECTORS_CHANGE_IN_KERAS.keys() | VECTORS_STAY.keys()
    )
    for name, value in VECTORS_CHANGE.items():
        assert replace(preset, **{name: value}).fingerprint != preset.fingerprint, name
    for name, value in VECTORS_CHANGE_IN_KERAS.items():
        assert replace(keras, **{name: value}).fingerprint != keras.fingerprint, name
    for name, value in VECTORS_STAY.items():
        assert replace(preset, **{name: value}).fingerprint == preset.fingerprint, name


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_file_says_the_same_as_its_preset(name: str) -> None:
    preset, network = read_bundle(WEIGHTS / PRESETS[name].file)
    assert preset == PRESETS[name]
    assert len(network) > 100_000


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_file_has_a_model_card(name: str) -> None:
    card = (WEIGHTS / PRESETS[name].file).with_suffix(".md").read_text(encoding="utf-8")
    for part in ("Licence", "Data", "Recipe", "Figures", "Limits", PRESETS[name].sha256):
        assert part in card, part


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_file_names_no_folder_of_the_machine_that_made_it(name: str) -> None:
    content = (WEIGHTS / PRESETS[name].file).read_bytes()
    assert not [path for path in (b"/home/", b"/Users/", b"/root/", b"/tmp/") if path in content]


def test_all_shipped_encoders_leave_room_in_a_wheel_of_25_megabytes() -> None:
    assert sum(path.stat().st_size for path in WEIGHTS.glob("*.tflite")) < 13_000_000
