"""Every error a caller can cause, in one tree.

FashionPluginError
├── InvalidInput                 a value of the wrong kind or out of range (also a ValueError)
│   ├── ImageError               a photo that cannot be used
│   │   ├── ImageNotFound        no file there, or it is a folder
│   │   ├── ImageFormatError     not a photo, or a format that is not supported
│   │   ├── ImageTooLarge        more bytes or pixels than allowed
│   │   └── ImageTruncated       the file ends too early or is damaged
│   ├── InvalidProduct           a product, variant or event that cannot be taken
│   │   └── InvalidPrice         a price that cannot be read
│   ├── InvalidFilters           filters that contradict themselves or name nothing known
│   ├── InvalidSource            a CSV, JSONL or feed that cannot be read
│   └── InvalidRequest           an adapter's request that cannot be answered
│       ├── SignatureError       a webhook whose signature does not fit
│       ├── PayloadTooLarge      a body over the limit
│       └── UnknownQuery         a query id that has expired or never was
├── NotFound                     what was asked for is not there
│   └── ProductNotFound          no such product (also a KeyError)
├── DownloadError                an image URL that gave no image
│   ├── BlockedURL               refused before connecting: scheme, port or a private address
│   ├── DownloadTooLarge         more bytes than allowed
│   ├── DownloadTimeout          not finished by its deadline
│   └── DownloadFailed           the server answered with an error, or not at all
├── EncoderError                 an encoder that cannot be used
│   ├── UnknownEncoder           no preset of that name and no file at that path
│   ├── WeightsError             weights missing, damaged or of another network
│   └── EncoderMismatch          the database holds vectors of another encoder
├── StoreError                   a database that cannot be used
│   ├── DriverError              no SQLite driver here loads extensions
│   ├── DatabaseLocked           another process held it for longer than the busy timeout
│   ├── DatabaseReadOnly         the file or its folder cannot be written
│   ├── DatabaseNewer            written by a newer version of this package
│   ├── DatabaseCorrupt          not a database, or a damaged one
│   ├── DatabaseFull             the disk is full
│   └── GenerationError          a vector space that cannot be built, switched to or dropped as it stands
├── TrainingError                training data, settings or a run that cannot go on
├── MissingExtra                 an optional dependency is not installed; says the line to run
├── NotAvailable                 a feature this installation does not have yet
└── Busy                         too many photos worked on at once; try again
"""

__all__ = [
    "BlockedURL",
    "Busy",
    "DatabaseCorrupt",
    "DatabaseFull",
    "DatabaseLocked",
    "DatabaseNewer",
    "DatabaseReadOnly",
    "DownloadError",
    "DownloadFailed",
    "DownloadTimeout",
    "DownloadTooLarge",
    "DriverError",
    "EncoderError",
    "EncoderMismatch",
    "FashionPluginError",
    "GenerationError",
    "ImageError",
    "ImageFormatError",
    "ImageNotFound",
    "ImageTooLarge",
    "ImageTruncated",
    "InvalidFilters",
    "InvalidInput",
    "InvalidPrice",
    "InvalidProduct",
    "InvalidRequest",
    "InvalidSource",
    "MissingExtra",
    "NotAvailable",
    "NotFound",
    "PayloadTooLarge",
    "ProductNotFound",
    "SignatureError",
    "StoreError",
    "TrainingError",
    "UnknownEncoder",
    "UnknownQuery",
    "WeightsError",
]


class FashionPluginError(Exception):
    """The base of every error that a caller can cause."""


class InvalidInput(FashionPluginError, ValueError):
    """A value is of the wrong kind or out of range."""


class ImageError(InvalidInput):
    """A photo cannot be used."""


class ImageNotFound(ImageError):
    """There is no file at that path, or it is a folder."""


class ImageFormatError(ImageError):
    """The bytes are not a photo, or of a format that is not supported."""


class ImageTooLarge(ImageError):
    """The photo has more bytes or pixels than allowed."""


class ImageTruncated(ImageError):
    """The photo's file ends too early or is damaged."""


class InvalidProduct(InvalidInput):
    """A product, variant or event cannot be taken."""


class InvalidPrice(InvalidProduct):
    """A price cannot be read."""


class InvalidFilters(InvalidInput):
    """Filters contradict themselves or name nothing known."""


class InvalidSource(InvalidInput):
    """A CSV, JSONL or feed cannot be read."""


class InvalidRequest(InvalidInput):
    """An adapter's request cannot be answered."""


class SignatureError(InvalidRequest):
    """A webhook's signature is missing or does not fit."""


class PayloadTooLarge(InvalidRequest):
    """A request's body is over the limit."""


class UnknownQuery(InvalidRequest):
    """A query id has expired or never was."""


class NotFound(FashionPluginError):
    """What was asked for is not there."""


class ProductNotFound(NotFound, KeyError):
    """There is no such product."""

    def __str__(self) -> str:
        # KeyError shows the repr of its argument; a message is meant to be read.
        return str(self.args[0]) if self.args else ""


class DownloadError(FashionPluginError):
    """An image URL gave no image.

    ``transient`` says whether it may work later, ``retry_after`` in how many seconds, where the server said.
    """

    def __init__(
        self, message: str = "", *, transient: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.transient = transient
        self.retry_after = retry_after


class BlockedURL(DownloadError):
    """The URL was refused before connecting: its scheme, its port, or a private address."""


class DownloadTooLarge(DownloadError):
    """The answer had more bytes than allowed."""


class DownloadTimeout(DownloadError):
    """The download was not finished by its deadline."""


class DownloadFailed(DownloadError):
    """The server answered with an error, or not at all."""


class EncoderError(FashionPluginError):
    """An encoder cannot be used."""


class UnknownEncoder(EncoderError):
    """There is no preset of that name and no encoder at that path."""


class WeightsError(EncoderError):
    """Weights are missing, damaged or of another network."""


class EncoderMismatch(EncoderError):
    """The database holds vectors of another encoder."""


class StoreError(FashionPluginError):
    """A database cannot be used."""


class DriverError(StoreError):
    """No SQLite driver of this Python loads extensions."""


class DatabaseLocked(StoreError):
    """Another process held the database for longer than the busy timeout."""


class DatabaseReadOnly(StoreError):
    """The database file or its folder cannot be written."""


class DatabaseNewer(StoreError):
    """The database was written by a newer version of this package."""


class DatabaseCorrupt(StoreError):
    """The file is not a database, or a damaged one."""


class DatabaseFull(StoreError):
    """The disk is full."""


class GenerationError(StoreError):
    """A vector space cannot be built, switched to or dropped as it stands."""


class TrainingError(FashionPluginError):
    """Training data, settings or a run cannot go on."""


class MissingExtra(FashionPluginError, ImportError):
    """An optional dependency is not installed; the message says the line to run."""


class NotAvailable(FashionPluginError):
    """This installation does not have that feature."""


class Busy(FashionPluginError):
    """Too many photos are worked on at once; try again shortly."""
