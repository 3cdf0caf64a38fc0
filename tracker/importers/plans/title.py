"""The title of a document, among what stands above its text: letterheads, file numbers, 附件."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tracker.importers.plans.numbering import read_numbering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.importers.plans.lines import Line

_ANNEX: Final = re.compile(r"附件\s*\d*\s*[:：]?")
# 续表, （续）, 重点任务清单（续表2）: said above the next page of a table.
CONTINUED: Final = re.compile(r"(?:接上[页表]|续上?表|[^。；\n]{0,60}[（(]续上?表?\d*[）)])")
_BRACKETED: Final = re.compile(r"[（(].*[）)]")
_FILE_NUMBER: Final = re.compile(
    r".{1,20}[〔\[（(【]\s*\d{4}\s*[〕\]）)】]\s*\d+\s*号|\d{4}年\d{1,2}月\d{1,2}日|.{1,30}文件"
)
_GENRE: Final = re.compile(
    r"(?:通知|意见|方案|计划|规划|措施|办法|清单|要点|决定|纲要|规定|细则|分工|分解|安排|报告|函|指引|政策|表)(?:[（(《〔].*)?[》”]?$"
)
_PREFACE: Final = re.compile(r"前\s*言|序\s*言?|引\s*言|目\s*录")
_NAMED: Final = re.compile(r"《([^《》]{4,80})》\s*[（(]\s*以下简?称")
_LONGEST: Final = 90
_MOST_LINES: Final = 3


def read_title(lines: Sequence[Line], above_table: Sequence[str]) -> str:
    """The first line that is a title, with the rest of it on the lines below; "" where the text starts at once."""
    texts = [" ".join(text.split()) for text in (*(line.text for line in lines[:12]), *above_table)]
    texts = [text for text in texts if not _ANNEX.fullmatch(text) and not CONTINUED.fullmatch(text)]
    while texts and _FILE_NUMBER.fullmatch(texts[0]):
        texts = texts[1:]
    if texts and _PREFACE.fullmatch(texts[0]):
        # A preface names the document: 《河洲市发展规划》（以下简称《规划》）.
        named = next((found for text in texts if (found := _NAMED.search(" ".join(text.split())))), None)
        return named[1] if named else ""
    if not texts or _is_body(texts[0]):
        return ""
    title = texts[0]
    for text in texts[1:_MOST_LINES]:
        if _BRACKETED.fullmatch(text) and "此件" not in text:
            return title + text
        if _GENRE.search(title) or _is_body(text) or not _GENRE.search(text) or _FILE_NUMBER.fullmatch(text):
            break
        title += text
    return title


def _is_body(text: str) -> bool:
    return len(text) > _LONGEST or text[-1] in "。：:；" or read_numbering(text) is not None
