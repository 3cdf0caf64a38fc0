"""Searching Chinese, which has no spaces: what texts and questions are cut into, and what counts as found.

A gram is a character with the one after it. Whoever holds every gram of a word may hold the word; whether it does
is asked of the text itself. Case and width do not count.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

# Raised when a rule of this module changes: an index made under other rules is made anew.
EDITION: Final = 1
# Enough to leave hardly any text but the right ones; a long question needs no more.
_MOST_GRAMS: Final = 32
# Punctuation is wide, letters and digits are narrow: no gram can hold an operator or a quote of a database.
_WIDE: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if not chr(code).isalnum()}


class _Folds(dict[int, str]):
    """What each character is compared as; filled as characters come up."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _fold(chr(code))
        return found


def _fold(character: str) -> str:
    """Invisible characters are nothing, control characters and lone surrogates are spaces."""
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    if category in ("Cc", "Cs"):
        return " "
    plain = unicodedata.normalize("NFKD", character).casefold()
    return unicodedata.normalize("NFKD", plain).translate(_WIDE)


_FOLDS: Final = _Folds()


def folded(text: str) -> str:
    """`text` as it is compared. Character by character: a piece of a text folds to a piece of what the text does."""
    return text.translate(_FOLDS)


def grams_of(text: str) -> set[str]:
    """What is kept of a text: each pair of neighbours that no white space parts, and the last character before one."""
    return {word[place : place + 2] for word in folded(text).split() for place in range(len(word))}


@dataclass(frozen=True, slots=True)
class Question:
    """Words that a text must all hold, as they are compared; none for a question that asks nothing."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, typed: str) -> Question:
        """Any text will do: white space parts words, and a word is only ever compared."""
        return cls(tuple(dict.fromkeys(folded(unicodedata.normalize("NFC", typed)).split())))

    def grams(self) -> tuple[str, ...]:
        """At most 32 that a text with these words holds; one of a single character is how such a gram begins."""
        found: dict[str, None] = {}
        for word in self.words:
            for place in range(max(len(word) - 1, 1)):
                found[word[place : place + 2]] = None
                if len(found) == _MOST_GRAMS:
                    return tuple(found)
        return tuple(found)

    @property
    def is_settled_by_grams(self) -> bool:
        """Whether a text with these grams holds the words for certain: they are no longer than a gram."""
        return len(self.words) <= _MOST_GRAMS and all(len(word) <= 2 for word in self.words)  # noqa: PLR2004

    def is_answered_by(self, text: str) -> bool:
        """Whether `text` holds every word."""
        held = folded(text)
        return all(word in held for word in self.words)
