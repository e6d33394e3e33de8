"""The widget's types, by TypeScript's own compiler."""

import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

import fashion_plugin_adapters.flask

pytestmark = pytest.mark.e2e

TYPESCRIPT = "5.9.3"
STATIC = Path(fashion_plugin_adapters.flask.__file__).parent / "static"


def test_types_fit_what_a_shop_writes(tmp_path: Path) -> None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("npm is needed to fetch TypeScript")
    command = [npm, "pack", "--silent", f"typescript@{TYPESCRIPT}"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=240)
    with tarfile.open(next(tmp_path.glob("*.tgz"))) as archive:
        archive.extractall(tmp_path, filter="data")
    (tmp_path / "widget.d.ts").write_bytes((STATIC / "widget.d.ts").read_bytes())
    (tmp_path / "usage.ts").write_bytes((Path(__file__).parent / "usage.ts").read_bytes())
    compiler = tmp_path / "package" / "bin" / "tsc"
    options = ["--noEmit", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution"]
    told = subprocess.run(
        [node, str(compiler), *options, "bundler", "usage.ts", "widget.d.ts"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert told.stdout == ""
    assert told.returncode == 0
