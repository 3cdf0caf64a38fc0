"""自评: how a unit itself judges a task's progress, where its list asks for it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from tracker.i18n import mark


class Assessment(StrEnum):
    """提前 / 按序时 / 滞后 / 完成 / 未启动."""

    AHEAD = "ahead"
    ON_SCHEDULE = "on_schedule"
    BEHIND = "behind"
    DONE = "done"
    NOT_STARTED = "not_started"


ASSESSMENT_LABELS: Final = {
    Assessment.AHEAD: mark("提前"),
    Assessment.ON_SCHEDULE: mark("按序时"),
    Assessment.BEHIND: mark("滞后"),
    Assessment.DONE: mark("完成"),
    Assessment.NOT_STARTED: mark("未启动"),
}
