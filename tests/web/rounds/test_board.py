"""The board under its filters: every number is its list, no text is read, no page grows too large."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import col, select

from tests.web.big_round import build_round
from tests.web.conftest import ROUND
from tests.web.filing.test_filing_pages import sheet
from tracker.domain.states import FILED, ObligationState
from tracker.models import Extension, Measure, Obligation, OrgUnit, ReportingRound, Task, UnitKind, key
from tracker.store.backlog import backlogs_of
from tracker.store.obligation_list import count_obligations
from tracker.store.review_queue import ReviewFilter, count_waiting
from tracker.store.rounds import rates_of_rounds, round_by_name
from tracker.web.rounds.obligation_filter import filter_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from sqlmodel import Session

    from tests.web.client import Answer, Browser
    from tests.web.conftest import Pages
    from tracker.db import Database

VIEWS = ("units", "tasks", "matrix", "trend")
STATES = st.lists(
    st.tuples(st.sampled_from(ObligationState), st.sampled_from([True, False, None])),
    min_size=16,
    max_size=16,
)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "measure": st.sampled_from(["1", "2"]),
        "kind": st.sampled_from(["department", "county"]),
        "state": st.sampled_from(["filed", "missing", "nil", "returned", "accepted", "exempt"]),
        "timing": st.sampled_from(["on_time", "late"]),
    },
)


def arrange(session: Session, pages: Pages, outcomes: list[tuple[ObligationState, bool | None]]) -> None:
    """The example round and the one before it, in these states; one unit has an extension."""
    current = session.get_one(ReportingRound, pages.example.round.id)
    before = session.exec(select(ReportingRound).where(ReportingRound.period == "2024Q2")).first()
    if before is None:
        before = ReportingRound(
            **current.model_dump(exclude={"id", "period", "due_at"}),
            period="2024Q2",
            due_at=current.due_at - timedelta(days=92),
        )
        session.add(before)
        session.flush()
        for owed in session.exec(select(Obligation).where(Obligation.round_id == current.id)).all():
            copied = owed.model_dump(exclude={"id", "round_id"})
            session.add(Obligation(**copied, round_id=key(before)))
        session.add(
            Extension(
                round_id=key(current),
                unit_id=key(pages.example.county_b),
                due_at=current.due_at + timedelta(days=5),
                reason="示例",
                granted_at=pages.now,
                granted_by="示例",
            )
        )
        session.flush()
    for owed, (state, is_on_time) in zip(
        session.exec(select(Obligation).order_by(col(Obligation.id))),
        outcomes,
        strict=True,
    ):
        owed.state = state
        owed.is_on_time = is_on_time if state in FILED else None
        session.add(owed)
    session.flush()


def numbers_of(answer: Answer, address: str) -> Iterator[tuple[str, int]]:
    """Every number that links to a list, with that list's address."""
    for link in answer.page.xpath("//main//a[contains(@href, 'obligations?')]"):
        if begins := re.match(r"\s*(\d+)\s*\D*$", link.text_content()):
            yield urljoin(address, link.get("href")), int(begins[1])


def length_of(session: Session, address: str) -> int:
    """What the page of a list counts, without making its rows."""
    parts = urlsplit(address)
    _empty, _rounds, slug, period, _obligations = parts.path.split("/")
    _task_list, found = round_by_name(session, slug, period)
    return count_obligations(session, found, filter_in(dict(parse_qsl(parts.query))))


def counted_by_hand(session: Session, pages: Pages, chosen: dict[str, str]) -> int:
    """How many obligations of the round are what was chosen, without a question about any of it."""
    count = 0
    for owed in session.exec(select(Obligation).where(Obligation.round_id == pages.example.round.id)):
        unit, task = session.get_one(OrgUnit, owed.unit_id), session.get_one(Task, owed.task_id)
        is_filed = owed.state in FILED
        states = {
            "filed": is_filed,
            "missing": not is_filed and owed.state is not ObligationState.EXEMPT,
        }
        state, timing = chosen.get("state"), chosen.get("timing")
        count += all(
            (
                "measure" not in chosen or str(task.measure_id) == chosen["measure"],
                "kind" not in chosen or unit.kind == chosen["kind"],
                state is None or states.get(state, owed.state == state),
                timing is None or (is_filed and bool(owed.is_on_time) is (timing == "on_time")),
            )
        )
    return count


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(outcomes=STATES, chosen=FILTERS)
def test_every_number_in_every_view_under_every_filter_is_the_length_of_its_list(
    pages: Pages, outcomes: list[tuple[ObligationState, bool | None]], chosen: dict[str, str]
) -> None:
    with pages.database.transaction() as session:
        arrange(session, pages, outcomes)
        measures = [
            str(key(found)) for found in session.exec(select(Measure).order_by(col(Measure.position)))
        ]
    if "measure" in chosen:
        chosen = chosen | {"measure": measures[int(chosen["measure"]) - 1]}
    browser = pages.as_("领导")
    followed = 0
    for view in VIEWS:
        address = f"{ROUND}?{urlencode({'view': view} | chosen)}"
        answer = browser.get(address)
        assert answer.status == 200
        found = dict(numbers_of(answer, address))
        assert found, address
        with pages.database.reading() as session:
            for target, number in found.items():
                assert length_of(session, target) == number, (address, target)
        # The page of the list counts as `length_of` does.
        target, number = list(found.items())[len(view) % len(found)]
        page = browser.get(target).page
        assert int(page.get_element_by_id("count").text_content()) == number
        assert len(page.xpath("//tbody/tr")) == number
        followed += 1
        if view == "matrix":
            cells = answer.page.xpath("//table[contains(@class, 'matrix')]//td/a")
            with pages.database.reading() as session:
                expected = length_of(session, f"{ROUND}/obligations?{urlencode(chosen)}")
                assert counted_by_hand(session, pages, chosen) == expected
            assert len(cells) == expected
    assert followed == len(VIEWS)


def test_a_filter_is_kept_in_every_link_of_the_board(pages: Pages) -> None:
    query = "measure=1&kind=county"
    for view in VIEWS:
        page = pages.as_("统筹").get(f"{ROUND}?view={view}&{query}").page
        for link in page.xpath("//nav[@id='view']/a/@href | //div[contains(@class, 'figures')]/a/@href"):
            assert "measure=1" in link, link
            assert "kind=county" in link, link
        chosen = page.xpath("//form[@class='board-filter']//option[@selected]/@value")
        assert chosen == ["1", "county"]
        assert page.xpath("//form[@class='board-filter']/@method") == ["get"]


def test_a_list_leads_back_to_the_board_it_came_from(pages: Pages) -> None:
    page = pages.as_("统筹").get(f"{ROUND}/obligations?state=missing&kind=county&measure=2").page
    assert page.xpath("//p[@class='crumbs']/a/@href") == [f"{ROUND}?measure=2&kind=county"]


def test_all_parts_of_a_filter_count_together(pages_on_each: Pages) -> None:
    pages = pages_on_each
    sheet(pages, "乙县").send("all", {"1": "一", "3": "三"})
    unit, task = pages.example.county_b.id, pages.example.tasks[2].id
    query = f"state=filed&timing=on_time&unit={unit}&task={task}&measure=2&kind=county"
    answer = pages.as_("领导").get(f"{ROUND}/obligations?{query}")
    assert "已报，按时，县（市、区），乙县，2．另一措施，第 3 项：1 项" in answer.text
    other = query.replace("measure=2", "measure=1")
    assert pages.as_("领导").get(f"{ROUND}/obligations?{other}").page.get_element_by_id("count").text == "0"


@pytest.mark.parametrize(
    "query", ["measure=99", "measure=x", "kind=town", "state=draft", "timing=x", "view=pie"]
)
def test_what_cannot_be_chosen_is_not_quietly_dropped(pages: Pages, query: str) -> None:
    assert pages.as_("领导").get(f"{ROUND}?{query}").status == 404


def test_a_rate_of_a_part_of_the_states_is_not_shown(pages: Pages) -> None:
    browser = pages.as_("领导")
    assert "报送率" in browser.get(f"{ROUND}?kind=county").text
    narrowed = browser.get(f"{ROUND}?state=missing")
    assert "报送率" not in narrowed.text
    assert len(narrowed.page.xpath("//div[contains(@class, 'figures')]/a")) == 1


def test_what_is_missing_stands_first_everywhere(pages: Pages) -> None:
    sheet(pages, "甲县").send("all", {"1": "一", "2": "二"})
    sheet(pages, "乙县").send("all", {"1": "一"})
    browser = pages.as_("领导")
    counties = browser.get(ROUND).page.xpath("//table[2]/tbody/tr/th/a/text()")
    assert counties == ["乙县", "甲县"]
    tasks = browser.get(f"{ROUND}?view=tasks").page.xpath("//table/tbody/tr/th/strong/text()")
    assert tasks == ["2", "3", "1"]
    rows = browser.get(f"{ROUND}?view=matrix").page.xpath("//table//tbody/tr/th//b/text()")
    assert rows == ["2", "3", "1"]
    listed = browser.get(f"{ROUND}/obligations").page.xpath("//tbody/tr/td[2]/span/text()")
    assert listed == ["未报送"] * 5 + ["已报送"] * 3


def test_the_trend_tells_departments_and_counties_apart_and_leads_to_each_round(pages: Pages) -> None:
    with pages.database.transaction() as session:
        arrange(
            session, pages, [(ObligationState.ACCEPTED, True)] * 8 + [(ObligationState.PENDING, None)] * 8
        )
    page = pages.as_("领导").get(f"{ROUND}?view=trend").page
    assert page.xpath("//h2/text()") == ["部门", "县（市、区）"]
    said = page.xpath("//*[local-name()='svg'][@class='chart']/@aria-label")
    assert said == ["部门的报送率与及时率，最近 2 期", "县（市、区）的报送率与及时率，最近 2 期"]
    points = page.xpath("//*[local-name()='svg'][@class='chart']//*[local-name()='a']")
    assert {point.get("href") for point in points} == {"2024Q2", "2024Q3"}
    assert len(points) == 8
    assert "2024年第三季度 报送率 100.0%" in {point.get("aria-label") for point in points}


def watched(database: Database) -> AbstractContextManager[list[str]]:
    """The statements that the database is asked within the block."""
    from contextlib import contextmanager  # noqa: PLC0415

    @contextmanager
    def watching() -> Iterator[list[str]]:
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            asked.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        try:
            yield asked
        finally:
            event.remove(database.engine, "before_cursor_execute", note)

    return watching()


TEXTS = re.compile(r"\b(progress_update|draft|review|reported_value)\b")


def asked_by_boards(pages: Pages) -> dict[tuple[str, str], list[str]]:
    """The statements behind each view, for who may do something on it and for who reads."""
    found = {}
    for who in ("领导", "统筹"):
        browser = pages.as_(who)
        for query in (*(f"view={view}" for view in VIEWS), "kind=county&state=missing"):
            with watched(pages.database) as asked:
                assert browser.get(f"{ROUND}?{query}").status == 200
            found[who, query] = asked
    return found


def test_the_board_reads_no_text_and_asks_the_same_however_many_there_are(pages: Pages) -> None:
    sheet(pages, "甲县").send("one-1", {"1": "一"})
    before = asked_by_boards(pages)
    for unit in ("甲县", "乙县"):
        sheet(pages, unit).send("draft", {"1": "草稿"})
        for text in ("第一版", "第二版", "第三版"):
            sheet(pages, unit).send("one-2", {"2": text})
    after = asked_by_boards(pages)
    assert not [statement for asked in after.values() for statement in asked if TEXTS.search(statement)]
    assert {name: len(asked) for name, asked in after.items()} == {
        name: len(asked) for name, asked in before.items()
    }
    assert all(before.values())


def test_the_watch_sees_what_reads_texts(pages: Pages) -> None:
    with watched(pages.database) as asked:
        pages.as_("领导").get("/leader/example/2024Q3")
    assert any(TEXTS.search(statement) for statement in asked)


@pytest.mark.parametrize(
    "query",
    [
        f"view={view}{rest}"
        for view in VIEWS
        for rest in ("", "&kind=county", "&state=filed", "&kind=county&timing=late")
    ],
)
def test_no_view_of_an_ordinary_round_is_over_100_kilobytes(big: Browser, query: str) -> None:
    answer = big.get(f"/rounds/big/2024Q3?{query}")
    assert answer.status == 200
    assert len(answer.body) < 100_000


@pytest.fixture
def big(pages: Pages) -> Browser:
    """A coordinator before 70 tasks × 18 units, with ids of a site that has run for years."""
    with pages.database.transaction() as session:
        build_round(session, 70, 18, pages.now, first_id=400_000)
    return pages.as_("统筹")


def test_many_units_come_in_pages_and_a_matrix_says_so(pages: Pages) -> None:
    with pages.database.transaction() as session:
        build_round(session, 70, 250, pages.now)
    browser = pages.as_("领导")
    address = "/rounds/big/2024Q3"
    shown = []
    for page in (1, 2, 3):
        answer = browser.get(f"{address}?page={page}")
        shown += answer.page.xpath("//tbody/tr/th/a/text()")
    assert len(shown) == len(set(shown)) == 250
    matrix = browser.get(f"{address}?view=matrix&kind=department")
    assert "共 50 个单位，一页只画 42 个" in matrix.text
    assert len(matrix.page.xpath("//tr[@class='units']/th")) == 43
    last = browser.get(f"{address}?view=matrix&kind=department&page=2").page
    assert len(last.xpath("//tr[@class='units']/th")) == 9


def test_the_backlog_is_the_length_of_the_reviewers_queue(pages_on_each: Pages) -> None:
    pages = pages_on_each
    sheet(pages, "甲县").send("all", {"1": "一", "2": "二"})
    sheet(pages, "乙县").send("one-1", {"1": "一"})
    with pages.database.transaction() as session:
        found = session.get_one(ReportingRound, pages.example.round.id)
        county = session.get_one(OrgUnit, pages.example.county_a.id)
        county.parent_id = pages.example.county_b.id
        for gathers, counted in ((False, (3, 0)), (True, (1, 2))):
            found.rules = found.rules.replace(
                f'"gathers":{str(not gathers).lower()}', f'"gathers":{str(gathers).lower()}'
            )
            session.flush()
            backlog = backlogs_of(session, [found], rates_of_rounds(session, [key(found)]))[key(found)]
            assert (backlog.count, backlog.above) == counted
            queues = [count_waiting(session, found, ReviewFilter(is_above=above)) for above in (False, True)]
            assert tuple(queues) == counted
            assert backlog.since == pages.now
        # The coordinating office itself is no unit above.
        session.get_one(OrgUnit, pages.example.county_b.id).kind = UnitKind.OFFICE
        session.flush()
        backlog = backlogs_of(session, [found], rates_of_rounds(session, [key(found)]))[key(found)]
        assert (backlog.count, backlog.above) == (3, 0)


@pytest.mark.parametrize("query", ["", *(f"view={view}&state=missing&kind=county" for view in VIEWS)])
def test_the_backlog_is_of_the_whole_round_whatever_is_shown(pages: Pages, query: str) -> None:
    sheet(pages, "甲县").send("all", {"1": "一", "2": "二"})
    pages.now += timedelta(hours=1)
    sheet(pages, "乙县").send("one-1", {"1": "一"})
    answer = pages.as_("领导").get(f"{ROUND}?{query}")
    assert "待审核 3 项，最早一项 2024年10月3日（星期四）10:00 报来" in answer.text


def test_what_waits_is_found_without_reading_what_was_filed(pages_on_each: Pages) -> None:
    """The oldest is the first of an index, and the count is one of those that the board shows."""
    pages = pages_on_each
    sheet(pages, "甲县").send("all", {"1": "一", "2": "二"})
    with watched(pages.database) as statements:
        assert "待审核 2 项" in pages.as_("领导").get(ROUND).text
    counts = [said for said in statements if "count(" in said and "obligation" in said]
    assert len(counts) == 1
    oldest = [said for said in statements if "last_submitted_at" in said]
    assert len(oldest) == 2
    assert all("min(obligation.last_submitted_at)" in said and "GROUP BY" not in said for said in oldest)


def test_the_age_of_the_backlog_is_in_working_days(pages: Pages) -> None:
    sheet(pages, "甲县").send("all", {"1": "一"})
    # Filed in the holiday: 8, 9, 10 and 11 October are worked, and so is Saturday the 12th.
    pages.now = pages.now.replace(day=12)
    answer = pages.as_("统筹").get(ROUND)
    assert "待审核 1 项，最早一项 2024年10月3日（星期四）10:00 报来，已等 5 个工作日" in answer.text
    assert answer.page.xpath("//p[contains(@class, 'backlog')]/a/@href") == [f"{ROUND}/review"]
    assert pages.as_("统筹").get(f"{ROUND}/review").status == 200
    leader = pages.as_("领导").get(ROUND)
    assert "待审核 1 项" in leader.text
    assert not leader.page.xpath("//p[contains(@class, 'backlog')]/a")
