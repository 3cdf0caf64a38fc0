"""Words that the workbook, the page and later documents share: labels, names, percentages, a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from tracker.domain.states import FILED, STATE_LABELS, ObligationState
from tracker.domain.texts import visible
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tracker.domain.rates import Rates
    from tracker.reports.data import ReportEntry, RoundReport

Gettext = Callable[[str], str]

_KIND_LABELS: Final = {
    "department": mark("部门"),
    "county": mark("县（市、区）"),
    "town": mark("乡镇（街道）"),
    "village": mark("村（社区）"),
    "office": mark("统筹单位"),
    "other": mark("其他单位"),
}
_ROLE_LABELS: Final = {"lead": mark("牵头"), "supporting": mark("配合"), "local": mark("属地")}


def kind_label(kind: str, gettext: Gettext) -> str:
    return gettext(_KIND_LABELS[kind]) if kind in _KIND_LABELS else kind


def role_label(role: str, gettext: Gettext) -> str:
    return gettext(_ROLE_LABELS[role]) if role in _ROLE_LABELS else role


def state_label(state: ObligationState, gettext: Gettext) -> str:
    """The label a reader outside sees: a draft is nobody's business yet, the unit has not filed."""
    shown = ObligationState.PENDING if state is ObligationState.DRAFT else state
    return gettext(STATE_LABELS[shown])


def is_missing(entry: ReportEntry) -> bool:
    """Expected and not filed; one for each of `Rates.missing`."""
    return entry.state not in FILED and entry.state is not ObligationState.EXEMPT


def is_excused(entry: ReportEntry, gettext: Gettext) -> bool:
    """Exempt before it filed anything; what an exempt unit had filed is still shown."""
    return entry.state is ObligationState.EXEMPT and not filed_words(entry, gettext)


def filed_words(entry: ReportEntry, gettext: Gettext) -> str:
    """What the unit filed, for a cell or paragraph under its name; "" where it filed nothing."""
    if entry.text:
        return entry.text
    if entry.nil_reason or entry.state is ObligationState.NIL:
        return nil_words(entry.nil_reason, gettext)
    return ""


def nil_words(reason: str, gettext: Gettext) -> str:
    """That there was nothing to report, and why; the reason's own full stop gives way to the bracket."""
    nothing, reason = gettext("无进展"), reason.rstrip().rstrip("。.")
    return gettext("{nothing}（{reason}）").format(nothing=nothing, reason=reason) if reason else nothing


def late_label(entry: ReportEntry, report: RoundReport, gettext: Gettext) -> str:
    """是, 否, or for what is not filed: 逾期未报 once the due moment has passed, else 未到期."""
    if entry.state is ObligationState.EXEMPT:
        return gettext("免报")
    if is_missing(entry):
        due_at = entry.unit.extended_to or report.due_at
        return gettext("逾期未报") if report.as_of > due_at else gettext("未到期")
    return gettext("是") if entry.is_late else gettext("否")


def names(units: Iterable[str], gettext: Gettext) -> str:
    return gettext("、").join(units)


def percent(rate: float | None) -> str:
    """One decimal; 100.0% only when nothing is missing, — where nothing is expected."""
    if rate is None:
        return "—"
    rounded = round(rate * 100, 1)
    if rate < 1:
        rounded = min(rounded, 99.9)
    return f"{rounded:.1f}%"


def moment(at: datetime) -> str:
    """Date and minute in the zone that the report came in."""
    return f"{at:%Y-%m-%d %H:%M}"


def counts_sentence(rates: Rates, gettext: Gettext) -> str:
    return gettext(
        "应报{expected}项，已报{filed}项（报送率{completeness}），"
        "按时{on_time}项（及时率{timeliness}），逾期{late}项，未报{missing}项。"
    ).format(
        expected=rates.expected,
        filed=rates.filed,
        completeness=percent(rates.completeness),
        on_time=rates.on_time,
        timeliness=percent(rates.timeliness),
        late=rates.late,
        missing=rates.missing,
    )


def standing(report: RoundReport, gettext: Gettext) -> str:
    """Period, due and cut-off moment in one line, after the part's name where the report is of one."""
    said = gettext("{period}落实进度（报送截止 {due_at}，统计截至 {as_of}）").format(
        period=report.period_label, due_at=moment(report.due_at), as_of=moment(report.as_of)
    )
    if not report.part:
        return said
    return gettext("{part}：{standing}").format(part=visible(gettext(report.part)), standing=said)
