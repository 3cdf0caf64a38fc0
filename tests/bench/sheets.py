"""`make bench`: the flat sheet beside bare peers writing the same cells, and the whole workbook beside its limit.

Every figure is of a process of its own: the seconds after its imports, and the peak of its memory by the operating
system. The peers get finished values and give them no looks; ours begins at the entries of a round, cleans the
texts, reckons the heights of the rows and gives every cell its style.

    python -m tests.bench.sheets            # all of it
    python -m tests.bench.sheets 20000      # the flat sheet alone, at this many rows
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from tests.reports.factory import DUE_AT, Filed, TaskText, full_round, make_report
from tracker.domain.assessment import Assessment
from tracker.domain.rates import Rates
from tracker.domain.states import ObligationState
from tracker.reports.data import PastRound, PastText, ReportEntry, ReportIndicator, ReportTask, RoundReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    Cell = str | int | datetime | None

SIZES: Final = (1_215, 12_150, 121_500)
HEADINGS: Final = (
    "序号", "板块", "措施", "任务", "单位", "类别", "角色", "状态", "落实进度", "无进展原因", "字数",
    "首次报送时间", "最近报送时间", "是否逾期", "版本",
)  # fmt: skip
MOST_GROWTH_MIB: Final = 20
WORKBOOK_LIMIT: Final = 0.5
RUNS: Final = 3
TASKS: Final = 70
SENTENCES: Final = (
    "（示例）本季度组织召开专题调度会{}次，印发工作方案{}份，明确时间表和责任人。",
    "新建成示范基地{}个，带动脱贫户{}户，户均增收{}元。",
    "投入衔接资金{}万元，支付进度{}%，较上季度提高{}个百分点；",
    "“十四五”规划项目（二期）已开工{}个，完工{}个，累计完成投资{}万元。",
    "存在的主要问题是用地指标不足{}亩，已商自然资源部门研究解决，下一步将加快{}个项目的前期工作；",
    "开展实用技术培训{}期，培训{}人次，选派科技特派员{}名下乡指导。",
)


def text_of(chance: Random) -> str:
    """300 characters; sentences come back as they do in such texts, figures hardly do."""
    chosen = "".join(chance.sample(SENTENCES, 6) + chance.sample(SENTENCES, 6))
    figures = [chance.randrange(2, 5000) for _ in range(chosen.count("{}"))]
    return chosen.format(*figures)[:300]


def entries(rows: int) -> Iterator[tuple[ReportTask, ReportEntry]]:
    """A round of 70 tasks, one entry at a time, as they come from the database."""
    base = full_round(lambda _task, _unit: "", tasks=TASKS, counties=1)
    units = [
        replace(base.units[-1], id=number, name=f"示例{number}县") for number in range(1, rows // TASKS + 2)
    ]
    filed = DUE_AT - timedelta(days=3)
    chance = Random(1215)
    for row in range(rows):
        unit = units[row % len(units)]
        at = filed + timedelta(seconds=row)
        text = text_of(chance)
        entry = ReportEntry(
            unit, "local", ObligationState.SUBMITTED, text, "", at, at, is_late=False, version=1
        )
        yield base.tasks[row * TASKS // rows], entry


def cells(rows: int) -> Iterator[tuple[Cell, ...]]:
    """The same as finished values."""
    yield HEADINGS
    for task, entry in entries(rows):
        at = entry.first_submitted_at and entry.first_submitted_at.replace(tzinfo=None)
        yield (
            int(task.number), task.section, task.measure, task.content[:40], entry.unit.name, "县（市、区）",
            "属地", "已报送", entry.text, entry.nil_reason, len(entry.text), at, at, "否", entry.version,
        )  # fmt: skip


def _ours(file: Path, rows: int) -> Callable[[], None]:
    from tracker.reports.sheets.workbook import render_texts  # noqa: PLC0415 - each process loads its own

    head = make_report([])

    def write() -> None:
        with file.open("wb") as out:
            render_texts(head, entries(rows), out, str)

    return write


def _openpyxl(file: Path, rows: int) -> Callable[[], None]:
    from openpyxl import Workbook  # noqa: PLC0415 - each process loads its own

    def write() -> None:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("texts")
        for row in cells(rows):
            sheet.append(row)
        book.save(file)

    return write


def _xlsxwriter(file: Path, rows: int) -> Callable[[], None]:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415 - each process loads its own

    def write() -> None:
        book = Workbook(
            file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = book.add_worksheet("texts")
        for number, row in enumerate(cells(rows)):
            for column, value in enumerate(row):
                if hasattr(value, "minute"):
                    sheet.write_datetime(number, column, value, moment)
                else:
                    sheet.write(number, column, value)
        book.close()

    return write


def _pyexcelerate(file: Path, rows: int) -> Callable[[], None]:
    from pyexcelerate import Workbook  # noqa: PLC0415 - each process loads its own

    def write() -> None:
        book = Workbook()
        book.new_sheet("texts", data=cells(rows))
        book.save(str(file))

    return write


def _workbook(file: Path, rows: int) -> Callable[[], None]:
    """Warm: the first of a process also loads what openpyxl loads late."""
    from tracker.reports.sheets.workbook import render_workbook  # noqa: PLC0415 - each process loads its own

    report = whole_round(rows)
    render_workbook(make_report([(TaskText("任务"), [Filed("甲县", "一条")])]), str)

    def write() -> None:
        file.write_bytes(render_workbook(report, str))

    return write


def whole_round(rows: int) -> RoundReport:
    """The whole round in memory: 70 tasks with lead, counties and a past, so that every sheet is there."""
    by_task: dict[int, list[ReportEntry]] = {}
    tasks: dict[int, ReportTask] = {}
    for task, entry in entries(rows):
        tasks[task.id] = task
        by_task.setdefault(task.id, []).append(entry)
    units = {entry.unit.id: entry.unit for found in by_task.values() for entry in found}
    for found in by_task.values():
        found[0] = replace(found[0], role="lead", assessment=Assessment.AHEAD)
    chance = Random(2024)
    quarters = [(f"2023Q{quarter}", f"2023年第{quarter}季度") for quarter in (4, 3, 2, 1)]
    return replace(
        full_round(lambda _task, _unit: "", tasks=1, counties=1),
        tasks=tuple(
            replace(
                task,
                entries=tuple(by_task[number]),
                past=tuple(
                    PastText(*quarter, "市示例局", ObligationState.ACCEPTED, None, text_of(chance))
                    for quarter in quarters
                ),
            )
            for number, task in tasks.items()
        ),
        units=tuple(units.values()),
        past_rounds=tuple(PastRound(*quarter, Rates(rows, rows, rows)) for quarter in reversed(quarters)),
        indicators=tuple(
            ReportIndicator(
                str(number), f"示例指标{number}", "个", "不少于100个", Decimal(100), "2024", Decimal(number), "2024年", 1,
                is_of_lead=True, share=Decimal(number) / 100, points=(("2024Q3", Decimal(number)),),
            )
            for number in range(1, 31)
        ),
    )  # fmt: skip


WRITERS: Final = {
    "ours": _ours,
    "openpyxl write-only": _openpyxl,
    "XlsxWriter constant memory": _xlsxwriter,
    "pyexcelerate": _pyexcelerate,
    "workbook": _workbook,
}


def child(name: str, rows: int, folder: Path) -> None:
    """Prints wall seconds, processor seconds, MiB at the peak, and MB of the file."""
    file = folder / "sheet.xlsx"
    write = WRITERS[name](file, rows)
    wall, cpu = time.perf_counter(), time.process_time()
    write()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(wall, cpu, peak, file.stat().st_size / 1e6)


def measured(name: str, rows: int, folder: Path) -> list[float]:
    """The quickest of some runs: what else the machine did is not in it."""
    runs = []
    for _run in range(RUNS if rows < SIZES[-1] else 1):
        command = [sys.executable, "-m", "tests.bench.sheets", "child", name, str(rows), str(folder)]
        found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        runs.append([float(figure) for figure in found.split()])
    return min(runs)


def flat(sizes: tuple[int, ...], folder: Path) -> None:
    print(
        f"\n{'the flat sheet, 15 columns':<30}{'rows':>8}{'wall s':>9}{'cpu s':>8}{'peak MiB':>10}{'MB':>7}{'ours / it':>11}"
    )
    peaks = []
    for rows in sizes:
        ours = measured("ours", rows, folder)
        peaks.append(ours[2])
        for name in list(WRITERS)[:4]:
            found = ours if name == "ours" else measured(name, rows, folder)
            ratio = "" if name == "ours" else f"{ours[1] / found[1]:.2f}"
            print(
                f"{name:<30}{rows:>8}{found[0]:>9.2f}{found[1]:>8.2f}{found[2]:>10.0f}{found[3]:>7.1f}{ratio:>11}"
            )
    print(
        f"our peak grows by {peaks[-1] - peaks[0]:.0f} MiB from the smallest to the largest (limit {MOST_GROWTH_MIB})"
    )


def main() -> None:
    if sys.argv[1:2] == ["child"]:
        child(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
        return
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as name:
        folder = Path(name)
        flat(sizes, folder)
        if sys.argv[1:]:
            return
        wall, cpu, peak, size = measured("workbook", SIZES[0], folder)
        print(f"the whole workbook, {SIZES[0]} texts: {wall:.2f} s ({cpu:.2f} cpu), {peak:.0f} MiB, {size:.2f} MB; "
              f"limit {WORKBOOK_LIMIT} s, ratio {wall / WORKBOOK_LIMIT:.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
