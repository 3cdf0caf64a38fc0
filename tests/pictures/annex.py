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
from pathlib import Path

from openpyxl import load_workbook

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.reports.factory import Filed, TaskText, make_report  # noqa: E402 - the checkout is not installed
from tracker.config import Settings  # noqa: E402
from tracker.domain.states import ObligationState as S  # noqa: E402
from tracker.reports.annex_pages import annex_pages  # noqa: E402
from tracker.reports.data import RoundReport  # noqa: E402, TC001
from tracker.reports.html import render_html  # noqa: E402
from tracker.reports.workbook import render_workbook  # noqa: E402
from tracker.templating import page_environment  # noqa: E402

TABLE = ROOT / "tasklists" / "guilin-2022-2024.xlsx"
COUNTIES = [f"示例{number}县" for number in "一二三四五六七八九"] + [
    f"示例十{number}县" for number in "一二三四五六七八"
]
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


def draw(target: Path, work: Path) -> None:
    def gettext(text: str) -> str:
        return text

    fonts = work / "fonts.conf"
    fonts.write_text(FONTS, "utf-8")
    environ = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
    report = invented_round()
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
    wanted = {
        "annex-first": 1,
        "annex-continued": 2,
        "annex-last": annex,
        "texts": annex + 1,
        "rates": next(index for index, page in enumerate(pages, start=1) if "部门合计" in page),
        "rates-counties": next(
            index for index, page in enumerate(pages, start=1) if "县（市、区）合计" in page
        ),
        "missing": next(
            index for index, page in enumerate(pages, start=1) if "情况" in page[:40] and index > annex
        ),
    }
    for name, page in wanted.items():
        one: list[str | Path] = ["-f", str(page), "-l", str(page), "-singlefile", work / "round.pdf"]
        if name.startswith("rates"):
            subprocess.run(["pdftoppm", "-r", "60", "-png", *one, target / f"report-{name}"], check=True)
        else:
            subprocess.run(["pdftoppm", "-r", "75", "-gray", *one, work / name], check=True)
            grey = (work / f"{name}.pgm").read_bytes()
            (target / f"report-{name}.png").write_bytes(in_sixteen_greys(grey))
    html = work / "round.html"
    html.write_text(render_html(report, page_environment(Settings(root=work))), "utf-8")
    for width, height in ((1440, 1000), (390, 1200)):
        photograph(html, target / f"report-html-{width}.png", width, height, environ)


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
