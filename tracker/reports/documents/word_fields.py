"""The fields of a Word file (page number, date, cross-reference …): those that fetch or run nothing are listed.

A field's name may be cut into pieces and its code may hold other fields, so that it is read as Word does: from its
begin to its separator (ECMA-376-1, 17.16.18).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from tracker.errors import DocumentTemplateError
from tracker.i18n import mark

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NAMES: Final = [
    "ADVANCE",
    "AUTHOR",
    "AUTONUM",
    "CREATEDATE",
    "DATE",
    "DOCPROPERTY",
    "EQ",
    "IF",
    "LISTNUM",
    "NOTEREF",
    "NUMCHARS",
    "NUMPAGES",
    "NUMWORDS",
    "PAGE",
    "PAGEREF",
    "PRINTDATE",
    "QUOTE",
    "REF",
    "SAVEDATE",
    "SECTION",
    "SECTIONPAGES",
    "SEQ",
    "STYLEREF",
    "SUBJECT",
    "SYMBOL",
    "TC",
    "TIME",
    "TITLE",
    "TOC",
    "XE",
]
# A link is a reader's own click, to a page, a mailbox or another place of the document.
_ALLOWED: Final = re.compile(
    rf'\s*(?:=|(?:{"|".join(_NAMES)})(?:[\s\\"]|$)|HYPERLINK\s+(?:\\l\s|"?(?:https?://|mailto:|#)))',
    re.ASCII | re.IGNORECASE,
)
# One reader takes what another leaves out.
_ALTERNATIVES: Final = frozenset({"Choice", "Fallback", "del", "ins", "moveFrom", "moveTo"})
_CODES: Final = frozenset({"instrText", "delInstrText"})
_TEXTS: Final = frozenset({"t", "delText"})
_NESTED: Final = "\0"
_LONGEST_QUOTE: Final = 60

BODY: Final = mark("正文")
HEADER: Final = mark("页眉")
FOOTER: Final = mark("页脚")
NOTES: Final = mark("脚注、尾注或批注")
_OTHER: Final = mark("样式或设置")
_FIELD: Final = mark("不能使用域“{what}”，请在 Word 中按 Alt+F9 显示域代码，删去后再试")


def part_label(name: str) -> str:
    """The place of a part as a source text."""
    if re.search(r"(?:foot|end)notes|comments", name):
        return NOTES
    found = {"/header": HEADER, "/footer": FOOTER, "/document": BODY}
    return next((label for piece, label in found.items() if piece in name), _OTHER)


def local_name(name: Any) -> str:  # noqa: ANN401 - of an element or attribute, as lxml has it
    return etree.QName(name).localname


def require_known_fields(name: str, root: Element) -> None:
    """Of the part `name`. Raises DocumentTemplateError."""
    _Reader(part_label(name)).read(root)


@dataclass(slots=True)
class _Field:
    """One that has begun; `is_code` until its separator."""

    code: str = ""
    is_code: bool = True


class _Reader:
    def __init__(self, part: str) -> None:
        self._part = part
        self._open: list[_Field] = []

    def read(self, parent: Element) -> None:
        for node in parent:
            self._read_attributes(node)
            name = local_name(node)
            if name == "fldChar":
                self._turn(node)
            elif name in _CODES:
                self._add("".join(map(str, node.itertext())))
            elif name in _TEXTS:
                self._require_no_text(node.text or "")
            elif name == "p" or name in _ALTERNATIVES:
                self._require_outside_code(name)
                self.read(node)
                self._require_outside_code(name)
            else:
                self.read(node)

    def _read_attributes(self, node: Element) -> None:
        for name, value in node.attrib.items():
            if local_name(name) == "instr":
                self._check(str(value))
                self._note_nested()

    def _turn(self, mark_of_field: Element) -> None:
        kinds = {local_name(name): value for name, value in mark_of_field.attrib.items()}
        kind = kinds.get("fldCharType")
        if kind == "begin":
            self._note_nested()
            self._open.append(_Field())
        elif self._open:
            field = self._open.pop()
            if field.is_code:
                self._check(field.code)
            if kind != "end":
                self._open.append(_Field(is_code=False))

    def _note_nested(self) -> None:
        """A field inside a code may come to any text, so that the name must stand whole before it."""
        if self._open and self._open[-1].is_code:
            self._open[-1].code += _NESTED

    def _add(self, code: str) -> None:
        if self._open and self._open[-1].is_code:
            self._open[-1].code += code
        else:
            self._check(code)

    def _require_no_text(self, text: str) -> None:
        """Some readers count it to the code, some do not."""
        if text.strip() and self._open and self._open[-1].is_code:
            raise self._refused(self._open[-1].code + text)

    def _require_outside_code(self, what: str) -> None:
        if any(field.is_code for field in self._open):
            raise self._refused(self._open[-1].code or what)

    def _check(self, code: str) -> None:
        if not _ALLOWED.match(code):
            raise self._refused(code)

    def _refused(self, code: str) -> DocumentTemplateError:
        what = code.replace(_NESTED, "…").strip()[:_LONGEST_QUOTE]
        return DocumentTemplateError(part=self._part, paragraph=0, text="", reason=_FIELD, what=what)
