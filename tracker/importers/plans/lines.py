"""The lines of an extracted text put back together: hard wraps joined, page numbers and running headers dropped."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.importers.plans.labels import ANY_LABEL
from tracker.importers.plans.numbering import read_numbering

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tracker.importers.files.grid import Paragraph

_PAGE_NUMBER: Final = re.compile(
    r"[\W_]*(?:第\s*)?\d{1,4}\s*(?:页)?\s*(?:[/／,，]?\s*(?:共\s*)?\d{1,4}\s*页?)?[\W_]*|[\W_]*第[一二三四五六七八九十百]+页[\W_]*"
)
_IN_TEXT: Final = re.compile(r"[，,。；;]")
_DIGITS: Final = re.compile(r"\d+")
_STARTS_ANEW: Final = re.compile(r"附件\s*\d*\s*[:：]?|[（(〔【\[［]\s*(?:牵头|责任|配合)|[—•·●■◆★]")
_TERMINAL: Final = "。！？!?；;：:…"
_CLOSING: Final = "”’》）)〕】]］>"
_GOES_ON: Final = "、，,（(〔【[［《“‘"
_OPEN, _CLOSE = "（(〔【[［", "）)〕】]］"
_HEADER_LENGTH: Final = 60
_BODY_LENGTH: Final = 45
# A text counts as hard-wrapped when this share of its lines is as wide as the widest.
_WRAPPED_SHARE: Final = 0.3
_WRAPPED_WIDTHS: Final = range(20, 91)
_SLACK: Final = 4
_TITLE_LINES: Final = 3
_FEWEST_LINES: Final = 8
# How far ahead the end of an open bracket is looked for: lines, and characters of each.
_BRACKET_LINES: Final = 16
_BRACKET_REACH: Final = 400


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph as its author wrote it; `where` is the place of its first line."""

    text: str
    where: str


def join_lines(paragraphs: Iterable[Paragraph]) -> list[Line]:
    """The paragraphs of a text, one `Line` each. Linear in the text's length."""
    raw = [
        Line(text, paragraph.where)
        for paragraph in paragraphs
        for part in paragraph.text.split("\n")
        if (text := part.strip())
    ]
    width = _wrap_width(raw)
    joiner = _Joiner(raw, width)
    repeated = _repeated(raw)
    # Between two pages of which the numbers are lost, only the title is taken for a header.
    titles = {_shape(line.text) for line in raw[:_TITLE_LINES]}
    for index, line in enumerate(raw):
        if _is_page_number(line.text):
            joiner.is_after_page = True
            continue
        shape = _shape(line.text)
        is_header = shape in repeated and (
            joiner.is_after_page or _page_follows(raw, index) or (joiner.is_unfinished and shape in titles)
        )
        if not is_header or not joiner.has_lines:
            joiner.take(index)
            joiner.is_after_page = False
    return joiner.finish()


def _is_page_number(text: str) -> bool:
    return len(text) <= 20 and bool(_PAGE_NUMBER.fullmatch(text))  # noqa: PLR2004 - — 第 12 页 共 30 页 —


def _page_follows(raw: Sequence[Line], index: int) -> bool:
    return index + 1 < len(raw) and _is_page_number(raw[index + 1].text)


def _shape(text: str) -> str:
    """A running header without the page number in it."""
    return _DIGITS.sub("#", text)


def _repeated(raw: Sequence[Line]) -> frozenset[str]:
    """Short lines that come more than once and are no sentence, no item and no label."""
    counts = Counter(
        _shape(line.text)
        for line in raw
        if len(line.text) <= _HEADER_LENGTH and line.text[-1] not in _TERMINAL
    )
    return frozenset(shape for shape, count in counts.items() if count > 1 and _could_be_header(shape))


def _could_be_header(shape: str) -> bool:
    """A title, and not a line of a list of units that happens to come twice."""
    is_text = bool(_IN_TEXT.search(shape)) or shape.count("、") > 1
    is_balanced = sum(shape.count(char) for char in _OPEN) == sum(shape.count(char) for char in _CLOSE)
    return is_balanced and not is_text and not ANY_LABEL.search(shape) and not read_numbering(shape)


def _wrap_width(raw: Sequence[Line]) -> int | None:
    """How wide the lines of a hard-wrapped text are; None for a text of whole paragraphs."""
    lengths = sorted(len(line.text) for line in raw)
    if len(lengths) < _FEWEST_LINES:
        return None
    width = lengths[int(len(lengths) * 0.95)]
    full = sum(width - _SLACK < length <= width + _SLACK for length in lengths)
    is_wrapped = width in _WRAPPED_WIDTHS and full >= _WRAPPED_SHARE * len(lengths)
    return width if is_wrapped else None


class _Joiner:
    """Takes lines one by one; holds the paragraph that is still open."""

    def __init__(self, raw: Sequence[Line], width: int | None) -> None:
        self._raw = raw
        self._width = width
        self._lines: list[Line] = []
        self._parts: list[str] = []
        self._where = ""
        self._depth = 0
        self._has_sentence = False
        self.is_after_page = False

    @property
    def has_lines(self) -> bool:
        return bool(self._parts or self._lines)

    @property
    def is_unfinished(self) -> bool:
        """Whether the open paragraph breaks off in the middle of a sentence."""
        if not self._parts:
            return False
        last = self._parts[-1]
        if self._depth > 0 or last[-1] in _GOES_ON:
            return True
        is_full = self._width is not None and len(last) > self._width - _SLACK
        if last[-1] in _TERMINAL or (last[-1] in _CLOSING and not is_full):
            return False
        is_body = len(last) > _BODY_LENGTH or len(self._parts) > 1
        if len(self._parts) == 1 and read_numbering(last) and not self._has_sentence:
            return is_full
        if ANY_LABEL.match(self._parts[0]):
            # 责任单位：… ends without a full stop, however long it is.
            return is_full or self.is_after_page
        return is_full or is_body or self._has_sentence

    def take(self, index: int) -> None:
        line = self._raw[index]
        if self._goes_on(index):
            before = self._parts[-1][-1]
            is_latin = f"{before}{line.text[0]}".isascii() and before.isalpha() and line.text[0].isalpha()
            self._parts.append(f" {line.text}" if is_latin else line.text)
        else:
            self._close()
            self._parts, self._where = [line.text], line.where
        self._watch(line.text)

    def finish(self) -> list[Line]:
        self._close()
        return self._lines

    def _close(self) -> None:
        if self._parts:
            self._lines.append(Line("".join(self._parts), self._where))
        self._parts, self._depth, self._has_sentence = [], 0, False

    def _watch(self, text: str) -> None:
        for char in text:
            if char in _OPEN:
                self._depth += 1
            elif char in _CLOSE:
                self._depth = max(self._depth - 1, 0)
        self._has_sentence = self._has_sentence or "。" in text

    def _goes_on(self, index: int) -> bool:
        if not self.is_unfinished:
            return False
        text = self._raw[index].text
        if read_numbering(text):
            return False
        if self._depth > 0 and self._closes_from(index):
            return True
        if ANY_LABEL.match(text) or _STARTS_ANEW.match(text):
            return False
        if self._depth == 0:
            return True
        # A bracket that never closes does not swallow the paragraphs behind it.
        self._depth = 0
        return self.is_unfinished

    def _closes_from(self, index: int) -> bool:
        """Whether the open bracket closes in this line or soon after, before the next item starts."""
        depth = self._depth
        for line in self._raw[index : index + _BRACKET_LINES]:
            if read_numbering(line.text):
                return False
            for char in line.text[:_BRACKET_REACH]:
                if char in _OPEN:
                    depth += 1
                elif char in _CLOSE:
                    depth -= 1
                    if depth <= 0:
                        return True
        return False
