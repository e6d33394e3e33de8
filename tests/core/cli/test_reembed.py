"""The command reembed, run as a process would run it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fashion_plugin.encoders import PRESETS
from fashion_plugin.encoders.whitening import Whitening

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    # Not below pytest's own folder, which every other run of pytest closes to other users as it starts.
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        (root / "photos").mkdir()
        for number in range(12):
            picture = Image.new("RGB", (120, 160), "white")
            picture.paste((number * 20, 255 - number * 15, number * 70 % 256), (30, 20, 90, 100 + 4 * number))
            picture.save(root / "photos" / f"{number}.jpg", quality=95)
        yield root


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-c", "from fashion_plugin.cli import main; main()", *arguments]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="module")
def shop(folder: Path, run: Run) -> Run:
    """Twelve products embedded with the shipped encoder; other.npz is another encoder."""
    assert run("index", "photos").returncode == 0
    write_encoder(folder / "other.npz", seed=1)
    return run


def write_encoder(path: Path, seed: int) -> None:
    preset = PRESETS["fashion"]
    drawn = np.random.default_rng(seed).normal(size=(preset.dim, 64)).astype(np.float32)
    Whitening(preset.name, preset.fingerprint, np.zeros(preset.dim, np.float32), drawn).save(path)


def states(run: Run) -> list[tuple[str, str, int]]:
    generations = json.loads(run("stats", "--json").stdout)["generations"]
    return [(one["state"], Path(one["source"]).name, one["missing"]) for one in generations]


def test_catalogue_goes_over_to_another_encoder_and_back(shop: Run, folder: Path) -> None:
    assert "no generation is building" in shop("reembed").stderr
    built = shop("reembed", "--encoder", "other.npz", "--rate", "1000")
    assert built.returncode == 0, built.stderr
    assert "12 of 12 images" in built.stdout
    assert states(shop) == [("live", "fashion", 0), ("building", "other.npz", 0)]
    assert "building" in shop("stats").stdout

    told = shop("reembed", "--compare", "5", "--grid", "changes.png")
    assert told.returncode == 0, told.stderr
    assert "overlap@10" in told.stdout
    with Image.open(folder / "changes.png") as grid:
        assert grid.height > 5 * 300
    compared = json.loads(shop("reembed", "--compare", "5", "--json").stdout)
    assert (compared["questions"], len(compared["overlaps"])) == (5, 5)
    assert 0 < compared["mean"] <= 1

    assert shop("reembed", "--switch").returncode == 0
    assert states(shop) == [("live", "other.npz", 0), ("retired", "fashion", 0)]
    found = json.loads(shop("search", "photos/3.jpg", "--json").stdout)["matches"][0]
    assert found["product"]["id"] == "3"
    assert found["score"] > 0.999
    refused = shop("search", "photos/3.jpg", "--encoder", "fashion")
    assert "fashion-plugin reembed --encoder fashion" in refused.stderr
    assert (
        "is live"
        in shop("reembed", "--drop", "other").stderr + shop("reembed", "--encoder", "other.npz").stderr
    )

    assert shop("reembed", "--rollback").returncode == 0
    assert states(shop) == [("live", "fashion", 0), ("building", "other.npz", 0)]
    assert shop("reembed", "--switch").returncode == 0
    assert shop("reembed", "--rollback").returncode == 0
    assert "12 embeddings" in shop("reembed", "--drop", str(folder / "other.npz")).stdout
    assert states(shop) == [("live", "fashion", 0)]
    assert "all is well" in shop("verify").stdout


def test_encoder_whose_file_changed_is_another_one(shop: Run, folder: Path) -> None:
    write_encoder(folder / "changing.npz", seed=2)
    assert shop("reembed", "--encoder", "changing.npz").returncode == 0
    write_encoder(folder / "changing.npz", seed=3)
    assert "being built already" in shop("reembed", "--encoder", "changing.npz").stderr
    refused = shop("reembed", "--switch")
    assert refused.returncode == 1
    assert "is another one by now" in refused.stderr
    assert states(shop)[0] == ("live", "fashion", 0)
    write_encoder(folder / "changing.npz", seed=2)
    assert shop("reembed", "--switch").returncode == 0
    write_encoder(folder / "changing.npz", seed=3)
    assert "fashion-plugin reembed --encoder" in shop("search", "photos/3.jpg").stderr
    assert shop("reembed", "--rollback").returncode == 0
    assert shop("search", "photos/3.jpg").returncode == 0
    assert shop("reembed", "--drop", str(folder / "changing.npz")).returncode == 0


def test_one_thing_at_a_time(shop: Run) -> None:
    assert shop("reembed", "--switch", "--rollback").returncode == 2
    assert shop("reembed", "--pause").stdout == "Nobody was at work.\n"
    assert "no generation is retired" in shop("reembed", "--rollback").stderr
    assert "no generation is retired" in shop("reembed", "--drop").stderr


_AS_NOBODY = """
import os
from fashion_plugin.cli import cli
commands = (["search", "photos/3.jpg"], ["similar", "3"], ["stats"], ["verify"])
for command in commands:  # all is loaded by this: nobody may not be allowed to read Python itself
    cli(command, standalone_mode=False)
print("---")
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
for command in commands:
    cli([*command, "--db", "closed/fashion.db"], standalone_mode=False)
"""


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="platform: no user ids here")
def test_folder_that_cannot_be_written_is_searched(shop: Run, folder: Path) -> None:
    (folder / "closed").mkdir()
    assert shop("backup", "closed/fashion.db").returncode == 0
    if os.geteuid() == 0:  # root may write anywhere: the child becomes another user, who must get there
        for parent in (folder, *folder.parents[:-2]):
            parent.chmod(parent.stat().st_mode | 0o055)
    for file in (folder / "closed").iterdir():
        file.chmod(0o444)
    (folder / "closed").chmod(0o555)
    command = [sys.executable, "-c", _AS_NOBODY]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    (folder / "closed").chmod(0o755)
    assert answer.returncode == 0, answer.stderr
    answers = answer.stdout.split("---")
    assert "1.000" in answers[1]
    assert "closed/fashion.db: all is well" in answers[1]
