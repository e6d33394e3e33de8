"""The example of an own adapter: its tests pass, and its entry point names what is there."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "own_adapter"
README = Path(__file__).parents[2] / "adapters" / "README.md"


def test_tests_of_the_example_pass() -> None:
    # From the example's folder, as its author would: nothing of our own test configuration applies.
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", "."],
        cwd=EXAMPLE,
        env={**os.environ, "PYTHONPATH": str(EXAMPLE), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_entry_point_of_the_example_loads() -> None:
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())
    points = project["project"]["entry-points"]["fashion_plugin.adapters"]
    module, _, attribute = points["kiosk"].partition(":")
    code = f"import {module}; assert {module}.{attribute}.name == 'kiosk'"
    subprocess.run([sys.executable, "-c", code], cwd=EXAMPLE, check=True, timeout=60)


def test_guide_shows_the_example_as_it_is() -> None:
    code = (EXAMPLE / "my_kiosk.py").read_text().partition("\n\n\n")[2].strip()
    assert code in README.read_text()


def test_guide_names_every_installed_adapter_and_feed_reader() -> None:
    from fashion_plugin.adapter import installed_adapters
    from fashion_plugin_adapters.feeds import installed_readers

    text = README.read_text()
    for name in (*installed_adapters(), *installed_readers()):
        assert f"`{name}`" in text, name
