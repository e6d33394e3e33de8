"""The file of an encoder: network and metadata in one."""

import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fashion_plugin.encoders import LiteRTEncoder, load_encoder
from fashion_plugin.encoders.bundle import pack, read_bundle, write_bundle
from fashion_plugin.encoders.presets import DEFAULT, PRESETS
from fashion_plugin.errors import WeightsError

GREY = np.full((20, 20, 3), 128, np.uint8)


def test_record_and_network_come_back_as_they_were_written(tmp_path: Path, copied: Path) -> None:
    preset, network = read_bundle(copied)
    other = replace(preset, name="mine", score_floor=0.25, flips=True, file="mine.tflite")
    write_bundle(tmp_path / "mine.tflite", other, network)
    assert read_bundle(tmp_path / "mine.tflite") == (other, network)


def test_a_file_of_older_preprocessing_has_the_fingerprint_of_what_runs_now(
    tmp_path: Path, copied: Path
) -> None:
    preset, network = read_bundle(copied)
    older = replace(preset, preprocessing=replace(preset.preprocessing, version=1))
    write_bundle(tmp_path / "older.tflite", older, network)
    assert load_encoder(tmp_path / "older.tflite").fingerprint == preset.fingerprint != older.fingerprint


def test_the_same_input_gives_the_same_file(copied: Path) -> None:
    preset, network = read_bundle(copied)
    assert pack(preset, network) == pack(preset, network)


def test_zip_tools_read_the_metadata(copied: Path) -> None:
    with zipfile.ZipFile(copied) as archive:
        assert json.loads(archive.read("encoder.json"))["name"] == DEFAULT


def test_a_flipped_bit_of_the_network_is_found(copied: Path) -> None:
    data = bytearray(copied.read_bytes())
    data[len(data) // 2] ^= 1
    copied.write_bytes(data)
    with pytest.raises(WeightsError, match="damaged"):
        load_encoder(copied)
    with pytest.raises(WeightsError, match="damaged"):
        LiteRTEncoder(PRESETS[DEFAULT], copied).encode([GREY])


@pytest.mark.parametrize("kept", [0, 3, 1000, -1, -600])
def test_a_truncated_file_is_found(copied: Path, kept: int) -> None:
    copied.write_bytes(copied.read_bytes()[:kept])
    with pytest.raises(WeightsError, match=r"damaged|not an encoder"):
        load_encoder(copied)
    if kept >= 0:  # what is lost behind the network does no harm to a preset, whose record is elsewhere
        with pytest.raises(WeightsError, match="damaged"):
            LiteRTEncoder(PRESETS[DEFAULT], copied).encode([GREY])


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8\xff\xe0 a photo", b"PK\x03\x04 half an archive", b"\0\0\0\0TFL3" + b"\0" * 99]
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "coat.tflite"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=r"coat\.tflite"):
        load_encoder(path)


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("coat.jpg", b"...")
    with pytest.raises(WeightsError, match="not an encoder"):
        load_encoder(path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": 99}, "newer version"),
        ({"dim": None}, "incomplete"),
        ({"preprocessing": {}}, "incomplete"),
        ({"format": None}, "something else"),
    ],
)
def test_metadata_that_does_not_fit_is_refused(copied: Path, change: dict[str, object], says: str) -> None:
    _, network = read_bundle(copied)
    with zipfile.ZipFile(copied) as archive:
        meta = json.loads(archive.read("encoder.json"))
    copied.write_bytes(network)
    with zipfile.ZipFile(copied, "a") as archive:
        archive.writestr("encoder.json", json.dumps(meta | change))
    with pytest.raises(WeightsError, match=says):
        load_encoder(copied)


def test_a_network_that_does_not_do_what_its_record_says_is_refused(tmp_path: Path, copied: Path) -> None:
    preset, network = read_bundle(copied)
    write_bundle(tmp_path / "short.tflite", replace(preset, dim=12), network)
    with pytest.raises(WeightsError, match=r"cannot run .*512"):
        load_encoder(tmp_path / "short.tflite").encode([GREY])


def test_a_network_that_litert_cannot_parse_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "noise.tflite"
    write_bundle(path, PRESETS[DEFAULT], b"\x1c\0\0\0TFL3" + bytes(4000))
    encoder = load_encoder(path)
    with pytest.raises(WeightsError, match="LiteRT cannot run"):
        encoder.encode([GREY])


def test_a_missing_file_of_a_preset_says_to_reinstall(tmp_path: Path) -> None:
    encoder = LiteRTEncoder(PRESETS[DEFAULT], tmp_path / "gone.tflite")
    with pytest.raises(WeightsError, match="Reinstall"):
        encoder.encode([GREY])


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preset, network = read_bundle(copied)
    before = copied.read_bytes()

    def full(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:1000])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        write_bundle(copied, preset, network)
    monkeypatch.undo()
    assert copied.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [copied.name]


@pytest.mark.skipif(shutil.which("unzip") is None, reason="platform: no unzip here")
def test_the_line_of_the_documentation_prints_the_metadata(copied: Path) -> None:
    printed = subprocess.run(
        ["unzip", "-p", copied, "encoder.json"],
        capture_output=True,
        check=False,
    ).stdout
    assert json.loads(printed)["dim"] == PRESETS[DEFAULT].dim


def test_importing_encoders_loads_no_runtime() -> None:
    heavy = ("ai_edge_litert", "tensorflow", "keras", "zipfile")
    code = f"""
import sys, fashion_plugin.encoders
fashion_plugin.encoders.load_encoder()
print([name for name in {heavy!r} if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
