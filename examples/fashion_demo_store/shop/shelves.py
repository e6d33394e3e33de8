"""The shop's shelves: categories such as ``Women > Dresses`` as a menu, a trail, a front page."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fashion_demo_store.shop.products import Article

__all__ = ["Group", "largest", "menu", "near", "trail"]

_MOST = 6
_STEP = " > "


@dataclass(frozen=True, slots=True)
class Group:
    """An entry of the menu: its name, its category (empty: none of its own), and the shelves below it."""

    name: str
    category: str
    shelves: tuple[tuple[str, str], ...] = ()


def menu(everything: Iterable[Article]) -> list[Group]:
    """Groups and their shelves in the shop's order; of many, the smaller ones stand under More."""
    shelves: dict[str, dict[str, str]] = {}
    counts: Counter[str] = Counter()
    for article in everything:
        counts[article.group] += 1
        below = shelves.setdefault(article.group, {})
        if article.category != article.group:
            below.setdefault(article.category, article.category.removeprefix(article.group + _STEP))
    groups = [Group(name, name, tuple((b, a) for a, b in below.items())) for name, below in shelves.items()]
    if len(groups) <= _MOST:
        return groups
    first = {name for name, _ in counts.most_common(_MOST - 1)}
    rest = tuple((group.name, group.category) for group in groups if group.name not in first)
    return [*(group for group in groups if group.name in first), Group("More", "", rest)]


def trail(category: str) -> list[str]:
    """A category and those above it: ``Women``, then ``Women > Dresses``."""
    parts = category.split(_STEP)
    return [_STEP.join(parts[: end + 1]) for end in range(len(parts))]


def near(page: int, last: int) -> list[int]:
    """The pages to offer: the first, the last and those around this one, with 0 where some are left out."""
    shown = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
    offered: list[int] = []
    for number in shown:
        if offered and number > offered[-1] + 1:
            offered.append(0)
        offered.append(number)
    return offered


def largest(everything: Sequence[Article], count: int) -> list[Article]:
    """One product of each of the largest categories."""
    counts = Counter(article.category for article in everything)
    return [
        next(article for article in everything if article.category == name)
        for name, _ in counts.most_common(count)
    ]
