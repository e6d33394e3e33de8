"""A large file from the web, fetched in pieces: a broken download goes on where it stopped."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import requests

from fashion_plugin.errors import DownloadFailed, DownloadTooLarge

__all__ = ["fetch"]

_TIMEOUT = (10.0, 30.0)
_PIECE = 1 << 18
_PAUSE = 1.0
_PASSING = (429, 500, 502, 503, 504)


def fetch(
    address: str,
    target: Path,
    *,
    most: int,
    attempts: int = 4,
    on_progress: Callable[[int], object] | None = None,
) -> None:
    """Download into a file, which appears when it is whole; what a stopped run has is kept beside it.

    The rest alone is asked for where the server can send it and has still the same file (``If-Range``).

    Args:
        address: an https URL, or an http one of this machine.
        target: the file to make.
        most: bytes that it may have.
        attempts: how often a broken connection is taken up again.
        on_progress: called with the bytes there so far.

    Raises:
        DownloadTooLarge: it has more bytes than that.
        DownloadFailed: the server is not reached, or refuses.
    """
    part, tag = target.with_name(target.name + ".part"), target.with_name(target.name + ".part.json")
    for attempt in range(1, attempts + 1):
        try:
            _go_on(address, part, tag, most, on_progress)
            break
        except requests.RequestException as error:
            if attempt == attempts:
                raise DownloadFailed(
                    f"{address} could not be fetched ({type(error).__name__}); what has come is kept"
                ) from error
            time.sleep(_PAUSE * attempt)
    part.replace(target)
    tag.unlink(missing_ok=True)


def _go_on(
    address: str, part: Path, tag: Path, most: int, on_progress: Callable[[int], object] | None
) -> None:
    have, mark = (part.stat().st_size, _mark(tag)) if part.exists() else (0, "")
    headers = {"Accept-Encoding": "identity"}
    if have and mark:
        headers |= {"Range": f"bytes={have}-", "If-Range": mark}
    with requests.get(address, headers=headers, stream=True, timeout=_TIMEOUT) as answer:
        if answer.status_code == 416:
            # Nothing lies behind what is there: whole already, or of another file.
            part.unlink()
            raise requests.ConnectionError("the kept part does not fit")
        if answer.status_code in _PASSING:
            raise requests.ConnectionError(f"status {answer.status_code}")
        if answer.status_code not in (200, 206):
            raise DownloadFailed(f"{address} answered {answer.status_code}")
        whole = have if answer.status_code == 206 else 0
        tag.write_text(json.dumps(answer.headers.get("ETag", "")), encoding="utf-8")
        expected = answer.headers.get("Content-Length", "")
        end = whole + int(expected) if expected.isdecimal() else None
        with part.open("ab" if whole else "wb") as file:
            for piece in answer.iter_content(_PIECE):
                whole += len(piece)
                if whole > most:
                    raise DownloadTooLarge(f"{address} has more than {most / 1e6:.0f} MB")
                file.write(piece)
                if on_progress is not None:
                    on_progress(whole)
        if end is not None and whole != end:
            raise requests.ConnectionError("the connection broke off")


def _mark(tag: Path) -> str:
    """The kept part's ETag; nothing where it is weak, since that promises no equal bytes."""
    try:
        mark = json.loads(tag.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return mark if isinstance(mark, str) and not mark.startswith("W/") else ""
