"""The tags in a Word template, looked through before docxtpl is: its expressions take minutes over tags without end.

And what is wrong with a tag, in the reader's language: Jinja's own words are English.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from docx.oxml.ns import qn
from jinja2 import TemplateSyntaxError, UndefinedError

from tracker.errors import DocumentTemplateError, TemplateRefusedError
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

LONGEST_QUOTE: Final = 60

_NOTHING: Final = mark("没有“{what}”")
_RICH: Final = mark("不能使用“{what}”，请写成两个大括号加空格")
_NOT_USED: Final = mark("不能使用“{what}”")
_UNFINISHED: Final = mark("语法有误，“{what}”没有写完或多出")
_UNCLOSED: Final = mark("“{what}”没有以“end{what}”结束")
_UNPAIRED: Final = mark("不能使用“{what}”，或缺少与它成对的标签")
_SYNTAX: Final = mark("语法有误，请检查括号、引号和名称")
_VALUE: Final = mark("这里的值不能这样使用")
_NO_TAGS: Final = mark("这里不能写变量，请移到正文、页眉或页脚")

_EDGE: Final = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
_CLOSING: Final = {"{{": "}}", "{%": "%}", "{#": "#}"}
_OPENING: Final = re.compile(r"\{[{%#]")
_RICH_TAG: Final = re.compile(r"\{\{(?:r|p|tr|tc) ")
# docxtpl's own; what they come to is a call or a sum, which no template may have.
_ITS_TAG: Final = re.compile(r"\{%-?\s*(colspan|cellbg|vm|hm)\b")
# 'dict object' has no attribute 'x'; 'x' is undefined
_UNDEFINED: Final = re.compile(r"'([^']+)'(?: is undefined)?$")
_UNKNOWN_TAG: Final = re.compile(r"Encountered unknown tag '([^']+)'")
_INNERMOST: Final = re.compile(r"innermost block that needs to be closed is '([^']+)'")


def require_whole_tags(part: str, root: Element) -> None:
    """Of a part that is filled; `part` as in DocumentTemplateError, which is raised."""
    if any(_OPENING.search(str(value)) for node in root.iter() for value in node.attrib.values()):
        raise DocumentTemplateError(part=part, paragraph=0, text="", reason=_NO_TAGS)
    if not (fault := _fault("".join(map(str, root.itertext())))):
        return
    # A tag may go over paragraphs, and still be whole.
    for number, paragraph in enumerate(root.iter(qn("w:p")), start=1):
        text = "".join(map(str, paragraph.itertext()))
        if found := _fault(text):
            reason, what = found
            raise DocumentTemplateError(
                part=part, paragraph=number, text=text[:LONGEST_QUOTE], reason=reason, what=what
            )
    reason, what = fault
    raise DocumentTemplateError(part=part, paragraph=0, text="", reason=reason, what=what)


def require_no_tags(part: str, root: Element) -> None:
    """Of a part that is not filled. Raises DocumentTemplateError."""
    if _OPENING.search("".join(map(str, root.itertext()))):
        raise DocumentTemplateError(part=part, paragraph=0, text="", reason=_NO_TAGS)


def texts_of(root: Element) -> list[str]:
    """The paragraphs as the office wrote them."""
    return ["".join(node.text or "" for node in one.iter(qn("w:t"))) for one in root.iter(qn("w:p"))]


def in_words(error: Exception) -> TemplateRefusedError:
    """What a check, or Jinja, says of a template."""
    cause = error.__cause__ if isinstance(error, TemplateRefusedError) else error
    if cause is None and isinstance(error, TemplateRefusedError):
        return error
    if isinstance(cause, TemplateSyntaxError):
        reason, what = _syntax(cause.message or "")
    elif isinstance(cause, UndefinedError) and (found := _UNDEFINED.search(str(cause))):
        reason, what = _NOTHING, found[1]
    else:
        reason, what = (_SYNTAX if isinstance(error, TemplateRefusedError) else _VALUE), ""
    line = error.fields["line"] if isinstance(error, TemplateRefusedError) else 1
    return TemplateRefusedError(line=line, reason=reason, what=what)


def _syntax(said: str) -> tuple[str, str]:
    if found := _UNKNOWN_TAG.search(said):
        return _UNPAIRED, found[1]
    if found := _INNERMOST.search(said):
        return _UNCLOSED, found[1]
    return _SYNTAX, ""


def _fault(text: str) -> tuple[str, str] | None:
    """Why, and of what piece of the text."""
    if found := _RICH_TAG.search(text):
        return _RICH, found[0].strip()
    if found := _ITS_TAG.search(text):
        return _NOT_USED, found[1]
    return next(((_UNFINISHED, piece) for piece in _unfinished(text)), None)


def _unfinished(text: str) -> Iterator[str]:
    """Edges of tags without the other one."""
    opened = ""
    for found in _EDGE.finditer(text):
        edge = found[0]
        if opened and edge == _CLOSING[opened]:
            opened = ""
        elif opened == "{#":
            continue
        elif opened or edge not in _CLOSING:
            yield opened or edge
            opened = ""
        else:
            opened = edge
    if opened:
        yield opened
