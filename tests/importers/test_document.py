"""Task tables read from xlsx, docx and extracted text."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.importers.conftest import FIRST_ROW, HEADER, NOTE, Table
from tracker.errors import UnreadableFileError
from tracker.importers.document import parse_document, read_document
from tracker.importers.files.source import MAX_BYTES
from tracker.importers.output import to_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tracker.importers.parsed import ParsedDocument

    Write = Callable[[Table], Path]

# Tasks 1 and 2 share a measure, 1 to 3 their units; 4 repeats the measure of 3 after a page break.
SMALL = Table(
    rows=(
        (1, "1．做强产业", "推动产业融合发展，构建体系。", None, "市农业农村局、商务局等部门，各县人民政府"),
        (2, None, "强化市场拓展。", None, None),
        (3, "2．强化技能提升", "开展技能培训。", None, None),
        (4, "2．强化技能提升", "继续落实补助。", None, "市教育局，龙胜县、资源县人民政府"),
    ),
    merges=((4, 2, 5, 2), (4, 5, 6, 5)),
)


@pytest.fixture(params=["write_xlsx", "write_docx", "write_text"])
def write(request: pytest.FixtureRequest) -> Write:
    writer: Write = request.getfixturevalue(request.param)
    return writer


def codes(document: ParsedDocument) -> list[str]:
    return [problem.code for problem in document.problems]


def units(document: ParsedDocument) -> list[list[tuple[str, str, bool]]]:
    return [[(unit.name, unit.role, unit.inherited) for unit in task.units] for task in document.tasks]


def test_every_format_gives_the_same_tasks(write: Write) -> None:
    document = parse_document(write(SMALL))

    assert document.problems == ()
    assert document.title == "重点任务清单"
    assert [task.number for task in document.tasks] == ["1", "2", "3", "4"]
    assert [task.measure for task in document.tasks] == ["1．做强产业"] * 2 + ["2．强化技能提升"] * 2
    assert [task.title for task in document.tasks][:2] == ["推动产业融合发展", "强化市场拓展"]
    first = [("市农业农村局", "lead"), ("市商务局", "support"), ("各县人民政府", "group")]
    last = [("市教育局", "lead"), ("龙胜县人民政府", "support"), ("资源县人民政府", "support")]
    assert units(document) == [
        [(name, role, False) for name, role in first],
        [(name, role, True) for name, role in first],
        [(name, role, True) for name, role in first],
        [(name, role, False) for name, role in last],
    ]
    assert all(task.lead_certain for task in document.tasks)


def test_every_format_gives_the_rules_of_the_closing_note(write: Write) -> None:
    rules = parse_document(write(SMALL)).rules

    assert rules is not None
    assert (rules.period_type, rules.due_day, rules.character_limit) == ("quarter", 6, 300)
    assert (rules.lead, set(rules.filers), rules.mailbox) == ("first", {"lead", "local"}, "duban@example.org")


def test_each_task_says_where_it_stands(write_xlsx: Write, write_docx: Write, write_text: Write) -> None:
    assert parse_document(write_xlsx(SMALL)).tasks[1].where == "工作表“清单”第 5 行"
    assert parse_document(write_docx(SMALL)).tasks[1].where == "第 1 个表格第 3 行"
    path = write_text(SMALL)
    line = path.read_text("utf-8").splitlines().index("\t2") + 1
    assert parse_document(path).tasks[1].where == f"第 {line} 行"


def test_the_source_texts_of_each_task_are_kept_for_the_annex(write_xlsx: Write) -> None:
    reading = read_document(write_xlsx(SMALL))

    assert reading.note == NOTE
    assert [row.number for row in reading.rows] == [task.number for task in reading.document.tasks]
    assert reading.rows[0].units == "市农业农村局、商务局等部门，各县人民政府"


def test_a_blank_cell_that_is_not_merged_inherits_nothing(write_xlsx: Write) -> None:
    unmerged = Table(rows=SMALL.rows, merges=())
    document = parse_document(write_xlsx(unmerged))

    assert document.tasks[1].measure == ""
    assert document.tasks[1].units == ()
    missing = [problem for problem in document.problems if problem.code == "units_missing"]
    assert [problem.where for problem in missing] == ["工作表“清单”第 5 行", "工作表“清单”第 6 行"]
    assert all(problem.is_blocking for problem in missing)
    assert "measure_blank" in codes(document)


def test_a_table_without_a_unit_column_is_named_with_its_place(write: Write) -> None:
    table = Table(
        header=("序号", "主要任务", "具体措施", "落实进度"), rows=((1, "甲", "乙", None),), header_merges=()
    )
    document = parse_document(write(table))

    assert codes(document) == ["no_unit_column"]
    assert document.tasks == ()
    assert "落实进度" in document.problems[0].message
    assert "行" in document.problems[0].where


@pytest.mark.parametrize(
    "merge",
    [(3, 2, 3, 4), (3, 2, 3, 5), (3, 4, 3, 5), (3, 1, 3, 2), (3, 1, 3, 5), (3, 5, 4, 5), (3, 1, 4, 1)],
)
def test_a_header_merged_too_far_is_a_problem(write_xlsx: Write, merge: tuple[int, int, int, int]) -> None:
    header = ("序号", "主要任务和措施", "具体措施", "落实进度", "责任单位")
    table = Table(header=header, rows=SMALL.rows, merges=(), header_merges=(merge,))
    document = parse_document(write_xlsx(table))

    assert "merged_header" in codes(document)
    assert next(problem for problem in document.problems if problem.code == "merged_header").is_blocking
    assert "责任单位" not in [unit.name for task in document.tasks for unit in task.units]


def test_a_number_used_twice_names_both_rows(write: Write) -> None:
    rows = ((1, "甲", "做一。", None, "市教育局"), ("１．", "乙", "做二。", None, "市财政局"))
    document = parse_document(write(Table(rows=rows)))

    (problem,) = document.problems
    assert problem.code == "number_repeated"
    assert problem.where == document.tasks[1].where
    assert document.tasks[0].where in problem.message


def test_a_missing_number_leaves_the_row_out_and_says_so(write: Write) -> None:
    rows = ((1, "甲", "做一。", None, "市教育局"), (None, "乙", "做二。", None, "市财政局"))
    document = parse_document(write(Table(rows=rows)))

    assert [task.number for task in document.tasks] == ["1"]
    assert codes(document) == ["number_missing"]


def test_a_task_without_text_is_a_problem(write: Write) -> None:
    document = parse_document(write(Table(rows=((1, "甲", None, None, "市教育局"),))))

    assert codes(document) == ["content_missing"]


def test_two_columns_of_leads_are_refused_rather_than_half_read(write_xlsx: Write) -> None:
    header = ("序号", "任务", "措施", "牵头单位", "牵头部门")
    table = Table(header=header, rows=((1, "甲", "乙", "市教育局", "市财政局"),), header_merges=())

    assert codes(parse_document(write_xlsx(table))) == ["several_unit_columns"]


def test_a_repeated_header_and_blank_rows_are_passed_over(write: Write) -> None:
    rows = (*SMALL.rows[:1], HEADER, (None,) * 5, (2, "乙", "做二。", None, "市财政局"))
    document = parse_document(write(Table(rows=rows)))

    assert [task.number for task in document.tasks] == ["1", "2"]
    assert document.problems == ()


def test_a_heading_over_the_whole_table_is_a_section(write_xlsx: Write) -> None:
    rows = (("一、产业增收",), *SMALL.rows[:1], ("二、就业增收",), (2, "乙", "做二。", None, "市财政局"))
    document = parse_document(write_xlsx(Table(rows=rows, merges=((4, 1, 4, 5), (6, 1, 6, 5)))))

    assert [task.section for task in document.tasks] == ["一、产业增收", "二、就业增收"]
    assert document.problems == ()


def test_without_a_rule_the_lead_is_a_guess(write: Write) -> None:
    document = parse_document(write(Table(rows=SMALL.rows, merges=SMALL.merges, note="经验材料随时报送。")))

    assert document.rules is None
    assert document.tasks[0].units[0].role == "lead"
    assert not any(task.lead_certain for task in document.tasks)


def test_a_collective_in_the_first_place_leads_nobody(write: Write) -> None:
    document = parse_document(write(Table(rows=((1, "甲", "做。", None, "各县人民政府，市教育局"),))))

    assert [unit.role for unit in document.tasks[0].units] == ["group", "support"]
    assert document.tasks[0].lead_certain is False
    assert [(problem.code, problem.is_blocking) for problem in document.problems] == [("lead_missing", False)]


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("到2024年，建成1个示范区。", "到2024年，建成1个示范区"),
        ("推广“企业、农户，合作”模式，做强产业", "推广“企业、农户，合作”模式"),
        ("字" * 40, "字" * 29 + "…"),
        ("没有标点", "没有标点"),
    ],
)
def test_the_title_is_the_first_clause(write_xlsx: Write, content: str, title: str) -> None:
    table = Table(rows=((1, "甲", content, None, "市教育局"),))
    assert parse_document(write_xlsx(table)).tasks[0].title == title


def test_a_workbook_without_a_table_says_so(write_xlsx: Write) -> None:
    table = Table(header=("甲", "乙"), rows=(("丙", "丁"),), header_merges=(), note="")
    document = parse_document(write_xlsx(table))

    assert [(problem.where, problem.code) for problem in document.problems] == [("清单.xlsx", "no_table")]


def test_tables_on_two_sheets_may_not_share_a_number(write_xlsx: Write) -> None:
    path = write_xlsx(SMALL)
    book = openpyxl.load_workbook(path)
    book.copy_worksheet(book.worksheets[0]).title = "副本"
    book.save(path)

    problems = parse_document(path).problems
    assert {problem.code for problem in problems} == {"number_repeated"}
    assert problems[0].where == "工作表“副本”第 4 行"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("表.ppt", b"%PDF-1.7", "不认识"),
        ("表.xlsx", b"PK\x03\x04 broken", ".xlsx"),
        ("表.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "加密"),
        ("表.docx", b"no zip at all", ".docx"),
        ("表.txt", b"", "空"),
        ("表.txt", b"\xff\xff\xff", "编码"),
        ("表.txt", b" " * (MAX_BYTES + 1), "20 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_name(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UnreadableFileError, match=reason) as caught:
        parse_document(path)
    assert name in str(caught.value)


def test_a_damaged_workbook_or_document_is_refused(write_xlsx: Write, write_docx: Write) -> None:
    for path in (write_xlsx(SMALL), write_docx(SMALL)):
        whole = path.read_bytes()
        for start in range(0, len(whole), len(whole) // 8):
            path.write_bytes(whole[:start] + b"\xff" * 200 + whole[start + 200 :])
            with suppress(UnreadableFileError):
                # What is not refused was not hit where it matters, and reads as before.
                assert len(parse_document(path).tasks) == 4
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(UnreadableFileError):
            parse_document(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="没有这个文件"):
        parse_document(tmp_path / "无.xlsx")
    with pytest.raises(UnreadableFileError, match="文件夹"):
        parse_document(tmp_path)


def test_a_text_in_gb18030_reads_like_one_in_utf8(write_text: Write) -> None:
    path = write_text(SMALL)
    before = parse_document(path)
    path.write_bytes(path.read_text("utf-8").encode("gb18030"))
    assert parse_document(path) == before


def test_the_json_has_exactly_the_promised_keys(write_xlsx: Write) -> None:
    shape = json.loads(json.dumps(to_json(parse_document(write_xlsx(Table(rows=SMALL.rows))))))

    assert set(shape) == {"title", "rules", "tasks", "indicators", "problems", "outline", "cadences"}
    assert set(shape["problems"][0]) == {"where", "code", "message"}
    task = shape["tasks"][0]
    assert " ".join(task) == "number section measure title content units deadline lead_certain where"
    assert task["units"][1] == {"text": "商务局", "name": "市商务局", "role": "support", "inherited": False}
    assert shape["rules"]["filers"] == ["lead", "local"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(data=st.data())
def test_any_merging_of_measures_and_units_reads_back(
    write_xlsx: Write, write_docx: Write, write_text: Write, data: st.DataObject
) -> None:
    """Blocks of rows under one measure, other blocks under one set of units, whichever way they fall."""
    count = data.draw(st.integers(1, 8))
    starts = st.lists(st.booleans(), min_size=count, max_size=count)
    expected: dict[int, list[str]] = {}
    merges: list[tuple[int, int, int, int]] = []
    lines: list[list[object]] = [[n, None, f"内容{n}。", None, None] for n in range(1, count + 1)]
    for column, words in ((2, "措施{}"), (5, "市第{}局")):
        begins = [True, *data.draw(starts)[1:]]
        tops = [index for index, begin in enumerate(begins) if begin]
        expected[column] = []
        for top, bottom in zip(tops, [*tops[1:], count], strict=True):
            text = words.format(top)
            lines[top][column - 1] = text
            expected[column] += [text] * (bottom - top)
            if bottom - top > 1:
                merges.append((FIRST_ROW + top, column, FIRST_ROW + bottom - 1, column))
    table = Table(rows=tuple(tuple(line) for line in lines), merges=tuple(merges))
    for write in (write_xlsx, write_docx, write_text):
        document = parse_document(write(table))
        assert document.problems == ()
        assert [task.measure for task in document.tasks] == expected[2]
        assert [task.units[0].name for task in document.tasks] == expected[5]
