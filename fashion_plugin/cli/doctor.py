"""What `fashion-plugin doctor` looks at: this machine, the encoder, and the database."""

import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import numpy as np

from fashion_plugin.cli.quiet import warm_up
from fashion_plugin.encoders import load_encoder
from fashion_plugin.errors import FashionPluginError
from fashion_plugin.store import SQLiteStore, driver_report

__all__ = ["Finding", "examine"]

_LITTLE_DISK = 1_000_000_000
_PACKAGES = ("fashion-plugin", "numpy", "pillow", "ai-edge-litert", "sqlite-utils", "sqlite-vec", "flask")
_EXTRAS = {"pillow-heif": "heic", "tensorflow": "train"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: its state, what it is, and what was found."""

    state: Literal["ok", "warning", "error"]
    what: str
    detail: str


def examine(db: Path, encoder: str | None = None) -> list[Finding]:
    """Look at everything a shop stands on; an error of one part does not stop the others."""
    findings = list(_machine())
    for part in (_driver, lambda: _encoder(db, encoder), lambda: _database(db), lambda: _disk(db)):
        findings += _guarded(part)
    return findings


def _guarded(part: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from part()
    except FashionPluginError as error:
        yield Finding("error", type(error).__name__, str(error))


def _machine() -> Iterator[Finding]:
    yield Finding("ok", "Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    yield Finding("ok", "packages", ", ".join(f"{name} {version(name)}" for name in _PACKAGES))
    for package, extra in _EXTRAS.items():
        try:
            yield Finding("ok", f"extra {extra}", f"{package} {version(package)}")
        except PackageNotFoundError:
            yield Finding("ok", f"extra {extra}", f"not installed (pip install 'fashion-plugin[{extra}]')")


def _driver() -> Iterator[Finding]:
    report = driver_report()
    yield Finding("ok", "SQLite driver", f"{report.driver}, SQLite {report.sqlite}")
    speed = "with SIMD" if report.simd else "without SIMD: an exact scan of 100,000 images takes tens of ms"
    yield Finding("ok", "sqlite-vec", f"{report.sqlite_vec}, {speed}")
    for warning in report.warnings:
        yield Finding("warning", "SQLite driver", warning)


def _encoder(db: Path, name: str | None) -> Iterator[Finding]:
    encoder = load_encoder(name)
    warm_up(encoder)
    vector = encoder.encode([np.full((64, 64, 3), 127, dtype=np.uint8)])[0]
    state: Literal["ok", "error"] = "ok" if abs(float(np.linalg.norm(vector)) - 1) < 1e-3 else "error"
    yield Finding(state, "encoder", f"{encoder.name}, {encoder.dim} dimensions, {encoder.fingerprint[:12]}")
    if not db.exists():
        return
    store = SQLiteStore.open(db, read_only=True)
    try:
        live = store.generation()
    finally:
        store.close()
    if live and live.fingerprint != encoder.fingerprint:
        detail = f"the database's embeddings are of {live.encoder!r} ({live.fingerprint[:12]})"
        yield Finding("ok" if name is None and live.encoder != encoder.name else "warning", "encoder", detail)


def _database(db: Path) -> Iterator[Finding]:
    if not db.exists():
        yield Finding("ok", "database", f"none at {db} yet")
        return
    store = SQLiteStore.open(db, read_only=True)
    try:
        stats = store.stats()
        size = (stats.database_bytes + stats.photos_bytes) / 1e6
        counts = f"{stats.products:,} products, {stats.images:,} images, {stats.embeddings:,} embeddings"
        yield Finding("ok", "database", f"{db}: {counts}, {size:.1f} MB")
        if stats.failed_images:
            detail = f"{stats.failed_images:,} images failed: index again, or mend their files or URLs"
            yield Finding("warning", "images", detail)
        problems = store.verify()
        for problem in problems:
            yield Finding("error", "integrity", problem)
        if not problems:
            yield Finding("ok", "integrity", "whole; every image has its embedding")
    finally:
        store.close()


def _disk(db: Path) -> Iterator[Finding]:
    folder = db.absolute().parent
    if not folder.is_dir():
        yield Finding("error", "disk", f"there is no folder {folder}")
        return
    free = shutil.disk_usage(folder).free
    state: Literal["ok", "warning"] = "ok" if free > _LITTLE_DISK else "warning"
    yield Finding(state, "disk", f"{free / 1e9:.1f} GB free in {folder}")
