"""A unit above reads by its key what the units below it file, and nothing else of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.actions.gathering import gather
from tests.api.conftest import ROUND, error_of
from tracker.models import OrgUnit, OutgoingMail, ReportingRound

if TYPE_CHECKING:
    import httpx

    from tests.api.conftest import ApiSite

WAITING = f"{ROUND}/gathering"
REVIEW = f"{ROUND}/units/乙县/obligations/1/review"
ENDORSED = {"outcome": "endorsed", "version": 1}


def gathers(site: ApiSite) -> None:
    """甲县 reads what 乙县 files."""
    with site.database.transaction() as session:
        gather(session, session.get_one(ReportingRound, site.example.round.id))
        session.get_one(OrgUnit, site.example.county_b.id).parent_id = site.example.county_a.id


def test_what_waits_is_listed_endorsed_once_and_then_waits_for_the_office(
    any_site: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    gathers(any_site)
    any_site.file("b", 1, "乙县进展。")
    assert clients["a"].get(WAITING).json() == {
        "waiting": [
            {
                "unit": "乙县",
                "task": "1",
                "title": "示例任务1",
                "version": 1,
                "submitted_at": "2024-09-15T08:00:00+08:00",
                "text": "乙县进展。",
                "nil_reason": "",
            }
        ]
    }
    answer = clients["a"].post(REVIEW, json=ENDORSED)
    assert (answer.status_code, answer.json()["state"]) == (200, "submitted")
    assert clients["a"].get(WAITING).json() == {"waiting": []}
    assert error_of(clients["a"].post(REVIEW, json=ENDORSED), 409)["code"] == "already_endorsed"
    assert clients["office"].post(REVIEW, json={"outcome": "accepted", "version": 1}).status_code == 200


def test_the_unit_above_returns_with_a_mail_in_its_own_name(
    site: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    gathers(site)
    site.file("b", 1, "乙县进展。")
    returned = {"outcome": "returned", "version": 1, "reason": "请补充数字。"}
    assert clients["a"].post(REVIEW, json=returned).json()["state"] == "returned"
    with site.database.reading() as session:
        mail = session.get_one(OutgoingMail, 1)
    assert (mail.kind, mail.to_address) == ("returned", "b@example.org")
    assert "甲县" in mail.text


@pytest.mark.parametrize("holder", ["b", "bureau", "office"])
def test_whoever_reads_nothing_first_is_answered_as_if_there_were_nothing(
    site: ApiSite, clients: dict[str, httpx.Client], holder: str
) -> None:
    gathers(site)
    site.file("b", 1, "乙县进展。")
    error_of(clients[holder].get(WAITING), 404)
    error_of(clients["a"].get(f"{ROUND.replace('2024Q3', '2024Q2')}/gathering"), 404)
    # 乙县 its own text, the bureau another's, the office what is not its word.
    status = {"b": 403, "bureau": 404, "office": 403}[holder]
    error_of(clients[holder].post(REVIEW, json=ENDORSED), status)


def test_a_unit_above_reads_nothing_where_the_list_does_not_ask_for_it(
    site: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    with site.database.transaction() as session:
        session.get_one(OrgUnit, site.example.county_b.id).parent_id = site.example.county_a.id
    site.file("b", 1, "乙县进展。")
    error_of(clients["a"].get(WAITING), 404)
    error_of(clients["a"].post(REVIEW, json=ENDORSED), 404)


def test_the_unit_above_neither_accepts_nor_reads_drafts_and_sheets(
    site: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    gathers(site)
    site.file("b", 1, "乙县进展。")
    error_of(clients["a"].post(REVIEW, json={"outcome": "accepted", "version": 1}), 403)
    error_of(clients["a"].get(f"{ROUND}/units/乙县/obligations"), 404)
    error_of(clients["b"].post(f"{ROUND}/units/甲县/obligations/1/review", json=ENDORSED), 404)
