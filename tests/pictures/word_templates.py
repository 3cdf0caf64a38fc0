"""Writes the packaged Word templates: .venv/bin/python -m tests.pictures.word_templates templates/reports

They are made here so that page, styles and tags can be read and reviewed; offices edit the result in Word. The words are
those of Chinese official documents and are not translated.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from tests.pictures.word_page import new_document

if TYPE_CHECKING:
    from docx.document import Document as Documents
    from docx.table import Table
    from docx.text.paragraph import Paragraph

FIRST, SECOND, THIRD = "Heading 1", "Heading 2", "Heading 3"
_INDICATORS: Final = "主要指标进展表"
_NOTHING_OWED: Final = "本期没有应报事项。"
_NO_TASKS: Final = "清单中没有任务。"
_HEADS: Final = {"report": "督查专报", "circular": "督查通报", "summary": "督查总结"}
_COUNTS: Final = (
    ("应报", "expected"),
    ("已报", "filed"),
    ("按时", "on_time"),
    ("逾期", "late"),
    ("未报", "missing"),
    ("报送率", "completeness"),
    ("及时率", "timeliness"),
)
# What is left out takes its number with it.
_STUCK: Final = "{% if indicators %}四{% else %}三{% endif %}、存在的问题"
_PROPOSED: Final = "proposals.interviews or proposals.red_cards or proposals.yellow_cards"
_LEAD: Final = (
    "{{ lead.unit }}（牵头{% if lead.progress %}，{{ lead.progress }}{% endif %}"
    "{% if lead.note %}，{{ lead.note }}{% endif %}）："
    f"{{% if lead.is_stuck %}}见“{_STUCK}”。{{% elif lead.words %}}{{{{ lead.words }}}}{{% else %}}没有报送。{{% endif %}}"
)
_BESIDE: Final = (
    "{% if row.excused %}核减：{{ row.excused }}{% endif %}"
    "{% if row.excused and row.extended %}；{% endif %}{{ row.extended }}"
)


def report() -> Documents:
    """落实情况报告, upward."""
    page = _Page("report")
    page.heading(FIRST, "一、总体情况")
    page.overall()
    page.heading(FIRST, "二、分项落实情况")
    page.tag("for block in measures")
    page.when("block.section", "公文小节", "{{ block.section }}")
    page.add(SECOND, "（{{ block.ordinal }}）{{ block.title }}")
    page.add("Normal", "{{ block.sentence }}")
    page.tag("for task in block.tasks")
    page.add(THIRD, "{{ task.number }}．{{ task.content }}")
    page.tag("for lead in task.leads")
    page.add("Normal", _LEAD)
    page.tag("endfor")
    page.when("task.others", "Normal", "{{ task.others }}")
    page.tag("endfor")
    page.tag("else")
    page.add("Normal", _NO_TASKS)
    page.tag("endfor")
    page.indicators(3)
    page.heading(FIRST, _STUCK)
    page.stuck()
    page.heading(FIRST, _either("indicators", "五", "四") + "、报送情况")
    page.faults()
    praised = _either("praise or best", "表扬" + _either(_PROPOSED, "和"))
    page.when(
        f"praise or best or {_PROPOSED}",
        SECOND,
        f"（{{{{ praise_ordinal }}}}）{praised}{_either(_PROPOSED, '处理建议')}",
    )
    page.praise()
    page.best()
    page.proposals()
    page.next_steps(_either("indicators", "六", "五") + "、下一步工作")
    page.closing("1．分项报送情况表", "2．报送情况排名", f"3．{_INDICATORS}")
    page.measures_annex()
    page.rankings_annex()
    page.indicators_annex(3)
    page.copies()
    return page.document


def circular() -> Documents:
    """通报, to the units."""
    page = _Page("circular")
    page.heading(FIRST, "一、总体情况")
    page.overall()
    page.when("praise or best", FIRST, "二、报送及时、落实较好的单位")
    page.praise()
    page.best()
    page.heading(FIRST, _either("praise or best", "三", "二") + "、逾期和未报的单位")
    page.faults()
    page.heading(FIRST, _either("praise or best", "四", "三") + "、进展滞后的任务")
    page.stuck()
    page.next_steps(_either("praise or best", "五", "四") + "、下一步要求")
    page.closing("1．分项报送情况表", "2．报送情况排名")
    page.measures_annex()
    page.rankings_annex()
    page.copies()
    return page.document


def summary() -> Documents:
    """总结, over the rounds of a half-year or a year."""
    page = _Page("summary")
    page.heading(FIRST, "一、总体情况")
    page.add("Normal", "{{ rounds_sentence }}")
    page.overall()
    page.heading(FIRST, "二、各项任务落实情况")
    page.tag("for task in history")
    page.add(THIRD, "{{ task.number }}．{{ task.content }}")
    page.tag("for one in task.periods")
    page.add(
        "Normal",
        "{{ one.period }}，{{ one.unit }}{% if one.progress %}（自评{{ one.progress }}）{% endif %}：{{ one.words }}",
    )
    page.tag("else")
    page.add("Normal", "没有牵头单位报送的内容。")
    page.tag("endfor")
    page.tag("else")
    page.add("Normal", _NO_TASKS)
    page.tag("endfor")
    page.indicators(2)
    page.heading(FIRST, _either("indicators", "四", "三") + "、最近一期的报送情况")
    page.faults()
    page.when("praise", SECOND, "（{{ praise_ordinal }}）表扬")
    page.praise()
    page.next_steps(_either("indicators", "五", "四") + "、下一步工作")
    # An annex that is the only one has no number.
    page.closing(f"{_either('indicators', '1．')}各期报送情况表", f"2．{_INDICATORS}")
    page.rounds_annex()
    page.indicators_annex(2)
    page.copies()
    return page.document


def _either(condition: str, words: str, other: str = "") -> str:
    """One of two texts within a line."""
    return f"{{% if {condition} %}}{words}{f'{{% else %}}{other}' if other else ''}{{% endif %}}"


class _Page:
    """A template under construction, the head already on it."""

    def __init__(self, kind: str) -> None:
        self.document = new_document()
        self.document.core_properties.title = _HEADS[kind]
        self.add("公文版头", _HEADS[kind])
        self.add(
            "公文期号",
            "{{ year }}年{{ issue }}{% if edition_note %}（{{ edition_note }}）{% endif %}{% if is_draft %}（草稿）{% endif %}",
        )
        line = self.add("公文顶格", "{{ issuer }}\t{{ issued_on }}")
        line.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)
        _border(line, "bottom", "C00000")
        self.add("公文顶格", "")
        self.add("公文标题", "{{ title }}")
        self.add("公文顶格", "")
        self.when("addressee", "公文顶格", "{{ addressee }}：")

    def add(self, style: str, text: str) -> Paragraph:
        return self.document.add_paragraph(text, style)

    heading = add

    def tag(self, words: str) -> None:
        """A line that Jinja takes away with its whole paragraph."""
        self.add("公文顶格", f"{{%p {words} %}}")

    def when(self, condition: str, style: str, text: str) -> None:
        self.tag(f"if {condition}")
        self.add(style, text)
        self.tag("endif")

    def overall(self) -> None:
        self.tag("for paragraph in overall")
        self.add("Normal", "{{ paragraph }}")
        self.tag("endfor")
        self.add(
            "Normal",
            "《{{ list_title }}》{% if part %}（{{ part }}）{% endif %}{{ period }}共有任务{{ task_count }}项、"
            "责任单位{{ unit_count }}个。报送截止时间为{{ due }}，统计截至{{ as_of }}。",
        )
        self.add("Normal", "{{ sentence }}{{ comparison }}")
        self.tag("for kind in kinds if kind.units")
        self.add(
            "Normal",
            "{{ kind.label }}{{ kind.units }}个：应报{{ kind.counts.expected }}项，已报{{ kind.counts.filed }}项"
            "（报送率{{ kind.counts.completeness }}），按时{{ kind.counts.on_time }}项"
            "（及时率{{ kind.counts.timeliness }}），逾期{{ kind.counts.late }}项，未报{{ kind.counts.missing }}项。",
        )
        self.tag("endfor")
        self.when("progress", "Normal", "{{ progress.sentence }}")

    def indicators(self, annex: int) -> None:
        self.tag("if indicators")
        self.add(FIRST, "三、主要指标进展")
        self.add("Normal", f"有目标的指标共{{{{ indicators | length }}}}项，进展见附件{annex}。")
        self.tag("endif")

    def stuck(self) -> None:
        self.tag("for one in stuck")
        self.add(SECOND, "（{{ one.ordinal }}）第{{ one.number }}项：{{ one.reasons }}")
        self.add("Normal", "{{ one.content }}")
        self.tag("if one.lead")
        self.add(
            "Normal",
            "{{ one.lead }}（牵头）：{% if one.words %}{{ one.words }}{% else %}没有报送。{% endif %}",
        )
        self.tag("endif")
        self.tag("else")
        self.add("Normal", "本期没有进展滞后的任务。")
        self.tag("endfor")

    def faults(self) -> None:
        self.tag("for kind in faults")
        self.add(SECOND, "（{{ kind.ordinal }}）{{ kind.label }}")
        self.tag("for words in kind.sentences")
        self.add("公文名单", "{{ words }}")
        self.tag("endfor")
        self.tag("else")
        self.add("Normal", _NOTHING_OWED)
        self.tag("endfor")

    def praise(self) -> None:
        self.tag("for paragraph in praise")
        self.add("Normal", "{{ paragraph }}")
        self.tag("endfor")

    def best(self) -> None:
        self.tag("for one in best")
        self.add("Normal", "{{ one.sentence }}")
        self.tag("endfor")

    def proposals(self) -> None:
        """Drafts for the leaders: a circular to the units does not print them."""
        for name, words in (
            ("interviews", "建议约谈"),
            ("red_cards", "建议发红牌"),
            ("yellow_cards", "建议发黄牌"),
        ):
            self.when(f"proposals.{name}", "Normal", f"{words}：{{{{ proposals.{name} }}}}（待审定）。")

    def next_steps(self, heading: str) -> None:
        self.when("next_steps", FIRST, heading)
        self.tag("for paragraph in next_steps")
        self.add("Normal", "{{ paragraph }}")
        self.tag("endfor")

    def closing(self, *annexes: str) -> None:
        """附件说明 and 落款, on one page; what is not always there comes last, so that the numbers hold."""
        together = [self.add("公文顶格", "")]
        for place, name in enumerate(annexes):
            if name.endswith(_INDICATORS):
                self.tag("if indicators")
            together.append(self.add("Normal", f"{'　　　' if place else '附件：'}{name}"))
            if name.endswith(_INDICATORS):
                self.tag("endif")
        together.append(self.add("公文顶格", ""))
        together += [self.add("公文落款", words) for words in ("{{ issuer }}", "{{ issued_on }}")]
        for paragraph in together[:-1]:
            paragraph.paragraph_format.keep_with_next = True

    def copies(self) -> None:
        self.tag("if copies_to")
        self.add("公文顶格", "")
        line = self.add("公文版记", "抄送：{{ copies_to }}。")
        _border(line, "bottom", "000000")
        _border(line, "top", "000000")
        self.tag("endif")

    def measures_annex(self) -> None:
        self._annex("1", "分项报送情况表")
        table = self._table(
            ("措施", "任务", *(label for label, _ in _COUNTS)), (50, 11, 13, 13, 13, 12, 12, 16, 16)
        )
        _row(table, ["{%tr for block in measures %}"])
        numbers = [f"{{{{ block.counts.{field} }}}}" for _label, field in _COUNTS]
        _row(table, ["{{ block.title }}", "{{ block.tasks | length }}", *numbers])
        _row(table, ["{%tr endfor %}"])
        whole = [f"{{{{ counts.{field} }}}}" for _label, field in _COUNTS]
        _row(table, ["合计", "{{ task_count }}", *whole])

    def rankings_annex(self) -> None:
        self._annex("2", "报送情况排名")
        self.tag("for table in rankings")
        self.add("公文小节", "{{ table.label }}")
        self.tag("if table.rows")
        table = self._table(("名次", "单位", "得分", "扣分", "申诉核减、延期"), (14, 46, 18, 44, 34))
        _row(table, ["{%tr for row in table.rows %}"])
        _row(
            table,
            [
                "{{ row.place }}",
                "{{ row.unit }}",
                "{{ row.score }}",
                "{{ row.deductions }}",
                _BESIDE,
            ],
            words=(1, 3, 4),
        )
        _row(table, ["{%tr endfor %}"])
        self.tag("endif")
        self.tag("if table.waiting")
        self.add(
            "公文注",
            "未到报送时间、暂不排名：{% for one in table.waiting %}{{ one.unit }}{{ one.count }}项"
            "{% if one.note %}（{{ one.note }}）{% endif %}{% if not loop.last %}；{% endif %}{% endfor %}。",
        )
        self.tag("endif")
        self.tag("else")
        self.add("Normal", _NOTHING_OWED)
        self.tag("endfor")
        self.tag("for line in formula")
        self.add("公文注", "{{ line }}")
        self.tag("endfor")

    def indicators_annex(self, number: int) -> None:
        self.tag("if indicators")
        self._annex(str(number), _INDICATORS)
        table = self._table(
            ("任务", "指标", "目标", "时限", "进展", "占目标", "截至", "说明"),
            (10, 34, 24, 16, 18, 16, 18, 20),
        )
        _row(table, ["{%tr for one in indicators %}"])
        fields = ("task_number", "name", "target", "target_date", "value", "share", "period", "note")
        _row(table, [f"{{{{ one.{field} }}}}" for field in fields], words=(1, 2, 7))
        _row(table, ["{%tr endfor %}"])
        self.tag("endif")

    def rounds_annex(self) -> None:
        self._annex(_either("indicators", "1"), "各期报送情况表")
        table = self._table(("报送期", *(label for label, _ in _COUNTS)), (45, 15, 15, 15, 15, 15, 18, 18))
        _row(table, ["{%tr for one in rounds %}"])
        _row(table, ["{{ one.period }}", *(f"{{{{ one.counts.{field} }}}}" for _label, field in _COUNTS)])
        _row(table, ["{%tr endfor %}"])
        _row(table, ["合计", *(f"{{{{ rounds_counts.{field} }}}}" for _label, field in _COUNTS)])

    def _annex(self, number: str, title: str) -> None:
        self.add("公文附件", f"附件{number}").paragraph_format.page_break_before = True
        self.add("公文标题", title)
        self.add("公文顶格", "")

    def _table(self, heads: tuple[str, ...], widths: tuple[int, ...]) -> Table:
        """`widths` in mm, 156 together; the head is repeated on every page."""
        table: Table = self.document.add_table(1, len(heads), "Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for cell, head, width in zip(table.rows[0].cells, heads, widths, strict=True):
            cell.width = Mm(width)
            cell.paragraphs[0].text = head
            cell.paragraphs[0].style = "公文表头"
        table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
        return table


def _row(table: Table, texts: list[str], words: tuple[int, ...] = (0,)) -> None:
    """`words` are the columns of words, set to the left; the others hold numbers."""
    row = table.add_row()  # type: ignore[no-untyped-call]
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    for place, text in enumerate(texts):
        paragraph = row.cells[place].paragraphs[0]
        paragraph.text = text
        paragraph.style = "公文表格" if place in words else "公文表格数字"


def _border(paragraph: Paragraph, side: str, color: str) -> None:
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.find(f"{{{parse_xml('<w:a ' + nsdecls('w') + '/>').nsmap['w']}}}pBdr")
    if borders is None:
        borders = parse_xml(f"<w:pBdr {nsdecls('w')}/>")
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )
    line = parse_xml(f'<w:{side} {nsdecls("w")} w:val="single" w:sz="8" w:space="1" w:color="{color}"/>')
    borders.insert(0, line)


TEMPLATES: Final = {"report": report, "circular": circular, "summary": summary}

if __name__ == "__main__":
    for name, make in TEMPLATES.items():
        make().save(str(Path(sys.argv[1]) / f"{name}.docx"))
