"""The walk through the demo store's README: every added line stands in the store's own files."""

import re
from pathlib import Path

from click.testing import CliRunner

import fashion_demo_store
from fashion_plugin.cli import cli

ROOT = Path(fashion_demo_store.__file__).parent


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_every_added_line_is_in_the_store() -> None:
    sources = [*ROOT.glob("*.py"), *(ROOT / "shop").rglob("*.py"), *(ROOT / "shop").rglob("*.html")]
    code = squeezed("".join(path.read_text(encoding="utf-8") for path in sources))
    # Examples of values in the text stand for what a template fills in, or for a command.
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    added = [line for line in re.findall(r"(?m)^\+ (.*)$", text) if not line.startswith("fashion-plugin ")]
    assert len(added) >= 8
    for line in added:
        # What a template or a variable fills in differs; what is typed does not.
        start = re.split(r' alt=|src="/photos|product-id=|\)', line.removeprefix("shop = "))[0]
        assert squeezed(start) in code, line


def test_commands_of_the_walk_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = set(re.findall(r"fashion-plugin (\w+)", text))
    assert {"index", "worker", "demo"} <= commands
    known = CliRunner().invoke(cli, ["--help"]).output
    assert all(re.search(rf"(?m)^  {command}\b", known) for command in commands)
