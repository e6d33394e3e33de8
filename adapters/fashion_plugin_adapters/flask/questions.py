"""What a request asks: a photo and conditions, from a multipart form or a JSON body."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

from flask import Request
from werkzeug.formparser import FormDataParser

from fashion_plugin.catalog import Box, Filters
from fashion_plugin.errors import InvalidFilters, InvalidRequest
from fashion_plugin.images import check_box
from fashion_plugin.looks.groups import GARMENT_LABELS

__all__ = ["MOST_MATCHES", "Question", "read_filters", "read_limit", "read_question"]

MOST_MATCHES = 200
_SOURCES = ("image_url", "image_base64", "product_id", "query_id")
_CONDITIONS = ("box", "limit", "filters", "facets", "garments", "garment")
_FIELDS = frozenset({*_SOURCES, *_CONDITIONS})


@dataclass(frozen=True, slots=True)
class Question:
    """One search: what is looked for, which part of it, and the conditions.

    ``garments`` asks for the garments of the photo, and to search for the main one where no box is given;
    ``garment`` for products of that kind only.
    """

    kind: Literal["photo", "url", "product", "query"]
    photo: bytes = b""
    name: str = ""
    box: Box | None = None
    limit: int = 12
    filters: Filters | None = None
    facets: tuple[str, ...] = ()
    garments: bool = False
    garment: str = ""


def read_question(request: Request, *, limit: int = 12) -> Question:
    """Read a search from a request.

    Raises:
        InvalidInput: no photo, more than one, or a field that cannot be read.
    """
    if request.mimetype == "multipart/form-data":
        return _from_form(request, limit)
    if request.mimetype != "application/json":
        raise InvalidRequest(
            "send a multipart form with the field photo, or JSON with image_url, image_base64, product_id or "
            "query_id"
        )
    body = _json(request.get_data(cache=False).decode("utf-8", "replace"), "the body")
    if not isinstance(body, dict):
        raise InvalidRequest("the body must be a JSON object")
    if unknown := sorted(set(body) - _FIELDS):
        raise InvalidRequest(f"unknown fields {', '.join(unknown)}: known are {', '.join(sorted(_FIELDS))}")
    named = [source for source in _SOURCES if body.get(source) is not None]
    if len(named) != 1:
        raise InvalidRequest(f"name one of {', '.join(_SOURCES)}, not {len(named)}")
    value = body[named[0]]
    if not isinstance(value, str) or not value:
        raise InvalidRequest(f"{named[0]} must be text that is not empty")
    if isinstance(body.get("limit"), str):
        raise InvalidRequest("limit must be a number, not text")
    common = _conditions(body, limit)
    if named[0] == "image_base64":
        return Question("photo", photo=_decoded(value), **common)
    kinds: Mapping[str, Literal["url", "product", "query"]] = {
        "image_url": "url",
        "product_id": "product",
        "query_id": "query",
    }
    return Question(kinds[named[0]], name=value, **common)


def read_filters(value: object) -> Filters | None:
    """Filters from a JSON object.

    Raises:
        InvalidFilters: it is no object, or has conditions that are unknown or wrong.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise InvalidFilters(f"filters must be an object, not {type(value).__name__}")
    if unknown := sorted(set(value) - set(Filters.__dataclass_fields__)):
        known = ", ".join(Filters.__dataclass_fields__)
        raise InvalidFilters(f"unknown filters {', '.join(unknown)}: known are {known}")
    present = {name: item for name, item in value.items() if item is not None}
    for name in ("min_price", "max_price"):
        if isinstance(present.get(name), dict) and set(present[name]) == {"amount", "currency"}:
            present[name] = f"{present[name]['amount']} {present[name]['currency']}"
    return Filters(**present)


def read_limit(value: object, default: int) -> int:
    """How many matches, 1 to 200; text, as forms and addresses have it, or a JSON number.

    Raises:
        InvalidRequest: it is not a whole number in that range.
    """
    if value is None:
        return default
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 5:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_MATCHES:
        raise InvalidRequest(f"limit must be a whole number from 1 to {MOST_MATCHES}")
    return value


def _from_form(request: Request, limit: int) -> Question:
    # Flask's own parser spools large files to disk; a shopper's photo stays in memory.
    parser = FormDataParser(
        stream_factory=lambda *_, **__: BytesIO(), max_form_memory_size=100_000, max_form_parts=20
    )
    try:
        _, form, uploads = parser.parse(
            request.stream, request.mimetype, request.content_length, request.mimetype_params
        )
    except ValueError as error:
        raise InvalidRequest(f"the form cannot be read: {error}") from error
    files = uploads.getlist("photo")
    if len(files) != 1:
        raise InvalidRequest(f"send one file in the field photo, not {len(files)}")
    fields: dict[str, Any] = {}
    for name in form:
        if name not in _CONDITIONS:
            raise InvalidRequest(f"unknown field {name!r:.80}")
        fields[name] = form[name]
    for name in ("box", "filters", "facets", "garments"):
        if fields.get(name):
            fields[name] = _json(fields[name], name)
        else:
            fields.pop(name, None)
    return Question("photo", photo=files[0].read(), **_conditions(fields, limit))


def _conditions(fields: Mapping[str, Any], limit: int) -> dict[str, Any]:
    facets = fields.get("facets")
    facets = [] if facets is None else facets
    if not isinstance(facets, list) or not all(isinstance(facet, str) for facet in facets):
        raise InvalidRequest("facets must be a list of names")
    garments = fields.get("garments")
    if garments is not None and not isinstance(garments, bool):
        raise InvalidRequest("garments must be true or false")
    garment = fields.get("garment")
    if garment is not None and garment not in GARMENT_LABELS:
        raise InvalidRequest(f"garment must be one of {', '.join(GARMENT_LABELS)}, not {garment!r:.80}")
    box = fields.get("box")
    return {
        "box": check_box(box) if box is not None else None,
        "limit": read_limit(fields.get("limit"), limit),
        "filters": read_filters(fields.get("filters")),
        "facets": tuple(facets),
        "garments": bool(garments),
        "garment": garment or "",
    }


def _json(text: str, what: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(f"{what} is not JSON: {error}") from error


def _decoded(text: str) -> bytes:
    # Browsers hand out data: URLs; what stands before the comma says nothing that the bytes do not.
    encoded = text.partition(",")[2] if text.startswith("data:") else text
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidRequest(f"image_base64 is not base64: {error}") from error
