"""What a file holds, told from its first bytes: names and Content-Types lie."""

import re

__all__ = ["HEAD", "photo_format", "what_it_is"]

# How many bytes are enough to tell.
HEAD = 1024

_AVIF_BRANDS = {b"avif", b"avis"}
# ISO/IEC 23008-12: HEVC-coded images and sequences, and the brands that say "some coding".
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
_BMP_HEADERS = {12, 40, 52, 56, 64, 108, 124}

_OTHERS = {
    b"%PDF": "a PDF document",
    b"%!PS": "a PostScript document",
    b"8BPS": "a Photoshop document",
    b"\xff\x0a": "a JPEG XL picture",
    b"\0\0\0\x0cJXL ": "a JPEG XL picture",
    b"\0\0\0\x0cjP  ": "a JPEG 2000 picture",
    b"\0\0\x01\0": "an icon",
    b"PK\x03\x04": "a ZIP archive",
    b"\x1f\x8b": "a gzip archive",
    b"\x1aE\xdf\xa3": "a video",
    b"SQLite format 3\0": "a database",
}
_FIRST_TAG = re.compile(rb"<(!doctype html|[a-z]+)", re.IGNORECASE)
_TEXT_CONTROLS = frozenset(b"\t\n\f\r\x1b")


def photo_format(data: bytes) -> str:
    """Return JPEG, PNG, WEBP, AVIF, HEIC, GIF, BMP or TIFF, or nothing for whatever else it is."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data.startswith(b"BM") and int.from_bytes(data[14:18], "little") in _BMP_HEADERS:
        return "BMP"
    if data.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return "TIFF"
    brands = _brands(data)
    if brands & _AVIF_BRANDS:
        return "AVIF"
    if brands & _HEIF_BRANDS:
        return "HEIC"
    return ""


def what_it_is(data: bytes) -> str:
    """Name something that is no photo: "a web page", "text"; nothing for a photo or for unknown bytes."""
    head = bytes(data[:HEAD])
    if photo_format(head):
        return ""
    for magic, name in _OTHERS.items():
        if head.startswith(magic):
            return name
    if _brands(head):
        return "a video"
    text = _as_text(head)
    if not text:
        return ""
    first = text.lstrip()[:1]
    found = _FIRST_TAG.search(text) if first == b"<" else None
    if found is None:
        return "JSON" if first in (b"{", b"[") else "text"
    tag = found[1].lower()
    if tag == b"svg":
        return "an SVG drawing"
    return "a web page" if tag in (b"!doctype html", b"html", b"head", b"body", b"title") else "XML or HTML"


def _brands(data: bytes) -> set[bytes]:
    """The major and compatible brands of an ISO media file (ISO/IEC 14496-12, box ``ftyp``)."""
    if data[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(data[:4], "big"), len(data), HEAD)
    return {data[8:12]} | {data[at : at + 4] for at in range(16, end, 4)}


def _as_text(head: bytes) -> bytes:
    """The bytes as UTF-8 without its mark, or nothing where they are no text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", errors="replace").encode()
    head = head.removeprefix(b"\xef\xbb\xbf")
    if any(byte < 32 and byte not in _TEXT_CONTROLS for byte in head):
        return b""
    return head
