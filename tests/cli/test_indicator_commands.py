"""tracker indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Command

PLAN, GUILIN = "yuxi-145-2021-2025", "guilin-2022-2024"


def found(tracker: Command, slug: str) -> list[dict[str, Any]]:
    printed: dict[str, Any] = tracker.ok("indicators", slug, "--json").json
    assert (printed["list"], printed["version"]) == (slug, 1)
    indicators: list[dict[str, Any]] = printed["indicators"]
    return indicators


@pytest.mark.usefixtures("empty_site")
def test_the_indicators_of_a_plan_are_printed_with_their_tables(tracker: Command) -> None:
    tracker.ok("import", PLAN)
    shown = tracker.ok("indicators", PLAN)
    assert f"{PLAN} 第 1 版：" in shown.out
    assert "\t农村自来水普及率\t2020年 64%\t2025年 不少于70%\t约束性\t已确认" in shown.out
    assert "易地扶贫搬迁后续扶持\t20159\t\t1400\t3650\t6\t3203\t100\t9158\t13926\t51602" in shown.out
    assert "可由四舍五入解释" in shown.err
    entries = found(tracker, PLAN)
    sets = [entry for entry in entries if entry["type"] == "set"]
    assert [len(entry["lineages"]) for entry in sets] == [8, 9]
    assert sets[0]["values"][2][:3] == [20159, None, 1400]
    water = next(entry for entry in entries if entry.get("name") == "农村自来水普及率")
    assert (water["kind"], water["state"], water["target"]["value"]) == ("binding", "confirmed", 70)


@pytest.mark.usefixtures("empty_site")
def test_proposals_are_confirmed_and_dismissed_by_number(tracker: Command) -> None:
    tracker.ok("import", GUILIN)
    numbers = {entry["name"]: entry["lineage"] for entry in found(tracker, GUILIN)}
    trained, jobs = numbers["培训脱贫劳动力"], numbers["全市开发乡村公益性岗位"]
    ran = tracker.ok("indicators", GUILIN, "--confirm", str(trained), "--dismiss", str(jobs))
    assert "已更改 2 个指标的状态" in ran.err
    states = {entry["lineage"]: entry["state"] for entry in found(tracker, GUILIN)}
    assert (states.pop(trained), states.pop(jobs)) == ("confirmed", "dismissed")
    assert set(states.values()) == {"proposed"}


@pytest.mark.usefixtures("empty_site")
def test_what_does_not_exist_is_named_and_changes_nothing(tracker: Command) -> None:
    tracker.ok("import", GUILIN)
    before = found(tracker, GUILIN)
    assert "999" in tracker.refused("indicators", GUILIN, "--confirm", "1", "--confirm", "999")
    assert "既确认又剔除" in tracker.refused("indicators", GUILIN, "--confirm", "1", "--dismiss", "1")
    assert "没有这一版" in tracker.refused("indicators", GUILIN, "--version", "2")
    assert GUILIN in tracker.refused("indicators", "guilin")
    assert found(tracker, GUILIN) == before
