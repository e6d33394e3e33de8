"""The command line, run as a process would run it, over a real database."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from fashion_plugin.cli import cli

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("cli")
    for name, colour in (("red", (200, 30, 40)), ("green", (20, 140, 60)), ("blue", (30, 50, 190))):
        picture = Image.new("RGB", (120, 160), "white")
        picture.paste(colour, (30, 20, 90, 140))
        (root / "photos").mkdir(exist_ok=True)
        picture.save(root / "photos" / f"{name}.jpg", quality=95)
    return root


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-c", "from fashion_plugin.cli import main; main()", *arguments]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="module")
def indexed(run: Run) -> Run:
    result = run("index", "photos")
    assert result.returncode == 0, result.stderr
    assert "3 added" in result.stdout
    return run


def test_search_prints_a_table_a_picture_and_json(indexed: Run, folder: Path) -> None:
    table = indexed("search", "photos/red.jpg", "--grid", "grid.png")
    assert table.returncode == 0
    assert table.stdout.splitlines()[1].split()[:3] == ["1", "1.000", "red"]
    with Image.open(folder / "grid.png") as grid:
        assert grid.width > 800
    answer = json.loads(indexed("search", "photos/red.jpg", "--json", "--limit", "2").stdout)
    assert answer["matches"][0]["product"]["id"] == "red"
    assert len(answer["matches"]) == 2


def test_similar_draws_its_product(indexed: Run, folder: Path) -> None:
    result = indexed("similar", "red", "--grid", "similar.png")
    assert result.returncode == 0
    assert "red" not in [line.split()[2] for line in result.stdout.splitlines()[1:]]
    assert (folder / "similar.png").stat().st_size > 0


def test_stats_verify_vacuum_and_backup_work(indexed: Run, folder: Path) -> None:
    assert json.loads(indexed("stats", "--json").stdout)["products"] == 3
    assert "all is well" in indexed("verify").stdout
    assert indexed("vacuum").returncode == 0
    assert indexed("backup", "copy.db").returncode == 0
    assert "red" in indexed("search", "photos/red.jpg", "--db", "copy.db").stdout
    assert indexed("backup", "copy.db").returncode == 1


def test_doctor_examines_the_database(indexed: Run) -> None:
    result = indexed("doctor")
    assert result.returncode == 0, result.stdout + result.stderr
    for word in ("driver", "sqlite", "encoder", "integrity", "disk"):
        assert word in result.stdout.lower()


def test_partial_failures_are_listed_and_exit_1(indexed: Run, folder: Path) -> None:
    (folder / "mixed").mkdir(exist_ok=True)
    (folder / "mixed" / "text.jpg").write_text("no photo")
    Image.new("RGB", (40, 40), "red").save(folder / "mixed" / "good.png")
    result = indexed("index", "mixed", "--db", "mixed.db")
    assert result.returncode == 1
    assert "1 added" in result.stdout
    assert "text.jpg" in result.stderr
    report = json.loads(indexed("index", "mixed", "--db", "mixed.db", "--json").stdout)
    assert (report["unchanged"], report["failed"]) == (1, 1)


def test_remove_says_what_is_not_there(indexed: Run, folder: Path) -> None:
    indexed("index", "photos", "--db", "removal.db")
    assert indexed("remove", "red", "--db", "removal.db").returncode == 0
    again = indexed("remove", "red", "blue", "--db", "removal.db")
    assert again.returncode == 1
    assert "Removed 1" in again.stdout
    assert "red" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("search", "missing.jpg"), 1),
        (("search", "photos"), 1),
        (("search", "http://127.0.0.1/red.jpg"), 1),
        (("search", "photos/red.jpg", "--db", "nowhere.db"), 1),
        (("search", "photos/red.jpg", "--max-price", "abc"), 1),
        (("search", "photos/red.jpg", "--encoder", "nonsense"), 1),
        (("search", "photos/red.jpg", "--grid", "nowhere/grid.png"), 1),
        (("similar", "nope"), 1),
        (("index", "nowhere"), 1),
        (("index", "photos", "--db", "photos"), 1),
        (("index", "photos", "--db", "nowhere/shop.db"), 1),
        (("index", "photos", "--db", "photos/red.jpg"), 1),
        (("search", "photos/red.jpg", "--limit", "0"), 2),
        (("search",), 2),
        (("nonsense",), 2),
    ],
)
def test_wrong_input_gets_one_sentence_and_no_traceback(
    indexed: Run, arguments: tuple[str, ...], status: int
) -> None:
    result = indexed(*arguments)
    assert result.returncode == status, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    if status == 1:
        assert len(result.stderr.strip().splitlines()) == 1, result.stderr


def test_every_command_explains_itself() -> None:
    for name, command in cli.commands.items():
        assert command.help, f"{name} has no help"


def test_search_takes_a_text_alone_or_with_a_photo(indexed: Run) -> None:
    assert indexed("search", "--text", "green").stdout.splitlines()[1].split()[:3] == ["1", "1.000", "green"]
    both = indexed("search", "photos/red.jpg", "--text", "blue", "--json")
    assert json.loads(both.stdout)["matches"][0]["product"]["id"] == "blue"
    assert "a --text or both" in indexed("search").stderr


def test_looks_are_imported_and_bad_rows_named(indexed: Run, folder: Path) -> None:
    (folder / "looks.csv").write_text(
        "photo,products\na.jpg,red|green\nb.jpg,red\n,blue|x9\n", encoding="utf-8"
    )
    result = indexed("looks", "import", "looks.csv")
    assert result.returncode == 1
    assert result.stdout.startswith("2 looks with 4 products imported, 1 left out")
    assert "look 2 needs two products" in result.stderr
    assert "x9" in result.stderr
    assert json.loads(indexed("looks", "list", "--json").stdout)[0] == {
        "photo": "a.jpg",
        "products": ["red", "green"],
    }


def test_categories_are_shown_and_said(indexed: Run) -> None:
    shown = json.loads(indexed("looks", "categories", "--set", "Oberteile=top", "--json").stdout)
    assert isinstance(shown, dict)
    assert "is not CATEGORY=LABEL" in indexed("looks", "categories", "--set", "Oberteile").stderr
    assert "no garment label" in indexed("looks", "categories", "--set", "Oberteile=shirt").stderr


def test_results_show_measured_colours(indexed: Run) -> None:
    assert "red" in indexed("search", "photos/red.jpg").stdout.splitlines()[1].split()[3:]
    assert "a PHOTO, and without --box" in indexed("search", "--text", "red", "--whole").stderr
