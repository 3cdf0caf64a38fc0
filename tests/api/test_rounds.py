"""Lists, rounds and their figures, as a coordinator and as a unit see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.api.conftest import ROUND, error_of
from tests.example import OPENED_AT, PERIOD, SLUG
from tracker.actions.rounds.close_round import close_round
from tracker.actions.rounds.summarise_round import summarise_round
from tracker.domain.actors import system
from tracker.models import ReportingRound
from tracker.store.rounds import round_by_name

if TYPE_CHECKING:
    import httpx

    from tests.api.conftest import ApiSite
    from tracker.config import Settings


def test_gives_the_coordinator_the_figures_of_every_unit(
    any_site: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    any_site.file("a", 1, "甲县进展。")
    clients["bureau"].post(
        f"{ROUND}/units/me/obligations/2/submission", json={"nil_reason": "本季度无安排。", "base_version": 0}
    )
    assert clients["office"].get(ROUND).json() == {
        "list": SLUG,
        "period": PERIOD,
        "due_at": "2024-10-06T23:59:59+08:00",
        "expected": 8,
        "filed": 2,
        "on_time": 2,
        "late": 0,
        "nil": 1,
        "exempt": 0,
        "returned": 0,
        "accepted": 0,
        "units": [
            {"name": "市示例局", "kind": "department", "expected": 3, "filed": 1, "on_time": 1},
            {"name": "甲县", "kind": "county", "expected": 2, "filed": 1, "on_time": 1},
            {"name": "乙县", "kind": "county", "expected": 3, "filed": 0, "on_time": 0},
        ],
    }


def test_gives_a_unit_its_own_figures_only(any_site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    any_site.file("a", 1, "甲县进展。")
    any_site.file("b", 1, "乙县进展。")
    found = clients["a"].get(ROUND).json()
    assert (found["expected"], found["filed"], found["on_time"], found["late"]) == (2, 1, 1, 0)
    assert found["units"] == [{"name": "甲县", "kind": "county", "expected": 2, "filed": 1, "on_time": 1}]


def test_the_figures_are_those_of_the_shared_summary(
    site: ApiSite, settings: Settings, clients: dict[str, httpx.Client]
) -> None:
    site.file("a", 1, "甲县进展。")
    with site.database.reading() as session:
        task_list, reporting_round = round_by_name(session, SLUG, PERIOD)
        summary = summarise_round(session, settings, task_list, reporting_round)
    assert clients["office"].get(ROUND).json() == summary.to_json()


def test_lists_open_and_closed_rounds_with_rates(site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    site.file("a", 1, "甲县进展。")
    [whole] = clients["office"].get("/rounds").json()["rounds"]
    [own] = clients["a"].get("/rounds").json()["rounds"]
    assert (whole["expected"], whole["filed"], whole["completeness"]) == (8, 1, 1 / 8)
    assert (own["expected"], own["filed"], own["completeness"]) == (2, 1, 1 / 2)
    assert own["is_open"]
    assert own["closed_at"] is None
    with site.database.transaction() as session:
        close_round(
            session, system("test"), session.get_one(ReportingRound, site.example.round.id), OPENED_AT
        )
    [closed] = clients["a"].get("/rounds").json()["rounds"]
    assert not closed["is_open"]
    assert closed["closed_at"] == "2024-09-15T08:00:00+08:00"
    assert clients["a"].get(ROUND).status_code == 200


def test_a_round_past_the_moment_it_locks_is_not_open(
    site: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    locks_at = site.example.round.locks_at
    assert locks_at
    site.now = locks_at
    assert clients["a"].get("/rounds").json()["rounds"][0]["is_open"]
    site.now = locks_at.replace(day=locks_at.day + 1)
    assert not clients["a"].get("/rounds").json()["rounds"][0]["is_open"]


def test_lists_say_their_rules(site: ApiSite, clients: dict[str, httpx.Client]) -> None:  # noqa: ARG001 - serves
    assert clients["b"].get("/lists").json()["lists"] == [
        {
            "list": SLUG,
            "title": "示例任务清单",
            "period_type": "quarter",
            "due_day": 6,
            "character_limit": 300,
            "first_period": "2024Q1",
            "last_period": "2024Q4",
        }
    ]


def test_proposes_the_nearest_names_to_a_coordinator(site: ApiSite, clients: dict[str, httpx.Client]) -> None:  # noqa: ARG001
    error = error_of(clients["office"].get(f"/rounds/exampel/{PERIOD}"), 404)
    assert (error["code"], error["nearest"]) == ("unknown_list", [SLUG])
    error = error_of(clients["office"].get(f"/rounds/{SLUG}/2024Q2"), 404)
    assert (error["code"], error["nearest"]) == ("unknown_round", [PERIOD])
    error = error_of(clients["office"].get(f"{ROUND}/units/甲县人民/obligations"), 404)
    assert error["code"] == "unknown_unit"
    assert "甲县人民政府" in error["nearest"]
    error = error_of(clients["a"].get(f"/rounds/{SLUG}/2024M9"), 404)
    assert error["code"] == "unknown_period"


def test_a_coordinator_has_no_unit_of_its_own(site: ApiSite, clients: dict[str, httpx.Client]) -> None:  # noqa: ARG001
    error_of(clients["office"].get(f"{ROUND}/units/me/obligations"), 404)
