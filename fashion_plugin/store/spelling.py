"""Which known words a mistyped one may stand for."""

from collections.abc import Mapping

__all__ = ["meant", "slips"]

_MOST = 6
"""Words that one mistyped word may stand for."""


def slips(word: str) -> int:
    """How many slips are forgiven in a word: none in up to 2 characters, 1 in up to 5, else 2.

    The steps are those of Elasticsearch's and OpenSearch's ``fuzziness: AUTO``. Numbers must be exact.
    """
    if not word.isalpha():
        return 0
    return 0 if len(word) < 3 else 1 if len(word) < 6 else 2


def meant(word: str, known: Mapping[str, int]) -> list[str]:
    """The known words that are the fewest slips away, the most frequent first.

    ``known`` maps words to how many products have them. A slip is a character too many, too few or wrong, or
    two neighbours exchanged. Where one is forgiven, it is not the first letter: rain is no brain.
    """
    most = slips(word)
    if not most:
        return []
    letters = _letters(word)
    near: dict[int, list[str]] = {}
    for other in known:
        # Most words are told apart by their length and by which letters occur in them at all.
        if abs(len(other) - len(word)) > most or (_letters(other) ^ letters).bit_count() > 2 * most:
            continue
        if most == 1 and other[0] != word[0]:
            continue
        slipped = _distance(word, other, most)
        if 0 < slipped <= most:
            near.setdefault(slipped, []).append(other)
    closest = near[min(near)] if near else []
    return sorted(closest, key=lambda other: (-known[other], other))[:_MOST]


def _letters(word: str) -> int:
    mask = 0
    for character in word:
        mask |= 1 << (ord(character) & 63)
    return mask


def _distance(a: str, b: str, most: int) -> int:
    """Slips between two words (optimal string alignment); anything above ``most`` where there are more."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        older, before = before, row
        row = [i]
        for j, right in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
