"""A conversation about one shop: each turn is a structured call that builds on the last answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fashion_plugin import FashionPlugin
from fashion_plugin.catalog import Filters, Look, Match, Money, Product, RemoteImage
from fashion_plugin.errors import InvalidFilters, InvalidInput
from fashion_plugin.images import ImageInput
from fashion_plugin_adapters.chat.categories import nothing_fits, with_categories

__all__ = ["ChatSession", "Turn"]

Photo: TypeAlias = ImageInput | RemoteImage

_SIDE = 1024  # pixels of the long side that are kept of a photo


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer: the products in order (number 1 is the first) and what was understood, in words.

    ``advice`` says what to try where nothing was found.
    """

    matches: tuple[Match, ...]
    total: int
    understood: str
    advice: str = ""

    def __getitem__(self, number: int) -> Product:
        """The product of a number, from 1, as people count.

        Raises:
            InvalidInput: the answer has no such number.
        """
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= len(self.matches):
            count = len(self.matches)
            raise InvalidInput(
                f"there is no number {number} among {count} products" if count else "nothing was found yet"
            )
        return self.matches[number - 1].product


@dataclass(frozen=True, slots=True)
class _Question:
    """What is being looked for; a follow-up changes a part of it."""

    photo: NDArray[np.uint8] | None = field(default=None, repr=False)
    like: str = ""
    beside: str = ""
    text: str = ""
    filters: Filters = field(default_factory=Filters)


class ChatSession:
    """Remembers what a shopper is looking for, so that "the same in red, but cheaper" is one call.

    It holds one conversation and is meant for one thread at a time; keep one for each user. Photos stay in
    memory, and go with it.
    """

    def __init__(self, shop: FashionPlugin, *, limit: int = 6) -> None:
        self._shop = shop
        self._limit = limit
        self._question: _Question | None = None
        self._last = Turn((), 0, "")

    @property
    def last(self) -> Turn:
        """The answer before; empty at the beginning."""
        return self._last

    def show(self, photo: Photo, text: str = "", **filters: Any) -> Turn:
        """Begin with a photo (a path, bytes, an address), with words if there are any.

        Keywords are those of `Filters`.

        Raises:
            ImageError: the photo cannot be read.
        """
        pixels = self._shop.load(photo, min_side=_SIDE)
        return self._ask(_Question(photo=pixels, text=text, filters=_filters(filters)))

    def find(self, text: str, **filters: Any) -> Turn:
        """Begin with words alone; keywords are those of `Filters`."""
        return self._ask(_Question(text=text, filters=_filters(filters)))

    def like(self, number: int, text: str = "", **filters: Any) -> Turn:
        """More like a product of the last answer; conditions go on to hold unless they are given anew."""
        chosen = self._last[number]
        return self._ask(_Question(like=chosen.id, text=text, filters=self._changed(filters)))

    def narrow(
        self,
        *,
        cheaper: bool | int = False,
        dearer: bool | int = False,
        text: str | None = None,
        **filters: Any,
    ) -> Turn:
        """The same again with other conditions, such as ``narrow(colour="red", cheaper=True)``.

        Args:
            cheaper: below the price of a product of the last answer by its number; True for the cheapest of
                the first three, what a shopper sees first.
            dearer: above one in the same way; True for the dearest of the first three.
            text: other words; an empty text takes them back.
            filters: conditions of `Filters`; None takes one back, those not named go on to hold.

        Raises:
            InvalidInput: nothing was looked for yet, or the last answer has no price to compare with.
        """
        if self._question is None:
            raise InvalidInput("nothing was looked for yet: begin with show(photo) or find(text)")
        if cheaper is not False:
            filters["max_price"] = _below(self._price(cheaper, min))
        if dearer is not False:
            filters["min_price"] = _above(self._price(dearer, max))
        wanted = self._question if text is None else replace(self._question, text=text)
        return self._ask(replace(wanted, filters=self._changed(filters)))

    def goes_with(self, number: int, **filters: Any) -> Turn:
        """Products of other kinds that go with one of the last answer.

        Conditions of the search before do not carry over: a cheap dress may go with any shoes.
        """
        return self._ask(_Question(beside=self._last[number].id, filters=_filters(filters)))

    def look(self, photo: Photo, *, each: int = 3, **filters: Any) -> Look:
        """The garments of a photo with products for each; the photo is kept for `narrow`."""
        pixels = self._shop.load(photo, min_side=_SIDE)
        wanted = _filters(filters)
        found = self._shop.shop_the_look(pixels, limit=each, filters=with_categories(self._shop, wanted))
        self._question = _Question(photo=pixels, filters=wanted)
        matches = tuple(match for garment in found.garments for match in garment.matches) or found.matches
        self._last = Turn(matches, len(matches), "the look")
        return found

    def _ask(self, question: _Question) -> Turn:
        if question.beside and question.text:
            raise InvalidInput("words do not narrow what goes with a product: give conditions instead")
        filters = with_categories(self._shop, question.filters)
        asked: dict[str, Any] = {"text": question.text or None, "limit": self._limit, "filters": filters}
        if question.beside:
            asked.pop("text")
            found = self._shop.complete_the_look(question.beside, **asked)
        elif question.like:
            found = self._shop.similar(question.like, **asked)
        else:
            found = self._shop.search(question.photo, **asked)
        self._question = question
        advice = "" if found.matches else nothing_fits(self._shop, filters)
        self._last = Turn(found.matches, found.total, self._told(question), advice)
        return self._last

    def _told(self, question: _Question) -> str:
        named = {one: self._shop.product(one).title or one for one in (question.like, question.beside) if one}
        return _told(question, named)

    def _changed(self, filters: dict[str, Any]) -> Filters:
        """The conditions that held with those given; None gives one up."""
        held = self._question.filters if self._question else Filters()
        kept = {name: getattr(held, name) for name in Filters.__dataclass_fields__ if name not in filters}
        return _filters({**kept, **{name: value for name, value in filters.items() if value is not None}})

    def _price(self, which: bool | int, best: Any) -> Money:
        if which is not True:
            products: Sequence[Product] = [self._last[which]]
        else:
            products = [match.product for match in self._last.matches[:3]]
        prices = [product.price for product in products if product.price]
        if not prices:
            raise InvalidInput("the last answer has no price to compare with")
        same = [price for price in prices if price.currency == prices[0].currency]
        chosen: Money = best(same, key=lambda price: price.amount)
        return chosen


def _filters(given: dict[str, Any]) -> Filters:
    if unknown := sorted(given.keys() - Filters.__dataclass_fields__.keys()):
        known = ", ".join(Filters.__dataclass_fields__)
        raise InvalidFilters(f"there are no conditions {', '.join(unknown)}: known are {known}")
    return Filters(**given)


def _below(price: Money) -> Money:
    return Money(max(Decimal(0), price.amount - _smallest(price)), price.currency)


def _above(price: Money) -> Money:
    return Money(price.amount + _smallest(price), price.currency)


def _smallest(price: Money) -> Decimal:
    return Money.from_minor_units(1, price.currency).amount


def _told(question: _Question, named: Mapping[str, str]) -> str:
    filters = question.filters
    parts = ["like the photo" if question.photo is not None else ""]
    parts += [f"like {named[question.like]}" if question.like else ""]
    parts += [f"goes with {named[question.beside]}" if question.beside else "", question.text]
    parts += [", ".join(names) for names in (filters.colour, filters.category, filters.brand, filters.tags)]
    parts += [f"from {filters.min_price}" if filters.min_price is not None else ""]
    parts += [f"up to {filters.max_price}" if filters.max_price is not None else ""]
    parts += ["in stock" if filters.in_stock else ""]
    return "; ".join(part for part in parts if part)
