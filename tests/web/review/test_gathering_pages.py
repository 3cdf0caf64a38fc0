"""The desk of a unit above: its own units' texts, nobody else's, and its word before the office's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.actions.gathering import gather, obligation_of
from tests.example import OPENED_AT
from tests.web.conftest import FILING, ROUND
from tests.web.review.test_review_pages import Desk, card, shown
from tracker.domain.actors import Role
from tracker.domain.states import ObligationState
from tracker.models import Account, Obligation, OrgUnit, OutgoingMail, ReportingRound, UnitKind, key
from tracker.store.units import add_unit, find_unit

if TYPE_CHECKING:
    from tests.web.client import Browser
    from tests.web.conftest import Pages

GATHERING = "/gathering/example/2024Q3"
TEXT = "组织召开工作推进会3次，印发实施方案，明确责任分工和完成时限，带动脱贫户120户增收。"


@pytest.fixture
def desk(pages_on_each: Pages) -> Desk:
    """甲县 stands below 甲州 and that below 甲省, 乙县 below 乙州; each of these has an account."""
    pages = pages_on_each
    with pages.database.transaction() as session:
        example = pages.example
        gather(session, session.get_one(ReportingRound, example.round.id))
        far = add_unit(session, "甲省", UnitKind.COUNTY)
        above = {
            "甲省": far,
            "甲州": add_unit(session, "甲州", UnitKind.COUNTY, far),
            "乙州": add_unit(session, "乙州", UnitKind.COUNTY),
        }
        session.get_one(OrgUnit, example.county_a.id).parent_id = key(above["甲州"])
        session.get_one(OrgUnit, example.county_b.id).parent_id = key(above["乙州"])
        for name, unit in above.items():
            session.add(
                Account(
                    username=name,
                    password_hash="-",
                    role=Role.FILLER,
                    unit_id=key(unit),
                    created_at=OPENED_AT,
                )
            )
    return Desk(pages)


def fields_of(browser: Browser) -> dict[str, str]:
    form = next(form for form in browser.get(GATHERING).page.forms if form.get("id") == "queue")
    return {name: value for name, value in form.fields.items() if name and isinstance(value, str)}


def test_a_unit_above_sees_the_texts_of_its_own_units_only(desk: Desk) -> None:
    example = desk.pages.example
    own = desk.file(example.county_a, 1, TEXT, remark="给统筹办的备注")
    other = desk.file(example.county_b, 1, TEXT)
    desk.file(example.bureau, 1, TEXT)
    for name, expected in (("甲州", [own]), ("甲省", [own]), ("乙州", [other])):
        answer = desk.pages.as_(name).get(GATHERING)
        assert shown(answer) == expected, name
    text = desk.pages.as_("甲州").get(GATHERING).text
    # Not even that another unit's text is the same, nor what is said to the office.
    assert "乙县" not in text
    assert "% 相同" not in text
    assert "给统筹办的备注" not in text


def test_the_first_page_of_a_unit_above_leads_to_what_waits_for_it(desk: Desk) -> None:
    desk.file(desk.pages.example.county_a, 1, TEXT)
    desk.file(desk.pages.example.county_b, 1, TEXT)
    answer = desk.pages.as_("甲州").get("/")
    assert "1 项等您初审" in answer.text
    assert answer.page.xpath(f"//a[@href='{GATHERING}']")
    assert GATHERING not in desk.pages.as_("甲县").get("/").html


@pytest.mark.parametrize("who", ["甲县", "乙县", "局", "领导", "统筹", "管理"])
def test_who_has_no_units_below_has_no_such_desk(desk: Desk, who: str) -> None:
    desk.file(desk.pages.example.county_a, 1, TEXT)
    browser = desk.pages.as_(who)
    assert browser.get(GATHERING).status == 404
    for act in ("", "/confirm"):
        assert browser.post(GATHERING + act, {"act": "accept-1", "which": "tick", "tick": "1"}).status == 404


def test_a_round_that_does_not_gather_has_no_such_desk(pages: Pages) -> None:
    with pages.database.transaction() as session:
        session.get_one(OrgUnit, pages.example.county_a.id).parent_id = pages.example.county_b.id
    assert pages.as_("乙县").get(GATHERING).status == 404


@pytest.mark.parametrize("act", ["accept", "return"])
def test_another_units_towns_cannot_be_decided_on(desk: Desk, act: str) -> None:
    example = desk.pages.example
    desk.file(example.county_b, 2, TEXT)
    foreign = desk.file(example.county_a, 1, TEXT)
    browser = desk.pages.as_("乙州")
    data = fields_of(browser) | {
        "act": f"{act}-{foreign}",
        f"version-{foreign}": "1",
        f"reason-{foreign}": "改",
    }
    assert browser.post(GATHERING, data).status == 404
    assert browser.post(GATHERING, data | {"act": "all", "tick": str(foreign)}).status == 404
    confirmed = browser.post(f"{GATHERING}/confirm", data | {"which": "tick", "tick": str(foreign)})
    assert "甲县" not in confirmed.text
    assert "确认初审通过以下 0 项" in confirmed.text
    assert browser.get(f"{GATHERING}?unit={example.county_a.id}").text.count("甲县") == 0
    for place in (f"/obligations/{foreign}", f"{FILING}?unit=甲县", f"{ROUND}/review", ROUND):
        assert browser.get(place).status in (403, 404)
    with desk.pages.database.reading() as session:
        found = session.get_one(Obligation, foreign)
        assert (found.state, found.endorsed_version) == (ObligationState.SUBMITTED, 0)
        assert session.exec(select(OutgoingMail).where(OutgoingMail.kind == "returned")).all() == []


def test_what_the_unit_above_passes_on_comes_to_the_office_with_its_word(desk: Desk) -> None:
    county = desk.pages.example.county_a
    number = desk.file(county, 1, TEXT)
    assert shown(desk.get()) == []
    assert "等上级单位初审 1 项" in desk.get().text
    browser = desk.pages.as_("甲州")
    answer = browser.post(GATHERING, fields_of(browser) | {"act": f"accept-{number}"})
    assert answer.location == f"{GATHERING}?page=1&said=endorsed"
    assert "初审通过，已转给统筹办公室审核" in browser.get(answer.location).text
    office = desk.get()
    assert shown(office) == [number]
    assert "初审通过，甲州，甲州" in card(office, number)
    for reader in (desk.browser, desk.pages.as_("甲县")):
        assert "初审通过，甲州，" in "".join(reader.get(f"/obligations/{number}").text.split())
    # A newer version is another text.
    desk.file(county, 1, "改过了。", after=1)
    assert shown(desk.get()) == []
    assert "这一版还没有经上级单位（甲州）初审" in desk.browser.get(f"/obligations/{number}").text


def test_the_unit_above_returns_with_a_mail_and_the_text_comes_back_to_it(desk: Desk) -> None:
    county = desk.pages.example.county_a
    number = desk.file(county, 1, TEXT)
    browser = desk.pages.as_("甲州")
    data = fields_of(browser) | {"act": f"return-{number}", f"reason-{number}": "请核对户数"}
    assert browser.post(GATHERING, data).location == f"{GATHERING}?page=1&said=returned"
    with desk.pages.database.reading() as session:
        (mail,) = session.exec(select(OutgoingMail).where(OutgoingMail.kind == "returned")).all()
        assert (
            obligation_of(session, desk.pages.example, county, desk.pages.example.tasks[0]).state
            is ObligationState.RETURNED
        )
    assert mail.to_address == "a@example.org"
    assert "甲州" in mail.text
    assert "请核对户数" in desk.pages.as_("甲县").get(FILING).text
    assert shown(browser.get(GATHERING)) == []
    desk.file(county, 1, "户数已核对。", after=1)
    assert shown(browser.get(GATHERING)) == [number]


def test_several_are_passed_on_after_a_list_of_them(desk: Desk) -> None:
    county = desk.pages.example.county_a
    numbers = [desk.file(county, 1, "一。"), desk.file(county, 2, "二。")]
    browser = desk.pages.as_("甲省")
    ticked: dict[str, object] = fields_of(browser) | {
        "which": "tick",
        "tick": [str(number) for number in numbers],
    }
    asked = browser.post(f"{GATHERING}/confirm", ticked)  # type: ignore[arg-type]
    assert "确认初审通过以下 2 项？" in asked.text
    answer = browser.post(GATHERING, ticked | {"act": "all"})  # type: ignore[arg-type]
    assert answer.location == f"{GATHERING}?page=1&said=endorsed_many&count=2"
    assert shown(desk.get()) == numbers


def test_a_unit_right_below_the_office_has_nobody_above(desk: Desk) -> None:
    county = desk.pages.example.county_a
    number = desk.file(county, 1, TEXT)
    with desk.pages.database.transaction() as session:
        above = find_unit(session, "甲州")
        assert above
        above.kind = UnitKind.OFFICE
        session.add(above)
    assert shown(desk.get()) == [number]
