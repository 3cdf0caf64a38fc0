"""Draws the pictures of report, circular and summary: .venv/bin/python -m tests.pictures.accounts docs/pictures

The round is that of `annex`, with invented assessments, indicators and earlier rounds. Needs soffice, pdftoppm and
chromium.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pypdfium2 import PdfDocument

from tests.pictures.annex import FONTS, in_sixteen_greys, invented_round, photograph
from tracker.config import Settings
from tracker.domain.assessment import Assessment
from tracker.domain.faults import Fault
from tracker.domain.rates import Rates
from tracker.domain.states import ObligationState
from tracker.reports.accounts.account import Heading, account_of
from tracker.reports.accounts.account_html import render_account_html
from tracker.reports.data import PastRound, PastText, ReportIndicator
from tracker.reports.documents.word import render_word
from tracker.templating import page_environment

if TYPE_CHECKING:
    from tracker.reports.accounts.account import Account
    from tracker.reports.data import ReportEntry, RoundReport

_ALIASES: Final = "".join(
    f'<alias binding="same"><family>{name}</family><prefer><family>Noto {kind} CJK SC</family></prefer></alias>'
    for name, kind in (
        ("仿宋_GB2312", "Serif"), ("楷体_GB2312", "Serif"), ("方正小标宋简体", "Serif"), ("FangSong", "Serif"), ("KaiTi", "Serif"),
    )
)  # fmt: skip
WORDS: Final = {
    "addressee": "示例市人民政府",
    "overall": "（示例）本季度各单位围绕年度目标抓推进，总体平稳。\n（示例）下列情况由系统按各单位所报汇总。",
    "praise": "（示例）对下列按时保质报送的单位予以表扬。",
    "next_steps": "（示例）一是对照清单逐项补齐短板；二是加强部门协同；三是按时报送下一季度落实情况。",
    "copies_to": "示例市委办公室，示例市人大常委会办公室",
}
_TITLES: Final = {
    "report": "关于重点任务清单2024年第三季度落实情况的报告",
    "circular": "关于重点任务清单2024年第三季度落实情况的通报",
    "summary": "关于重点任务清单2024年落实情况的总结",
}


def invented_account(kind: str) -> Account:
    heading = Heading(kind, _TITLES[kind], 3, 2024, 1, "示例市人民政府督查室", date(2024, 10, 15))
    return account_of(_assessed_round(), WORDS, heading, str)


def _assessed_round() -> RoundReport:
    chance = random.Random(9704)
    report = invented_round()
    late_until = report.due_at + timedelta(days=5)
    extended = {
        unit.id: replace(unit, extended_to=late_until, missed_before=1) if unit.name == "示例三县" else unit
        for unit in report.units
    }
    tasks = []
    for task in report.tasks:
        entries = tuple(
            _assessed(replace(entry, unit=extended[entry.unit.id]), chance) for entry in task.entries
        )
        past = (
            PastText(
                "2024Q2", "2024年第二季度", entries[0].unit.name, ObligationState.ACCEPTED, Assessment.ON_SCHEDULE,
                "（示例）二季度已完成前期工作。",
            ),
        )  # fmt: skip
        tasks.append(replace(task, entries=entries, past=past))
    rates = report.rates
    return replace(
        report,
        tasks=tuple(tasks),
        units=tuple(extended.values()),
        asks_assessment=True,
        indicators=_indicators(),
        past_rounds=(
            PastRound("2024Q1", "2024年第一季度", Rates(rates.expected, 1100, 1020, 80)),
            PastRound("2024Q2", "2024年第二季度", Rates(rates.expected, 1180, 1130, 50)),
        ),
    )


def _assessed(entry: ReportEntry, chance: random.Random) -> ReportEntry:
    if entry.text and entry.role == "lead":
        found = chance.choices(list(Assessment), (10, 60, 6, 20, 2))[0]
        return replace(entry, assessment=found)
    if entry.is_late and chance.random() < 0.2:
        return replace(entry, struck_out=(Fault.LATE,))
    return entry


def _indicators() -> tuple[ReportIndicator, ...]:
    return tuple(
        ReportIndicator(number, name, unit, target, Decimal(100), "2024", Decimal(value), "2024年第三季度", 1, True,
                        Decimal(value) / 100)
        for number, name, unit, target, value in (
            ("3", "新建成现代特色农业示范区", "个", "不少于100个", 82),
            ("17", "开展实用技术培训", "期", "100期", 64),
            ("42", "新增公益性岗位", "个", "100个", 108),
        )
    )  # fmt: skip


def draw(target: Path, work: Path) -> None:
    fonts = work / "fonts.conf"
    fonts.write_text(FONTS.replace("</fontconfig>", _ALIASES + "</fontconfig>"), "utf-8")
    environ = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
    for kind in _TITLES:
        account = invented_account(kind)
        file = work / f"{kind}.docx"
        file.write_bytes(render_word(account, None, kind))
        subprocess.run(
            ["soffice", f"-env:UserInstallation={(work / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
             "--outdir", work, file],
            check=True, env=environ, capture_output=True,
        )  # fmt: skip
        pages = [page.get_textpage().get_text_range() for page in PdfDocument(work / f"{kind}.pdf")]
        wanted = {
            "measures": next((n for n, page in enumerate(pages, start=1) if "（一）" in page), 0),
            "stuck": next((n for n, page in enumerate(pages, start=1) if "（二）第" in page), 0),
            "closing": next((n for n, page in enumerate(pages, start=1) if "附件：" in page), 0),
            "ranking": next(
                (n for n, page in enumerate(pages, start=1) if "报送情况排名" in page and "附件" in page[:6]),
                0,
            ),
        }
        _picture(work / f"{kind}.pdf", 1, target / f"account-{kind}.png", environ, is_grey=False)
        for name, page in wanted.items():
            if page and (kind, name) in {
                ("report", "measures"),
                ("report", "stuck"),
                ("report", "closing"),
                ("circular", "ranking"),
            }:
                _picture(work / f"{kind}.pdf", page, target / f"account-{kind}-{name}.png", environ)
    html = work / "circular.html"
    html.write_text(
        render_account_html(invented_account("circular"), page_environment(Settings(root=work))), "utf-8"
    )
    photograph(html, target / "account-circular-390.png", 390, 900, environ)


def _picture(pdf: Path, page: int, picture: Path, environ: dict[str, str], *, is_grey: bool = True) -> None:
    one = ["-f", str(page), "-l", str(page), "-singlefile"]
    if not is_grey:
        subprocess.run(
            ["pdftoppm", "-r", "60", "-png", *one, pdf, picture.with_suffix("")], check=True, env=environ
        )
        return
    subprocess.run(["pdftoppm", "-r", "75", "-gray", *one, pdf, pdf.with_suffix("")], check=True, env=environ)
    picture.write_bytes(in_sixteen_greys(pdf.with_suffix(".pgm").read_bytes()))


if __name__ == "__main__":
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work_folder:
        draw(folder, Path(work_folder))
