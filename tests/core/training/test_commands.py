"""The commands that need no TensorFlow: triplets and evaluate."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from fashion_plugin import FashionPlugin, Product
from fashion_plugin.errors import InvalidInput, TrainingError
from fashion_plugin.testing import FakeEncoder
from fashion_plugin.training.commands import COMMANDS
from fashion_plugin.training.manifest import Manifest, write_manifest

Draw = Callable[..., Manifest]


@pytest.fixture
def manifest(catalogue: Draw, tmp_path: Path) -> Path:
    path = tmp_path / "photos.csv"
    write_manifest(catalogue(views=2).items, path)
    return path


def run(*arguments: object) -> Result:
    """Run a command as the command line does; errors come out as they are."""
    group = click.Group(commands={command.name or "": command for command in COMMANDS})
    return CliRunner().invoke(group, [str(argument) for argument in arguments], catch_exceptions=False)


def test_triplets_draws_a_sheet_and_writes_a_list(manifest: Path, tmp_path: Path) -> None:
    sheet, out = tmp_path / "deep" / "sheet.png", tmp_path / "triplets.jsonl"
    result = run("triplets", "--manifest", manifest, "--sheet", sheet, "--out", out, "--hard-with", "fashion")
    assert result.exit_code == 0
    assert "18 triplets an epoch: 70% in-class negatives, 0% synthetic" in result.output
    with Image.open(sheet) as picture:
        assert picture.width > 1000
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert {row["kind"] for row in rows} == {"in-class", "out-of-class"}
    assert any(row["hard"] for row in rows)


def test_evaluate_prints_figures_beside_the_baseline(manifest: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    result = run("evaluate", "--manifest", manifest, "--split", "all", "--report", report, "--by-category")
    assert result.exit_code == 0
    assert "24 photos of 12 products, 24 queries" in result.output
    assert "fashion (" in result.output
    assert "colour histogram (512-d)" in result.output
    assert "recall@1" in result.output
    assert "hat       8" in result.output
    assert report.stat().st_size > 10_000


def test_evaluate_prints_json_for_programs(manifest: Path) -> None:
    result = run("evaluate", "--manifest", manifest, "--json")
    values = json.loads(result.stdout)
    assert [scores["encoder"] for scores in values["scores"]][:2] == ["fashion", "colour histogram"]
    assert values["products"] == 3


def test_evaluate_takes_a_catalogue_and_its_own_encoder(catalogue: Draw, tmp_path: Path) -> None:
    db = tmp_path / "shop.db"
    with FashionPlugin.open(db) as shop:
        items = catalogue(views=1).items
        shop.index(Product(id=item.product_id, images=item.image, category=item.category) for item in items)
    result = run("evaluate", "--db", db)
    assert result.exit_code == 0
    assert "12 photos of 12 products" in result.output
    assert "Queries are synthetic" in result.output


def test_live_encoder_of_a_file_must_be_named(catalogue: Draw, tmp_path: Path) -> None:
    db = tmp_path / "shop.db"
    with FashionPlugin.open(db, encoder=FakeEncoder()) as shop:
        items = catalogue(views=1).items
        shop.index(Product(id=item.product_id, images=item.image) for item in items)
    with pytest.raises(
        TrainingError,
        match=r"'fake' is no preset and no file .*name its file with --encoder",
    ):
        run("evaluate", "--db", db)


def test_photos_must_be_named_once(manifest: Path, tmp_path: Path) -> None:
    for arguments in ((), ("--manifest", manifest, "--db", tmp_path / "shop.db")):
        result = run("evaluate", *arguments)
        assert result.exit_code == 2
        assert "give --manifest FILE or --db FILE" in result.output


def test_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no database"):
        run("evaluate", "--db", tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_loading_the_commands_loads_nothing_heavy() -> None:
    program = (
        "import sys, fashion_plugin.training.commands\n"
        "print([n for n in ('PIL', 'keras', 'tensorflow', 'matplotlib') if n in sys.modules])"
    )
    child = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "[]"
