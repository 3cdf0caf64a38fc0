"""Contacts from CSV and xlsx."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from tracker.domain.actors import Role
from tracker.errors import UnreadableFileError
from tracker.importers.contacts import ContactRow, contact_row, read_contacts

if TYPE_CHECKING:
    from pathlib import Path

CHINESE = "单位,姓名,邮箱,角色\n市财政局,甲,a@example.org,填报人\n市财政局,乙,b@example.org,负责人\n"
EXPECTED = (
    ContactRow("市财政局", "甲", "a@example.org", Role.FILLER, "第 2 行"),
    ContactRow("市财政局", "乙", "b@example.org", Role.LEADER, "第 3 行"),
)


def write(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "联系人.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_each_encoding_that_offices_save(tmp_path: Path, encoding: str) -> None:
    assert read_contacts(write(tmp_path, CHINESE, encoding)) == (EXPECTED, ())


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_other_separators(tmp_path: Path, separator: str) -> None:
    assert read_contacts(write(tmp_path, CHINESE.replace(",", separator))) == (EXPECTED, ())


def test_english_headings_in_any_order(tmp_path: Path) -> None:
    text = "role,Mail,unit,name\nleader,b@example.org,市财政局,乙\ncoordinator,c@example.org,,丙\n"
    rows, problems = read_contacts(write(tmp_path, text))
    assert problems == ()
    assert [(row.unit, row.role) for row in rows] == [("市财政局", Role.LEADER), ("", Role.COORDINATOR)]


def test_a_workbook_with_a_title_and_a_merged_unit(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "名册"
    for line in (
        ["联系人名册"],
        ["单位", "姓名", "邮箱"],
        ["市财政局", "甲", "a@example.org"],
        [None, "乙", "b@example.org"],
    ):
        sheet.append(line)
    sheet.merge_cells("A3:A4")
    path = tmp_path / "联系人.xlsx"
    book.save(path)

    rows, problems = read_contacts(path)
    assert problems == ()
    assert [(row.unit, row.email, row.where) for row in rows] == [
        ("市财政局", "a@example.org", "工作表“名册”第 3 行"),
        ("市财政局", "b@example.org", "工作表“名册”第 4 行"),
    ]
    assert {row.role for row in rows} == {Role.FILLER}


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@example.org",
        "a@b@example.org",
        "a b@example.org",
        "<a@example.org>",
        "甲 <a@example.org>",
        "a@example.org\r\nBcc: x@example.org",
        "a@example.org,b@example.org",
        "a@example..org",
    ],
)
def test_a_bad_address_is_named_with_its_line(tmp_path: Path, address: str) -> None:
    quoted = f'"{address}"'
    text = f"单位,邮箱\n市财政局,a@example.org\n市教育局,{quoted}\n"
    rows, problems = read_contacts(write(tmp_path, text))
    assert [row.unit for row in rows] == ["市财政局"]
    assert [(problem.where, problem.code) for problem in problems] == [("第 3 行", "bad_address")]


def test_a_full_width_address_is_read(tmp_path: Path) -> None:
    rows, problems = read_contacts(write(tmp_path, "单位,邮箱\n市财政局,ａ＠example.org\n"))
    assert [row.email for row in rows] == ["a@example.org"]
    assert problems == ()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("市财政局,甲,a@example.org,处长", "unknown_role"),
        ("市财政局,甲,a@example.org,管理员", "unknown_role"),
        (",甲,a@example.org,填报人", "unit_missing"),
        (f"市财政局,{'甲' * 101},a@example.org,填报人", "too_long"),
    ],
)
def test_other_bad_rows(tmp_path: Path, line: str, code: str) -> None:
    rows, problems = read_contacts(write(tmp_path, f"单位,姓名,邮箱,角色\n\n{line}\n"))
    assert rows == ()
    assert [(problem.where, problem.code) for problem in problems] == [("第 3 行", code)]


def test_the_same_contact_twice_is_read_once_and_said(tmp_path: Path) -> None:
    text = "单位,邮箱\n市财政局,a@example.org\n市财政局,A@example.org\n"
    rows, problems = read_contacts(write(tmp_path, text))
    assert len(rows) == 1
    assert [(problem.code, problem.is_blocking) for problem in problems] == [("contact_repeated", False)]


def test_rows_behind_a_cell_of_several_lines_keep_their_line_number(tmp_path: Path) -> None:
    text = '单位,姓名,邮箱\n市财政局,"甲\n乙",a@example.org\n市教育局,丙,c\n'
    rows, problems = read_contacts(write(tmp_path, text))
    assert [row.name for row in rows] == ["甲 乙"]
    assert [problem.where for problem in problems] == ["第 4 行"]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    rows, problems = read_contacts(write(tmp_path, "单位,电话\n市财政局,1\n"))
    assert rows == ()
    assert [problem.code for problem in problems] == ["no_column"]
    assert "邮箱" in problems[0].message


def test_a_typed_contact_is_checked_like_a_row() -> None:
    rows, problems = contact_row(
        unit=" 市财政局", name="甲", email="a@example.org", role="leader", where="命令行"
    )
    assert rows == (ContactRow("市财政局", "甲", "a@example.org", Role.LEADER, "命令行"),)
    assert problems == ()
    rows, problems = contact_row(unit="市财政局", name="", email="a", role="", where="命令行")
    assert rows == ()
    assert [(problem.where, problem.code) for problem in problems] == [("命令行", "bad_address")]


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "联系人.pdf"
    path.write_bytes(b"%PDF")
    with pytest.raises(UnreadableFileError, match=r"\.csv"):
        read_contacts(path)
