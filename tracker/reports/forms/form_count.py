"""The 字数 of a 报送表 as a formula: the count of DESIGN rule 8, live, in Excel, WPS and LibreOffice alike.

Excel's LEN counts a character outside the BMP as two and its MID cuts it in halves; LibreOffice counts it as one.
UNICODE of half a character is an error in the one and does not occur in the other, so that the length less half
the errors is the number of code points in both. Where UNICODE is not known (before Excel 2013) LEN alone counts.
What no formula can do is NFC: a letter with a separate accent counts as two here and as one at the site.
"""

from __future__ import annotations

from typing import Final

from tracker.domain.texts import WHITE_SPACE

_LINE_BREAK: Final = "CHAR(13)&CHAR(10)"
# Controls cannot stand in a formula as they are. U+0085 nobody can type.
_OTHER_WHITE: Final = "".join(letter for letter in WHITE_SPACE if letter not in "\t\n\r\x85")
# Within a text of several lines LibreOffice holds a tab as U+0001.
_WHITE: Final = f'CHAR(1)&CHAR(9)&CHAR(10)&CHAR(13)&"{_OTHER_WHITE}"'
# How many positions are looked at: enough for a text twice as long as allowed, all of it rare characters.
_POSITIONS_PER_CHARACTER: Final = 4
_SPARE_POSITIONS: Final = 200


def count_formula(cell: str, limit: int) -> str:
    """Code points of `cell` between the first and the last that is not white space; a longer text than can be
    looked at counts as LEN says, which is over the limit in any case."""
    last = _POSITIONS_PER_CHARACTER * limit + _SPARE_POSITIONS
    positions = f"ROW($1:${last})"
    text = f"SUBSTITUTE({cell},{_LINE_BREAK},CHAR(10))"
    letter = f"MID({text},{positions},1)"
    is_ink = f"({positions}<=LEN({text}))*ISERROR(FIND({letter},{_WHITE}))"
    end = f"SUMPRODUCT(MAX({is_ink}*{positions}))"
    room_after_start = f"SUMPRODUCT(MAX({is_ink}*({last + 1}-{positions})))"
    halves = f"SUMPRODUCT({is_ink}*ISERROR({_code(letter)}))"
    knows_code = "NOT(ISERROR(" + _code('"a"') + "))"
    inked = f"MAX(0,{end}+{room_after_start}-{last}-{halves}*{knows_code}/2)"
    return f'=IFERROR(IF(LEN({cell})>{last},LEN({cell}),{inked}),"?")'


def within_limit_formula(cell: str, limit: int) -> str:
    """True while `cell` holds at most `limit` code points, white space included: a warning may hold 255 letters."""
    positions = f"ROW($1:${2 * limit + 2})"
    letter = f"MID({cell},{positions},1)"
    halves = f"SUMPRODUCT(({positions}<=LEN({cell}))*ISERROR({_code(letter)}))"
    return f"LEN({cell})-{halves}/2<={limit}"


def _code(letter: str) -> str:
    """UNICODE, under the name that files give it."""
    return f"_xlfn.UNICODE({letter})"
