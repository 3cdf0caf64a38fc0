"""Forms that come back: the same texts at the same tasks, whatever people and programs did to the file."""

from __future__ import annotations

import subprocess
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.importers.hostile import compound_file
from tests.reports.made_forms import (
    HEADER,
    IDENTITY,
    MARK,
    NUMBER,
    PREVIOUS,
    REMARK,
    SECRET,
    STATUS,
    TASK,
    TEXT,
    form_bytes,
    make_form,
    opened,
    saved,
)
from tracker.domain.form_identity import RowMark, read_fields, read_mark
from tracker.domain.texts import clean_text
from tracker.errors import ControlCharacterError
from tracker.importers.files.libreoffice import find_libreoffice
from tracker.importers.files.refusals import (
    DamagedFileError,
    MacroError,
    NoFormInArchiveError,
    NoFormTableError,
    NotAFormError,
    PasswordError,
    RefusedFileError,
    SeveralFormsError,
    TooLargeFileError,
    TooManyCellsError,
)
from tracker.importers.files.source import MAX_BYTES, SourceFile
from tracker.importers.forms import FormReading, read_form
from tracker.importers.sandbox import read_form_in_child

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = (
    "已完成第一批。\n第二批正在推进。",
    "=SUM(1,2)",
    "#N/A",
    "\t行首有制表符\t中间也有",
    "“引号”<b>&amp;</b> _x0041_ 'a'",
    "𠀀𠮷" * 150,
    "👨‍👩‍👧 表情与组合 é",
    "",
    "两个  空格   与全角　空格",
    "-1+2",
    "0012",
    "2024-09-30",
)


def read(data: bytes, name: str = "报送表.xlsx") -> FormReading:
    return read_form(SourceFile(name, data))


def texts_of(reading: FormReading) -> dict[int, str]:
    """By task, marks verified."""
    read_fields(reading.fields, reading.signature, SECRET)
    marked = {read_mark(row.mark, SECRET, reading.signature): row for row in reading.rows}
    assert None not in marked
    return {mark.task_id: clean_text(row.text) for mark, row in marked.items() if mark}


EXPECTED = {number: clean_text(text) for number, text in enumerate(TEXTS, start=1)}


def without_tabs(texts: dict[int, str]) -> dict[int, str]:
    """LibreOffice 7.4 loses some of them itself when it reads an .ods."""
    return {number: text.replace("\t", "") for number, text in texts.items()}


def zipped(**files: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__dot__", "."), data)
    return file.getvalue()


# As it was issued, and as other programs save it.


def test_a_form_reads_as_it_was_written() -> None:
    reading = read(form_bytes(TEXTS))
    assert texts_of(reading) == EXPECTED
    assert read_fields(reading.fields, reading.signature, SECRET) == IDENTITY
    assert [row.number for row in reading.rows] == [str(number) for number in EXPECTED]
    assert reading.rows[0].where == "工作表“报送表”第 7 行"


def test_the_child_process_gives_the_same() -> None:
    source = SourceFile("改了名字", form_bytes(TEXTS))
    assert read_form_in_child(source) == read_form(source)


def test_openpyxl_saves_it_again() -> None:
    book, _ = opened(form_bytes(TEXTS))
    assert texts_of(read(saved(book))) == EXPECTED


@pytest.fixture(scope="module")
def resaved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The form as LibreOffice saves it: xlsx to xls to ods to xlsx, each from the one before."""
    if (program := find_libreoffice()) is None:
        pytest.skip(
            "NOT RUN: forms saved by another program need LibreOffice (apt-get install libreoffice-calc)"
        )
    folder = tmp_path_factory.mktemp("resaved")
    file = folder / "form.xlsx"
    file.write_bytes(form_bytes(TEXTS))
    found = {}
    for step, suffix in enumerate(("xls", "ods", "xlsx")):
        target = folder / str(step)
        convert(program, file, suffix, target, folder)
        file = target / f"form.{suffix}"
        found[suffix] = file.read_bytes()
    return found


def convert(program: str, file: Path, suffix: str, target: Path, profile: Path) -> None:
    subprocess.run(
        [program, f"-env:UserInstallation={(profile / 'profile').as_uri()}", "--headless", "--convert-to", suffix,
         "--outdir", str(target), str(file)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("suffix", ["xls", "ods", "xlsx"])
def test_libreoffice_saves_it_in_another_format(resaved: dict[str, bytes], suffix: str) -> None:
    assert without_tabs(texts_of(read(resaved[suffix], f"form.{suffix}"))) == without_tabs(EXPECTED)


@pytest.mark.parametrize("name", ["form.xlsx", "form.et", "form", "form.doc", "=cmd|'/c calc'!A0.xlsx"])
def test_the_name_says_nothing(resaved: dict[str, bytes], name: str) -> None:
    for data in resaved.values():
        assert without_tabs(texts_of(read(data, name))) == without_tabs(EXPECTED)


def test_a_zip_alone_or_among_others(resaved: dict[str, bytes]) -> None:
    for data in (form_bytes(TEXTS), *resaved.values()):
        assert without_tabs(texts_of(read(zipped(form=data), "form.zip"))) == without_tabs(EXPECTED)
        packet = zipped(
            **{
                "材料/照片.png": b"\x89PNG\r\n",
                "材料/说明.html": b"<!DOCTYPE html><html><!ENTITY x>",
                "__MACOSX/._表.xlsx": b"PK\x03\x04litter",
                "另一个.xlsx": saved(openpyxl.Workbook()),
                "坏的.xlsx": b"PK\x03\x04broken",
                "表.xlsx": data,
            }
        )
        reading = read(packet, "材料.zip")
        assert without_tabs(texts_of(reading)) == without_tabs(EXPECTED)
        assert reading.file == "表.xlsx"


# As people change it.


def test_sorted_rows_keep_their_texts() -> None:
    book, sheet = opened(form_bytes(TEXTS))
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADER + 1)]
    for number, row in enumerate(reversed(rows), start=HEADER + 1):
        for column, value in enumerate(row, start=1):
            cell: Any = sheet.cell(number, column)
            cell.value = value
            cell.data_type = "s" if isinstance(value, str) else "n"
    assert texts_of(read(saved(book))) == EXPECTED


def test_deleted_rows_are_simply_not_there() -> None:
    book, sheet = opened(form_bytes(("一", "二", "三", "四")))
    sheet.delete_rows(HEADER + 3)
    sheet.delete_rows(HEADER + 1)
    # The titles, too: the header says where the table begins.
    for title in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(title))
    sheet.delete_rows(1, 4)
    assert texts_of(read(saved(book))) == {2: "二", 4: "四"}


def test_moved_widened_and_unhidden_columns() -> None:
    book, sheet = opened(form_bytes(("一", "二")))
    sheet.insert_cols(1, 2)
    sheet.move_range(f"F1:F{HEADER + 2}", cols=6)
    sheet.column_dimensions["J"].hidden = False
    sheet.column_dimensions["L"].width = 120
    assert sheet["L7"].value == "一"
    assert texts_of(read(saved(book))) == {1: "一", 2: "二"}


def test_another_sheet_name_and_more_sheets() -> None:
    book, sheet = opened(form_bytes(("一", "二")))
    sheet.title = "甲县 第三季度"
    book.create_sheet("草稿", 0)["A1"] = "随手写的"
    book["_duban"].sheet_state = "visible"
    assert texts_of(read(saved(book))) == {1: "一", 2: "二"}


def test_a_merge_downwards_speaks_for_all_its_rows() -> None:
    book, sheet = opened(form_bytes(("两项同一进度", "", "三")))
    sheet.merge_cells(start_row=7, end_row=8, start_column=TEXT, end_column=TEXT)
    assert texts_of(read(saved(book))) == {1: "两项同一进度", 2: "两项同一进度", 3: "三"}


def test_a_text_that_its_neighbour_covers_is_a_fault() -> None:
    book, sheet = opened(form_bytes(("一", "二"), previous="上期的文字"))
    sheet.merge_cells(start_row=7, end_row=7, start_column=PREVIOUS, end_column=TEXT)
    sheet.merge_cells(start_row=8, end_row=8, start_column=TEXT, end_column=REMARK)
    first, second = read(saved(book)).rows
    assert (first.fault, first.text) == ("covered", "")
    assert (second.fault, second.text, second.status, second.remark) == ("", "二", "", "")


def test_status_and_remark_are_read_beside_the_text() -> None:
    book, sheet = opened(form_bytes(("没有安排资金",)))
    sheet.cell(7, STATUS).value = " 无进展\n"
    sheet.cell(7, REMARK).value = "请电话联系"
    [row] = read(saved(book)).rows
    assert (row.status, row.remark) == ("无进展", "请电话联系")


def test_numbers_and_dates_read_as_texts() -> None:
    book, sheet = opened(form_bytes(("", "")))
    sheet.cell(7, TEXT).value = 12
    sheet.cell(8, TEXT).value = 0.5
    assert texts_of(read(saved(book))) == {1: "12", 2: "0.5"}


def calculated(data: bytes, formula: str, result: str) -> bytes:
    """The form with a formula in the first text cell and the XML that a program saves as its result."""
    parts = {}
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name)
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    start = sheet.index('<c r="D7"')
    end = sheet.index("</c>", start) + 4
    kind, _, value = result.partition(":")
    about = f' t="{kind}"' if kind else ""
    cell = f'<c r="D7" s="1"{about}><f>{formula}</f>{value}</c>'
    parts["xl/worksheets/sheet1.xml"] = (sheet[:start] + cell + sheet[end:]).encode()
    return zipped(**parts)


@pytest.mark.parametrize(
    ("result", "text", "fault"),
    [
        ("str:<v>共 3 项</v>", "共 3 项", ""),
        (":<v>3</v>", "3", ""),
        ("str:<v></v>", "", ""),
        ("e:<v>#DIV/0!</v>", "#DIV/0!", "error"),
        (":<v/>", "", "unsaved"),
        (":", "", "unsaved"),
    ],
)
def test_a_formula_counts_as_the_value_saved_with_it(result: str, text: str, fault: str) -> None:
    row = read(calculated(form_bytes(("", "二")), "1/0", result)).rows[0]
    assert (row.text, row.fault) == (text, fault)


def test_an_error_is_named_in_an_ods_too(tmp_path: Path) -> None:
    if (program := find_libreoffice()) is None:
        pytest.skip("NOT RUN: an .ods needs LibreOffice (apt-get install libreoffice-calc)")
    book, sheet = opened(form_bytes(("", "")))
    sheet.cell(7, TEXT).value = "=1/0"
    sheet.cell(8, TEXT).value = '="共"&3&"项"'
    (tmp_path / "form.xlsx").write_bytes(saved(book))
    convert(program, tmp_path / "form.xlsx", "ods", tmp_path / "out", tmp_path)
    first, second = read((tmp_path / "out" / "form.ods").read_bytes()).rows
    assert (first.fault, first.text) == ("error", "#DIV/0!")
    assert (second.fault, second.text) == ("", "共3项")


# Texts of any kind.


@settings(max_examples=60)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=12))
@example(
    ["=1+1", "{=1}", "@x", "+1", "#REF!", "_x0041__x000B_", "\r\n头\r尾\n", "\ufeff首", "\u2028行\u0085段"]
)
@example(["\ufdd0#N/A", "\x0b", "a\x00b", "\ud800"])
def test_any_text_comes_back_or_is_refused_by_name(texts: list[str]) -> None:
    kept = []
    for text in texts:
        try:
            kept.append(clean_text(text))
        except ControlCharacterError:
            # Named by position and code: tests/domain/test_texts.py
            continue
    if kept:
        assert list(texts_of(read(form_bytes(kept))).values()) == kept


def test_three_hundred_texts_of_three_hundred() -> None:
    texts = [chr(0x20000 + number) * 299 + "终" for number in range(300)]
    assert list(texts_of(read(form_bytes(texts))).values()) == texts


def test_a_control_character_that_was_typed_is_passed_on_to_be_refused() -> None:
    book, sheet = opened(form_bytes(("",)))
    sheet.cell(7, TEXT).value = "竖线_x000B_之后"
    with pytest.raises(ControlCharacterError):
        clean_text(read(saved(book)).rows[0].text)


# What is no form, or no longer one.


def without_identity() -> bytes:
    book, _ = opened(form_bytes(("一",)))
    del book["_duban"]
    return saved(book)


def without_header() -> bytes:
    book, sheet = opened(form_bytes(("一",)))
    sheet.delete_rows(HEADER)
    return saved(book)


def two_identities() -> bytes:
    book, _ = opened(form_bytes(("一",)))
    book.copy_worksheet(book["_duban"])
    return saved(book)


def with_macros() -> bytes:
    parts = {}
    with zipfile.ZipFile(BytesIO(form_bytes(("一",)))) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name)
    return zipped(**parts, **{"xl/vbaProject.bin": b"macros"})


def bomb_of_repeats() -> bytes:
    """An .ods that says in a few bytes that a text stands in a thousand million cells."""
    return zipped(
        mimetype=b"application/vnd.oasis.opendocument.spreadsheet",
        **{
            "content.xml": b'<o:d xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            b'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
            b'xmlns:x="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><t:table t:name="a">'
            b'<t:table-row t:number-rows-repeated="1000000">'
            b'<t:table-cell t:number-columns-repeated="16000"><x:p>x</x:p></t:table-cell>'
            b"</t:table-row></t:table></o:d>"
        },
    )


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (saved(openpyxl.Workbook()), NotAFormError),
        (b"%PDF-1.7 ...", NotAFormError),
        ("序号,本期进度\n1,已完成".encode(), NotAFormError),
        (b"<html><table></table></html>", NotAFormError),
        (without_identity(), NotAFormError),
        (without_header(), NoFormTableError),
        (two_identities(), SeveralFormsError),
        (with_macros(), MacroError),
        (bomb_of_repeats(), TooManyCellsError),
        (zipped(a=b"x"), NoFormInArchiveError),
        (zipped(a=form_bytes(("一",)), b=form_bytes(("二",))), SeveralFormsError),
        (zipped(a=with_macros()), MacroError),
        (zipped(a=zipped(b=form_bytes(("一",)))), NoFormInArchiveError),
        (form_bytes(("一",))[:-200], DamagedFileError),
        (compound_file("EncryptedPackage"), PasswordError),
        (b"x" * (MAX_BYTES + 1), TooLargeFileError),
    ],
)  # fmt: skip
def test_what_is_no_form_is_refused_by_name(data: bytes, refusal: type[RefusedFileError]) -> None:
    with pytest.raises(refusal) as caught:
        read_form_in_child(SourceFile("来件.xlsx", data))
    assert "{" not in str(caught.value)


def test_a_header_in_another_language_is_found_by_its_own_words() -> None:
    form = make_form(("done",))
    words = form.fields | {"column.text": "Progress this period"}  # type: ignore[operator]
    book, sheet = opened(form_bytes(("done",)))
    for row in book["_duban"].iter_rows():
        if row[0].value == "column.text":
            row[1].value = words["column.text"]
    sheet.cell(HEADER, TEXT).value = "Progress  this\nperiod"
    assert read(saved(book)).rows[0].text == "done"


def test_marks_of_another_form_are_passed_on_and_do_not_verify() -> None:
    book, sheet = opened(form_bytes(("一", "二")))
    sheet.cell(7, MARK).value = RowMark(1, 0).written(SECRET, "0" * 64)
    sheet.cell(8, MARK).value = None
    sheet.cell(8, NUMBER).value = None
    sheet.cell(9, TASK).value = "填表人：某某"
    first, second = read(saved(book)).rows
    assert read_mark(first.mark, SECRET, make_form(()).signature) is None
    assert (second.mark, second.number, second.text) == ("", "", "二")
