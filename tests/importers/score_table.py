"""Prints docs/parse-scores.md: how the parser does on the documents whose truth was read by hand.

    .venv/bin/python -m tests.importers.score_table > docs/parse-scores.md

Needs the folder with the documents and the scorer beside the checkout (../shared).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
COLUMNS = ("items_recall", "items_precision", "lead", "invented", "units_f1", "groups_f1", "dates")
INTRODUCTION = """# 解析得分

由命令生成，请勿手改：`.venv/bin/python -m tests.importers.score_table > docs/parse-scores.md`

文件的正确结果由人读出，放在 `../shared/sources`；打分程序是 `../shared/tools/score_parse.py`。
1.0 为全对；“臆断”是原文没有写明牵头、程序却说确定的比例，越低越好；“—”表示原文没有这一项。

| 文件 | 任务找全 | 任务找准 | 牵头 | 臆断 | 单位 F1 | 集体 F1 | 时限 |
| --- | --- | --- | --- | --- | --- | --- | --- |"""


def scores(folder: Path) -> list[tuple[str, dict[str, float | None]]]:
    """One line for each document, and the folder's total under its own name."""
    command = f"{Path(sys.executable).parent / 'tracker'} parse {{file}} --json"
    scorer = SHARED / "tools" / "score_parse.py"
    done = subprocess.run(
        [sys.executable, str(scorer), str(folder), "--cmd", command],
        capture_output=True,
        text=True,
        check=True,
    )
    found = []
    for line in done.stdout.splitlines():
        name, brace, values = line.partition("{")
        found.append((name.strip() or f"**{folder.name} 合计**", json.loads(brace + values)))
    return found


def main() -> None:
    if not SHARED.is_dir():
        sys.exit("没有 ../shared，无法打分。")
    sys.stdout.write(INTRODUCTION + "\n")
    for folder in (SHARED / "sources", SHARED / "sources" / "real"):
        for name, values in scores(folder):
            cells = ("—" if (value := values[column]) is None else f"{value:g}" for column in COLUMNS)
            sys.stdout.write(f"| {name} | {' | '.join(cells)} |\n")


if __name__ == "__main__":
    main()
