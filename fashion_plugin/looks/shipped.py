"""The parser that comes with the package."""

from importlib.resources import files

from fashion_plugin.looks.parser import PARSER_V1, GarmentParser, LiteRTGarmentParser

__all__ = ["shipped_parser"]


def shipped_parser() -> GarmentParser | None:
    """The shipped garment parser, loaded by its first use; None in a build without its weights."""
    if not (files("fashion_plugin.looks") / "weights" / PARSER_V1.file).is_file():
        return None
    return LiteRTGarmentParser()
