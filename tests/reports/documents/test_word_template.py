"""What an office may write into a Word template, and how it is told of a mistake."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from dataclasses import asdict
from io import BytesIO
from typing import TYPE_CHECKING, Final

import pytest
from docx import Document
from docxtpl import DocxTemplate
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.documents.test_word_parts import OFFICE, TYPES, WORD, before, body, packed, relation
from tests.reports.factory import Filed, TaskText, full_round, make_report
from tests.reports.made_accounts import KINDS, account, gettext
from tests.reports.word import paragraphs, tables
from tracker.errors import DocumentTemplateError
from tracker.importers.files.limits import MEGABYTE, Ceilings
from tracker.importers.files.refusals import (
    DamagedFileError,
    EmptyFileError,
    NotThisFormatError,
    RefusedFileError,
)
from tracker.reports.accounts.account_samples import empty_account, full_account
from tracker.reports.documents.word import WRITING, try_template
from tracker.reports.documents.word_template import write_document
from tracker.reports.documents.word_variables import VARIABLES

if TYPE_CHECKING:
    from docx.document import Document as Documents

FIRST: Final = "第一段，没有变量。"
SAMPLE: Final = asdict(full_account("report", gettext))


def template(*texts: str) -> bytes:
    document = Document()
    for text in (FIRST, *texts):
        document.add_paragraph(text)
    return _saved(document)


def _saved(document: Documents) -> bytes:
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def refused(*texts: str) -> str:
    """In this process, which is quicker; that the child says the same is seen further down."""
    with pytest.raises(DocumentTemplateError) as error:
        write_document(template(*texts), SAMPLE)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ ''.__class__ }}", "正文第 2 段“{{ ''.__class__ }}”：不能使用以下划线开头的“__class__”。"),
        ("{{ title['__class__'] }}", "“__class__”"),
        ("{{ cycler.__init__ }}", "__init__"),
        ("{{ nobody }}", "正文第 2 段“{{ nobody }}”：没有名为“nobody”的变量。"),
        ("标题：{{ counts.nothing }}", "正文第 2 段“标题：{{ counts.nothing }}”：没有“nothing”。"),
        ("{{ title|safe }}", "不能使用过滤器“safe”"),
        ("{{ title.upper() }}", "不能调用“upper”。"),
        ("{{ range(9) }}", "不能调用“range”。"),
        ("{% for x in range(999999999) %}{% endfor %}", "循环只能用于给定的数据"),
        ("{% for x in measures recursive %}{% endfor %}", "循环不能递归"),
        ("{{ 'x' * 999999999 }}", "不能使用“*”"),
        ("{% include 'x' %}", "不能使用“include”"),
        ("{% macro f() %}{{ f() }}{% endmacro %}", "不能使用“macro”"),
        ("{% autoescape false %}{{ title }}{% endautoescape %}", "autoescape"),
        ("{{ _('x') }}", "不能调用“_”"),
        ("{% if %}", "语法有误"),
        ("{{ title", "语法有误，“{{”没有写完或多出。"),
        ("{ title }}", "语法有误，“}}”没有写完或多出。"),
        ("{{ title {{ issue }}", "语法有误，“{{”没有写完或多出。"),
        ("{{ (title }}", "语法有误，请检查括号、引号和名称。"),
        ("{{ title ’ }}", "语法有误，请检查括号、引号和名称。"),
        ("{% if title %}", "“if”没有以“endif”结束。"),
        ("{% endfor %}", "不能使用“endfor”，或缺少与它成对的标签。"),
        ("{% do x %}", "不能使用“do”，或缺少与它成对的标签。"),
        ("{% colspan 5 %}", "不能使用“colspan”。"),
        ("{% cellbg title %}", "不能使用“cellbg”。"),
        ("{%- vm %}", "不能使用“vm”。"),
        ("{% hm %}", "不能使用“hm”。"),
        ("{{ counts['a', 'b'] }}", "方括号里只能写数字或名称"),
        ("{% for x in counts.missing %}{% endfor %}", "这里的值不能这样使用。"),
        ("{% for x in kinds|unique %}{% endfor %}", "这里的值不能这样使用。"),
        ("{{ kinds[99].label }}", "这里的值不能这样使用。"),
        ("{{ kinds }}", "这里的值不能直接写出来，请用在 for 或 if 里"),
        ("{{ is_draft }}", "这里的值不能直接写出来"),
        ("{{ counts.items }}", "这里的值不能直接写出来"),
        ("{{r title }}", "不能使用“{{r”"),
        ("{{p title }}", "不能使用“{{p”"),
        ("{% for a in kinds %}" * 4 + "{% endfor %}" * 4, "循环最多嵌套 3 层"),
    ],
)
def test_refused_by_name_with_its_paragraph(text: str, said: str) -> None:
    message = refused(text)
    assert said in message
    assert message.startswith("正文第 2 段“")


@pytest.mark.parametrize(
    "text",
    [
        *(f"{{% {name} " * 20_000 for name in ("colspan", "cellbg", "vm", "hm", "if")),
        "-%}" * 60_000,
        "{{ " * 20_000,
        "{{r " * 20_000,
    ],
    ids=["colspan", "cellbg", "vm", "hm", "if", "closings", "openings", "rich"],
)
def test_tags_without_end_are_refused_before_anything_is_made_of_them(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(DocxTemplate, "patch_xml", None)
    assert refused(text).startswith("正文第 2 段“")


def test_a_tag_in_what_is_no_text_is_refused() -> None:
    content = packed(body('<w:p><w:bookmarkStart w:id="9" w:name="{{ title }}"/></w:p>'))
    with pytest.raises(DocumentTemplateError, match="正文：这里不能写变量"):
        write_document(content, SAMPLE)


def test_a_tag_over_two_paragraphs_is_one_tag() -> None:
    content = write_document(template("{% if title", "%}有{% endif %}"), SAMPLE)
    assert "有" in "".join(paragraphs(content))


def test_refusals_speak_of_a_template_and_not_of_a_list() -> None:
    content = packed({"word/media/x.png": b"\0" * 9_000_000})
    with pytest.raises(
        DocumentTemplateError, match=r"^模板：其中“word/media/x\.png”解开后是原来的 .* 倍以上"
    ):
        try_template(full_account("report", gettext), content, "x.docx")
    with pytest.raises(DocumentTemplateError, match=r"^模板：里面还套着压缩包（“word/x\.xml”）"):
        try_template(full_account("report", gettext), packed({"word/x.xml": b"PK\x03\x04"}), "x.docx")


def test_the_child_says_the_same() -> None:
    with pytest.raises(DocumentTemplateError) as error:
        try_template(full_account("report", gettext), template("{{ ''.__class__ }}"), "改好的.docx")
    assert str(error.value) == refused("{{ ''.__class__ }}")


def test_a_number_without_end_is_a_mistake_without_a_place() -> None:
    assert refused("{{ " + "9" * 5000 + " }}") == "正文：语法有误，请检查括号、引号和名称。"


def test_a_loop_that_is_not_closed_names_the_tag() -> None:
    assert "endfor" in refused("{%p for x in kinds %}", "{{ x.label }}")


def test_a_mistake_is_found_where_it_stands() -> None:
    """In a paragraph, a table row, a header: where Word shows it."""
    assert refused("甲", "{%p if progress %}", "{{ wrong }}", "{%p endif %}", "乙").startswith(
        "正文第 4 段“{{ wrong }}”"
    )
    assert refused("甲", "{%p for x in nobody %}", "{%p endfor %}").startswith(
        "正文第 3 段“{% for x in nobody %}”"
    )
    document = Document()
    row = document.add_table(2, 2).rows[1]
    row.cells[1].text = "{{ wrong }}"
    document.sections[0].header.paragraphs[0].text = "页眉 {{ title }}"
    with pytest.raises(DocumentTemplateError, match=r"正文第 4 段“{{ wrong }}”：没有名为“wrong”的变量"):
        try_template(full_account("report", gettext), _saved(document), "x.docx")
    row.cells[1].text = "{{ title }}"
    document.sections[0].header.paragraphs[0].text = "页眉 {{ wrong }}"
    with pytest.raises(DocumentTemplateError, match=r"页眉第 1 段“页眉 {{ wrong }}”：没有名为“wrong”的变量"):
        try_template(full_account("report", gettext), _saved(document), "x.docx")


def test_a_tag_that_word_has_cut_into_pieces_is_one_tag() -> None:
    document = Document()
    paragraph = document.add_paragraph("标题：")
    for piece in ("{", "{ ti", "tle", " }", "}"):
        paragraph.add_run(piece).bold = piece == "tle"
    content = try_template(full_account("report", gettext), _saved(document), "x.docx")
    assert paragraphs(content) == ["标题：（示例）标题"]


def test_what_loops_or_grows_without_end_is_stopped() -> None:
    """Over given data only, and three deep: still more than any document holds."""
    big = account(full_round(lambda *_: "字" * 250, tasks=60, counties=60))
    text = "{% for a in history %}{% for b in history %}{% for c in history %}" + "字" * 2000
    with pytest.raises(DocumentTemplateError, match="内容过长或循环过多，已停止"):
        try_template(big, template(text + "{% endfor %}" * 3), "x.docx")
    grown = "{% set a = 'aaaaaaaaaaaaaaaaaaaa' %}" + "".join(
        f"{{% set a = a|replace('a', '{'a' * 20}') %}}" for _ in range(12)
    )
    assert "已停止" in refused(grown + "{{ a }}")


def test_a_template_that_takes_too_long_or_too_much_is_ended_with_its_process() -> None:
    slow = Ceilings(seconds=1, cpu_seconds=1, memory=WRITING.memory, output=WRITING.output, open_files=64)
    heavy = (
        f"{{%p for a in history %}}|{n}{{{{ a.content }}}}|{{%p endfor %}}".split("|") for n in range(1500)
    )
    big = account(full_round(lambda *_: "字" * 250, tasks=70, counties=17))
    with pytest.raises(DocumentTemplateError, match=r"^模板：试写超过 1 秒仍未完成，已停止。"):
        try_template(big, template(*(text for texts in heavy for text in texts)), "x.docx", slow)
    small = Ceilings(seconds=30, cpu_seconds=20, memory=24 * MEGABYTE, output=WRITING.output, open_files=64)
    with pytest.raises((DocumentTemplateError, RefusedFileError)):
        try_template(big, template("{{ title }}"), "x.docx", small)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyFileError),
        (b"no document", NotThisFormatError),
        (b"PK\x03\x04 cut off", DamagedFileError),
    ],
)
def test_what_is_no_word_file(content: bytes, error: type[RefusedFileError]) -> None:
    with pytest.raises(error):
        try_template(full_account("report", gettext), content, "x.docx")


def test_tags_in_a_footnote_are_refused() -> None:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    change = relation(f'Type="{OFFICE}footnotes" Target="footnotes.xml"') | {
        "word/footnotes.xml": (
            f'<w:footnotes xmlns:w="{WORD}"><w:footnote w:id="1"><w:p><w:r><w:t>{{{{ ti</w:t></w:r>'
            "<w:r><w:t>tle }}</w:t></w:r></w:p></w:footnote></w:footnotes>"
        ).encode(),
        TYPES: before("</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/>'),
    }
    with pytest.raises(DocumentTemplateError, match="脚注、尾注或批注：这里不能写变量"):
        try_template(full_account("report", gettext), packed(change), "x.docx")


def test_rows_and_cells_that_come_to_nothing_leave_a_whole_table() -> None:
    document = Document()
    table = document.add_table(3, 1)
    for row, text in zip(
        table.rows, ("{%tr for x in kinds %}", "{{ x.label }}", "{%tr endfor %}"), strict=True
    ):
        row.cells[0].text = text
    cell = document.add_table(1, 1).rows[0].cells[0]
    cell.text = "{%p if copies_to %}"
    cell.add_paragraph("{{ copies_to }}")
    cell.add_paragraph("{%p endif %}")
    content = try_template(empty_account("report", gettext), _saved(document), "x.docx")
    assert tables(content) == [[[""]]]


def test_figures_may_be_compared_and_texts_joined() -> None:
    text = (
        "{% if counts.missing > 0 and not is_final %}有{% else %}无{% endif %}{{ overall | join('；') }}"
        "{{ kinds | length }}{{ measures[0].title | upper }}{% set x = period %}{{ x | default('—') }}"
    )
    report = make_report([(TaskText(content="内容", measure="abc"), [Filed("甲县", "已完成。")])])
    content = try_template(account(report), template(text), "x.docx")
    assert paragraphs(content)[1] == "无办公室写的第一段。；办公室写的第二段。1ABC2024年第三季度"


@pytest.mark.parametrize("kind", KINDS)
def test_every_variable_has_a_meaning_and_a_sample(kind: str) -> None:
    sample = full_account(kind, gettext)
    assert set(VARIABLES) == set(sample.__dataclass_fields__)
    assert _blanks(sample) == []


def _blanks(value: object, path: str = "") -> list[str]:
    """Fields that show nothing. The words of a stuck lead are told elsewhere."""
    if hasattr(value, "__dataclass_fields__"):
        return [
            found
            for name in value.__dataclass_fields__
            for found in _blanks(getattr(value, name), f"{path}.{name}")
        ]
    if isinstance(value, tuple) and value:
        return [found for number, one in enumerate(value) for found in _blanks(one, f"{path}[{number}]")]
    is_blank = value in ("", (), None) and not path.endswith("leads[1].words")
    return [path] if is_blank else []


def test_the_meanings_name_every_field() -> None:
    def fields(value: object) -> set[str]:
        if isinstance(value, tuple):
            return set().union(*map(fields, value))
        if not hasattr(value, "__dataclass_fields__"):
            return set()
        names = set(value.__dataclass_fields__)
        return names.union(*(fields(getattr(value, name)) for name in names))

    told = " ".join(VARIABLES.values())
    inner = fields(full_account("report", gettext)) - set(VARIABLES)
    assert {name for name in inner if name not in told} == set()


_PIECES: Final = st.sampled_from(
    ["{{ ", " }}", "{{r ", "{% ", " %}", "{%p ", "{%tr ", "{%tc ", "{%r ", "{%- ", " -%}", "{#", "#}", "{%p #}", "for x in measures",
     "endfor", "if progress", "endif", "else", "title", "counts", "x", "x.tasks", ".", "[0]", "|", "|join('、')", "|length",
     "('", "')", "“", "”", "1", " in ", " < ", "not ", "set y = ", "loop.index", "{% vm %}", "{% hm %}", "{% cellbg title %}",
     "{% colspan year %}", "{{ title }}", "__class__", "none", "文", "{_{", "\n", "&", "<w:p/>", "raw", "endraw", "trans"]
)  # fmt: skip


@given(
    texts=st.lists(st.lists(_PIECES, max_size=6).map("".join), min_size=1, max_size=6),
    is_in_table=st.booleans(),
)
def test_whatever_is_typed_is_used_or_refused(texts: list[str], *, is_in_table: bool) -> None:
    document = Document()
    table = document.add_table(len(texts), 2) if is_in_table else None
    for place, text in enumerate(texts):
        if table is None:
            document.add_paragraph(text)
        else:
            table.rows[place].cells[place % 2].text = text
    with suppress(DocumentTemplateError):
        paragraphs(write_document(_saved(document), SAMPLE))


def _printed(text: str) -> str:
    """As a document shows it: control characters and the like written out, line breaks as LF."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        char
        if char in "\t\n\x85" or (char.isprintable() or unicodedata.category(char) not in ("Cc", "Cs", "Cn"))
        else f"⟨U+{ord(char):04X}⟩"
        for char in text
    )


@given(text=st.text(st.characters(exclude_categories=["Cn"]), min_size=1) | st.lists(_PIECES).map("".join))
def test_whatever_was_filed_is_printed_as_it_is(text: str) -> None:
    document = Document()
    document.add_paragraph("前{{ title }}后")
    document.add_table(1, 1).rows[0].cells[0].text = "{{ title }}"
    context = SAMPLE | {"title": text}
    found = paragraphs(write_document(_saved(document), context))
    assert found[:2] == [f"前{_printed(text)}后", _printed(text)]
