"""Standard Webhooks' published vector and cases, and the plain HMAC schemes."""

import base64
import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from fashion_plugin.errors import InvalidInput, SignatureError
from fashion_plugin_adapters.storefront import StandardWebhooks
from fashion_plugin_adapters.storefront.signatures import Secrets, verify_hmac, verify_standard

# The vector that Standard Webhooks 1.0.0 publishes.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, STAMP, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
THEN = datetime.fromtimestamp(int(STAMP), UTC)
WRONG = "v1," + base64.b64encode(b"x" * 32).decode()


def check(
    *,
    secrets: str | list[str] = SECRET,
    body: bytes = BODY,
    id: str = ID,
    timestamp: str = STAMP,
    signatures: str = SIGNATURE,
    now: datetime = THEN,
) -> None:
    verify_standard(Secrets(secrets), body, id=id, timestamp=timestamp, signatures=signatures, now=now)


def sign(body: bytes, secret: str = SECRET, stamp: str = STAMP) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{ID}.{stamp}.".encode() + body, sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def test_published_vector_fits() -> None:
    check()


def test_secret_without_its_prefix_fits() -> None:
    check(secrets=SECRET.removeprefix("whsec_"))


def test_one_of_several_signatures_is_enough() -> None:
    check(signatures=f"{WRONG} v2,abc v1a,def {SIGNATURE} {WRONG}")


def test_either_secret_fits_while_it_is_changed() -> None:
    other = "whsec_" + base64.b64encode(b"n" * 24).decode()
    check(secrets=[other, SECRET])
    check(secrets=[SECRET, other])
    check(secrets=[SECRET, other], signatures=sign(BODY, other))


@pytest.mark.parametrize(
    "signatures",
    [
        "",
        WRONG,
        "v1",
        "v1,",
        ",",
        " ",
        SIGNATURE.removeprefix("v1,"),
        SIGNATURE.replace("v1", "v2"),
        SIGNATURE.replace("v1", "v1a"),
        SIGNATURE[:-3],
        SIGNATURE + "A",
        "v1,a,b",
        "v1,ünicode",
        "v1," + "A" * 100_000,
        " ".join([WRONG] * 1000 + [SIGNATURE]),
    ],
)
def test_signature_that_is_missing_wrong_or_garbled_is_refused(signatures: str) -> None:
    with pytest.raises(SignatureError):
        check(signatures=signatures)


@pytest.mark.parametrize("part", ["id", "timestamp", "signatures"])
def test_missing_header_is_refused(part: str) -> None:
    with pytest.raises(SignatureError):
        check(**{part: ""})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "timestamp", ["hello", "-1", "1614265330.5", "1e9", "٣", "9" * 30, " 1614265330", "0x10", "nan", "inf"]
)
def test_timestamp_that_is_no_whole_second_is_refused(timestamp: str) -> None:
    with pytest.raises(SignatureError):
        check(timestamp=timestamp, signatures=SIGNATURE)


@pytest.mark.parametrize(("seconds", "fits"), [(-301, False), (-300, True), (300, True), (301, False)])
def test_time_may_be_five_minutes_from_now(seconds: int, fits: bool) -> None:
    now = THEN + timedelta(seconds=seconds)
    if fits:
        check(now=now)
    else:
        with pytest.raises(SignatureError, match="timestamp"):
            check(now=now)


def test_body_that_was_changed_is_refused() -> None:
    with pytest.raises(SignatureError):
        check(body=BODY.replace(b"2", b"3"))
    with pytest.raises(SignatureError):
        check(id="msg_other")


def test_body_that_is_not_utf8_is_refused() -> None:
    body = b'{"id": "\xff"}'
    with pytest.raises(SignatureError):
        check(body=body, signatures=sign(body))


def test_unicode_body_fits() -> None:
    body = '{"title": "Mäntel ☃"}'.encode()
    check(body=body, signatures=sign(body))


@pytest.mark.parametrize("secret", ["", " ", [], ["good", ""], [b"bytes"]])
def test_empty_secret_is_refused(secret: object) -> None:
    with pytest.raises(InvalidInput):
        Secrets(secret)  # type: ignore[arg-type]


@pytest.mark.parametrize("secret", ["whsec_", "whsec_a", "whsec_===="])
def test_secret_that_is_not_base64_is_refused_without_being_shown(secret: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        StandardWebhooks(secret)
    assert caught.value.__cause__ is None
    assert "====" not in str(caught.value)


def test_secrets_are_never_shown() -> None:
    secrets = Secrets(["hunter2", "hunter3"])
    assert "hunter" not in f"{secrets!r} {secrets} {vars(StandardWebhooks(SECRET))!r}"
    with pytest.raises(TypeError):
        __import__("pickle").dumps(secrets)


def test_plain_hmac_takes_either_secret_and_both_encodings() -> None:
    digest = hmac.new(b"two", b"body", sha256)
    secrets = Secrets(["one", "two"])
    verify_hmac(secrets, b"body", base64.b64encode(digest.digest()).decode())
    verify_hmac(secrets, b"body", digest.hexdigest(), encoding="hex")
    for wrong in ("", "AAAA", digest.hexdigest(), "ü", base64.b64encode(digest.digest()[:-1]).decode()):
        with pytest.raises(SignatureError):
            verify_hmac(secrets, b"body", wrong)
    with pytest.raises(SignatureError):
        verify_hmac(Secrets("three"), b"body", base64.b64encode(digest.digest()).decode())
