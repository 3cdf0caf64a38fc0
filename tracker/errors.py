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


class UnknownPeriodError(_NamedError):
    message = mark("报送期“{name}”无法识别。")


class PeriodNotCoveredError(NotFoundError):
    message = mark("报送期“{name}”不在清单的期限内（{first} 至 {last}）。")


class UnknownRoundError(_NamedError):
    message = mark("报送期“{name}”尚未开启。")


class UnknownUserError(_NamedError):
    message = mark("没有名为“{name}”的用户。")


class UnknownContactError(_NamedError):
    message = mark("没有邮箱为“{name}”的联系人。")


class UnknownTokenError(_NamedError):
    message = mark("没有名为“{name}”的有效接口密钥。")


class NotExpectedError(NotFoundError):
    """The unit does not owe this task in this round."""

    message = mark("本期第 {task} 项任务不需要{unit}报送。")


class ForbiddenError(TrackerError):
    message = mark("您的账号没有进行此操作的权限。")


class NotSignedInError(TrackerError):
    message = mark("请先登录。")


class SignInError(TrackerError):
    message = mark("用户名或密码不正确。")


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
        translated = {key: gettext(str(self.fields[key])) for key in ("field", "reason") if self.fields[key]}
        return {**self.fields, **translated}


class NameTakenError(InputError):
    message = mark("“{name}”已被使用（{owner}），未作更改。")


class UnreadableFileError(InputError):
    """A file that cannot be read at all (a bad row is a Problem, not an error)."""

    message = mark("无法读取文件“{file}”：{reason}")


class BlockingProblemsError(InputError):
    """A file was read but its problems keep it from being stored."""

    message = mark("文件中有 {count} 处问题，未写入任何内容：\n{problems}")

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__(count=len(problems), problems="\n".join(problems))


class RequestKeyUsedError(InputError):
    """The key stands for an earlier request that did not file this text."""

    message = mark(
        "请求编号“{request_key}”已用于回执 {receipt}，其中没有第 {task} 项的这一内容。请换一个编号。"
    )


class DueDayNeededError(InputError):
    """A list that reports on demand is given a due day whenever a round opens."""

    message = mark("本清单按需报送，开启 {period} 时请给出截止日。")


class StateError(TrackerError):
    """The thing is in a state that does not allow the act."""


class ListInUseError(StateError):
    message = mark(
        "清单“{list}”已开启过报送期，且文件与已导入的内容不同（{differences}）。为保留历史，未作更改。"
    )


class RoundExistsError(StateError):
    message = mark("{list} {period} 已经开启过。")


class RoundClosedError(StateError):
    message = mark("{period} 报送期已关闭，不能再报送。如需补报，请联系统筹人。")


class AlreadyAcceptedError(StateError):
    message = mark("第 {task} 项已审核通过，不能再修改。如需更正，请联系统筹人退回。")


class TransitionError(StateError):
    message = mark("第 {task} 项目前为“{state}”，不能{act}。")


class ConflictError(StateError):
    """Someone else filed a version in between; both texts are kept."""

    message = mark("第 {task} 项在您填写期间已有新的版本（{filed_by}）。您的文字没有丢失，请对照后重新提交。")

    def __init__(self, *, task: str, filed_by: str, theirs: str, yours: str) -> None:
        self.theirs, self.yours = theirs, yours
        super().__init__(task=task, filed_by=filed_by)


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
