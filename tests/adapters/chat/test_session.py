"""Conversations: each turn builds on the last."""

from collections.abc import Callable
from typing import Any

import pytest

from fashion_plugin import FashionPlugin, FashionPluginError
from fashion_plugin.errors import InvalidInput
from fashion_plugin_adapters.chat import ChatSession, Turn

from .conftest import SHADES, picture


@pytest.fixture
def session(shop: FashionPlugin) -> ChatSession:
    return ChatSession(shop, limit=8)


def ids(turn: Turn) -> list[str]:
    return [match.product.id for match in turn.matches]


def test_a_photo_then_narrower_by_price_and_stock(session: ChatSession) -> None:
    first = session.show(picture(SHADES["wine"]), category="Women > Coats")
    assert ids(first)[0] == "wine-coat"
    cheaper = session.narrow(cheaper=1)
    assert set(ids(cheaper)) == {"rose-coat", "red-coat"}
    assert "up to 80.49 EUR" in cheaper.understood
    in_stock = session.narrow(in_stock=True)
    assert ids(in_stock) == ["red-coat"]
    assert "in stock" in in_stock.understood
    wider = session.narrow(in_stock=None, max_price=None)
    assert ids(wider) == ids(first)


def test_cheaper_than_what_is_seen_first(session: ChatSession) -> None:
    first = session.find("hat")
    cheapest = min(match.product.price.amount for match in first.matches[:3] if match.product.price)
    for match in session.narrow(cheaper=True).matches:
        assert match.product.price is not None
        assert match.product.price.amount < cheapest


def test_dearer_than_one_by_its_number(session: ChatSession) -> None:
    first = session.find("coat", in_stock=True)
    prices = [match.product.price for match in first.matches]
    assert None not in prices
    lowest = min(price.amount for price in prices if price)
    number = 1 + [price.amount for price in prices if price].index(lowest)
    dearer = [match.product.price for match in session.narrow(dearer=number).matches]
    assert len(dearer) == len(prices) - 1
    assert all(one is not None and one.amount > lowest for one in dearer)


def test_more_like_the_second_one_but_blue(session: ChatSession) -> None:
    first = session.show(picture(SHADES["red"]), max_price="500 EUR")
    second = first[2]
    more = session.like(2, text="blue")
    assert second.id not in ids(more)
    assert set(ids(more)[:2]) == {"blue-coat", "blue-hat"}
    assert "up to 500" in more.understood
    assert session.last is more


def test_words_alone_and_other_words(session: ChatSession) -> None:
    assert ids(session.find("red hat")) == ["red-hat"]
    assert ids(session.narrow(text="wine hat")) == ["wine-hat"]


def test_what_goes_with_it_starts_afresh_and_can_be_narrowed(session: ChatSession) -> None:
    session.find("red coat", max_price="41 EUR")
    turn = session.goes_with(1)
    assert turn.understood == "goes with Red Coat"
    assert turn.matches
    assert "red-coat" not in ids(turn)
    cheaper = session.narrow(max_price="61 EUR")
    assert cheaper.understood == "goes with Red Coat; up to 61.00 EUR"
    assert set(ids(cheaper)) < set(ids(turn)) | {"rose-hat", "red-hat"}
    assert "up to 41" not in session.like(1).understood
    session.goes_with(1)
    with pytest.raises(InvalidInput, match="words do not narrow"):
        session.narrow(text="warm")


@pytest.mark.parametrize(
    "turn",
    [
        lambda session: session.narrow(cheaper=True),
        lambda session: session.like(1),
        lambda session: session.goes_with(2),
        lambda session: session.show(b"no photo"),
        lambda session: session.find(""),
        lambda session: session.find("hat", colour=5),
        lambda session: session.find("hat", size="M"),
        lambda session: session.find("umbrella")[1],
        lambda session: session.find("hat")[0],
        lambda session: session.find("hat")[True],
    ],
)
def test_wrong_turn_is_told(session: ChatSession, turn: Callable[[ChatSession], Any]) -> None:
    with pytest.raises(FashionPluginError):
        turn(session)
    assert ids(session.find("red hat")) == ["red-hat"]


def test_a_turn_that_fails_leaves_the_one_before(session: ChatSession) -> None:
    first = session.find("red hat")
    with pytest.raises(InvalidInput):
        session.narrow(min_price="90 EUR", max_price="10 EUR")
    assert session.last is first
    assert ids(session.narrow()) == ["red-hat"]
