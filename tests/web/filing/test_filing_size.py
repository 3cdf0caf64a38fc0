"""How large the filing page is: seventy tasks with a text of two hundred characters each, 自评 asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from sqlmodel import col, select

from tests.bench.web_site import NOW, PERIOD, SLUG, TASKS, UNIT, build_site, settings_in
from tests.web.client import Browser
from tracker.app import create_app
from tracker.db import open_database
from tracker.domain.actors import Role
from tracker.domain.assessment import Assessment
from tracker.models import Obligation, ProgressUpdate, ReportingRound
from tracker.store.rounds import round_rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.client import Answer

FILING: Final = f"/filing/{SLUG}/{PERIOD}"
# Bytes of a page before any compression: an old office machine asks for it over a slow line.
LARGEST: Final = 100_000
UNITS: Final = 18


@pytest.fixture(params=[0, UNITS * TASKS], ids=["nothing filed", "all filed"], scope="module")
def browser(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Signed in for a unit all of whose texts of the quarter before are there, and none or all of this one's."""
    folder: Path = tmp_path_factory.mktemp("size") / "site"
    secrets = build_site(folder, UNITS, texts=request.param)
    settings = settings_in(folder)
    database = open_database(settings)
    with database.transaction() as session:
        found = session.exec(select(ReportingRound).where(ReportingRound.period == PERIOD)).one()
        found.rules = round_rules(found).model_copy(update={"asks_assessment": True}).model_dump_json()
        own = select(Obligation.id).where(Obligation.unit_id == UNIT)
        for update in session.exec(select(ProgressUpdate).where(col(ProgressUpdate.obligation_id).in_(own))):
            update.assessment = Assessment.ON_SCHEDULE
            update.text = (update.text * 2)[:200]
    app = create_app(settings, database=database, now=lambda: NOW, run_jobs=False)
    browser = Browser(app)
    browser.cookies.set("duban", secrets[Role.FILLER])
    yield browser
    database.close()


def whole(browser: Browser, language: str = "zh_CN") -> Answer:
    browser.cookies.set("language", language)
    return browser.get(FILING, headers={"Accept-Encoding": "identity"})


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_seventy_tasks_stay_under_a_hundred_kilobytes(browser: Browser, language: str) -> None:
    answer = whole(browser, language)
    assert answer.status == 200
    assert "content-encoding" not in answer.headers
    texts = answer.page.xpath("//p[@class='text']/text() | //textarea/text()[string-length() > 1]")
    assert len(texts) == TASKS
    assert min(len(text.strip()) for text in texts) == 200
    assert len(answer.page.xpath("//input[@list='rates']")) == TASKS
    assert len(answer.body) < LARGEST


def test_lean_markup_leaves_no_control_without_a_label(browser: Browser) -> None:
    page = whole(browser).page
    controls = page.xpath("//form[@id='sheet']//*[self::textarea or self::input[not(@type='hidden')]]")
    assert len(controls) == 3 * TASKS
    unnamed = [box.get("name") for box in controls if not box.xpath("string(ancestor::label)").strip()]
    assert unnamed == []
    assert all(button.text.strip() for button in page.xpath("//form[@id='sheet']//button"))
