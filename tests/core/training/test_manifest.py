"""Manifests: what is read, and what is refused."""

from pathlib import Path

import pytest

from fashion_plugin.errors import InvalidSource
from fashion_plugin.training.manifest import Item, held_out, read_manifest, write_manifest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def _write(folder: Path, text: str, name: str = "photos.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["photos.csv", "photos.jsonl"])
def test_written_manifest_reads_back_the_same(folder: Path, name: str) -> None:
    items = (
        Item(str(folder / "a.jpg"), "1", "Ropa, ¡sí!", "red", "catalog", "train"),
        Item(str(folder / "b.jpg"), "2", "shoes", "", "wild", "validation"),
    )
    write_manifest(items, folder / name)
    assert read_manifest(folder / name).items == items


def test_paths_are_relative_to_the_manifest(folder: Path) -> None:
    path = _write(folder, "image,product_id\na.jpg,1\n")
    assert read_manifest(path).items[0].image == str(folder / "a.jpg")


def test_manifest_says_the_same_from_any_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_manifest([Item("a.jpg", "p1"), Item("b.jpg", "p2")], folder / "m.csv")
    absolute = read_manifest(folder / "m.csv")
    monkeypatch.chdir(folder)
    assert read_manifest(Path("m.csv")).digest == absolute.digest


def test_semicolons_byte_order_mark_and_american_spelling_are_understood(folder: Path) -> None:
    path = _write(folder, "\ufeffImage;Product_ID;Color\na.jpg;1;navy\n")
    assert read_manifest(path).items[0].colour == "navy"


def test_missing_files_are_counted_and_named(folder: Path) -> None:
    path = _write(folder, "image,product_id\na.jpg,1\ngone.jpg,2\n")
    with pytest.raises(InvalidSource, match=r"1 of 2 image files are missing: .*gone\.jpg"):
        read_manifest(path)
    assert len(read_manifest(path, skip_missing=True)) == 1


def test_manifest_of_missing_files_alone_is_refused_even_when_skipping(folder: Path) -> None:
    path = _write(folder, "image,product_id\ngone.jpg,2\n")
    with pytest.raises(InvalidSource, match="1 of 1"):
        read_manifest(path, skip_missing=True)


def test_product_on_both_sides_of_the_split_is_refused(folder: Path) -> None:
    path = _write(folder, "image,product_id,split\na.jpg,1,train\nb.jpg,1,validation\n")
    with pytest.raises(InvalidSource, match="in train and in validation"):
        read_manifest(path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("image,product_id\n", "no rows"),
        ("image\na.jpg\n", "line 2: needs image and product_id"),
        ("image,product_id,domain\na.jpg,1,street\n", "domain must be catalog or wild"),
        ("image,product_id,split\na.jpg,1,test\n", "split must be train or validation"),
        ("image,product_id,colour\na.jpg,1,red\na.jpg,1,blue\n", "says different things"),
    ],
)
def test_bad_row_says_what_is_wrong(folder: Path, text: str, problem: str) -> None:
    with pytest.raises(InvalidSource, match=problem):
        read_manifest(_write(folder, text))


@pytest.mark.parametrize("text", ["[1]\n", "{nonsense\n"])
def test_bad_json_line_is_refused(folder: Path, text: str) -> None:
    with pytest.raises(InvalidSource, match="line 1"):
        read_manifest(_write(folder, text, "photos.jsonl"))


def test_manifest_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="no manifest"):
        read_manifest(tmp_path / "none.csv")


def test_without_a_split_about_a_tenth_is_held_out_and_stays_so() -> None:
    share = sum(held_out(f"product-{number}") for number in range(2000)) / 2000
    assert 0.07 < share < 0.13
    assert [held_out("sku-1") for _ in range(3)] == [held_out("sku-1")] * 3


def test_digest_changes_with_the_content(folder: Path) -> None:
    first = read_manifest(_write(folder, "image,product_id\na.jpg,1\n")).digest
    assert first == read_manifest(_write(folder, "image,product_id\na.jpg,1\n")).digest
    assert first != read_manifest(_write(folder, "image,product_id\na.jpg,2\n")).digest
