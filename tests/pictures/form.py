"""Draws the 报送表 as it prints: python -m tests.pictures.form docs/pictures

Tasks and texts are invented. Needs soffice and pdftoppm.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.pictures.annex import FONTS
from tests.reports.made_forms import make_form
from tracker.reports.forms.form_sheet import render_form_sheet

CONTENT = "示例任务{number}：健全防止返贫动态监测和帮扶机制，对易返贫致贫人口及时发现、及时帮扶。"
PREVIOUS = (
    "（示例）上季度召开专题调度会3次，印发工作方案；新建示范基地5个，带动1200户，户均增收860元；"
    "投入衔接资金435万元，支付进度78.5%。"
)
TEXT = (
    "（示例）本季度新建成示范基地4个，带动脱贫户932户；开展实用技术培训6期，培训1180人次；"
    "“十四五”规划项目（二期）已开工7个，完成投资2360万元，较上季度提高6个百分点。"
)


def draw(target: Path, work: Path) -> None:
    form = make_form(
        ["", TEXT * 4, TEXT, "资金尚未下达。"], content=CONTENT, previous=PREVIOUS, unit="示例县"
    )
    blank, long, closed, nil = form.rows
    rows = (
        blank,
        replace(long, note="【退回意见】请压缩文字，并写明支付进度的截至日期。", is_nil=False),
        replace(closed, note="【已审核通过，不能再改】", is_open=False, is_nil=False),
        replace(nil, is_nil=True, remark="已电话说明"),
    )
    (work / "form.xlsx").write_bytes(render_form_sheet(replace(form, rows=rows), str))
    fonts = work / "fonts.conf"
    fonts.write_text(FONTS, "utf-8")
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(work / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
         "--outdir", work, work / "form.xlsx"],
        check=True, env={**os.environ, "FONTCONFIG_FILE": str(fonts)}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    page: list[str | Path] = ["-f", "1", "-l", "1", "-singlefile", work / "form.pdf", target / "form-1"]
    subprocess.run(["pdftoppm", "-r", "90", "-png", *page], check=True)


if __name__ == "__main__":
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work_folder:
        draw(folder, Path(work_folder))
