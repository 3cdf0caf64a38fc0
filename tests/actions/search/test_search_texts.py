"""Searching what was filed: everything that is there is found, and nothing of another unit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.actions.searching import ALL_TEXTS, index_all, put_on_file, said, search
from tests.example import COORDINATOR, OPENED_AT, build_example
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.search import search_texts as searching
from tracker.actions.search.search_texts import search_tasks
from tracker.actions.units.merge_units import merge_units
from tracker.domain.actors import Actor, Role
from tracker.domain.bigrams import Question
from tracker.domain.texts import clean_text
from tracker.errors import ControlCharacterError, NotFoundError
from tracker.models import OrgUnit, UnitKind, key
from tracker.store import gram_table
from tracker.store.text_search import TextFilter
from tracker.store.units import add_unit

if TYPE_CHECKING:
    from tests.example import Example
    from tracker.config import Settings
    from tracker.db import Database


@pytest.fixture(autouse=True)
def ask_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of a site with few texts, which would be read one by one."""
    monkeypatch.setattr(searching, "_FEW", 0)


FARMS, ROADS = "新建高标准农田3.5万亩，发展Ｂ2B电商。", "乡村公路硬化12公里；新建桥梁2座。"


def filed(database: Database, settings: Settings) -> Example:
    """甲县 filed FARMS twice, in other words first; 乙县 filed ROADS. All is indexed."""
    with database.transaction() as session:
        example = build_example(session, settings)
        put_on_file(session, example, example.county_a, example.tasks[0], ["新建农田旧稿", FARMS])
        put_on_file(session, example, example.county_b, example.tasks[0], [ROADS])
    assert index_all(database) == 3
    return example


FOUND = {
    "农田": [FARMS],
    "高标准农田": [FARMS],
    "新建": [ROADS, FARMS],
    "建": [ROADS, FARMS],
    "。": [ROADS, FARMS],
    "亩": [FARMS],
    "座。": [ROADS],
    "新建 公路": [ROADS],
    "公路 农田": [],
    "3.5": [FARMS],
    "b2b": [FARMS],
    "3.5万亩，发": [FARMS],
    "农村": [],
    "标准高": [],
    "": [],
    "旧稿": [],
}
HOSTILE = [
    '"', "'", "\\", '农田"', "农田' OR 1=1 --", "农田*", "NEAR(农田 标准)", "grams:农田", "农田 AND 公路", "(农田",
    "农田:*", "!农田", "农田 & 公路 |", "^农田", "{农田}", "\0", "农\0田", "\ud800", "，。！", "%", "_", "+-", "\x1a",
    "农田 " * 3000, "字" * 10_000, "".join(chr(n) for n in range(1, 3000)), "🌾", "\U0010ffff", "\u200b",
]  # fmt: skip


def test_words_are_found_wherever_they_stand(database: Database, settings: Settings) -> None:
    filed(database, settings)
    assert {asked: said(database, asked) for asked in FOUND} == FOUND


def test_whatever_is_typed_is_only_words(database: Database, settings: Settings) -> None:
    filed(database, settings)
    for asked in HOSTILE:
        question = Question.of(asked)
        held = [text for text in (ROADS, FARMS) if question.words and question.is_answered_by(text)]
        assert said(database, asked) == held, ascii(asked[:50])
    assert said(database, HOSTILE[0]) == []
    assert said(database, "农田 " * 3000) == [FARMS]


def test_old_versions_are_found_when_asked_for(database: Database, settings: Settings) -> None:
    filed(database, settings)
    assert said(database, "旧稿", wanted=ALL_TEXTS) == ["新建农田旧稿"]
    assert said(database, "农田", wanted=ALL_TEXTS) == [FARMS, "新建农田旧稿"]


def test_the_reason_of_a_nil_report_is_found(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        filing = Filing(example.tasks[0], "项目尚未批复", is_nil=True)
        submit(session, COORDINATOR, example.round, example.county_a, [filing], OPENED_AT)
    index_all(database)
    assert said(database, "尚未批复") == ["项目尚未批复"]


def test_filters_narrow(database: Database, settings: Settings) -> None:
    example = filed(database, settings)
    assert said(database, "新建", wanted=TextFilter(unit_id=key(example.county_a))) == [FARMS]
    assert said(database, "新建", wanted=TextFilter(period="2024Q3")) == [ROADS, FARMS]
    assert said(database, "新建", wanted=TextFilter(period="2024Q2")) == []
    assert said(database, "新建", wanted=TextFilter(list_id=key(example.task_list))) == [ROADS, FARMS]
    assert said(database, "新建", wanted=TextFilter(list_id=999)) == []


def test_few_texts_are_read_without_the_index(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_FEW", 2)
    with database.transaction() as session:
        example = build_example(session, settings)
        put_on_file(session, example, example.county_a, example.tasks[0], ["旧的水库", "水库一座"])
        put_on_file(session, example, example.county_b, example.tasks[0], ["水库两座"])
    monkeypatch.setattr(searching, "MOST_RECENT", 0)
    newest = TextFilter(period="2024Q3")
    found = search(database, "水库", wanted=newest)
    assert (len(found.numbers), found.is_cut, found.unsearched) == (2, False, 0)
    found = search(database, "水库", wanted=replace(newest, with_old_versions=True))
    assert (len(found.numbers), found.is_cut, found.unsearched) == (0, False, 3)
    monkeypatch.setattr(searching, "MOST_HITS", 1)
    found = search(database, "水库", wanted=newest)
    assert (len(found.numbers), found.is_cut) == (1, True)


def test_a_text_that_is_not_indexed_yet_is_found_too(database: Database, settings: Settings) -> None:
    example = filed(database, settings)
    with database.transaction() as session:
        put_on_file(session, example, example.county_b, example.tasks[1], ["新建水库一座"])
    found = search(database, "新建")
    assert (len(found.numbers), found.is_cut, found.unsearched) == (3, False, 0)
    assert said(database, "水库") == ["新建水库一座"]
    # An old version is one as soon as there is a newer text, indexed or not.
    with database.transaction() as session:
        put_on_file(session, example, example.county_a, example.tasks[0], ["新建粮仓"])
    assert said(database, "新建") == ["新建粮仓", "新建水库一座", ROADS]


def test_what_was_not_looked_through_is_counted(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        put_on_file(session, example, example.county_a, example.tasks[0], ["水库"] * 3)
        put_on_file(session, example, example.county_b, example.tasks[0], ["水库"] * 2)
    monkeypatch.setattr(searching, "MOST_RECENT", 2)
    found = search(database, "水库", wanted=ALL_TEXTS)
    assert (len(found.numbers), found.unsearched) == (2, 3)
    # A unit is told of its own only.
    found = search(database, "水库", actor=example.filer(example.county_a), wanted=ALL_TEXTS)
    assert (len(found.numbers), found.unsearched) == (2, 1)
    index_all(database)
    found = search(database, "水库", wanted=ALL_TEXTS)
    assert (len(found.numbers), found.unsearched) == (5, 0)


@pytest.mark.parametrize(
    ("bound", "asked"), [("MOST_HITS", "水库"), ("MOST_HITS", "水库。"), ("_MOST_READ", "水库。")]
)
def test_beyond_its_bounds_a_search_says_that_there_may_be_more(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, bound: str, asked: str
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        put_on_file(session, example, example.county_a, example.tasks[0], ["水库。"] * 5)
    index_all(database)
    monkeypatch.setattr(searching, bound, 6)
    assert search(database, asked, wanted=ALL_TEXTS).is_cut is False
    monkeypatch.setattr(searching, bound, 4)
    found = search(database, asked, wanted=ALL_TEXTS)
    assert (len(found.numbers), found.is_cut) == (4, True)


@pytest.mark.parametrize("common", [1, 1000])
def test_common_words_and_rare_ones_are_looked_for_in_two_ways_and_found_alike(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, common: int
) -> None:
    monkeypatch.setattr(gram_table, "_COMMON", common)
    filed(database, settings)
    for asked, texts in FOUND.items():
        assert said(database, asked) == texts, asked
    with database.transaction() as session:
        is_row_by_row = "IS true" in str(gram_table.ids_from_newest(session, ["新建"], 3))
        assert is_row_by_row == (common == 1 and not database.is_sqlite)
    if not database.is_sqlite:
        # What was said of cursors ends with the search.
        with database.reading() as session:
            assert session.connection().exec_driver_sql("SHOW cursor_tuple_fraction").scalar_one() == "0.1"


def test_a_unit_searches_its_own_texts_only(database: Database, settings: Settings) -> None:
    example = filed(database, settings)
    a, b = example.filer(example.county_a), example.filer(example.county_b)
    assert said(database, "新建", actor=a) == [FARMS]
    assert said(database, "新建", actor=b) == [ROADS]
    assert search(database, "农田", actor=b).numbers == ()
    assert said(database, "新建", actor=a, wanted=TextFilter(unit_id=a.unit_id)) == [FARMS]
    for other in (b.unit_id, 999_999):
        with pytest.raises(NotFoundError):
            search(database, "新建", actor=a, wanted=TextFilter(unit_id=other))
    leader = Actor(Role.LEADER, "领导", "test")
    assert said(database, "新建", actor=leader) == [ROADS, FARMS]
    with pytest.raises(NotFoundError):
        search(database, "新建", actor=Actor(Role.FILLER, "无单位", "test"))


def test_texts_move_with_a_unit_that_is_merged(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        put_on_file(session, example, example.county_a, example.tasks[0], [FARMS])
        other = add_unit(session, "丙县", UnitKind.COUNTY)
    index_all(database)
    with database.transaction() as session:
        going, staying = session.get_one(OrgUnit, example.county_a.id), session.get_one(OrgUnit, other.id)
        merge_units(session, COORDINATOR, settings, going, staying, OPENED_AT)
    for unit in (example.county_a, other):
        assert said(database, "农田", wanted=TextFilter(unit_id=key(unit))) == [FARMS]


def test_tasks_are_found_by_number_or_title(database: Database, settings: Settings) -> None:
    example = filed(database, settings)

    def tasks(
        asked: str, actor: Actor, *, unit_id: int | None = None, list_id: int | None = None
    ) -> list[str]:
        wanted = TextFilter(unit_id=unit_id, list_id=list_id)
        with database.reading() as session:
            found = search_tasks(session, actor, wanted, Question.of(asked))
        return [task.number for task in found]

    a = example.filer(example.county_a)
    assert tasks("示例任务", COORDINATOR) == ["1", "2", "3"]
    assert tasks("３", COORDINATOR) == ["3"]
    assert tasks("没有", COORDINATOR) == tasks("", COORDINATOR) == []
    assert tasks("示例", COORDINATOR, unit_id=key(example.county_a)) == ["1", "2"]
    assert tasks("示例", COORDINATOR, list_id=999) == tasks("示例", a, list_id=999) == []
    assert tasks("示例", a) == ["1", "2"]
    assert tasks("3", a) == []


@pytest.mark.parametrize("way", ["index", "recent", "few"])
def test_any_piece_of_a_filed_text_finds_it(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(searching, "_FEW", 1_000 if way == "few" else 0)
    with database.transaction() as session:
        example = build_example(session, settings)
    unit_id = key(example.county_a) if way == "few" else None
    wanted = TextFilter(unit_id=unit_id, with_old_versions=True)
    letters = st.one_of(
        st.characters(exclude_categories=["Cs", "Cc"]), st.sampled_from("发展产业ab12，。％\"' \n𠀀")
    )

    @given(
        st.lists(st.text(letters, min_size=1, max_size=40).map(_stored).filter(bool), min_size=1, max_size=4),
        st.data(),
    )
    @hypothesis_settings(max_examples=25, suppress_health_check=list(HealthCheck))
    def holds(texts: list[str], data: st.DataObject) -> None:
        with database.transaction() as session:
            first = put_on_file(session, example, example.county_a, example.tasks[0], texts)
        if way == "index":
            index_all(database)
        for number, text in enumerate(texts, start=first):
            start = data.draw(st.integers(0, len(text) - 1))
            end = data.draw(st.integers(start + 1, len(text)))
            piece = text[start:end]
            found = search(database, piece, wanted=wanted).numbers
            assert number in found or not Question.of(piece).words, (piece, text)

    holds()


def _stored(text: str) -> str:
    """As a filed text is stored; nothing of one that is refused."""
    try:
        return clean_text(text)
    except ControlCharacterError:
        return ""
