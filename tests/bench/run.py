"""`make bench`: what the main jobs cost at 1,215 texts, each beside a peer or a limit in the same run.

Every step is a process of its own, measured by the operating system: wall and processor seconds, and the peak
of its memory. Machines differ and are noisy; the last column, a ratio, is what may be compared between runs.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

TRACKER = str(Path(sys.executable).with_name("tracker"))
LIST, PERIOD = "guilin-2022-2024", "2024Q3"
RUNS = 5
ROWS = 1215

_FILL = f"""
import sys
from pathlib import Path
from tracker import clock
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.cli.site import actor
from tracker.config import load_settings
from tracker.db import open_database
from tracker.models import Contact, OrgUnit, Task
from tracker.domain.actors import Role
from tracker.store.rounds import obligations_of, round_by_name
settings = load_settings(Path("config.toml"), {{}})
database = open_database(settings)
with database.transaction() as session:
    task_list, found = round_by_name(session, "{LIST}", "{PERIOD}")
    found.chasing_off_since = None
    owed = {{}}
    for obligation in obligations_of(session, found):
        owed.setdefault(obligation.unit_id, []).append(session.get_one(Task, obligation.task_id))
    for number, (unit_id, tasks) in enumerate(owed.items()):
        unit = session.get_one(OrgUnit, unit_id)
        session.add(Contact(unit_id=unit_id, name=unit.name, email=f"u{{number}}@example.org", role=Role.FILLER))
        if sys.argv[1] == "texts":
            text = "（示例）本季度落实情况。" * 25
            submit(session, actor(), found, unit, [Filing(task, text[:300]) for task in tasks], clock.now())
database.close()
"""
_BARE_READ = "import openpyxl, sys; [c.value for r in openpyxl.load_workbook(sys.argv[1]).active for c in r]"
_BARE_WRITE = f"""
import openpyxl
book = openpyxl.Workbook(write_only=True)
sheet = book.create_sheet()
for number in range({ROWS}):
    sheet.append([number, "措施" * 10, "任务" * 20, "单位", "county", "local", "submitted",
                  "（示例）本季度落实情况。" * 25, 300, "2024-10-01 09:00", "2024-10-01 09:00", "", 1])
book.save("bare.xlsx")
"""
_BARE_INSERT = f"""
import sqlite3
connection = sqlite3.connect("bare.db")
connection.execute("PRAGMA journal_mode=WAL")
connection.execute("CREATE TABLE IF NOT EXISTS o (id INTEGER PRIMARY KEY, r INT, t INT, u INT, s TEXT)")
connection.executemany("INSERT INTO o (r, t, u, s) VALUES (1, ?, ?, 'pending')", [(n, n) for n in range({ROWS})])
connection.commit()
"""


@dataclass(frozen=True, slots=True)
class Cost:
    wall: float
    cpu: float
    peak_mib: float


def measured(command: list[str], folder: Path) -> Cost:
    """One run of `command` in `folder`; stops the bench when it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    output = process.stdout.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode:
        sys.exit(f"{' '.join(command[:4])} failed:\n{output.decode(errors='replace')}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def best(command: list[str], folder: Path, prepare: list[str] | None = None) -> Cost:
    """The median of several runs; `prepare` brings the site back to where the step starts."""
    costs = []
    for _run in range(RUNS):
        if prepare:
            subprocess.run(prepare, cwd=folder, check=True, capture_output=True)
        costs.append(measured(command, folder))
    return Cost(*(median(getattr(cost, name) for cost in costs) for name in ("wall", "cpu", "peak_mib")))


def row(name: str, cost: Cost, peer_name: str, peer: Cost | float) -> None:
    """One line of the table; the peer is another command in this run, or a limit in seconds."""
    limit = peer if isinstance(peer, float) else peer.wall
    print(
        f"{name:<34}{cost.wall:>8.2f}{cost.cpu:>8.2f}{cost.peak_mib:>9.0f}   {peer_name:<30}{limit:>7.2f}"
        f"{cost.wall / limit:>8.2f}"
    )


def parse_seconds(folder: Path) -> float:
    """Median seconds to read the table once its modules are loaded."""
    from tracker.importers.document import parse_document  # noqa: PLC0415 - the other steps are processes

    times = []
    for _run in range(RUNS + 1):
        started = time.perf_counter()
        parse_document(folder / "tasklists" / f"{LIST}.xlsx")
        times.append(time.perf_counter() - started)
    return median(times[1:])


def main() -> None:
    """Prints the table."""
    python = sys.executable
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as name:
        folder = Path(name) / "site"
        subprocess.run([TRACKER, "init", str(folder)], check=True, capture_output=True)
        print(f"{'70 rows parsed, after start-up':<34}{parse_seconds(folder):>8.3f}{'':>17}   {'limit':<30}{0.05:>7.2f}"
              f"{parse_seconds(folder) / 0.05:>8.2f}")  # fmt: skip
        fresh = ["sh", "-c", f"rm -rf var && {TRACKER} migrate"]
        imported = ["sh", "-c", f"rm -rf var && {TRACKER} migrate && {TRACKER} import {LIST}"]
        print(f"{'step':<34}{'wall s':>8}{'cpu s':>8}{'peak MiB':>9}   {'beside':<30}{'s':>7}{'ratio':>8}")
        row("tracker --help", best([TRACKER, "--help"], folder), "limit", 0.4)
        bare = best([python, "-c", _BARE_READ, f"tasklists/{LIST}.xlsx"], folder)
        row(
            "import, 70 tasks",
            best([TRACKER, "import", LIST], folder, fresh),
            "bare openpyxl reading it",
            bare,
        )
        bare = best([python, "-c", _BARE_INSERT], folder)
        opened = best([TRACKER, "round", "open", LIST, PERIOD], folder, imported)
        row("round open, 1,215 obligations", opened, "bare sqlite3 insert of them", bare)
        subprocess.run([python, "-c", _FILL, "contacts"], cwd=folder, check=True)
        remind = [TRACKER, "remind", "--at", "2024-09-30T09:00+08:00", "--dry-run", "--json"]
        doctor = best([TRACKER, "round", "show", LIST, PERIOD, "--json"], folder)
        row("remind --dry-run, 34 mails", best(remind, folder), "round show", doctor)
        subprocess.run(["sh", "-c", "rm -rf var"], cwd=folder, check=True)
        subprocess.run(imported, cwd=folder, check=True, capture_output=True)
        subprocess.run([TRACKER, "round", "open", LIST, PERIOD], cwd=folder, check=True, capture_output=True)
        fill = measured([python, "-c", _FILL, "texts"], folder)
        row("submit, 1,215 texts of 300", fill, "bare sqlite3 insert of them", bare)
        bare = best([python, "-c", _BARE_WRITE], folder)
        for form in ("xlsx", "html", "json"):
            cost = best([TRACKER, "report", LIST, PERIOD, "--format", form, "--out", f"r.{form}"], folder)
            row(f"report {form}, 1,215 texts", cost, "bare openpyxl, same cells once", bare)
    print(f"\npeak of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB; "
          f"medians of {RUNS} runs; a process start is in every figure")  # fmt: skip


if __name__ == "__main__":
    main()
