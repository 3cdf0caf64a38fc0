"""Why a file is refused: one class per cause, each with a short code and words on what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tracker.errors import UnreadableFileError
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Callable


class RefusedFileError(UnreadableFileError):
    """A named cause. `file` is always a field; the others are those of `reason`."""

    code: ClassVar[str] = "unreadable"
    reason: ClassVar[str] = mark("这个文件无法读取。")

    def _fields_worded(self, gettext: Callable[[str], str]) -> dict[str, object]:
        return {**self.fields, "reason": gettext(self.reason).format(**self.fields)}


class UnknownFormatError(RefusedFileError):
    code = "unknown_format"
    reason = mark("不认识这种格式，可以读取的是 {known}。")


class EmptyFileError(RefusedFileError):
    code = "empty"
    reason = mark("文件是空的。")


class UndecodableTextError(RefusedFileError):
    code = "encoding"
    reason = mark("文字编码既不是 UTF-8 也不是 GB 18030，请另存为 UTF-8 后再试。")


class TooLargeFileError(RefusedFileError):
    code = "too_large"
    reason = mark("文件超过 {limit} MB，请删去图片等无关内容后再试。")


class DamagedFileError(RefusedFileError):
    code = "damaged"
    reason = mark(
        "不是完好的 {suffix} 文件（可能没有传完或已损坏），请用 Excel、Word 或 WPS 打开后另存，再试一次。"
    )


class WrongSuffixError(RefusedFileError):
    """The content is of another format than the name says."""

    code = "wrong_suffix"
    reason = mark(
        "名称以 {suffix} 结尾，内容却是 {content}。请把扩展名改为 {content}，或打开后另存为 {suffix}。"
    )


class NotThisFormatError(RefusedFileError):
    """The content is of no format that could stand behind the name."""

    code = "not_this_format"
    reason = mark("内容不是 {suffix} 文件。请用 Excel、Word 或 WPS 打开后另存为 {suffix}，再试一次。")


class PasswordError(RefusedFileError):
    code = "password"
    reason = mark("文件已加密，设有打开密码。请在 Excel、Word 或 WPS 中取消密码，另存后再试。")


class OldOrProtectedError(RefusedFileError):
    code = "old_or_protected"
    reason = mark("这是加密的文件或旧版格式（.xls、.doc），请取消密码，或把扩展名改正后再试。")


class MacroError(RefusedFileError):
    code = "macros"
    reason = mark("文件含有宏。请另存为不含宏的 {suffix} 后再试，内容不会改变。")


class ExternalLinkError(RefusedFileError):
    code = "external_links"
    reason = mark(
        "文件引用了其他文件的内容（{target}），读到的可能不是原文。请断开链接（“数据—编辑链接—断开”），另存后再试。"
    )


class OutsideContentError(RefusedFileError):
    """A template that holds or fetches another file."""

    code = "outside_content"
    reason = mark("模板里嵌有或链接着别的文件（{target}），打开时会去读取。请在 Word 中删去后再试。")


class UnpackedTooLargeError(RefusedFileError):
    code = "unpacked_too_large"
    reason = mark("解开后超过 {limit} MB，不像一份任务表。请删去空白行列和无关内容，另存后再试。")


class CompressionRatioError(RefusedFileError):
    code = "compression_ratio"
    reason = mark("其中“{part}”解开后是原来的 {ratio} 倍以上，不像正常的文件，没有读取。请重新另存后再试。")


class TooManyPartsError(RefusedFileError):
    code = "too_many_parts"
    reason = mark("其中的部件超过 {limit} 个，不像正常的文件，没有读取。请重新另存后再试。")


class OverlappingPartsError(RefusedFileError):
    code = "overlapping_parts"
    reason = mark("其中的部件相互重叠（“{part}”），是拼造的压缩包，没有读取。请重新另存后再试。")


class NestedArchiveError(RefusedFileError):
    code = "nested_archive"
    reason = mark("里面还套着压缩包（“{part}”），没有读取。请只上传任务表本身。")


class StrangePartError(RefusedFileError):
    """A link, a repeated name or an unknown packing inside the archive."""

    code = "strange_part"
    reason = mark("其中“{part}”不是办公软件会写出的部件，没有读取。请重新另存后再试。")


class EntityError(RefusedFileError):
    code = "entities"
    reason = mark("其中“{part}”声明了 XML 实体或外部定义，正常的文件没有，没有读取。请重新另存后再试。")


class SheetTooLargeError(RefusedFileError):
    code = "sheet_too_large"
    reason = mark(
        "{where}用到第 {rows} 行、第 {columns} 栏，超过 {limit} 行或 {cells} 格。请删去多余的行列后再试。"
    )


class MergeTooLargeError(RefusedFileError):
    code = "merge_too_large"
    reason = mark("合并单元格 {area} 的范围过大。请只合并表格以内的单元格后再试。")


class TooManyCellsError(RefusedFileError):
    code = "too_many_cells"
    reason = mark("单元格超过 {cells} 个，不像一份任务表。请删去无关的表格后再试。")


class BrokenLineError(RefusedFileError):
    code = "broken_line"
    reason = mark("第 {line} 行不是完好的 CSV，请检查引号，或改用 .xlsx。")


class TooManyPagesError(RefusedFileError):
    code = "too_many_pages"
    reason = mark("共 {pages} 页，超过 {limit} 页。请只保留任务清单所在的页后再试。")


class PageTooComplexError(RefusedFileError):
    code = "page_too_complex"
    reason = mark("第 {page} 页的文字或线条过多，不像一份任务表。请改用 Word 或 Excel 原件。")


class NoTextLayerError(RefusedFileError):
    code = "no_text_layer"
    reason = mark("这是扫描件，只有图像、没有文字。请改用 Word 或 Excel 原件，或先做文字识别（OCR）。")


class NotAFormError(RefusedFileError):
    """A workbook, or another file, that carries no identity of a form."""

    code = "not_a_form"
    reason = mark(
        "这不是本系统发出的报送表，或其中隐藏的识别信息已被删除。请重新下载报送表，再把文字复制过去。"
    )


class NoFormInArchiveError(RefusedFileError):
    code = "no_form_in_archive"
    reason = mark("压缩包中没有本系统发出的报送表。")


class SeveralFormsError(RefusedFileError):
    code = "several_forms"
    reason = mark("其中有不止一份报送表，没有读取。请逐份上传。")


class NoFormTableError(RefusedFileError):
    """The table of a form has lost its header or its marks."""

    code = "no_form_table"
    reason = mark("找不到报送表的表头（“{column}”栏）。请不要改动表头；可重新下载报送表，再把文字复制过去。")


class NeedsLibreOfficeError(RefusedFileError):
    code = "needs_libreoffice"
    reason = mark(
        "读取 {suffix} 需要 LibreOffice，本机没有安装。请用 WPS 或 Office 另存为 {target}，或请管理员安装。"
    )


class ConversionFailedError(RefusedFileError):
    code = "conversion_failed"
    reason = mark(
        "LibreOffice 未能打开这个文件，可能已损坏或加密。请用 WPS 或 Office 另存为 {target} 后再试。"
    )


class TooSlowError(RefusedFileError):
    code = "too_slow"
    reason = mark("读取超过 {seconds} 秒仍未完成，已停止。请删去无关内容，或只保留任务清单后再试。")


class TooMuchMemoryError(RefusedFileError):
    code = "too_much_memory"
    reason = mark("读取所需内存超过 {limit} MB，已停止。请删去无关内容，或只保留任务清单后再试。")


class ResultTooLargeError(RefusedFileError):
    code = "result_too_large"
    reason = mark("读出的内容超过 {limit} MB，已停止。请只保留任务清单后再试。")


class ReaderFailedError(RefusedFileError):
    """The child died or answered nonsense: a fault that the file brought about, or ours."""

    code = "reader_failed"
    reason = mark("读取时程序意外中断，文件可能已损坏。请用 Excel、Word 或 WPS 打开后另存，再试一次。")


class ReadersBusyError(RefusedFileError):
    code = "readers_busy"
    reason = mark("正在读取的文件较多，请过一分钟再试。")


def refusal(name: str) -> type[RefusedFileError] | None:
    """The class of that name; None for any other word."""
    return next((kind for kind in RefusedFileError.__subclasses__() if kind.__name__ == name), None)
