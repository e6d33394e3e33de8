"""The parser that comes with the package."""

import os
from importlib.resources import files

from fashion_plugin.looks.parser import PARSER_V3, GarmentParser, LiteRTGarmentParser

__all__ = ["shipped_parser"]


def shipped_parser() -> GarmentParser | None:
    """The shipped garment parser, loaded by its first use; None in a build without its weights."""
    if not (files("fashion_plugin.looks") / "weights" / PARSER_V3.file).is_file():
        return None
    # What this process may use, not what the machine has; each interpreter holds some 30 MB, hence the limit.
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return LiteRTGarmentParser(size=min(usable, 8))
