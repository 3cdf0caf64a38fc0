"""What people call a rung that the ledger knows as "-5", "3@2024-10-10", "open" or "H1"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.domain.ladder import OPENING
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Callable

AUDIENCE_LABELS: Final = {
    "filler": mark("填报人"),
    "leader": mark("单位领导"),
    "coordinator": mark("统筹人"),
}
_OPENED: Final = mark("开启通知")
_BY_HAND: Final = mark("手动催报 {name}")
_BEFORE: Final = mark("截止前 {days} 个工作日")
_ON_THE_DAY: Final = mark("截止当天")
_AFTER: Final = mark("截止后 {days} 个工作日")
_EXTENDED: Final = mark("{rung}（按延期后的 {day} 计）")


def rung_in_words(name: str, gettext: Callable[[str], str]) -> str:
    if name == OPENING:
        return gettext(_OPENED)
    offset, _, day = name.partition("@")
    if not offset.lstrip("-").isdigit():
        return gettext(_BY_HAND).format(name=name)
    days = int(offset)
    text = _ON_THE_DAY if days == 0 else _AFTER if days > 0 else _BEFORE
    said = gettext(text).format(days=abs(days))
    return gettext(_EXTENDED).format(rung=said, day=day) if day else said
