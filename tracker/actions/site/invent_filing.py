"""Invented accounts of progress for the demo, marked as such and the same every time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.actions.filing.filing import Filing
from tracker.domain.assessment import Assessment
from tracker.domain.reported_values import TypedValue

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable
    from datetime import datetime

    from tracker.models import Indicator, Task

_DID: Final = (
    "组织召开工作推进会{n}次，印发实施方案，明确责任分工和完成时限",
    "开展专题培训{n}期，覆盖{m}人次，合格率达到{p}%",
    "安排衔接资金{m}万元，实施项目{n}个，已完工{k}个，资金支付进度{p}%",
    "深入{n}个乡镇走访脱贫户{m}户，收集问题{k}条，已全部交办",
    "对接企业{n}家，签订意向协议{k}份，带动脱贫户{m}户增收",
)
_NEXT: Final = (
    "下一步将加快项目建设进度，确保年底前全面完成",
    "下一步将加强跟踪督促，对进度滞后的乡镇逐一提醒",
    "存在的主要问题是部分项目前期手续办理较慢，已安排专人跟进",
)
_NIL_SHARE: Final = 0.02
_ASSESSMENTS: Final = {
    Assessment.ON_SCHEDULE: 62,
    Assessment.AHEAD: 14,
    Assessment.BEHIND: 12,
    Assessment.DONE: 8,
    Assessment.NOT_STARTED: 4,
}


def invented_filing(
    chance: random.Random, task: Task, indicators: Iterable[Indicator], at: datetime
) -> Filing:
    """A text, or now and then a nil report; the number of each indicator grows with the months."""
    if chance.random() < _NIL_SHARE:
        return Filing(task, "本季度没有新增安排，工作按原计划持续推进。", is_nil=True)
    (assessment,) = chance.choices(tuple(_ASSESSMENTS), weights=tuple(_ASSESSMENTS.values()))
    months = at.year * 12 + at.month - 2020 * 12
    values = {
        indicator.id: TypedValue(str(months + chance.randint(0, 2)))
        for indicator in indicators
        if indicator.id is not None
    }
    return Filing(task, invented_text(chance), assessment=assessment, values=values)


def invented_text(chance: random.Random) -> str:
    """An invented account of progress, 60 to 250 characters, marked as such."""
    done = chance.sample(_DID, k=chance.choice((1, 2, 3)))
    sentences = [
        sentence.format(
            n=chance.randint(2, 12),
            m=chance.randint(20, 900),
            k=chance.randint(2, 40),
            p=chance.randint(55, 100),
        )
        for sentence in done
    ]
    return "（示例）本季度" + "；".join(sentences) + "。" + chance.choice(_NEXT) + "。"
