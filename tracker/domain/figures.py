"""One value as a table prints it: 60左右, ≥90, <5, 〔-18〕, [3.5], 80(省70%), 应兜尽兜, ——.

A blank or a dash is unknown, never zero. Words stay words: 完成上级下达任务 has no value and is kept as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tracker.domain.measure_words import AFTER, BEFORE, CHANGES, MAGNITUDE, NUMBER, UNIT
from tracker.domain.quantities import HALF_WIDTH

if TYPE_CHECKING:
    from tracker.domain.measure_words import Bound, Change

_UNKNOWN: Final = re.compile(r"[-—–―─/…·*\s]*|暂无|待定")
_SUM: Final = re.compile(r"[〔\[【［](?P<inside>[^〔〕\[\]【】]*)[〕\]】］](?P<rest>.*)", re.DOTALL)
_MOVES: Final = "增长|递增|提高|提升|增加|上升|降低|下降|减少"
_FIGURE: Final = re.compile(
    rf"(?:(?P<pace>年均|累计))?(?P<change>{_MOVES})?(?P<reach>达到|达|到|至)?"
    rf"(?P<before>{'|'.join(sorted(map(re.escape, BEFORE), key=len, reverse=True))})?"
    rf"(?P<sign>[-−+])?(?P<number>{NUMBER})"
    rf"(?:(?:{UNIT})?(?:[—–~～-]{{1,2}}|至)(?P<upper>{NUMBER}))?"
    rf"(?P<unit>(?:{MAGNITUDE})?(?:{UNIT})|{MAGNITUDE})?"
    rf"(?P<after>{'|'.join(AFTER)})?"
    r"(?:[(（](?P<note>[^()（）]{1,80})[)）])?[①-⑳*※]?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is None for words. `text` is as printed; `unit` and `note` (省70%) are those in the cell.

    `is_cumulative` stands in brackets: 〔3.5〕 is a sum over the years of the plan, by the plans' own notes.
    """

    text: str
    value: Decimal | None = None
    upper: Decimal | None = None
    bound: Bound = "exactly"
    is_strict: bool = False
    change: Change = ""
    unit: str = ""
    note: str = ""
    is_cumulative: bool = False


def read_figure(cell: str) -> Figure | None:
    """What `cell` says; None for a blank or a dash."""
    text = " ".join(cell.split())
    plain = "".join(text.translate(HALF_WIDTH).split())
    if _UNKNOWN.fullmatch(plain):
        return None
    bracketed = _SUM.fullmatch(plain)
    if bracketed:
        plain = bracketed["inside"] + bracketed["rest"]
    match = _FIGURE.fullmatch(plain)
    if match is None:
        return Figure(text, is_cumulative=bool(bracketed))
    bound, is_strict = BEFORE.get(match["before"] or "", ("exactly", False))
    if bound == "exactly" and match["after"]:
        bound = AFTER[match["after"]]
    return Figure(
        text=text,
        value=_signed(match["number"], match["sign"]),
        upper=Decimal(match["upper"].replace(",", "")) if match["upper"] else None,
        bound=bound,
        is_strict=is_strict,
        change=CHANGES.get(match["change"] or "", "") if not match["reach"] else "",
        unit=match["unit"] or "",
        note=match["note"] or "",
        is_cumulative=bool(bracketed) or match["pace"] == "累计",
    )


def _signed(number: str, sign: str | None) -> Decimal:
    value = Decimal(number.replace(",", ""))
    return -value if sign in ("-", "−") else value
