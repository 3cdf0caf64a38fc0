"""Faults: what may be held against a unit for one obligation, and an appeal may strike out."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from tracker.i18n import mark


class Fault(StrEnum):
    """The gravest first. A fault is counted once for an obligation, however often a text was returned."""

    MISSING = "missing"
    LATE = "late"
    NO_SUBSTANCE = "no_substance"
    RETURNED = "returned"


FAULT_LABELS: Final = {
    Fault.MISSING: mark("未报"),
    Fault.LATE: mark("逾期"),
    Fault.NO_SUBSTANCE: mark("无实质内容"),
    Fault.RETURNED: mark("退回"),
}
