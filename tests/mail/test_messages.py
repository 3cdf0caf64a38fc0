"""What the mails say."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from tests.mail.samples import AT, WORKBOOK, closed, digest, missing, part
from tracker.mail.digest import Digest, OutstandingTask
from tracker.mail.messages import missing_units, reminder, round_closed
from tracker.mail.templates import packaged_templates
from tracker.mail.wording import percent

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.mail.letter import Letter


def desk(settings: Settings) -> dict[str, Any]:
    return {
        "templates": packaged_templates(settings),
        "site": settings.site,
    }


def remind(settings: Settings, message: Digest) -> Letter:
    return reminder(message, at=AT, **desk(settings))


class Page(HTMLParser):
    """The tags, links and visible text of an HTML part."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses |= {value or "" for name, value in attrs if name in {"href", "src", "background"}}

    def handle_data(self, data: str) -> None:
        self.text += data


def both_parts(letter: Letter) -> tuple[str, str]:
    return letter.text, Page(letter.html).text


def test_a_reminder_names_exactly_what_is_outstanding(settings: Settings) -> None:
    letter = remind(settings, digest())
    for words in both_parts(letter):
        assert "市农业农村局" in words
        assert "桂林市促进脱贫人口持续增收三年行动方案重点任务清单　2024年第三季度" in words
        for title in (
            "推动我市农村特别是脱贫地区一二三产业融合",
            "强化发达地区市场拓展",
            "开展示范区建设五年行动",
        ):
            assert words.count(title) == 1
        assert "退回意见：请补充本季度新增数量， 并说明与上季度的差别。" in words
        assert words.count("已退回") == 1
        assert "以下 3 项任务" in words


def test_a_reminder_says_when_where_why_and_what_stops_it(settings: Settings) -> None:
    for words in both_parts(remind(settings, digest())):
        assert "请于2024年10月6日（星期日）23:59前报送。" in words
        assert "截止日为法定节假日或休息日，期限不顺延，请提前安排。" in words
        assert "http://127.0.0.1:8000/rounds/1/units/7" in words
        assert "请将报送表发送至 forms@example.org" in words
        assert "这是截止前第 1 个工作日的催报" in words
        assert "以上各项全部提交后即不再催报" in words


def test_a_due_day_that_is_a_working_day_is_not_called_a_holiday(settings: Settings) -> None:
    letter = remind(settings, digest(replace(part(), is_due_on_holiday=False)))
    assert all("休息日" not in words for words in both_parts(letter))


def test_an_overdue_part_says_so_instead_of_asking_for_a_past_day(settings: Settings) -> None:
    for words in both_parts(remind(settings, digest(part(is_overdue=True)))):
        assert "已于2024年10月6日（星期日）23:59截止，请尽快补报。" in words
        assert "前报送" not in words


PENDING = OutstandingTask("1", "甲", "pending")
RETURNED = OutstandingTask("2", "乙", "returned", "请补充")


@pytest.mark.parametrize(
    ("parts", "subject"),
    [
        (
            [part(tasks=(PENDING,))],
            "【催报】桂林市促进脱贫人口持续增收三年行动方案…2024年第三季度 1 项未报（10月6日截止）",
        ),
        (
            [part(tasks=(RETURNED,))],
            "【催报】桂林市促进脱贫人口持续增收三年行动方案…2024年第三季度 1 项退回待改（10月6日截止）",
        ),
        (
            [part(tasks=(PENDING, RETURNED))],
            "【催报】桂林市促进脱贫人口持续增收三年行动方案…2024年第三季度 2 项待报（10月6日截止）",
        ),
        (
            [part(tasks=(PENDING,), is_overdue=True)],
            "【催报】桂林市促进脱贫人口持续增收三年行动方案…2024年第三季度 1 项逾期未报（10月6日已截止）",
        ),
        (
            [part(tasks=(PENDING,)), part(tasks=(PENDING,), round_id=2)],
            "【催报】桂林市促进脱贫人口持续增收三年行动方案…2024年第三季度等 2 项未报（最早10月6日截止）",
        ),
    ],
)
def test_the_subject_is_short_and_says_how_many_and_by_when(
    settings: Settings, parts: list[Any], subject: str
) -> None:
    assert remind(settings, digest(*parts)).subject == subject


def test_a_reminder_is_for_one_person_and_one_moment(settings: Settings) -> None:
    letter = remind(settings, digest())
    assert (letter.to_name, letter.to_address) == ("某科室填报人", "filler@example.org")
    assert letter.cause.startswith("reminder:filler@example.org:2024-09-30T01:00:00Z:")
    assert letter.kind == "reminder"


def test_a_cause_fits_its_column_and_stays_unique(settings: Settings) -> None:
    long = "a" * 240
    first, second, again = (
        remind(settings, digest(to_address=f"{long}{n}@example.org")).cause for n in (1, 2, 1)
    )
    assert len(first) <= 200
    assert first != second
    assert first == again


def test_what_a_user_typed_is_text_in_both_parts(settings: Settings) -> None:
    evil = '<img src=x onerror=1>"><svg/onload=1>{{ 7*7 }}%(x)s\n第 9 项　伪造\u202e'
    task = OutstandingTask("1", evil, "returned", evil)
    letter = remind(settings, digest(replace(part(tasks=(task,)), unit=evil), to_name=evil))
    page = Page(letter.html)
    assert not page.tags & {"img", "svg", "script"}
    assert "<img src=x onerror=1>" in page.text
    assert "<img src=x onerror=1>" in letter.text
    for words in (letter.text, page.text):
        assert "{{ 7*7 }}%(x)s" in words
        assert not any(line.strip().startswith("第 9 项") for line in words.splitlines())
        assert "\u202e" not in words
        assert "⟨U+202E⟩" in words


def test_the_list_of_missing_units_keeps_departments_and_counties_apart(settings: Settings) -> None:
    letter = missing_units(missing(), to_name="某统筹人", to_address="c@example.org", **desk(settings))
    assert letter.subject == (
        "【未报情况】桂林市促进脱贫人口持续增收三年行动方案…2024年第三季度 2 个单位未报齐（10月6日已截止）"
    )
    for words in both_parts(letter):
        assert words.index("部门（1 个未报齐）") < words.index("市农业农村局") < words.index("县（市、区）")
        assert words.index("县（市、区）") < words.index("龙胜各族自治县")
        assert "1、2、3、4、5、6、7、8、9、10" in words
        assert "没有登记联系人" in words
        assert "99.0%" in words


def test_a_round_that_is_complete_says_so(settings: Settings) -> None:
    complete = replace(missing(), filed=1215, units=())
    letter = missing_units(complete, to_name="", to_address="c@example.org", **desk(settings))
    assert letter.subject.endswith("全部报齐（10月6日已截止）")
    for words in both_parts(letter):
        assert "各单位已全部报送" in words


def test_a_closed_round_brings_its_workbook(settings: Settings) -> None:
    letter = round_closed(
        closed(), WORKBOOK, to_name="某统筹人", to_address="c@example.org", **desk(settings)
    )
    assert letter.attachments == (WORKBOOK,)
    for words in both_parts(letter):
        assert WORKBOOK.file_name in words
        assert "2024年10月14日（星期一）17:00关闭" in words
        assert "99.9%" in words


def test_html_loads_nothing_and_links_only_to_the_site(settings: Settings) -> None:
    letters = [
        remind(settings, digest()),
        missing_units(missing(), to_name="", to_address="c@example.org", **desk(settings)),
        round_closed(closed(), WORKBOOK, to_name="", to_address="c@example.org", **desk(settings)),
    ]
    for letter in letters:
        page = Page(letter.html)
        assert not page.tags & {"img", "script", "link", "style", "iframe", "form"}
        assert all(address.startswith(settings.site.base_url) for address in page.addresses)
        assert page.addresses
        assert "url(" not in letter.html


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 0, "—"), (0, 3, "0.0%"), (2, 3, "66.6%"), (2999, 3000, "99.9%"), (3000, 3000, "100.0%")],
)
def test_only_all_is_a_hundred_percent(part: int, whole: int, words: str) -> None:
    assert percent(part, whole) == words
