"""A photo's file as bytes."""

import os
import stat
from pathlib import Path

from fashion_plugin.errors import ImageError, ImageNotFound
from fashion_plugin.images.limits import DEFAULT_LIMITS, ImageLimits

__all__ = ["read_image_bytes", "shown"]

_SHOWN = 200


def shown(path: "str | os.PathLike[str]") -> str:
    """Return a path as an error shows it: readable, and short even if it was no path at all."""
    text = os.fspath(path)
    text = text if text.isprintable() else ascii(text)[1:-1]
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 40]}…{text[-39:]}"


def read_image_bytes(path: "str | os.PathLike[str]", limits: ImageLimits = DEFAULT_LIMITS) -> bytes:
    """Read a photo's file, after a look at its size.

    Raises:
        ImageNotFound: there is no such file, it is a folder, or it may not be read.
        ImageTooLarge: the file is over ``limits.max_bytes``.
    """
    name = shown(path)
    if not name:
        raise ImageNotFound("the photo's path is empty")
    if name.startswith(("http://", "https://", "data:")):
        kind = "a data URL" if name.startswith("data:") else "a web address"
        raise ImageNotFound(f"{name} is {kind}, not the path of a file: read it and give its bytes")
    try:
        # A look first: opening a pipe would wait for ever.
        status = Path(path).stat()
        if stat.S_ISREG(status.st_mode):
            limits.check_bytes(status.st_size, name)
            with Path(path).open("rb") as file:
                data = file.read(limits.max_bytes + 1)
            limits.check_bytes(len(data), name)
            return data
    except ImageError:
        raise
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ImageNotFound(f"there is no photo at {name}") from error
    except PermissionError as error:
        raise ImageNotFound(f"{name} may not be read by this user: change its permissions") from error
    except (OSError, ValueError) as error:
        # OSError: too long a name, a bad disk; ValueError: a zero byte in the path.
        raise ImageNotFound(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
    raise ImageNotFound(f"{name} is {kind}: give the path of one photo")
