import json
from pathlib import Path

import numpy as np
import pytest

from fashion_plugin.colour import to_lab
from fashion_plugin.errors import InvalidSource
from fashion_plugin.looks.curated import CuratedLook, read_curated_looks
from fashion_plugin.looks.groups import GARMENT_LABELS
from fashion_plugin.looks.outfit import Piece, complete
from fashion_plugin.looks.worn_together import PHOTOS, WORN_TOGETHER, affinity, colour_harmony

NAVY, WHITE, RED, LIGHT_RED = (27, 35, 67), (250, 250, 250), (190, 30, 40), (230, 90, 90)


def test_counts_are_symmetric_and_never_above_the_garments_own() -> None:
    table = np.array([WORN_TOGETHER[label] for label in GARMENT_LABELS])
    assert (table == table.T).all()
    assert (table <= np.diag(table)).all()
    assert table.max() <= PHOTOS


def test_a_garment_never_completes_itself_or_its_alternative() -> None:
    assert affinity("dress", "dress") == 0
    assert affinity("dress", "skirt") == affinity("skirt", "dress") == 0
    assert affinity("top", "bottom") > affinity("top", "scarf") > 0
    assert affinity("top", "umbrella") == 0


def test_tones_of_one_colour_go_together_best() -> None:
    tones, words = colour_harmony(to_lab(RED), to_lab(LIGHT_RED))
    assert words == "tones of one colour"
    assert tones > colour_harmony(to_lab(RED), to_lab((30, 90, 200)))[0]


def test_harmony_is_symmetric() -> None:
    colours = [to_lab(colour) for colour in (NAVY, WHITE, RED, LIGHT_RED, (60, 160, 80))]
    assert all(
        colour_harmony(a, b) == pytest.approx(colour_harmony(b, a)[0])
        or colour_harmony(a, b) == colour_harmony(b, a)
        for a in colours
        for b in colours
    )


def test_a_dress_is_completed_by_shoes_not_by_a_skirt() -> None:
    candidates = [
        Piece("skirt", "skirt", (RED,)),
        Piece("shoes", "shoes", (RED,)),
        Piece("other", "dress", (RED,)),
    ]
    found = complete(Piece("dress", "dress", (LIGHT_RED,)), candidates)
    assert [suggestion.id for suggestion in found] == ["shoes"]


def test_each_suggestion_says_why() -> None:
    found = complete(
        Piece("a", "top", (RED,), np.eye(3, dtype=np.float32)[0]),
        [Piece("b", "bottom", (NAVY,), np.eye(3, dtype=np.float32)[0])],
    )
    assert len(found[0].reasons) == 3
    assert "red" in found[0].reasons[1]
    assert 0 <= found[0].score <= 1


def test_the_merchants_own_looks_come_first_whatever_the_label() -> None:
    candidates = [Piece(f"shoes-{i}", "shoes", (RED,)) for i in range(3)] + [Piece("mug", "")]
    found = complete(Piece("top", "top", (RED,)), candidates, curated={"mug": 2}, limit=2)
    assert found[0].id == "mug"
    assert found[0].reasons == ("in 2 of the shop's own looks",)


def test_labels_take_turns() -> None:
    candidates = [Piece(f"shoes-{i}", "shoes", (RED,)) for i in range(5)] + [
        Piece("bag", "bag", (RED,)),
        Piece("pants", "bottom", (RED,)),
    ]
    found = complete(Piece("top", "top", (RED,)), candidates, limit=3)
    assert {suggestion.label for suggestion in found} == {"shoes", "bag", "bottom"}


def test_the_piece_itself_is_never_suggested() -> None:
    assert complete(Piece("a", "top"), [Piece("a", "shoes")]) == []


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_curated_looks_are_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"looks.{kind}"
    if kind == "csv":
        path.write_text("photo,products\nlook.jpg,a|b| c\n", encoding="utf-8")
    else:
        path.write_text(
            json.dumps([{"photo": "look.jpg", "products": ["a", "b", "c", "a"]}]), encoding="utf-8"
        )
    looks, failures = read_curated_looks(path)
    assert looks == [CuratedLook(("a", "b", "c"), "look.jpg")]
    assert failures == []


@pytest.mark.parametrize("text", ["{", "{}", '"a"'])
def test_a_file_that_holds_no_list_of_looks_says_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "looks.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidSource, match=r"look"):
        read_curated_looks(path)


def test_entries_that_are_no_looks_are_reported_and_the_others_kept(tmp_path: Path) -> None:
    path = tmp_path / "looks.json"
    path.write_text(
        '[1, {"products": ["a", "b"]}, {"products": [1]}, {}, {"products": "a"}]', encoding="utf-8"
    )
    looks, failures = read_curated_looks(path)
    assert looks == [CuratedLook(("a", "b"))]
    assert [failure.message.split(" needs")[0] for failure in failures] == [
        "look 1",
        "look 3",
        "look 4",
        "look 5",
    ]


def test_a_missing_file_of_looks_says_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="cannot be read"):
        read_curated_looks(tmp_path / "none.json")
