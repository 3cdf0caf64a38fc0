"""What kind of unit a name speaks of, where nobody has said."""

from __future__ import annotations

import re

_GOVERNMENT = r"(?:人民政府|政府|办事处|管委会)?"
_ENDINGS = (
    (re.compile(rf"(?:村|社区|居委会|村委会){_GOVERNMENT}$"), "village"),
    (re.compile(rf"(?:镇|乡|街道){_GOVERNMENT}$"), "town"),
    (re.compile(rf".(?:县|区|市|旗){_GOVERNMENT}$"), "county"),
)


def guess_kind(name: str) -> str:
    """A UnitKind's value by the name's ending; "department" where it is no territory."""
    for ending, kind in _ENDINGS:
        if ending.search(name):
            return kind
    return "department"
