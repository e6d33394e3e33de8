"""Signatures of webhooks: computed over the raw bytes, compared in constant time."""

import base64
import binascii
import hmac
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from fashion_plugin.errors import InvalidInput, SignatureError

__all__ = ["Secrets", "verify_hmac", "verify_standard"]

TOLERANCE_SECONDS = 300
"""How far a signed timestamp may be from now: five minutes, as Standard Webhooks 1.0.0 asks."""

_MOST_SIGNATURES = 16


class Secrets:
    """One secret, or several that are valid at once while they are being changed; never shown.

    Raises:
        InvalidInput: there is none, or one is empty.
    """

    def __init__(self, secrets: str | Sequence[str]) -> None:
        values = (secrets,) if isinstance(secrets, str) else tuple(secrets)
        if not values or not all(isinstance(value, str) and value.strip() for value in values):
            raise InvalidInput("a webhook needs its secret: pass secret=… (several while changing it)")
        self._values = tuple(value.strip() for value in values)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __repr__(self) -> str:
        return f"Secrets({len(self._values)} hidden)"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("secrets are not pickled")


def verify_hmac(
    secrets: Secrets, signed: bytes, signature: str, *, encoding: Literal["base64", "hex"] = "base64"
) -> None:
    """Check an HMAC-SHA256 against every secret.

    Raises:
        SignatureError: it is missing or fits none.
    """
    try:
        given = (
            base64.b64decode(signature, validate=True) if encoding == "base64" else bytes.fromhex(signature)
        )
    except (ValueError, binascii.Error):
        given = b""
    fits = False
    for secret in secrets:  # every secret is tried, so that the time says nothing about which one fits
        expected = hmac.new(secret.encode(), signed, sha256).digest()
        fits |= hmac.compare_digest(expected, given)
    if not fits:
        raise SignatureError("the signature does not fit")


def verify_standard(
    secrets: Secrets, body: bytes, *, id: str, timestamp: str, signatures: str, now: datetime
) -> None:
    """Check a message by Standard Webhooks 1.0.0.

    Secrets are base64, with or without ``whsec_`` before them; ``signatures`` are separated by spaces, each
    ``v1,`` and base64, of which one must fit.

    Raises:
        SignatureError: a header is missing, the time is too far from now, or no signature fits.
    """
    if not (id and timestamp and signatures):
        raise SignatureError("a signature header is missing")
    sent = _moment(timestamp)
    if abs((now - sent).total_seconds()) > TOLERANCE_SECONDS:
        raise SignatureError("the timestamp is too far from now")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SignatureError("the body is not UTF-8") from error
    given = [part.partition(",") for part in signatures.split(" ")[:_MOST_SIGNATURES]]
    fits = False
    for secret in secrets:
        expected = Webhook(secret).sign(id, sent, text).encode()
        for version, _, signature in given:
            fits |= hmac.compare_digest(expected, f"{version},{signature}".encode())
    if not fits:
        raise SignatureError("the signature does not fit")


def check_standard_secrets(secrets: Secrets) -> Secrets:
    """The secrets, each known to be base64.

    Raises:
        InvalidInput: one is not.
    """
    for secret in secrets:
        try:
            Webhook(secret)
        except (ValueError, RuntimeError, EmptyWebhookSecretError):
            raise InvalidInput(
                "a Standard Webhooks secret is whsec_ and base64: copy it whole from where it was made"
            ) from None
    return secrets


def _moment(timestamp: str) -> datetime:
    # Whole seconds only: another spelling would not be the one that was signed.
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        raise SignatureError("the timestamp is not in whole seconds")
    return datetime.fromtimestamp(int(timestamp), UTC)
