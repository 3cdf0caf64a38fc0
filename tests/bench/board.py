"""What the board of a round costs at 2,844 units × 70 tasks, without texts and with 100,000 of them.

    python -m tests.bench.board

Each view is asked for in this process, without a network: processor time, SQLite's included, as the median of
several runs.
"""

from __future__ import annotations

import tempfile
import time
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlmodel import select

from tests.web.big_round import build_round
from tests.web.client import Browser
from tracker.actions.people.accounts import secret_hash
from tracker.actions.site.prepare_database import prepare_database
from tracker.app import create_app
from tracker.config import load_settings
from tracker.db import open_database
from tracker.domain.actors import Role
from tracker.models import Account, Obligation, ProgressUpdate, Receipt, SignIn, key

if TYPE_CHECKING:
    from sqlmodel import Session

UNITS: Final = 2844
TASKS: Final = 70
TEXTS: Final = 100_000
RUNS: Final = 7
NOW: Final = datetime(2024, 10, 8, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
BOARD: Final = "/rounds/big/2024Q3"
PAGES: Final = (
    ("by unit", BOARD),
    ("by unit, counties missing", f"{BOARD}?kind=county&state=missing"),
    ("by task", f"{BOARD}?view=tasks"),
    ("matrix, one measure", f"{BOARD}?view=matrix&measure=1"),
    ("matrix, all", f"{BOARD}?view=matrix"),
    ("trend", f"{BOARD}?view=trend"),
    ("list of what is missing", f"{BOARD}/obligations?state=missing"),
    ("leader's page", "/leader/big/2024Q3"),
    ("first page", "/"),
)


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as name:
        config = Path(name) / "config.toml"
        config.write_text("[jobs]\nenabled = false\n", "utf-8")
        settings = load_settings(config, {})
        database = open_database(settings)
        prepare_database(database)
        with database.transaction() as session:
            build_round(session, TASKS, UNITS, NOW)
            _sign_in(session)
        browser = Browser(create_app(settings, database=database, now=lambda: NOW, run_jobs=False))
        browser.cookies.set("duban", "bench")
        print(f"{UNITS} units × {TASKS} tasks; {'page':<22}{'ms':>8}{'with texts':>12}{'kB':>8}{'ratio':>8}")
        without = {page: _measured(browser, page) for _name, page in PAGES}
        with database.transaction() as session:
            _add_texts(session)
        for label, page in PAGES:
            before, size = without[page]
            after, _size = _measured(browser, page)
            print(f"{label:<40}{before:>8.0f}{after:>12.0f}{size:>8.0f}{after / before:>8.2f}")
        database.close()


def _measured(browser: Browser, page: str) -> tuple[float, float]:
    """Milliseconds of the processor, and kilobytes of the answer."""
    times = []
    for _run in range(RUNS):
        started = time.process_time()
        answer = browser.get(page)
        times.append(time.process_time() - started)
        assert answer.status == 200, (page, answer.status)
    return median(times) * 1000, len(answer.body) / 1000


def _sign_in(session: Session) -> None:
    account = Account(username="bench", password_hash="-", role=Role.COORDINATOR, created_at=NOW)
    session.add(account)
    session.flush()
    session.add(
        SignIn(
            secret_hash=secret_hash("bench"),
            account_id=key(account),
            created_at=NOW,
            expires_at=NOW.replace(year=2025),
        )
    )


def _add_texts(session: Session) -> None:
    """One text of 300 characters for each of the first obligations."""
    first = session.exec(select(Obligation)).first()
    assert first is not None
    receipt = Receipt(
        number="1", round_id=first.round_id, unit_id=first.unit_id, issued_at=NOW, filed_by="bench", via="web"
    )
    session.add(receipt)
    session.flush()
    rows = [
        {
            "obligation_id": number,
            "version": 1,
            "text": "进" * 300,
            "nil_reason": "",
            "remark": "",
            "submitted_at": NOW,
            "filed_by": "bench",
            "via": "web",
            "receipt_id": key(receipt),
        }
        for number in session.exec(select(Obligation.id).limit(TEXTS))
    ]
    session.execute(insert(ProgressUpdate), rows)


if __name__ == "__main__":
    main()
