"""The folder in which a store lives: whose it is, what it was filled from, and how it is emptied."""

import hashlib
import json
import re
import shutil
from pathlib import Path

import platformdirs

from fashion_plugin.errors import InvalidInput

__all__ = ["DRAWN", "PHOTOS", "begin", "default_folder", "finish", "forget", "is_ready"]

DRAWN = "the drawn catalogue"
PHOTOS = "the clothing photos"

_MARK = "demo.json"
_FOLDERS = ("photos", "looks", "uploads")
_FILES = ("shop.db*", "fashion.db*", "fashion.photos.db*", "catalogue.jsonl", "looks.json", _MARK)


def default_folder(source: str) -> Path:
    """Where a store of this source is kept: one of the user's data folders for each source."""
    home = Path(platformdirs.user_data_dir("fashion-plugin"))
    if source == DRAWN:
        return home / "demo"
    if source == PHOTOS:
        return home / "demo-photos"
    name = re.sub(r"[^a-z0-9]+", "-", Path(source).stem.lower()).strip("-")[:30]
    return home / f"demo-{name}-{hashlib.sha256(source.encode()).hexdigest()[:8]}"


def is_ready(folder: Path) -> bool:
    """Whether a folder holds a store that was filled and indexed to its end."""
    return bool(_state(folder).get("ready"))


def begin(folder: Path, source: str) -> None:
    """Take a folder for a store of this source, or find that it is one already.

    Raises:
        InvalidInput: the folder holds something else.
    """
    found = _state(folder).get("source")
    if found == source:
        return
    if found is not None:
        raise InvalidInput(
            f"{folder} holds a store of {found}, not of {source}: name another folder with --data, "
            "or have it replaced with --reset"
        )
    if folder.exists() and any(folder.iterdir()):
        raise InvalidInput(f"{folder} is not empty and holds no demo store: name another folder with --data")
    folder.mkdir(parents=True, exist_ok=True)
    _put(folder, source=source, ready=False)


def finish(folder: Path) -> None:
    """Put down that the store is filled and indexed; later starts only serve it."""
    _put(folder, source=_state(folder).get("source", DRAWN), ready=True)


def forget(folder: Path) -> None:
    """Delete what a store has written, and nothing else that may lie in its folder.

    Raises:
        InvalidInput: the folder is no store's.
    """
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not _state(folder):
        raise InvalidInput(f"{folder} holds no demo store: nothing in it is deleted")
    for name in _FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    for pattern in _FILES:
        for path in folder.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()


def _state(folder: Path) -> dict[str, object]:
    try:
        state = json.loads((folder / _MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def _put(folder: Path, **state: object) -> None:
    new = folder / f"{_MARK}.new"
    new.write_text(json.dumps(state) + "\n", encoding="utf-8")
    new.replace(folder / _MARK)
