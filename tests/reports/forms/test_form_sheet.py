"""The form as a workbook: texts are texts, the count counts, and it prints whole."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.reports.excel import evaluate
from tests.reports.made_forms import ASSESSMENT, COUNT, HEADER, MARK, REMARK, STATUS, TEXT, form_bytes, opened
from tracker.domain.assessment import Assessment
from tracker.domain.texts import WHITE_SPACE, count_characters
from tracker.errors import ControlCharacterError
from tracker.reports.forms.form_count import count_formula, within_limit_formula

if TYPE_CHECKING:
    from pathlib import Path

# U+0085 is a control character: the site takes it for a line break, but nobody can type it.
TYPED = WHITE_SPACE.replace("\x85", "")
TEXTS = (
    "",
    "abc",
    "  两端空白\n ",
    f"{TYPED}头尾{TYPED}",
    "行\n行\n\n行",
    "𠀀" * 300,
    "𠀀" * 301,
    "字" * 300,
    "字" * 301,
    "𠀀中a" * 200,
    "👨‍👩‍👧 emoji",
    "=1+1",
    "#N/A",
    "0012",
    "两个  空格与全角　空格",
    "字" * 3000,
)


def converted(data: bytes, suffix: str, folder: Path) -> Path:
    if not shutil.which("soffice"):
        pytest.skip(
            "NOT RUN: the form needs LibreOffice to count and print (apt-get install libreoffice-calc)"
        )
    (folder / "form.xlsx").write_bytes(data)
    command: list[str | Path] = [
        "soffice",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        suffix,
        "--outdir",
        folder / "out",
        folder / "form.xlsx",
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / "out" / f"form.{suffix}"


def test_libreoffice_counts_as_the_site_does(tmp_path: Path) -> None:
    sheet = load_workbook(converted(form_bytes(TEXTS), "xlsx", tmp_path), data_only=True).worksheets[0]
    counted = [sheet.cell(HEADER + row, COUNT).value for row in range(1, len(TEXTS) + 1)]
    assert counted == [count_characters(text) for text in TEXTS]


@given(st.text(max_size=40))
@example("𠀀" * 300)
@example(f"{TYPED}头\r\n尾{TYPED}")
def test_excel_counts_as_the_site_does(text: str) -> None:
    try:
        expected = count_characters(text)
    except ControlCharacterError:
        return
    # Neither of them composes accents, and U+0085 nobody can type.
    if unicodedata.normalize("NFC", text) == text and "\x85" not in text:
        assert evaluate(count_formula("D7", 300), text) == expected


@pytest.mark.parametrize(
    ("text", "is_within"), [("", True), ("𠀀" * 300, True), ("𠀀" * 301, False), ("字" * 301, False)]
)
def test_excel_warns_over_the_limit(text: str, *, is_within: bool) -> None:
    assert evaluate(within_limit_formula("D7", 300), text) is is_within


def test_nothing_but_the_count_is_a_formula() -> None:
    _, sheet = opened(
        form_bytes(TEXTS, previous="=HYPERLINK(1)", content="=2+{number}", note="@x", unit="=甲")
    )
    formulas = {
        cell.column
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type not in ("s", "n", "inlineStr")
    }
    assert formulas == {COUNT}
    assert sheet["A2"].data_type == "s"


def test_the_warning_fits_into_what_excel_allows_and_does_not_stop() -> None:
    for limit in (1, 300, 20_000):
        assert len(within_limit_formula("D70000", limit)) <= 255
    _, sheet = opened(form_bytes(("一", "二")))
    rules = {rule.type: rule for rule in sheet.data_validations.dataValidation}
    assert rules["custom"].errorStyle == "warning"
    assert str(rules["custom"].sqref) == "D7:D8"
    assert rules["list"].formula1 == '"有进展,无进展"'
    assert str(rules["list"].sqref) == "F7:F8"


def test_where_the_list_asks_there_is_a_column_to_choose_from() -> None:
    _, sheet = opened(form_bytes(["一", "二"], asks_assessment=True, assessment=Assessment.ON_SCHEDULE))
    assert [sheet.cell(HEADER, column).value for column in range(STATUS, MARK + 2)] == [
        "状态",
        "自评",
        "备注",
        "行标识（请勿改动）",
    ]
    assert sheet.cell(HEADER + 1, ASSESSMENT).value == "按序时"
    assert not sheet.cell(HEADER + 1, ASSESSMENT).protection.locked
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules["G7:G8"] == '"提前,按序时,滞后,完成,未启动"'
    assert rules["F7:F8"] == '"有进展,无进展"'
    # What tells the rows apart is out of sight, one column further on, and sorted with them.
    assert sheet.column_dimensions["I"].hidden
    assert not sheet.column_dimensions["H"].hidden
    assert sheet.auto_filter.ref == "A6:I8"
    assert "“自评”" in str(sheet["A3"].value)
    assert "A1:H1" in {str(merged) for merged in sheet.merged_cells.ranges}


def test_where_it_does_not_ask_the_form_is_as_it_was() -> None:
    _, sheet = opened(form_bytes(["一"], assessment=Assessment.DONE))
    words = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert not any("自评" in word or word == "完成" for word in words)
    assert sheet.column_dimensions["H"].hidden


def test_it_is_protected_without_a_password_and_lets_rows_be_fitted_sorted_and_filtered() -> None:
    book, sheet = opened(form_bytes(("一",)))
    protection = sheet.protection
    assert protection.sheet
    assert protection.password is None
    assert not any((protection.formatRows, protection.formatColumns, protection.sort, protection.autoFilter))
    unlocked = {cell.column for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {TEXT, STATUS, REMARK}
    assert book["_duban"].sheet_state == "veryHidden"
    assert sheet.column_dimensions["H"].hidden
    assert sheet.column_dimensions["H"].min == MARK
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A7", "$6:$6")
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")


def test_a_closed_row_has_no_cell_to_fill() -> None:
    _, sheet = opened(form_bytes(("一",), is_open=False))
    assert all(cell.protection.locked for row in sheet.iter_rows() for cell in row)


def test_the_same_form_is_the_same_bytes() -> None:
    def parts(data: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    assert parts(form_bytes(TEXTS)) == parts(form_bytes(TEXTS))


@pytest.mark.parametrize("limit", [300, 1000])
def test_seventy_texts_of_the_limit_print_whole(tmp_path: Path, limit: int) -> None:
    texts = [
        (f"第{number}项新建示范基地12个，同比增长3.5%，“十四五”规划（二期）GIS平台上线；" * 40)[: limit - 3]
        + f"终{number:02}"
        for number in range(1, 71)
    ]
    data = form_bytes(
        texts, limit=limit, content="任务{number}：" + "持续巩固提升。" * 15, previous="上期" * 140 + "完"
    )
    _, sheet = opened(data)
    assert max(row.height or 0 for row in sheet.row_dimensions.values()) <= 409
    pages = PdfReader(converted(data, "pdf", tmp_path)).pages
    words = "".join("".join(page.extract_text().split()) for page in pages)
    for number in range(1, 71):
        assert f"终{number:02}" in words
        assert f"任务{number}：" in words
    assert words.count("上期完") == 70
    # The header again on each page.
    assert words.count("本期进度") >= len(pages)
