"""The golden round: 6 tasks × 4 units, staged by the real actions. All names and texts are invented.

The third quarter of 2024, due 6 October; 乙县 has until 10 October. Closed, and looked at on 14 October (AS_OF):

| task | lead                            | 甲县                                  | 乙县                                  |
| ---- | ------------------------------- | ------------------------------------- | ------------------------------------- |
| 1    | 市示例局: accepted, 提前          | accepted, 按序时                       | 9 October: on time; submitted, 按序时  |
| 2    | 市示例局: submitted, 按序时       | late; submitted, 提前; appeal refused  | submitted, 按序时; 无实质内容           |
| 3    | 市示例局: late; twice returned, submitted again, 滞后 | pending          | nil                                   |
| 4    | 市样例局: late; accepted, 完成    | returned and left, 滞后                | submitted, 未启动; finding withdrawn   |
| 5    | 市样例局: nil                    | late; submitted, 按序时; appeal upheld | 11 October: late; returned, accepted, 完成 |
| 6    | 市样例局: pending                | exempt                                | draft                                 |

Task 4 was 市示例局's until it was moved in this round, so that 市示例局 is exempt from it. "Late" is 8 October.

Before it two rounds, closed, due 6 April and 6 July, everything on time and submitted but: in the first quarter
市样例局 and 乙县 filed nothing on task 6; in the second 市样例局 nothing on task 6, 甲县 nothing on task 3, 市示例局 on
task 1 filed on 8 July, and 市样例局 reported no progress on task 5.

The figures that follow from this are in `figures`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlmodel import select

from tests.example import COORDINATOR, SHANGHAI
from tests.golden.figures import AGENCY, BUREAU, COUNTY_A, COUNTY_B, UNITS
from tracker.actions.documents.compile_report import compile_report
from tracker.actions.duties.reassign import reassign
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.filing.save_draft import save_draft
from tracker.actions.lists.import_list import import_list
from tracker.actions.lists.list_content import ListContent
from tracker.actions.review.appeal import ask_appeal
from tracker.actions.review.decide_appeal import refuse_appeal, uphold_appeal
from tracker.actions.review.find_no_substance import find_no_substance, withdraw_finding
from tracker.actions.review.review_update import exempt, review_update
from tracker.actions.rounds.close_round import close_round
from tracker.actions.rounds.grant_extension import grant_extension
from tracker.actions.rounds.open_round import open_round
from tracker.actions.site.prepare_database import seed_calendar
from tracker.domain.actors import Actor, Role
from tracker.domain.assessment import Assessment
from tracker.domain.faults import Fault
from tracker.domain.reported_values import TypedValue
from tracker.domain.rules import ReportingRules
from tracker.importers.indicators.parsed import IndicatorPoint, ParsedIndicator
from tracker.importers.listfile import ListFile, UnitEntry
from tracker.importers.parsed import ParsedTask, ParsedUnit
from tracker.importers.tables.rows import TaskRow
from tracker.models import (
    Indicator,
    Obligation,
    OrgUnit,
    ReportingRound,
    ReviewOutcome,
    Task,
    TaskList,
    key,
)
from tracker.store.lists import list_by_slug, task_by_number
from tracker.store.rounds import round_by_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.reports.data import RoundReport

A = Assessment
SLUG: Final = "golden"
TITLE: Final = "示例市重点任务清单（名称均为虚构）"
PERIOD: Final = "2024Q3"


def at(month: int, day: int, hour: int = 10) -> datetime:
    """An hour of 2024."""
    return datetime(2024, month, day, hour, tzinfo=SHANGHAI)


ON_TIME: Final = at(10, 4)
WITHIN_EXTENSION: Final = at(10, 9)
LATE: Final = at(10, 8)
DUE_AT: Final = datetime(2024, 10, 6, 23, 59, 59, tzinfo=SHANGHAI)
EXTENDED_TO: Final = datetime(2024, 10, 10, 23, 59, 59, tzinfo=SHANGHAI)
CLOSED_AT: Final = at(10, 13)
AS_OF: Final = at(10, 14, 9)

LEADS: Final = {"1": BUREAU, "2": BUREAU, "3": BUREAU, "4": BUREAU, "5": AGENCY, "6": AGENCY}
# The newest text on file of each obligation that has one, each different and none part of another.
TEXTS: Final = {
    (BUREAU, "1"): "建成标准化示例站点60个，" + "覆盖示例片区，制度、台账、人员同步到位。" * 14 + "示例完毕。",
    (COUNTY_A, "1"): "=SUM(A1:A9) 这是甲县填报的文字，不是公式；示例站点按计划建设。",
    (COUNTY_B, "1"): "乙县在延期内补报：示例站点选址完成。",
    (BUREAU, "2"): "示例服务普及工作按序时推进。",
    (COUNTY_A, "2"): "甲县示例服务提前覆盖全部乡镇。",
    (COUNTY_B, "2"): "高度重视，扎实推进。",
    (BUREAU, "3"): "示例平台已完成第三轮修改，较序时慢一个月。",
    (AGENCY, "4"): "示例培训任务全部完成。",
    (COUNTY_A, "4"): "甲县培训示例人员500人次，场地不足。",
    (COUNTY_B, "4"): "乙县培训方案：\n（一）<b>先行</b>试点；\n（二）尚未启动实质工作 & 等待批复。",
    (COUNTY_A, "5"): "甲县示例项目按序时建设，因停电晚报。",
    (COUNTY_B, "5"): "乙县示例项目竣工验收。",
}  # fmt: skip
NIL_REASONS: Final = {(COUNTY_B, "3"): "本季度无平台建设安排。", (AGENCY, "5"): "示例项目尚待上级下达。"}
# Typed, but superseded or never filed: to be found in no document.
UNSEEN: Final = ("乙县的草稿，谁也不应看到。", "示例平台第一稿。", "示例平台第二稿。", "乙县示例项目初稿。")
RETURN_REASON: Final = "请补充具体数字。"
EXEMPT_REASON: Final = "甲县没有此类示例产业。"
EXTENSION_REASON: Final = "乙县示例系统迁移。"
FINDING_REASON: Final = "只有表态，没有进展。"


@dataclass(frozen=True, slots=True)
class Golden:
    """The staged site. `report` compiles the golden round anew each time."""

    database: Database
    settings: Settings

    def report(self, now: datetime = AS_OF) -> RoundReport:
        with self.database.reading() as session:
            task_list, reporting_round = round_by_name(session, SLUG, PERIOD)
            return compile_report(session, self.settings, task_list, reporting_round, now)


def stage_golden(database: Database, settings: Settings) -> Golden:
    """Imports, opens, files, reviews and closes all three rounds in an empty, migrated database."""
    with database.transaction() as session:
        seed_calendar(session)
        import_list(session, COORDINATOR, _content(), at(3, 1))
        stage = _Stage(session, settings, list_by_slug(session, SLUG))
        _first_quarter(stage)
        _second_quarter(stage)
        _third_quarter(stage)
    return Golden(database, settings)


def _content() -> ListContent:
    """The list as an importer would have read it."""
    tasks, rows = [], []
    for number in range(1, 7):
        section = "一、示例板块" if number < 5 else "二、另一示例板块"
        measure = f"{(number + 1) // 2}．示例措施{'甲乙丙'[(number - 1) // 2]}"
        content = f"示例任务{number}：完成虚构的第{number}项工作。"
        lead = LEADS[str(number)]
        units = (
            ParsedUnit(lead, lead, "lead"),
            ParsedUnit(COUNTY_A, COUNTY_A, "support"),
            ParsedUnit(COUNTY_B, COUNTY_B, "support"),
        )
        words = f"{lead}，{COUNTY_A}、{COUNTY_B}人民政府"
        where = f"第 {number} 行"
        tasks.append(
            ParsedTask(str(number), section, measure, f"示例任务{number}", content, units, "", True, where)
        )
        rows.append(TaskRow(str(number), section, measure, content, words, number in (2, 4, 6), "", where))
    return ListContent(
        definition=ListFile(
            slug=SLUG,
            title=TITLE,
            document=Path("golden.xlsx"),
            first_period="2024Q1",
            last_period="2024Q4",
            rules=ReportingRules(
                period_type="quarter", due_day=6, character_limit=300, lead="first", asks_assessment=True
            ),
            units=tuple(
                UnitEntry(name=name, kind="department" if name in (BUREAU, AGENCY) else "county")
                for name in UNITS
            ),
        ),
        tasks=tasks,
        rows=rows,
        note="备注：单位与数字均为虚构，责任单位中的第一个单位为牵头单位。",
        problems=(),
        source_name="golden.xlsx",
        source_hash="0" * 64,
        indicators=(
            _indicator("1", "标准化示例站点", "个", 100),
            _indicator("2", "示例服务普及率", "%", 90),
            _indicator("4", "示例技能培训", "人次", 3000),
            _indicator("5", "示例产业项目", "个", 8),
        ),
    )


def _indicator(task: str, name: str, unit: str, target: int) -> ParsedIndicator:
    point = IndicatorPoint(f"{target}{unit}", Decimal(target), "2025", "at_least")
    return ParsedIndicator(name, unit, "附表", targets=(point,), task=task)


@dataclass
class _Stage:
    """One round at a time, by unit name and task number."""

    session: Session
    settings: Settings
    task_list: TaskList
    round: ReportingRound = field(init=False)

    def open(self, period: str, now: datetime) -> None:
        self.round = open_round(self.session, COORDINATOR, self.settings, self.task_list, period, now)

    def unit(self, name: str) -> OrgUnit:
        return self.session.exec(select(OrgUnit).where(OrgUnit.name == name)).one()

    def task(self, number: str) -> Task:
        return task_by_number(self.session, self.round.version_id, number)

    def obligation(self, unit: str, number: str) -> Obligation:
        return self.session.exec(
            select(Obligation).where(
                Obligation.round_id == self.round.id,
                Obligation.unit_id == self.unit(unit).id,
                Obligation.task_id == self.task(number).id,
            )
        ).one()

    def file(
        self,
        unit: str,
        number: str,
        text: str,
        now: datetime,
        assessment: Assessment | None,
        values: Mapping[str, str] | None = None,
    ) -> None:
        """With no `assessment` the text is the reason for a nil report. `values` are by the indicator's name."""
        typed = {self._indicator(name): TypedValue(number) for name, number in (values or {}).items()}
        filing = Filing(
            self.task(number), text, is_nil=assessment is None, assessment=assessment, values=typed or None
        )
        owner = self.unit(unit)
        done = submit(self.session, _filer(owner), self.round, owner, [filing], now)
        assert not done.refused, done.refused

    def draft(self, unit: str, number: str, text: str, now: datetime) -> None:
        owner = self.unit(unit)
        save_draft(self.session, _filer(owner), self.round, owner, self.task(number), text, now)

    def review(self, unit: str, number: str, outcome: ReviewOutcome, now: datetime) -> None:
        reason = RETURN_REASON if outcome is ReviewOutcome.RETURNED else ""
        found = self.obligation(unit, number)
        review_update(self.session, COORDINATOR, found, self.task(number), outcome, now, reason=reason)

    def accept(self, now: datetime, *pairs: tuple[str, str]) -> None:
        for unit, number in pairs:
            self.review(unit, number, ReviewOutcome.ACCEPTED, now)

    def give_back(self, unit: str, number: str, now: datetime) -> None:
        self.review(unit, number, ReviewOutcome.RETURNED, now)

    def everybody(self, words: str, now: datetime, but: Sequence[tuple[str, str]]) -> None:
        """All file everything, 按序时, at `now`, but those pairs."""
        for number in LEADS:
            for unit in (LEADS[number], COUNTY_A, COUNTY_B):
                if (unit, number) not in but:
                    self.file(unit, number, f"{words}{unit}任务{number}的虚构进展。", now, A.ON_SCHEDULE)

    def _indicator(self, name: str) -> int:
        found = self.session.exec(
            select(Indicator).where(Indicator.version_id == self.round.version_id, Indicator.name == name)
        ).one()
        return key(found)


def _filer(unit: OrgUnit) -> Actor:
    return Actor(role=Role.FILLER, label=f"{unit.name}填报人", via="test", unit_id=key(unit))


def _first_quarter(stage: _Stage) -> None:
    stage.open("2024Q1", at(3, 20))
    stage.everybody("一季度：", at(4, 2), but=[(AGENCY, "6"), (COUNTY_B, "6")])
    close_round(stage.session, COORDINATOR, stage.round, at(4, 15))


def _second_quarter(stage: _Stage) -> None:
    stage.open("2024Q2", at(6, 20))
    apart = [(BUREAU, "1"), (AGENCY, "5"), (AGENCY, "6"), (COUNTY_A, "3"), (COUNTY_A, "4"), (COUNTY_B, "4")]
    stage.everybody("二季度：", at(7, 3), but=apart)
    stage.file(COUNTY_A, "4", "二季度：甲县培训300人次。", at(7, 3), A.ON_SCHEDULE, {"示例技能培训": "300"})
    stage.file(COUNTY_B, "4", "二季度：乙县培训500人次。", at(7, 3), A.ON_SCHEDULE, {"示例技能培训": "500"})
    stage.file(AGENCY, "5", "二季度：尚待下达。", at(7, 3), None)
    stage.file(BUREAU, "1", "二季度：建成40个。", at(7, 8), A.BEHIND, {"标准化示例站点": "40"})
    close_round(stage.session, COORDINATOR, stage.round, at(7, 15))


def _third_quarter(stage: _Stage) -> None:
    session, settings = stage.session, stage.settings
    stage.open(PERIOD, at(9, 20))
    reassign(
        session,
        COORDINATOR,
        settings,
        stage.obligation(BUREAU, "4"),
        stage.task("4"),
        stage.unit(AGENCY),
        "职责调整",
        at(9, 23),
    )
    exempt(session, COORDINATOR, stage.obligation(COUNTY_A, "6"), stage.task("6"), EXEMPT_REASON)
    grant_extension(
        session,
        COORDINATOR,
        settings,
        stage.round,
        stage.unit(COUNTY_B),
        date(2024, 10, 10),
        EXTENSION_REASON,
        at(9, 27),
    )
    _file_on_time(stage)
    _file_late(stage)
    close_round(session, COORDINATOR, stage.round, CLOSED_AT)
    _judge(stage)


def _file_on_time(stage: _Stage) -> None:
    def file(
        unit: str, number: str, assessment: Assessment | None, values: Mapping[str, str] | None = None
    ) -> None:
        words = TEXTS.get((unit, number)) or NIL_REASONS[unit, number]
        stage.file(unit, number, words, ON_TIME, assessment, values)

    file(BUREAU, "1", A.AHEAD, {"标准化示例站点": "60"})
    file(BUREAU, "2", A.ON_SCHEDULE)
    file(AGENCY, "5", None)
    file(COUNTY_A, "1", A.ON_SCHEDULE)
    file(COUNTY_A, "4", A.BEHIND, {"示例技能培训": "500"})
    file(COUNTY_B, "2", A.ON_SCHEDULE, {"示例服务普及率": "80"})
    file(COUNTY_B, "3", None)
    file(COUNTY_B, "4", A.NOT_STARTED, {"示例技能培训": "700"})
    stage.draft(COUNTY_B, "6", UNSEEN[0], ON_TIME)
    stage.accept(at(10, 5), (BUREAU, "1"), (COUNTY_A, "1"))
    stage.give_back(COUNTY_A, "4", at(10, 5))


def _file_late(stage: _Stage) -> None:
    stage.file(BUREAU, "3", UNSEEN[1], LATE, A.BEHIND)
    stage.give_back(BUREAU, "3", at(10, 8, 14))
    stage.file(BUREAU, "3", UNSEEN[2], at(10, 9), A.BEHIND)
    stage.give_back(BUREAU, "3", at(10, 9, 14))
    stage.file(BUREAU, "3", TEXTS[BUREAU, "3"], at(10, 10), A.BEHIND)
    stage.file(AGENCY, "4", TEXTS[AGENCY, "4"], LATE, A.DONE)
    stage.accept(at(10, 9), (AGENCY, "4"))
    stage.file(COUNTY_A, "2", TEXTS[COUNTY_A, "2"], LATE, A.AHEAD, {"示例服务普及率": "70"})
    stage.file(COUNTY_A, "5", TEXTS[COUNTY_A, "5"], LATE, A.ON_SCHEDULE)
    stage.file(COUNTY_B, "1", TEXTS[COUNTY_B, "1"], WITHIN_EXTENSION, A.ON_SCHEDULE)
    stage.file(COUNTY_B, "5", UNSEEN[3], at(10, 11), A.DONE)
    stage.give_back(COUNTY_B, "5", at(10, 11, 14))
    stage.file(COUNTY_B, "5", TEXTS[COUNTY_B, "5"], at(10, 12), A.DONE)
    stage.accept(at(10, 12, 14), (COUNTY_B, "5"))


def _judge(stage: _Stage) -> None:
    """Findings and appeals, after closing."""
    session, task = stage.session, stage.task
    for number in ("2", "4"):
        found = stage.obligation(COUNTY_B, number)
        find_no_substance(session, COORDINATOR, found, task(number), FINDING_REASON, CLOSED_AT)
    withdraw_finding(session, COORDINATOR, stage.obligation(COUNTY_B, "4"), task("4"), at(10, 13, 12))
    for number, decide in (("2", refuse_appeal), ("5", uphold_appeal)):
        appeal = ask_appeal(
            session,
            _filer(stage.unit(COUNTY_A)),
            stage.settings,
            stage.obligation(COUNTY_A, number),
            task(number),
            Fault.LATE,
            "当天停电。",
            CLOSED_AT,
        )
        decide(session, COORDINATOR, stage.settings, key(appeal), "已核实。", at(10, 13, 12))
