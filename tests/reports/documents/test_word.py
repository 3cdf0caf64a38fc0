"""Reports, circulars and summaries as Word files, read back: every figure in its place, every lead's words once."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from structlog.testing import capture_logs

from tests.golden import figures
from tests.golden.figures import AGENCY, BUREAU, COUNTY_A, COUNTY_B
from tests.golden.round import LEADS, NIL_REASONS, TEXTS, UNSEEN
from tests.pictures.word_templates import TEMPLATES
from tests.reports.factory import Filed, TaskText, full_round, make_report
from tests.reports.made_accounts import KINDS, WORDS, account, gettext, heading
from tests.reports.word import paragraphs, tables
from tracker.actions.documents.change_document_template import check_document_template
from tracker.domain.states import ObligationState as S
from tracker.importers.files.libreoffice import convert, find_libreoffice
from tracker.models import CircularKind
from tracker.reports.accounts.account import account_of
from tracker.reports.accounts.account_samples import empty_account, full_account
from tracker.reports.documents import word_template
from tracker.reports.documents.word import packaged_template, render_word, try_template

if TYPE_CHECKING:
    from pathlib import Path

    from tests.golden.round import Golden
    from tracker.domain.rates import Rates
    from tracker.reports.data import RoundReport

# What was filed by who led the task in this round.
LED: Final = {
    pair: words
    for pair, words in (TEXTS | NIL_REASONS).items()
    if pair[0] == LEADS[pair[1]] or pair == (AGENCY, "4")
}
STUCK: Final = {(BUREAU, "3"), (AGENCY, "4")}


@pytest.fixture
def report(golden: Golden) -> RoundReport:
    return golden.report()


def written(report: RoundReport, kind: str) -> bytes:
    return render_word(account(report, kind), None, kind)


def cells(rates: Rates, completeness: str, timeliness: str) -> list[str]:
    counts = (rates.expected, rates.filed, rates.on_time, rates.late, rates.missing)
    return [*map(str, counts), completeness, timeliness]


@pytest.mark.parametrize("kind", KINDS)
def test_every_leads_words_stand_once_and_no_others(report: RoundReport, kind: str) -> None:
    whole = "\n".join(paragraphs(written(report, kind)))
    told = {pair: whole.count(words.rstrip("。")) for pair, words in (TEXTS | NIL_REASONS).items()}
    wanted = STUCK if kind == "circular" else set(LED)
    assert told == {pair: int(pair in wanted) for pair in told}
    assert [words for words in UNSEEN if words in whole] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_overall_situation(report: RoundReport, kind: str) -> None:
    lines = paragraphs(written(report, kind))
    start = lines.index("一、总体情况") + (2 if kind == "summary" else 1)
    round_of_it = (
        "《示例市重点任务清单（名称均为虚构）》2024年第三季度共有任务6项、责任单位4个。"
        "报送截止时间为2024年10月6日23:59，统计截至2024年10月14日09:00。"
    )
    figures_of_it = (
        "应报17项，已报14项（报送率82.4%），按时9项（及时率52.9%），逾期5项，未报3项。"
        "上期（2024年第二季度）应报18项，已报16项（报送率88.9%），按时15项（及时率83.3%）；"
        "与上期相比，报送率下降6.5个百分点，及时率下降30.4个百分点。"
    )
    assert lines[start : start + 7] == [
        "办公室写的第一段。",
        "办公室写的第二段。",
        round_of_it,
        figures_of_it,
        "部门2个：应报6项，已报5项（报送率83.3%），按时3项（及时率50.0%），逾期2项，未报1项。",
        "县（市、区）2个：应报11项，已报9项（报送率81.8%），按时6项（及时率54.5%），逾期3项，未报2项。",
        "牵头事项6项：达进度1项、欠进度3项（其中未报或无进展2项）、超进度1项、完成1项。",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_head_and_close(report: RoundReport, kind: str) -> None:
    lines = paragraphs(written(report, kind))
    heads = {"report": "督查专报", "circular": "督查通报", "summary": "督查总结"}
    assert lines[:3] == [heads[kind], "2024年第3期", "示例市督查室\t2024年10月15日"]
    assert "关于示例任务落实情况的文件" in lines
    assert "各县（市、区）人民政府：" in lines
    place = lines.index("示例市督查室")
    assert lines[place + 1] == "2024年10月15日"
    assert lines[-1] == "抄送：示例市委办公室。"
    assert "办公室写的要求。" in lines
    assert "办公室写的表扬。" in lines


def headings(content: bytes) -> list[str]:
    return [
        found.text
        for found in Document(BytesIO(content)).paragraphs
        if found.style
        and found.style.name in {"Heading 1", "Heading 2", "公文附件"}
        and "第" not in found.text
    ]


def test_what_is_left_out_takes_its_number_with_it(report: RoundReport) -> None:
    """Without indicators and without anybody to praise; the only annex of a summary has no number either."""
    bare = replace(report, indicators=())
    kinds = ["（一）部门", "（二）县（市、区）"]
    measures = ["（一）示例措施甲", "（二）示例措施乙", "（三）示例措施丙"]
    told = {kind: render_word(account(bare, kind, {}), None, kind) for kind in KINDS}
    assert headings(told["report"]) == [
        "一、总体情况", "二、分项落实情况", *measures, "三、存在的问题", "四、报送情况", *kinds, "（三）处理建议",
        "附件1", "附件2",
    ]  # fmt: skip
    assert headings(told["circular"]) == [
        "一、总体情况", "二、逾期和未报的单位", *kinds, "三、进展滞后的任务", "附件1", "附件2",
    ]  # fmt: skip
    assert headings(told["summary"]) == [
        "一、总体情况", "二、各项任务落实情况", "三、最近一期的报送情况", *kinds, "附件",
    ]  # fmt: skip
    assert "附件：各期报送情况表" in paragraphs(told["summary"])
    assert [line for line in paragraphs(told["report"]) if "见“三、存在的问题”" in line]


def test_praise_and_proposals_stand_under_a_heading_of_their_own(report: RoundReport) -> None:
    lines = paragraphs(written(report, "report"))
    start = lines.index("（三）表扬和处理建议")
    assert lines[start + 1] == "办公室写的表扬。"
    assert lines[start + 2].startswith("建议约谈：")
    assert "（三）表扬" in paragraphs(written(report, "summary"))


@pytest.mark.parametrize("kind", KINDS)
def test_no_heading_stands_over_nothing(kind: str) -> None:
    """A list without tasks, and a round in which nothing is due yet."""
    for report in (
        make_report([]),
        make_report([(TaskText(content="内容"), [Filed("甲县", state=S.EXEMPT, is_lead=True)])]),
    ):
        content = render_word(account(report, kind, {}), None, kind)
        body = list(Document(BytesIO(content)).paragraphs)
        for found, following in pairwise(body):
            if found.style and found.style.name in {"Heading 1", "Heading 2"}:
                assert following.text
                assert following.style
                assert following.style.name not in {"Heading 1", found.style.name}
        # Nothing but the head of a table would be an empty one.
        assert all(len(table) > 1 for table in tables(content))


def test_issuer_and_date_stand_in_the_middle_of_the_last_fifteen_of_28_characters(
    report: RoundReport,
) -> None:
    """GB/T 9704-2012, 7.3.5.1: seven characters of a date end four from the edge."""
    style = Document(BytesIO(written(report, "report"))).styles["公文落款"]
    indent = style.element.pPr.ind
    left = int(indent.get(qn("w:leftChars"))) / 100
    assert (28 - left) / 2 - 7 / 2 == 4
    assert indent.get(qn("w:rightChars")) is None
    assert str(style.paragraph_format.alignment) == "CENTER (1)"


def test_the_report_tells_measure_by_measure(report: RoundReport) -> None:
    lines = paragraphs(written(report, "report"))
    start = lines.index("二、分项落实情况")
    end = lines.index("三、主要指标进展")
    told = lines[start + 1 : end]
    assert told[:4] == [
        "示例板块",
        "（一）示例措施甲",
        "任务2项，应报6项，已报6项（报送率100.0%），按时5项（及时率83.3%），逾期1项，未报0项。",
        "1．示例任务1：完成虚构的第1项工作。",
    ]
    assert told[4] == f"{BUREAU}（牵头，超进度）：{TEXTS[BUREAU, '1']}"
    assert f"{BUREAU}（牵头，欠进度，逾期报送）：见“四、存在的问题”。" in told
    assert f"{AGENCY}（牵头，欠进度）：无进展（{NIL_REASONS[AGENCY, '5'].rstrip('。')}）" in told
    assert told[-1] == "其他责任单位应报1项，已报0项。"


@pytest.mark.parametrize(
    ("kind", "heading_of_it"), [("report", "四、存在的问题"), ("circular", "四、进展滞后的任务")]
)
def test_stuck_tasks(report: RoundReport, kind: str, heading_of_it: str) -> None:
    lines = paragraphs(written(report, kind))
    start = lines.index(heading_of_it) + 1
    assert lines[start : start + 9] == [
        "（一）第3项：自评滞后",
        "示例任务3：完成虚构的第3项工作。",
        f"{BUREAU}（牵头）：{TEXTS[BUREAU, '3']}",
        "（二）第6项：逾期未报",
        "示例任务6：完成虚构的第6项工作。",
        f"{AGENCY}（牵头）：没有报送。",
        "（三）第4项：多个单位自评滞后",
        "示例任务4：完成虚构的第4项工作。",
        f"{AGENCY}（牵头）：{TEXTS[AGENCY, '4']}",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_late_and_missing_units_by_name(report: RoundReport, kind: str) -> None:
    lines = paragraphs(written(report, kind))
    start = lines.index("（一）部门") + 1
    assert lines[start : start + 6] == [
        f"逾期报送2项：{BUREAU}1项（第3项）；{AGENCY}1项（第4项）。",
        f"逾期未报1项：{AGENCY}1项（第6项）。",
        "（二）县（市、区）",
        f"逾期报送2项：{COUNTY_A}1项（第2项）；{COUNTY_B}1项（第5项，延期至2024年10月10日）。",
        f"逾期未报2项：{COUNTY_A}1项（第3项）；{COUNTY_B}1项（第6项，延期至2024年10月10日）。",
        f"经申诉不计逾期1项：{COUNTY_A}1项（第5项）。",
    ]


def test_only_what_goes_upward_proposes_cards_and_interviews(report: RoundReport) -> None:
    lines = paragraphs(written(report, "report"))
    assert f"建议约谈：{AGENCY}、{COUNTY_A}（待审定）。" in lines
    assert f"建议发红牌：{AGENCY}（待审定）。" in lines
    assert f"建议发黄牌：{COUNTY_B}、{COUNTY_A}（待审定）。" in lines
    for kind in ("circular", "summary"):
        assert not [line for line in paragraphs(written(report, kind)) if line.startswith("建议")]


@pytest.mark.parametrize("kind", ["report", "circular"])
def test_the_annexes_of_measures_and_ranking(report: RoundReport, kind: str) -> None:
    measures, departments, counties, *rest = tables(written(report, kind))
    assert measures[1:] == [
        ["示例措施甲", "2", "6", "6", "5", "1", "0", "100.0%", "83.3%"],
        ["示例措施乙", "2", "6", "5", "3", "2", "1", "83.3%", "50.0%"],
        ["示例措施丙", "2", "5", "3", "1", "2", "2", "60.0%", "20.0%"],
        ["合计", "6", *cells(figures.WHOLE, figures.COMPLETENESS, figures.TIMELINESS)],
    ]
    assert departments[1:] == [
        ["1", BUREAU, "86.67", "逾期1项扣10.00分；退回1项扣3.33分", ""],
        ["2", AGENCY, "56.67", "未报1项扣33.33分；逾期1项扣10.00分", ""],
    ]
    assert [row[:3] for row in counties[1:]] == [["1", COUNTY_B, "73.33"], ["2", COUNTY_A, "72.00"]]
    assert [row[4] for row in counties[1:]] == ["延期至2024年10月10日", "核减：逾期1项"]
    assert any(line.startswith("得分 = 100 − 100 × 未报占比") for line in paragraphs(written(report, kind)))
    assert len(rest) == (kind == "report")


def test_indicators_against_their_targets(report: RoundReport) -> None:
    for kind in ("report", "summary"):
        assert [row[1:6] for row in tables(written(report, kind))[-1][1:]] == [
            ["标准化示例站点", "100个", "2025年", "60个", "60.0%"],
            ["示例技能培训", "3000人次", "2025年", "1200人次", "40.0%"],
            ["示例服务普及率", "90%", "2025年", "—", "—"],
            ["示例产业项目", "8个", "2025年", "—", "—"],
        ]


def test_the_summary_looks_over_the_rounds(report: RoundReport) -> None:
    content = written(report, "summary")
    (_, first), (_, second) = figures.PAST_ROUNDS
    assert tables(content)[0][1:] == [
        ["2024年第一季度", *cells(first, "88.9%", "88.9%")],
        ["2024年第二季度", *cells(second, "88.9%", "83.3%")],
        ["2024年第三季度", *cells(figures.WHOLE, figures.COMPLETENESS, figures.TIMELINESS)],
        # 18 + 18 + 17, 16 + 16 + 14, 16 + 15 + 9, 0 + 1 + 5, 2 + 2 + 3; 46/53 and 40/53.
        ["合计", "53", "46", "40", "6", "7", "86.8%", "75.5%"],
    ]
    lines = paragraphs(content)
    assert (
        "回顾3期（2024年第一季度至2024年第三季度），合计应报53项，已报46项（报送率86.8%），"
        "按时40项（及时率75.5%），逾期6项，未报7项。"
    ) in lines
    start = lines.index("1．示例任务1：完成虚构的第1项工作。")
    assert lines[start + 1 : start + 4] == [
        f"2024年第一季度，{BUREAU}（自评按序时）：一季度：{BUREAU}任务1的虚构进展。",
        f"2024年第二季度，{BUREAU}（自评滞后）：二季度：建成40个。",
        f"2024年第三季度，{BUREAU}（自评提前）：{TEXTS[BUREAU, '1']}",
    ]


HOSTILE: Final = (
    "<img src=x onerror=1> & </w:t></w:r></w:p><w:p/> ]]> &amp; &lt;",
    "{{ title }} {% for x in measures %} {# #} {%p if 1 %} {{r title }} {_{ title }_} {_% if %_} {%tr endfor %}",
    "=cmd|'/c calc'!A0 {=1+1} #N/A +1 -1 @x",
    "第一行\n第二行\n\n第四行\t制表",
    "emoji 😀👨‍👩‍👧‍👦 阿拉伯 العربية עברית 组合 e\u0301",
    "𠮷" * 300,
    "字" * 300,
    "“引号”‘单’ 'a' \"b\" \\n \\1 \\g<0> %s {0} $&",
)


@pytest.mark.parametrize("kind", KINDS)
def test_text_with_anything_in_it_stays_as_it_is(kind: str) -> None:
    tasks = [
        (
            TaskText(content=text, measure=text, section=text, units_text=text),
            [Filed(f"单位{number}{text[:40]}", text, is_lead=True)],
        )
        for number, text in enumerate(HOSTILE)
    ]
    report = make_report(tasks, list_title=HOSTILE[0], asks_assessment=True)
    words = dict.fromkeys(WORDS, HOSTILE[1])
    found = account_of(report, words, heading(kind, title=HOSTILE[1], issuer=HOSTILE[0]), gettext)
    content = render_word(found, None, kind)
    whole = "\n".join(paragraphs(content))
    expected = [text for text in HOSTILE if "\u200d" not in text]
    if kind != "circular":
        assert [text for text in expected if text not in whole] == []
        # What is invisible is written out.
        assert "👨⟨U+200D⟩👩" in whole
    assert whole.count(HOSTILE[1]) >= 5
    properties = Document(BytesIO(content)).core_properties
    assert (properties.title, properties.author) == (HOSTILE[1], HOSTILE[0])


def test_what_xml_cannot_hold_is_written_out() -> None:
    """The door refuses these; should one have come in, it blocks no document."""
    text = "a\x00b\x07c\x0cd\ufffee\ud800f\rg"
    found = account_of(make_report([]), {"overall": "话"}, heading(), gettext)
    lines = paragraphs(render_word(replace(found, overall=(text,)), None, "report"))
    assert "a⟨U+0000⟩b⟨U+0007⟩c⟨U+000C⟩d⟨U+FFFE⟩e⟨U+D800⟩f\ng" in lines


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_round_a_round_with_one_unit_and_texts_at_the_limit(kind: str) -> None:
    for report in (
        make_report([]),
        make_report([(TaskText(content="内容"), [Filed("甲县", state=S.PENDING)])]),
        full_round(lambda task, unit: f"{task}-{unit}" + "字" * 290, tasks=8),
    ):
        lines = paragraphs(written(report, kind))
        assert not [line for line in lines if "{{" in line or "{%" in line]
        assert "一、总体情况" in lines


@pytest.mark.parametrize("kind", KINDS)
def test_every_cell_and_row_is_whole_whatever_is_empty(kind: str) -> None:
    """Word calls a file damaged that has a cell without a paragraph or a row without a cell."""
    for found in (full_account(kind, gettext), empty_account(kind, gettext)):
        body = Document(BytesIO(render_word(found, None, kind))).element.body
        for cell in body.iter(qn("w:tc")):
            assert cell[-1].tag == qn("w:p")
        assert all(row.findall(qn("w:tc")) for row in body.iter(qn("w:tr")))
        assert all(table.findall(qn("w:tr")) for table in body.iter(qn("w:tbl")))
        assert [child.tag for child in body][-2:] == [qn("w:p"), qn("w:sectPr")]


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_is_that_of_the_standard(kind: str) -> None:
    """GB/T 9704-2012, 5.2: margins of 37 and 28 mm around 156 × 225 mm."""
    document = Document(BytesIO(render_word(full_account(kind, gettext), None, kind)))
    for section in document.sections:
        sizes = (section.page_width, section.page_height, section.top_margin, section.left_margin)
        assert [round(size.mm) for size in sizes if size] == [210, 297, 37, 28]
        inside = section.page_width - section.left_margin - section.right_margin  # type: ignore[operator]
        assert abs(inside - Mm(156)) < Mm(0.1)
        even, odd = section.even_page_footer.paragraphs[0], section.footer.paragraphs[0]
        assert (odd.text, even.text) == ("—  —", "—  —")
        assert (str(odd.alignment), str(even.alignment)) == ("RIGHT (2)", "LEFT (0)")
    assert document.settings.odd_and_even_pages_header_footer
    fonts = {
        name: document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Normal", "Heading 1", "Heading 2", "Heading 3", "公文标题")
    }
    assert list(fonts.values()) == ["仿宋_GB2312", "黑体", "楷体_GB2312", "仿宋_GB2312", "方正小标宋简体"]
    assert [document.styles[name].font.size.pt for name in ("Normal", "公文标题")] == [16, 22]


def test_the_head_of_a_table_is_repeated_on_every_page(report: RoundReport) -> None:
    body = Document(BytesIO(written(report, "report"))).element.body
    found = list(body.iter(qn("w:tbl")))
    assert len(found) == 4
    for table in found:
        first, *others = table.iter(qn("w:tr"))
        assert first.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in others)


def test_a_font_that_is_missing_has_a_stand_in() -> None:
    with zipfile.ZipFile(BytesIO(packaged_template("report"))) as archive:
        table = archive.read("word/fontTable.xml").decode()
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in table


@pytest.mark.parametrize("kind", KINDS)
def test_the_packaged_templates_are_what_their_script_writes(kind: str) -> None:
    made = BytesIO()
    TEMPLATES[kind]().save(made)
    assert _parts(made.getvalue()) == _parts(packaged_template(kind))


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.skipif(
    find_libreoffice() is None,
    reason="NOT RUN: LibreOffice is not installed (apt-get install libreoffice-writer)",
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_template_that_an_office_program_has_saved_anew_says_the_same(
    report: RoundReport, kind: str, tmp_path: Path
) -> None:
    """Such programs cut tags into pieces and write the whole file in their own way."""
    given = tmp_path / "given.docx"
    given.write_bytes(packaged_template(kind))
    saved = convert(given, "docx", tmp_path, seconds=90)
    assert saved
    assert saved != packaged_template(kind)
    assert check_document_template(CircularKind(kind), "本办.docx", saved).absent == ()
    found = account(report, kind)
    assert paragraphs(try_template(found, saved, "本办.docx")) == paragraphs(render_word(found, None, kind))


def test_an_own_template_that_fails_is_logged_and_the_packaged_one_stands_in(report: RoundReport) -> None:
    with capture_logs() as logs:
        content = render_word(account(report), b"no document", "report")
    assert "一、总体情况" in paragraphs(content)
    assert [line["event"] for line in logs] == ["document_template_failed"]


def test_no_document_is_written_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_template, "write_document", None)
    assert render_word(full_account("report", gettext), None, "report")
