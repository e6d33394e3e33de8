"""The README's Python runs as written, and its commands are those that exist."""

import re
from pathlib import Path

import pytest
from PIL import Image

from fashion_plugin.cli import cli

README = Path(__file__).parents[2] / "README.md"
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
PYTHON = [text for language, text in BLOCKS if language == "python"]


@pytest.mark.parametrize("code", PYTHON, ids=[text.split("\n", 1)[0][:40] for text in PYTHON])
def test_python_of_the_readme_runs(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, colour in (("coat.jpg", "crimson"), ("street.jpg", "firebrick"), ("outfit.jpg", "navy")):
        Image.new("RGB", (320, 400), colour).save(tmp_path / name)
    exec(compile(code, str(README), "exec"), {"__name__": "readme"})
    assert "Traceback" not in capsys.readouterr().err


def test_commands_of_the_readme_exist() -> None:
    named = set(re.findall(r"fashion-plugin ([a-z]+)", README.read_text("utf-8")))
    assert named
    assert named <= set(cli.commands) | set(cli.list_commands(None))  # type: ignore[arg-type]
