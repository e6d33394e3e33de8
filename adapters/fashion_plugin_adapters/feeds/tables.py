"""Tables in text: CSV and TSV with a header, streamed row by row."""

import csv
import io
from collections.abc import Iterator

from fashion_plugin.errors import InvalidSource
from fashion_plugin_adapters.feeds.base import FeedSource, Head
from fashion_plugin_adapters.feeds.opening import reading

__all__ = ["header_of", "rows_of"]

_LONGEST_FIELD = 10 * 2**20
_DELIMITERS = "\t,;|"


def header_of(head: Head) -> list[str]:
    """The names in the first line, in lower case; empty if it is no table."""
    line = _first_record(head.text)
    names = next(csv.reader([line], delimiter=_delimiter(line)), []) if line else []
    return [_plain(name) for name in names]


def rows_of(source: FeedSource) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows as (line number, values by column name in lower case); empty rows are left out.

    Raises:
        InvalidSource: it is not a table in UTF-8.
    """
    # A shop's descriptions are longer than the 128 KiB that csv takes; it knows one limit for all.
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_FIELD))
    with reading(source.name), source.open() as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        line = text.readline(1 << 20)
        delimiter = _delimiter(line)
        try:
            text.seek(0)
            reader = csv.reader(text, delimiter=delimiter)
            names = [_plain(name) for name in next(reader, [])]
            if not any(names):
                raise InvalidSource(f"{source.name} has no header line with the columns' names")
            for values in reader:
                row = {name: value.strip() for name, value in zip(names, values, strict=False) if name}
                if any(row.values()):
                    yield reader.line_num, row
        except csv.Error as error:
            raise InvalidSource(f"{source.name}: {error}") from error


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").lower().split())


def _first_record(text: str) -> str:
    return next((line for line in text.splitlines() if line.strip()), "")


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count) if line else ","
