"""Rules read from the note under a table."""

from __future__ import annotations

import pytest

from tracker.importers.tables.closing_note import read_note


@pytest.mark.parametrize(
    ("note", "period_type", "due_day"),
    [
        ("于每季度第一个月6日前将上个季度情况报送。", "quarter", 6),
        ("于每季度首月１０日前报送。", "quarter", 10),
        ("各单位每月5日前报送上月进展。", "month", 5),
        ("每半年第一个月15日前报送。", "half_year", 15),
        ("每年第一个月20日之前报送。", "year", 20),
    ],
)
def test_period_and_due_day(note: str, period_type: str, due_day: int) -> None:
    rules = read_note(note, "备注").rules
    assert rules is not None
    assert (rules.period_type, rules.due_day) == (period_type, due_day)


@pytest.mark.parametrize(
    "note", ["每季度末月25日前报送。", "每季度最后一个月25日前报送。", "每月31日前报送。"]
)
def test_a_day_that_cannot_be_kept_is_said_not_guessed(note: str) -> None:
    read = read_note(note, "备注")
    assert read.rules is None
    assert [(problem.code, problem.is_blocking) for problem in read.problems] == [("rules_unclear", False)]


@pytest.mark.parametrize(
    "note",
    [
        "每条措施责任单位中的第一个单位为牵头单位。",
        "列第一位的为牵头单位，下同。",
        "排第一位的单位为牵头单位。",
    ],
)
def test_the_first_unit_leads_where_the_note_says_so_even_without_rules(note: str) -> None:
    read = read_note(note, "备注")
    assert (read.lead, read.rules, read.problems) == ("first", None, ())


@pytest.mark.parametrize(("words", "limit"), [("每条500字以内", 500), ("不超过１０００字", 1000), ("", 300)])
def test_the_character_limit(words: str, limit: int) -> None:
    rules = read_note(f"每月5日前报送，{words}。", "备注").rules
    assert rules is not None
    assert rules.character_limit == limit


@pytest.mark.parametrize(
    ("who", "filers"),
    [
        ("各县（市、区）、市直各牵头单位", {"lead", "local"}),
        ("市直各牵头单位", {"lead"}),
        ("各县（市、区）", {"local"}),
        ("", {"lead", "local"}),
    ],
)
def test_who_files_stands_in_the_sentence_of_the_due_day(who: str, filers: set[str]) -> None:
    rules = read_note(f"第一个单位为牵头单位。{who}每月5日前报送。", "备注").rules
    assert rules is not None
    assert rules.filers == filers


def test_a_note_about_something_else_gives_no_rules() -> None:
    assert read_note("注：经验典型材料随时报送。", "备注").rules is None
