"""How big a photo may be."""

from dataclasses import dataclass, fields

from fashion_plugin.errors import ImageTooLarge, InvalidInput

__all__ = ["DEFAULT_LIMITS", "ImageLimits"]


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What is checked before a photo's pixels are decoded.

    ``max_bytes`` is the size of the file: phones write up to 25 MB. ``max_pixels`` counts the pixels as
    stored: a phone of 108 megapixels writes 12,032 x 9,024. ``max_decoded_pixels`` counts those held in
    memory at once, at 4 bytes each, which is fewer where a JPEG is decoded at a reduced scale: a phone of
    48 megapixels writes HEIC of 8,064 x 6,048, which has no such scale.

    Raises:
        InvalidInput: a limit below 1.
    """

    max_bytes: int = 30_000_000
    max_pixels: int = 120_000_000
    max_decoded_pixels: int = 50_000_000

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) < 1:
                raise InvalidInput(f"{field.name} must be at least 1, not {getattr(self, field.name)}")

    def check_bytes(self, size: int, name: str) -> None:
        """Raise ImageTooLarge when a file of ``size`` bytes is over the limit."""
        if size > self.max_bytes:
            raise ImageTooLarge(
                f"{name} has {size / 1e6:.1f} MB and the limit is {self.max_bytes / 1e6:.1f} MB: "
                "save it smaller"
            )

    def check_pixels(self, width: int, height: int, name: str) -> None:
        """Raise ImageTooLarge when a photo stored at this size is over the limit."""
        self._check(width, height, self.max_pixels, name)

    def check_decoded(self, width: int, height: int, name: str) -> None:
        """Raise ImageTooLarge when the pixels to hold at once are over the limit."""
        self._check(width, height, self.max_decoded_pixels, name)

    def _check(self, width: int, height: int, limit: int, name: str) -> None:
        if width * height > limit:
            raise ImageTooLarge(
                f"{name} has {width} x {height} pixels ({width * height / 1e6:.0f} megapixels) and the limit "
                f"is {limit / 1e6:.0f} megapixels: save it smaller"
            )


DEFAULT_LIMITS = ImageLimits()
