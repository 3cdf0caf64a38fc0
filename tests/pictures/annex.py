"""Draws the pictures of the report: .venv/bin/python tests/pictures/annex.py docs/pictures

The tasks are the bundled list's own; counties, texts and figures are invented and marked 示例. Needs soffice,
pdftoppm and chromium.
"""

from __future__ import annotations

import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import zlib
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import load_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.reports.factory import DUE_AT, Filed, TaskText, make_report  # noqa: E402 - the checkout is not installed
from tracker.config import Settings  # noqa: E402
from tracker.domain.assessment import Assessment  # noqa: E402
from tracker.domain.faults import Fault  # noqa: E402
from tracker.domain.rates import Rates  # noqa: E402
from tracker.domain.states import ObligationState as S  # noqa: E402
from tracker.reports.data import PastRound, PastText, ReportIndicator, RoundReport  # noqa: E402
from tracker.reports.html import render_html  # noqa: E402
from tracker.reports.sheets.annex_pages import annex_pages  # noqa: E402
from tracker.reports.sheets.workbook import render_workbook  # noqa: E402
from tracker.templating import page_environment  # noqa: E402

TABLE = ROOT / "tasklists" / "guilin-2022-2024.xlsx"
COUNTIES = [f"示例{number}县" for number in "一二三四五六七八九"] + [
    f"示例十{number}县" for number in "一二三四五六七八"
]
# The sheets with the names of their pictures, where they have one more than those of the annex.
SHEETS = {
    "报送率": "",
    "未报与逾期": "missing",
    "属地一览": "matrix",
    "名次与得分": "ranking",
    "指标": "indicators",
    "历期进度": "history",
    "历期走势": "trend",
}
COLOURED = frozenset({"rates", "rates-counties", "matrix", "indicators", "trend"})
SENTENCES = (
    "（示例）本季度组织召开专题调度会{a}次，印发工作方案，明确时间表和责任人。",
    "新建成示范基地{a}个，带动脱贫户{b}户，户均增收{c}元。",
    "投入衔接资金{c}万元，支付进度{p}%，较上季度提高{a}个百分点。",
    "开展实用技术培训{a}期，培训{b}人次，选派科技特派员{a}名下乡指导。",
    "“十四五”规划项目（二期）已开工{a}个，完工{a}个，累计完成投资{b}万元。",
    "存在的主要问题是用地指标不足，已商自然资源部门研究解决；下一步将加快项目前期工作，确保年底前投入使用。",
)
# 宋体 and 黑体 are not on Debian; the Noto fonts of the same kind stand in for them.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include>/etc/fonts/fonts.conf</include>
<alias binding="same"><family>宋体</family><prefer><family>Noto Serif CJK SC</family></prefer></alias>
<alias binding="same"><family>黑体</family><prefer><family>Noto Sans CJK SC</family></prefer></alias>
<alias binding="same"><family>SimSun</family><prefer><family>Noto Serif CJK SC</family></prefer></alias>
<alias binding="same"><family>SimHei</family><prefer><family>Noto Sans CJK SC</family></prefer></alias>
</fontconfig>"""


def invented_text(chance: random.Random) -> str:
    """Up to 300 characters."""
    chosen = chance.sample(SENTENCES[1:], chance.choice((0, 0, 1, 1, 2, 3, 5)))
    sentences = [SENTENCES[0], *chosen]
    return "".join(
        sentence.format(
            a=chance.randint(2, 9),
            b=chance.randint(100, 3000),
            c=chance.randint(300, 900),
            p=chance.randint(40, 98),
        )
        for sentence in sentences
    )[:300]


def read_tasks() -> list[TaskText]:
    """The rows of the bundled table; a merged measure or units cell counts for all its rows."""
    tasks: list[TaskText] = []
    measure = units = ""
    for number, own_measure, content, _, own_units in (
        load_workbook(TABLE).worksheets[0].iter_rows(min_row=4, max_col=5, values_only=True)
    ):
        if not str(number).isdecimal():
            continue
        measure, units = str(own_measure or measure), str(own_units or units)
        tasks.append(TaskText(str(content), measure, units, number=str(number)))
    return tasks


def invented_round() -> RoundReport:
    chance = random.Random(2024)
    tasks: list[tuple[TaskText, list[Filed]]] = []
    for task in read_tasks():
        lead = task.units_text.replace("，", "、").split("、")[0].removesuffix("等部门")
        filed = [Filed(lead, invented_text(chance), S.ACCEPTED, is_lead=True)]
        for index, county in enumerate(COUNTIES):
            draw = chance.random() + (0.03 if index % 5 else -0.06)
            if draw < 0.06:
                filed.append(Filed(county, state=S.PENDING))
            elif draw < 0.09:
                filed.append(Filed(county, state=S.NIL, nil_reason="示例：本季度没有安排此项工作"))
            else:
                state = S.RETURNED if draw > 1 else S.ACCEPTED if draw > 0.4 else S.SUBMITTED
                filed.append(Filed(county, invented_text(chance), state, is_late=draw < 0.14))
        tasks.append((task, filed))
    return make_report(tasks, list_title="重点任务清单（示例：单位、文字和数字均为虚构）")


def enriched(report: RoundReport) -> RoundReport:
    """With self-assessments, faults, extensions, earlier rounds and indicators, all of them invented."""
    chance = random.Random(7)
    late_until = DUE_AT + timedelta(days=2)
    units = {
        unit.id: replace(
            unit,
            extended_to=late_until if unit.name.endswith("三县") else None,
            missed_before=chance.choice((0, 0, 0, 1, 2)),
        )
        for unit in report.units
    }
    tasks = []
    for task in report.tasks:
        entries = tuple(
            replace(
                entry,
                unit=units[entry.unit.id],
                assessment=chance.choice(list(Assessment)) if entry.text else None,
                times_returned=int(entry.state is S.RETURNED or chance.random() < 0.02),
                has_no_substance=bool(entry.text) and chance.random() < 0.02,
                struck_out=(Fault.LATE,) if entry.is_late and chance.random() < 0.1 else (),
            )
            for entry in task.entries
        )
        past = tuple(
            PastText(
                f"2024Q{quarter}",
                f"2024年第{'一二'[quarter - 1]}季度",
                task.entries[0].unit.name,
                S.ACCEPTED,
                chance.choice(list(Assessment)),
                invented_text(chance),
            )
            for quarter in (2, 1)
        )
        tasks.append(replace(task, entries=entries, past=past))
    return replace(
        report,
        tasks=tuple(tasks),
        units=tuple(units.values()),
        asks_assessment=True,
        past_rounds=tuple(
            PastRound(f"{year}Q{quarter}", f"{year}年第{'一二三四'[quarter - 1]}季度", Rates(1260, filed, on_time, filed - on_time))
            for year, quarter, filed, on_time in (
                (2023, 1, 1010, 840), (2023, 2, 1086, 910), (2023, 3, 1120, 1004), (2023, 4, 1190, 1101),
                (2024, 1, 1152, 1093), (2024, 2, 1204, 1150),
            )
        ),
        indicators=tuple(_indicators(chance)),
    )  # fmt: skip


def _indicators(chance: random.Random) -> Iterator[ReportIndicator]:
    names = (
        ("标准化示例基地", "个"), ("示例劳动力技能培训", "人次"), ("示例产业项目", "个"), ("示例服务普及率", "%"),
        ("示例村集体经济收入", "万元"), ("示例合作社", "家"), ("示例道路", "公里"), ("示例农产品认证", "个"),
    )  # fmt: skip
    for place, (name, unit) in enumerate(names, start=1):
        target = Decimal(chance.randrange(20, 400) * 10)
        value = None if place in {4, 7} else (target * chance.randrange(30, 118) / 100).quantize(Decimal(1))
        points = (
            ()
            if value is None
            else tuple(
                (f"2024Q{quarter}", (value * quarter / 3).quantize(Decimal(1))) for quarter in (1, 2, 3)
            )
        )
        yield ReportIndicator(
            task_number=str(place * 3),
            name=name,
            unit=unit,
            target_text=f"不少于{target}{unit}",
            target=target,
            target_date="2024",
            value=value,
            period_label="2024年第三季度" if value is not None else "",
            reporters={4: 17, 7: 0}.get(place, 17 if place % 2 else 1),
            is_of_lead=place % 2 == 0 and place != 4,
            share=None if value is None else value / target,
            points=points,
        )  # fmt: skip


def draw(target: Path, work: Path) -> None:
    def gettext(text: str) -> str:
        return text

    fonts = work / "fonts.conf"
    fonts.write_text(FONTS, "utf-8")
    environ = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
    report = enriched(invented_round())
    (work / "round.xlsx").write_bytes(render_workbook(report, gettext))
    convert = [
        "soffice",
        f"-env:UserInstallation={(work / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    subprocess.run(
        [*convert, "--outdir", work, work / "round.xlsx"], check=True, env=environ, stdout=subprocess.DEVNULL
    )
    pages = subprocess.run(
        ["pdftotext", work / "round.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout.split("\f")
    annex = len(annex_pages(report, gettext))
    first = {title: _first_page(pages, title) for title in SHEETS}
    wanted = {
        "annex-first": 1,
        "annex-continued": 2,
        "annex-last": annex,
        "texts": annex + 1,
        "rates": first["报送率"],
        "rates-counties": next(
            index for index, page in enumerate(pages, start=1) if "县（市、区）合计" in page
        ),
        **{name: first[title] for title, name in SHEETS.items() if name},
    }
    for name, page in wanted.items():
        one: list[str | Path] = ["-f", str(page), "-l", str(page), "-singlefile", work / "round.pdf"]
        if name in COLOURED:
            subprocess.run(["pdftoppm", "-r", "60", "-png", *one, target / f"report-{name}"], check=True)
        else:
            subprocess.run(["pdftoppm", "-r", "75", "-gray", *one, work / name], check=True)
            grey = (work / f"{name}.pgm").read_bytes()
            (target / f"report-{name}.png").write_bytes(in_sixteen_greys(grey))
    html = work / "round.html"
    html.write_text(render_html(report, page_environment(Settings(root=work))), "utf-8")
    for width, height in ((1440, 1000), (390, 1200)):
        photograph(html, target / f"report-html-{width}.png", width, height, environ)


def _first_page(pages: list[str], title: str) -> int:
    """Every footer ends with the title of its sheet."""
    return next(number for number, page in enumerate(pages, start=1) if page.rstrip().endswith(title))


def in_sixteen_greys(grey: bytes) -> bytes:
    """A PGM as a PNG of four bits a pixel: half the size, and text stays legible."""
    _, width, height, _, pixels = re.split(rb"\s", grey, maxsplit=4)
    columns, rows = int(width), int(height)
    lines = []
    for start in range(0, columns * rows, columns):
        line = pixels[start : start + columns] + b"\xff" * (columns % 2)
        packed = (high & 0xF0 | low >> 4 for high, low in zip(line[::2], line[1::2], strict=True))
        lines.append(b"\0" + bytes(packed))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", columns, rows, 4, 0, 0, 0, 0)
    image = chunk(b"IDAT", zlib.compress(b"".join(lines), 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + image + chunk(b"IEND", b"")


def photograph(page: Path, picture: Path, width: int, height: int, environ: dict[str, str]) -> None:
    subprocess.run(
        [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            f"--window-size={width},{height}", f"--screenshot={picture}", page.as_uri(),
        ],
        check=True,
        env=environ,
        capture_output=True,
    )  # fmt: skip


if __name__ == "__main__":
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work_folder:
        draw(folder, Path(work_folder))
