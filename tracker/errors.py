"""Every error a user can meet: one root, one class per cause.

`message` is the source text (Chinese, the key of the catalogs) with named fields; `str(error)` fills them in.
A face that speaks another language calls `error.worded(gettext)`. Nothing here knows of HTTP or exit codes:
`tracker.web`, `tracker.api` and `tracker.cli` map classes to codes once each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Callable


class TrackerError(Exception):
    """Root: something the user can understand and act on."""

    message: ClassVar[str] = mark("操作未能完成。")

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.worded(str))

    def worded(self, gettext: Callable[[str], str]) -> str:
        """The message in the language of `gettext`, fields filled in."""
        return gettext(self.message).format(**self._fields_worded(gettext))

    def _fields_worded(self, _gettext: Callable[[str], str]) -> dict[str, object]:
        return self.fields


class SettingsError(TrackerError):
    """The configuration cannot be used."""

    message = mark("配置有误（{path}）：{reason}")


class NotFoundError(TrackerError):
    """Something named by the user does not exist, or is not theirs to see."""

    message = mark("没有找到。")


class _NamedError(NotFoundError):
    """A name that matches nothing; the nearest existing ones are proposed."""

    def __init__(self, name: object, nearest: tuple[str, ...] = ()) -> None:
        self.nearest = nearest
        super().__init__(name=name, nearest="、".join(nearest))

    def worded(self, gettext: Callable[[str], str]) -> str:
        text = super().worded(gettext)
        if self.nearest:
            text += gettext("您是不是要找：{nearest}？").format(nearest="、".join(self.nearest))
        return text


class UnknownListError(_NamedError):
    message = mark("没有名为“{name}”的任务清单。")


class UnknownUnitError(_NamedError):
    message = mark("没有名为“{name}”的单位。")


class UnknownTaskError(_NamedError):
    message = mark("清单中没有第 {name} 项任务。")


class UnknownVersionError(_NamedError):
    message = mark("清单没有第 {name} 版。")


class UnknownPeriodError(_NamedError):
    message = mark("报送期“{name}”无法识别。")


class PeriodNotCoveredError(NotFoundError):
    message = mark("报送期“{name}”不在清单的期限内（{first} 至 {last}）。")


class UnknownRoundError(_NamedError):
    message = mark("报送期“{name}”尚未开启。")


class UnknownGroupError(_NamedError):
    message = mark("清单中没有名为“{name}”的单位组。")


class UnknownAliasError(_NamedError):
    message = mark("“{name}”不是这个单位的别名。")


class UnknownChangeError(_NamedError):
    message = mark("没有第 {name} 号变更记录。")


class UnknownExtensionError(_NamedError):
    message = mark("本期没有第 {name} 号延期。")


class UnknownPauseError(_NamedError):
    message = mark("没有第 {name} 号暂停催报。")


class UnknownReassignmentError(_NamedError):
    message = mark("没有第 {name} 号改派。")


class UnknownCloseOutError(_NamedError):
    message = mark("没有第 {name} 号销号。")


class UnknownAppealError(_NamedError):
    message = mark("没有第 {name} 号申诉。")


class UnknownInstructionError(_NamedError):
    message = mark("没有第 {name} 号批示。")


class UnknownRungError(_NamedError):
    message = mark("本期没有第“{name}”档催报。")


class UnknownCircularError(_NamedError):
    message = mark("没有第 {name} 号报告、通报或总结。")


class UnknownUserError(_NamedError):
    message = mark("没有名为“{name}”的用户。")


class UnknownContactError(_NamedError):
    message = mark("没有邮箱为“{name}”的联系人。")


class UnknownTokenError(_NamedError):
    message = mark("没有名为“{name}”的有效接口密钥。")


class NotExpectedError(NotFoundError):
    """The unit does not owe this task in this round."""

    message = mark("本期第 {task} 项任务不需要{unit}报送。")


class NothingExpectedError(NotFoundError):
    """The unit owes nothing in this round."""

    message = mark("{period} 没有需要{unit}报送的任务。")


class ForbiddenError(TrackerError):
    message = mark("您的账号没有进行此操作的权限。")


class NotSignedInError(TrackerError):
    message = mark("请先登录。")


class SignInError(TrackerError):
    message = mark("用户名或密码不正确。")


class WrongPasswordError(TrackerError):
    """The password that has to be typed once more before it is changed."""

    message = mark("原密码不正确，密码没有更改。")


class TooManyAttemptsError(TrackerError):
    message = mark("登录失败次数过多，请在 {minutes} 分钟后再试。")


class ForeignOriginError(TrackerError):
    message = mark("请求来源不是本站页面，未予处理。请从本站页面重新提交。")


class InputError(TrackerError):
    """What was typed cannot be accepted; nothing was changed."""


class TextTooLongError(InputError):
    message = mark("第 {task} 项：{count} 字，超过上限 {limit} 字，请删减 {excess} 字后再提交。")

    def __init__(self, *, task: str, count: int, limit: int) -> None:
        super().__init__(task=task, count=count, limit=limit, excess=count - limit)


class EmptyTextError(InputError):
    message = mark("第 {task} 项：还没有填写内容。确无进展的，请选择“无进展”并说明原因。")


class ControlCharacterError(InputError):
    message = mark("文字中第 {position} 个字符是不可见的控制字符（{code}），请删除后再提交。")


class InvalidValueError(InputError):
    """One value that does not fit its field; `field` and `reason` are source texts themselves."""

    message = mark("{field}“{value}”无效：{reason}")

    def _fields_worded(self, gettext: Callable[[str], str]) -> dict[str, object]:
        translated = {
            key: gettext(str(self.fields[key])) for key in ("field", "reason") if self.fields.get(key)
        }
        return {**self.fields, **translated}


class ValueTooLongError(InvalidValueError):
    message = mark("{field}“{value}”无效：不能超过 {limit} 字")


class TooManyRowsError(InputError):
    message = mark("一张工作表最多 {limit} 行，放不下这么多应报项。请按类别或按措施分别下载。")


class DocumentError(TrackerError):
    """A large document was not made."""

    message = mark("文档未能生成，原因已记入日志。可按单位、类别或措施分别下载，或只下载明细表。")


class DocumentTooSlowError(DocumentError):
    message = mark("文档在 {seconds} 秒内没有生成完，已停止。可按单位、类别或措施分别下载，或只下载明细表。")


class DocumentsBusyError(DocumentError):
    message = mark("正在为其他人生成大型文档，请过几分钟再下载。")


class NameTakenError(InputError):
    """`owner` is a source text, or the name of a unit."""

    message = mark("“{name}”已被使用（{owner}），未作更改。")

    def _fields_worded(self, gettext: Callable[[str], str]) -> dict[str, object]:
        return {**self.fields, "owner": gettext(str(self.fields["owner"]))}


class OwnNameError(InputError):
    message = mark("“{name}”是单位的全称，不能当作别名去掉。需要时请先改名。")


class MergedNameError(InputError):
    """The name of a unit that was merged away goes on meaning the unit that it was merged into."""

    message = mark(
        "“{name}”是已并入{into}的单位的原名，不能改作他用。"
        "如需以它为全称，请先撤销那次并入（第 {number} 号变更），再反过来合并。"
    )


class SameUnitError(InputError):
    message = mark("{unit}不能并入自己。")


class UnitCircleError(InputError):
    message = mark("{unit}不能放在{parent}之下：那样它会成为自己的下级。")


class UnreadableFileError(InputError):
    """A file that cannot be read at all (a bad row is a Problem, not an error)."""

    message = mark("无法读取文件“{file}”：{reason}")


class BlockingProblemsError(InputError):
    """A file was read but its problems keep it from being stored."""

    message = mark("文件中有 {count} 处问题，未写入任何内容：\n{problems}")

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__(count=len(problems), problems="\n".join(problems))


class ForeignFormError(InputError):
    message = mark(
        "这份报送表不是本系统发出的，没有报送任何内容。请在本系统重新下载报送表，再把文字复制过去。"
    )


class FormAlteredError(InputError):
    """What the form says of itself is not what was signed."""

    message = mark(
        "这份报送表的识别信息被改动过，无法确认是哪个单位、哪一期的，没有报送任何内容。"
        "请重新下载报送表，再把文字复制过去。"
    )


class UnknownRowError(InputError):
    """A row whose mark was changed, lost, or belongs to another form."""

    message = mark(
        "{where}（序号“{number}”）的行标识缺失、被改动或来自另一份报送表，没有报送。请在原表的原行填写。"
    )


class RepeatedRowError(InputError):
    message = mark("第 {task} 项在表中出现多次且文字不同，没有报送。请只保留一行。")


class CellErrorError(InputError):
    message = mark("第 {task} 项：“本期进度”是公式，结果为 {value}，没有报送。请改为文字。")


class UnsavedFormulaError(InputError):
    message = mark("第 {task} 项：“本期进度”是公式，文件中没有保存它的结果，没有报送。请改为文字。")


class CoveredCellError(InputError):
    message = mark(
        "第 {task} 项：“本期进度”与左侧的单元格合并，填写的内容已不完整，没有报送。请取消合并后重填。"
    )


class UnknownStatusError(InputError):
    message = mark("第 {task} 项：状态“{status}”无法识别，没有报送。请选择“有进展”或“无进展”。")


class NilReasonError(InputError):
    message = mark("第 {task} 项选了“无进展”，请在“本期进度”栏写明原因。")


class RemarkTooLongError(InputError):
    message = mark("第 {task} 项的备注：{count} 字，超过上限 {limit} 字，请删减。")


class AssessmentNeededError(InputError):
    message = mark("第 {task} 项：还没有选择自评，请选择后再报送。")


class UnknownAssessmentError(InputError):
    message = mark("第 {task} 项：自评“{assessment}”无法识别，没有报送。请从下拉框中选择。")


class IndicatorError(InputError):
    """What was typed for one indicator; `indicator_id` says which, for the face that shows its box."""

    def __init__(self, *, indicator_id: int, **fields: object) -> None:
        self.indicator_id = indicator_id
        super().__init__(**fields)


class InvalidNumberError(IndicatorError):
    message = mark(
        "第 {task} 项的指标“{indicator}”：“{value}”不能识别为数字。"
        "请只填以“{unit}”为单位的一个数，如 1234.5；还不知道的请留空。"
    )


class UnclearNumberError(IndicatorError):
    message = mark(
        "第 {task} 项的指标“{indicator}”：“{value}”可能有两种读法，本指标的单位是“{unit}”。"
        "请换算成这个单位，只填数字。"
    )


class ValueFallsError(IndicatorError):
    message = mark(
        "第 {task} 项的指标“{indicator}”是累计数：本期填 {value}，低于 {period} 的 {last}（{unit}）。"
        "填错的请改正；确实减少的请写明原因。"
    )


class ValueReasonTooLongError(IndicatorError):
    message = mark("第 {task} 项的指标“{indicator}”：说明 {count} 字，超过上限 {limit} 字，请删减。")


class UnknownIndicatorError(InputError):
    message = mark("第 {task} 项没有编号为 {indicator} 的指标。该项可填的指标：{known}。")


class IndicatorChangedError(InputError):
    """A value for an indicator that was asked for when the page was made, and is not any more."""

    message = mark("第 {task} 项要填的指标刚有变动，没有报送。请刷新页面，核对数值后再报送。")


class EmptyFileError(InputError):
    message = mark("文件“{file}”是空的，没有保存。请重新选择文件。")


class FileTooLargeError(InputError):
    message = mark("文件“{file}”有 {size} MB，超过 {limit} MB 的上限，没有保存。请压缩或拆分后再传。")


class MailWrappingError(InputError):
    """winmail.dat: Outlook's own wrapping, which no other program opens."""

    message = mark("“{file}”是邮件程序的封装文件，别的程序打不开，没有保存。请上传其中的原文件。")


class TooManyFilesError(InputError):
    message = mark("第 {task} 项最多可附 {limit} 个文件，没有保存。请先移除不需要的。")


class RequestKeyUsedError(InputError):
    """The key stands for an earlier request that did not file this text."""

    message = mark(
        "请求编号“{request_key}”已用于回执 {receipt}，其中没有第 {task} 项的这一内容。请换一个编号。"
    )


class ExtensionTooEarlyError(InputError):
    message = mark("延期至 {until} 无效：应晚于本期的截止日 {due}。")


class ExtensionTooLateError(InputError):
    message = mark("延期至 {until} 无效：最晚到 {latest}，之后下一期也已到期。")


class PauseOverError(InputError):
    message = mark("暂停至 {last} 无效：这一天已经过去。")


class NotAWorkdayError(InputError):
    message = mark("{day} 不是工作日，催报只在工作日发出。")


class DueDayNeededError(InputError):
    """A list that reports on demand is given a due day whenever a round opens."""

    message = mark("本清单按需报送，开启 {period} 时请给出截止日。")


class NoticeYearUnknownError(InputError):
    message = mark("文字中没有写是哪一年的放假安排。请粘贴通知全文，或另外写明年份。")


class UnknownCalendarYearError(NotFoundError):
    message = mark("{year} 年没有登记放假安排，按周一至周五推算。")


class StateError(TrackerError):
    """The thing is in a state that does not allow the act."""


class LastAdministratorError(StateError):
    message = mark("{name} 是唯一启用的管理员，不能停用，也不能改任别的角色。请先另设一个管理员。")


class SameRoleError(InputError):
    message = mark("{name} 现在就是这个角色和单位，没有改动。")


class RulesChangedError(StateError):
    message = mark("规则刚刚被改过，请重新核对。")


class DeliveringError(StateError):
    message = mark("正在投递，请稍候再看结果。")


class RoundExistsError(StateError):
    message = mark("{list} {period} 已经开启过。")


class RoundClosedError(StateError):
    message = mark("{period} 报送期已关闭，不能再报送。如需补报，请联系统筹人。")


class ExtensionRevokedError(StateError):
    message = mark("第 {number} 号延期已由{by}撤销。")


class PauseEndedError(StateError):
    message = mark("第 {number} 号暂停催报已由{by}结束。")


class RungSentError(StateError):
    message = mark("第 {rung} 档催报已经发出，不能再改期。")


class AlreadyAcceptedError(StateError):
    message = mark("第 {task} 项已审核通过，不能再修改。如需更正，请联系统筹人退回。")


class AlreadyEndorsedError(StateError):
    message = mark("第 {task} 项的这一版已经初审通过。")


class TransitionError(StateError):
    """`state` and `act` are source texts."""

    message = mark("第 {task} 项目前为“{state}”，不能{act}。")

    def _fields_worded(self, gettext: Callable[[str], str]) -> dict[str, object]:
        return {**self.fields, **{key: gettext(str(self.fields[key])) for key in ("state", "act")}}


class ConflictError(StateError):
    """Someone else filed a version in between; both texts are kept."""

    message = mark("第 {task} 项在您填写期间已有新的版本（{filed_by}）。您的文字没有丢失，请对照后重新提交。")

    def __init__(self, *, task: str, filed_by: str, theirs: str, yours: str) -> None:
        self.theirs, self.yours = theirs, yours
        super().__init__(task=task, filed_by=filed_by)


class OvertakenError(ConflictError):
    """A reviewer decided on a version that is no longer the newest."""

    message = mark("第 {task} 项在您看过之后又报了新的一版（{filed_by}），没有办理。请看新的文字再决定。")


class FormOutdatedError(StateError):
    """The round, the unit or the format has changed since the form was issued."""

    message = mark(
        "这份报送表发出后，清单版本、单位或表格格式已有变化，没有报送任何内容。请重新下载报送表，再把文字复制过去。"
    )


class UnitMergedError(StateError):
    message = mark("{unit}已并入{into}，不能再单独更改。如需恢复，请撤销第 {number} 号变更。")


class ChangeUndoneError(StateError):
    message = mark("第 {number} 号变更已由{by}撤销。")


class LaterChangeError(StateError):
    """`act` is a source text: what kind of change stands in the way."""

    message = mark(
        "第 {number} 号变更不能撤销：之后的第 {later} 号变更（{act}）与它有关。请先撤销第 {later} 号变更。"
    )

    def _fields_worded(self, gettext: Callable[[str], str]) -> dict[str, object]:
        return {**self.fields, "act": gettext(str(self.fields["act"]))}


class ChangeOvertakenError(StateError):
    """`reason` is a source text."""

    message = mark("第 {number} 号变更不能撤销：{reason}。")

    def _fields_worded(self, gettext: Callable[[str], str]) -> dict[str, object]:
        return {**self.fields, "reason": gettext(str(self.fields["reason"]))}


class AcceptedNotMovedError(StateError):
    message = mark("第 {task} 项{unit}已通过审核，不能改派。确需改派的，请先退回。")


class AlreadyOwedError(StateError):
    """The unit that a task is moved to owes it anyway."""

    message = mark("第 {task} 项本来就由{unit}报送，不能再改派给它。只是不再要求原单位报送的，请用免报。")


class ReassignmentUndoneError(StateError):
    message = mark("第 {number} 号改派已由{by}撤销。")


class LaterReassignmentError(StateError):
    message = mark("这项任务之后又改派过，请先撤销第 {later} 号改派。")


class ReassignmentStandsError(StateError):
    message = mark("第 {number} 号改派不能撤销：{unit}已经报送，或本期已经关闭。")


class CloseOutAskedError(StateError):
    message = mark("第 {task} 项{unit}已申请销号（第 {number} 号），正在等待审批。")


class ClosedOutError(StateError):
    message = mark("第 {task} 项已销号（第 {number} 号，{by}）。")


class CloseOutsWaitingError(StateError):
    message = mark("第 {task} 项还有 {count} 个销号申请等待审批，请先逐一审批，再对整项任务销号。")


class CloseOutSettledError(StateError):
    """`state` is a source text."""

    message = mark("第 {number} 号销号目前为“{state}”，不能再这样处理。")

    def _fields_worded(self, gettext: Callable[[str], str]) -> dict[str, object]:
        return {**self.fields, "state": gettext(str(self.fields["state"]))}


class AlreadyFoundError(StateError):
    message = mark("第 {task} 项已认定无实质内容（{by}），不必再认定。")


class NoFindingError(StateError):
    message = mark("第 {task} 项目前没有无实质内容的认定，无需撤销。")


class NothingFiledError(StateError):
    message = mark("第 {task} 项本期还没有报送文字，不能认定无实质内容。")


class NoSuchFaultError(StateError):
    """`fault` is a source text."""

    message = mark("第 {task} 项目前没有记为“{fault}”，无需申诉或免责。")

    def _fields_worded(self, gettext: Callable[[str], str]) -> dict[str, object]:
        return {**self.fields, "fault": gettext(str(self.fields["fault"]))}


class AppealedError(NoSuchFaultError):
    """`state` is a source text too."""

    message = mark("第 {task} 项“{fault}”已有第 {number} 号申诉，目前为“{state}”，不能再提。")

    def _fields_worded(self, gettext: Callable[[str], str]) -> dict[str, object]:
        return {**super()._fields_worded(gettext), "state": gettext(str(self.fields["state"]))}


class AppealSettledError(StateError):
    """`state` is a source text."""

    message = mark("第 {number} 号申诉目前为“{state}”，不能再这样处理。")

    def _fields_worded(self, gettext: Callable[[str], str]) -> dict[str, object]:
        return {**self.fields, "state": gettext(str(self.fields["state"]))}


class InstructionClosedError(StateError):
    message = mark("第 {number} 号批示已由{by}办结。")


class InstructionUnansweredError(StateError):
    message = mark("第 {number} 号批示还没有答复，不能办结。单位口头答复的，请先代为登记。")


class MovedAwayError(StateError):
    message = mark("第 {task} 项已改派给{unit}，请撤销第 {number} 号改派，而不是恢复应报。")


class NotExemptError(StateError):
    message = mark("第 {task} 项目前不是免报，无需恢复。")


class CircularPublishedError(StateError):
    message = mark("“{title}”已经发布，不能再改。如有错误，请发布更正后的新一版。")


class CircularUnpublishedError(StateError):
    message = mark("“{title}”还是草稿，没有发布。")


class CircularSupersededError(StateError):
    message = mark("“{title}”已经更正过，请更正最新的一版（第 {edition} 版）。")


class DraftWaitsError(StateError):
    message = mark("“{title}”还有一份没有发布的草稿，请先发布或放弃它。")


class DraftOvertakenError(StateError):
    message = mark("这份草稿在您打开之后又被改过，没有保存，也没有发布。请对照现在的文字再操作。")


class NothingToSummariseError(StateError):
    message = mark("这段时间没有可以总结的报送期。")


class FrozenDataError(StateError):
    """What was stored on publication is not what is stored now."""

    message = mark("“{title}”存档的数据与发布时的校验值不符，不能使用。")


class DamagedFileError(StateError):
    """As FrozenDataError, of one file."""

    message = mark("文件“{name}”与发布时的校验值不符，没有打开。请联系系统管理员从备份恢复。")


class TemplateRefusedError(InputError):
    """The words of a mail cannot be used; `reason` is a source text with fields of its own."""

    message = mark("第 {line} 行：{reason}。")

    def _fields_worded(self, gettext: Callable[[str], str]) -> dict[str, object]:
        return {**self.fields, "reason": gettext(str(self.fields["reason"])).format(**self.fields)}


class DocumentTemplateError(InputError):
    """A Word template cannot be used; `part` and `reason` are source texts, `paragraph` is 0 where it is not known."""

    message = mark("{part}：{reason}。")
    message_with_place = mark("{part}第 {paragraph} 段“{text}”：{reason}。")

    def worded(self, gettext: Callable[[str], str]) -> str:
        message = self.message_with_place if self.fields["paragraph"] else self.message
        return gettext(message).format(**self._fields_worded(gettext))

    def _fields_worded(self, gettext: Callable[[str], str]) -> dict[str, object]:
        reason = gettext(str(self.fields["reason"])).format(**self.fields)
        return {**self.fields, "part": gettext(str(self.fields["part"])), "reason": reason}


class OfficeMissingError(TrackerError):
    message = mark(
        "生成 PDF 需要 LibreOffice，本机没有安装。请管理员安装 libreoffice-writer（Debian：apt-get install "
        "libreoffice-writer），或下载 Word 文件后另存为 PDF。"
    )


class OfficeFailedError(TrackerError):
    """`reason` is a source text."""

    message = mark("LibreOffice 没有生成 PDF：{reason}。请过一分钟再试，或下载 Word 文件后另存为 PDF。")

    def _fields_worded(self, gettext: Callable[[str], str]) -> dict[str, object]:
        return {**self.fields, "reason": gettext(str(self.fields["reason"]))}


class FiguresDisagreeError(TrackerError):
    """Two figures of a document that have to be the same; `one` and `other` are source texts."""

    message = mark(
        "文件没有生成：{one}是 {first}，{other}是 {second}，两者本应相等。数据可能已损坏，请联系系统管理员。"
    )

    def _fields_worded(self, gettext: Callable[[str], str]) -> dict[str, object]:
        return {**self.fields, **{key: gettext(str(self.fields[key])) for key in ("one", "other")}}


class DatabaseNotReadyError(TrackerError):
    message = mark("数据库尚未建立或版本不符（当前 {current}，需要 {expected}）。请先运行：tracker migrate")


class DatabaseUnreachableError(TrackerError):
    message = mark("无法连接数据库：{reason}。请检查 database.url、口令与数据库服务是否在运行。")


class MailNotSentError(TrackerError):
    """One delivery attempt failed; the mail stays queued."""

    message = mark("邮件未送出：{reason}")

    def __init__(self, *, reason: str, is_permanent: bool) -> None:
        self.is_permanent = is_permanent
        super().__init__(reason=reason)
