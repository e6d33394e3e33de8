"""Text as the words by which it is found: the same for what is stored and for what is asked.

Letter case, accents and the form in which a character is encoded do not matter, in any script. A plural of
the Latin alphabet's common kinds stands with its singular. In scripts that put no spaces between words every
character is a word of its own, so that any part of a text is found as a sequence.
"""

import re
import unicodedata

__all__ = ["SPACELESS", "compounds", "words"]

_MARKS = dict.fromkeys(
    code
    for first, last in (
        # Combining marks that may be left out in writing: Latin, Greek, Cyrillic; Hebrew; Arabic. The vowel
        # signs of Indian and south-east Asian scripts are letters of the word and stay.
        *((0x0300, 0x036F), (0x0483, 0x0489), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF)),
        *((0x0591, 0x05BD), (0x05BF, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670)),
        *((0x06D6, 0x06ED), (0x0640, 0x0640), (0xFE20, 0xFE2F)),
    )
    for code in range(first, last + 1)
)
# Letters that Unicode does not take apart, and those of Arabic that keyboards exchange for one another.
_LETTERS = dict(
    zip(
        map(ord, "\u00f8\u0142\u0111\u00f0\u00fe\u00e6\u0153\u0131\u064a\u0649\u0643\u0629"),
        ("o", "l", "d", "d", "th", "ae", "oe", "i", "\u06cc", "\u06cc", "\u06a9", "\u0647"),
        strict=True,
    )
)
_FOLDED = {**_MARKS, **_LETTERS}

SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Myanmar, Khmer
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # kana, Han
)
"""The scripts without spaces, as ranges of a regular expression."""

_JOINTS = "-\u2010\u2011\u200c\u200d\u00b7_"
"""What stands between the parts of a compound that is also written as one word."""

_PIECES = re.compile(rf"[{SPACELESS}]|[^\W_{SPACELESS}]+(?:[{_JOINTS}'\u2019][^\W_{SPACELESS}]+)*")
_MARK = re.compile("[\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_POSSESSIVE = re.compile(r"['\u2019]s$")
_SPLIT = re.compile(rf"[{_JOINTS}'\u2019]")


def words(text: str) -> list[str]:
    """The words of a text in order; a compound such as ``t-shirt`` gives its parts, then itself as one."""
    found: list[str] = []
    for parts in compounds(text):
        found += parts
        if len(parts) > 1:
            found.append(_plain("".join(parts)))
    return found


def compounds(text: str) -> list[tuple[str, ...]]:
    """The words of a text in order, each as its parts: one, or several where a hyphen joins them."""
    return [parts for piece in _pieces(_fold(text)) if (parts := _parts(piece))]


def _fold(text: str) -> str:
    taken_apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", taken_apart.translate(_FOLDED))


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    # Vowel signs are no word characters to a regular expression; between two letters they hold them together.
    for run in re.split(r"\s+", text):
        if _MARK.search(run):
            pieces += _with_signs(run)
        else:
            pieces += _PIECES.findall(run)
    return pieces


def _with_signs(run: str) -> list[str]:
    """Words of scripts with vowel signs; where there are no spaces, each character with its signs."""
    pieces: list[str] = []
    open_word = False
    for character in run:
        kind = unicodedata.category(character)[0]
        if kind == "M" and pieces and open_word:
            pieces[-1] += character
        elif kind not in "LN":
            open_word = open_word and character in _JOINTS  # a joiner within an Indian word
        elif open_word and pieces and not re.match(f"[{SPACELESS}]", pieces[-1] + character):
            pieces[-1] += character
        else:
            pieces.append(character)
            open_word = True
    return pieces


def _parts(piece: str) -> tuple[str, ...]:
    whole = _POSSESSIVE.sub("", piece)
    return tuple(_plain(part) for part in _SPLIT.split(whole) if part)


def _plain(word: str) -> str:
    """A word without its plural ending, where it has one of those that English, French or Spanish write.

    After Harman, "How effective is suffixing?" (JASIS 42, 1991), the S stemmer, with endings of fashion's own
    words: dresses and dress, watches and watch, hoodies and hoodie come to the same.
    """
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if len(word) > 4 and word.endswith(("ies", "ie")):
        return word[: word.rindex("ie")] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
