"""The widget's files: what is served, and that its documentation and words are complete."""

import gzip
import json
import re
from pathlib import Path

import pytest

import fashion_plugin_adapters.flask
from fashion_plugin.looks.groups import GARMENT_LABELS

FOLDER = Path(fashion_plugin_adapters.flask.__file__).parent
STATIC = FOLDER / "static"
MODULES = {path.name: path.read_text("utf-8") for path in STATIC.glob("*.js")}
SOURCE = "\n".join(MODULES.values())
GUIDE = (FOLDER / "WIDGET.md").read_text("utf-8")
LOCALES = {path.stem.removeprefix("locale-"): path for path in STATIC.glob("locale-*.json")}


def named_in(pattern: str, text: str) -> set[str]:
    return set(re.findall(pattern, text))


def test_guide_names_every_custom_property() -> None:
    used = named_in(r"var\((--fashion-[a-z-]+)", SOURCE)
    assert used
    assert used == named_in(r"`(--fashion-[a-z-]+)`", GUIDE)


def test_guide_names_every_part() -> None:
    used = named_in(r'part: "([a-z-]+)"', SOURCE) | named_in(r'setAttribute\("part", "([a-z-]+)"\)', SOURCE)
    used |= {"chip", "chip-on"}
    parts = GUIDE.split("## Parts", 1)[1].split("```", 1)[0]
    assert used == named_in(r"`([a-z-]+)`", parts)


def test_guide_names_every_event_and_the_types_know_it() -> None:
    sent = named_in(r'emit\("(fashion:[a-z-]+)"', SOURCE)
    assert len(sent) == 4
    assert sent == named_in(r"`(fashion:[a-z-]+)` \|", GUIDE)
    assert sent == named_in(r'"(fashion:[a-z-]+)":', (STATIC / "widget.d.ts").read_text("utf-8"))


def test_guide_names_every_attribute() -> None:
    read = named_in(r'setting\("([a-z-]+)"\)', SOURCE) | named_in(
        r'host\.[a-z]+Attribute\("([a-z-]+)"', SOURCE
    )
    read |= named_in(r":host\(\[([a-z-]+)", MODULES["widget.js"]) - {"hidden"}
    table = GUIDE.split("## Attributes", 1)[1].split("## Events", 1)[0]
    assert read == named_in(r"(?m)^\| `([a-z-]+)`", table)


@pytest.mark.parametrize("name", sorted(set(LOCALES) - {"en"}))
def test_locale_has_every_text_with_the_same_places_to_fill(name: str) -> None:
    english = json.loads(LOCALES["en"].read_text("utf-8"))
    words = json.loads(LOCALES[name].read_text("utf-8"))
    assert list(words) == list(english)
    for key, text in english.items():
        assert type(words[key]) is type(text)
        assert named_in(r"\{\w+\}", str(words[key])) == named_in(r"\{\w+\}", str(text)), key


def test_every_text_that_the_code_asks_for_is_there() -> None:
    english = json.loads(LOCALES["en"].read_text("utf-8"))
    asked = named_in(r'text\("([a-z_]+)"', SOURCE)
    assert asked
    assert asked <= set(english)
    kinds = named_in(r'ApiError\("([a-z_]+)"', SOURCE) | named_in(r'\d{3}: "([a-z_]+)"', SOURCE)
    assert {f"error_{kind}" for kind in kinds - {"expired"}} <= set(english)


def test_every_garment_has_a_name_in_every_language() -> None:
    for path in LOCALES.values():
        assert set(json.loads(path.read_text("utf-8"))["labels"]) == set(GARMENT_LABELS), path.name


def test_loader_is_small() -> None:
    assert len(gzip.compress(MODULES["widget.js"].encode())) < 10_000


def test_nothing_needs_more_than_self_of_a_content_security_policy() -> None:
    for forbidden in (
        "innerHTML",
        "createObjectURL",
        "toDataURL",
        "eval(",
        "new Function",
        'setAttribute("style"',
    ):
        assert forbidden not in SOURCE
