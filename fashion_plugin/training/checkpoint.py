"""Checkpoints: the arrays of a run and where it stands, in one file that is there whole or not at all."""

import errno
import json
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from fashion_plugin.errors import TrainingError

__all__ = ["load_arrays", "safe_write", "save_arrays", "write_json"]

_META = "meta"


@contextmanager
def safe_write(path: Path) -> Iterator[IO[bytes]]:
    """Write a file beside its place and move it there once it is complete and on disk.

    Raises:
        TrainingError: the disk is full or the folder cannot be written; what stood there before still does.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise TrainingError(_explain(error, path)) from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def save_arrays(path: Path, arrays: Sequence[NDArray[Any]], meta: Mapping[str, Any]) -> None:
    """Write arrays in their order, and what is to be known of them.

    Raises:
        TrainingError: the disk is full or the folder cannot be written; the file before still stands.
    """
    named: dict[str, Any] = {str(number): array for number, array in enumerate(arrays)}
    named[_META] = np.frombuffer(json.dumps(meta).encode(), dtype=np.uint8)
    with safe_write(path) as file:
        np.savez(file, **named)


def load_arrays(path: Path) -> tuple[list[NDArray[Any]], dict[str, Any]]:
    """Read what `save_arrays` wrote.

    Raises:
        TrainingError: there is nothing there, or it is damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            meta = json.loads(file[_META].tobytes())
            return [file[str(number)] for number in range(len(file.files) - 1)], meta
    except FileNotFoundError as error:
        raise TrainingError(f"there is no checkpoint {path}: start the run without --resume") from error
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise TrainingError(
            f"the checkpoint {path} is damaged ({error}): delete it, and start again from the network beside "
            "it (--weights)"
        ) from error


def write_json(path: Path, value: object) -> None:
    """Write JSON for people and programs, whole or not at all.

    Raises:
        TrainingError: it cannot be written.
    """
    with safe_write(path) as file:
        file.write((json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())


def _explain(error: OSError, path: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"the disk is full: {path.name} could not be written to {path.parent}. What was saved before is "
            "unharmed: free some space and go on with --resume"
        )
    return f"{path} cannot be written: {error.strerror or error}"
