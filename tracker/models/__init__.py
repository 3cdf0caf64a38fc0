"""Tables, one noun a module. Rows are checked by constraints here and by rules in `tracker.domain`."""

from tracker.models.account import Account, ApiToken, SignIn
from tracker.models.circular import Circular, CircularFile, CircularKind, DocumentMailing, DocumentTemplate
from tracker.models.columns import key, metadata
from tracker.models.conduct import Appeal, AppealState, Finding
from tracker.models.contact import Contact
from tracker.models.duty import CloseOut, CloseOutState, Instruction, InstructionReply, Reassignment
from tracker.models.extension import ChasePause, Extension, RungMove
from tracker.models.incoming import IncomingMail, IncomingState, MailboxPlace, Material
from tracker.models.indicator import (
    Indicator,
    IndicatorKind,
    IndicatorSet,
    IndicatorState,
    IndicatorValue,
    ValueRole,
)
from tracker.models.jobrun import JobRun
from tracker.models.mail import MailAttachment, MailState, OutgoingMail, Reminder, ReminderMail
from tracker.models.pending_import import PendingImport
from tracker.models.progress import Draft, ProgressUpdate, Receipt, ReportedValue, Review, ReviewOutcome
from tracker.models.round import Obligation, ReportingRound
from tracker.models.search import SearchIndex
from tracker.models.site import MailTemplate, SiteKey
from tracker.models.tasklist import Assignment, AssignmentRole, ListVersion, Measure, Section, Task, TaskList
from tracker.models.unit import (
    OrgUnit,
    UnitAlias,
    UnitChange,
    UnitChangeKind,
    UnitGroup,
    UnitGroupMember,
    UnitKind,
)
from tracker.models.workday import CalendarDay, CalendarYear

__all__ = [
    "Account",
    "ApiToken",
    "Appeal",
    "AppealState",
    "Assignment",
    "AssignmentRole",
    "CalendarDay",
    "CalendarYear",
    "ChasePause",
    "Circular",
    "CircularFile",
    "CircularKind",
    "CloseOut",
    "CloseOutState",
    "Contact",
    "DocumentMailing",
    "DocumentTemplate",
    "Draft",
    "Extension",
    "Finding",
    "IncomingMail",
    "IncomingState",
    "Indicator",
    "IndicatorKind",
    "IndicatorSet",
    "IndicatorState",
    "IndicatorValue",
    "Instruction",
    "InstructionReply",
    "JobRun",
    "ListVersion",
    "MailAttachment",
    "MailState",
    "MailTemplate",
    "MailboxPlace",
    "Material",
    "Measure",
    "Obligation",
    "OrgUnit",
    "OutgoingMail",
    "PendingImport",
    "ProgressUpdate",
    "Reassignment",
    "Receipt",
    "Reminder",
    "ReminderMail",
    "ReportedValue",
    "ReportingRound",
    "Review",
    "ReviewOutcome",
    "RungMove",
    "SearchIndex",
    "Section",
    "SignIn",
    "SiteKey",
    "Task",
    "TaskList",
    "UnitAlias",
    "UnitChange",
    "UnitChangeKind",
    "UnitGroup",
    "UnitGroupMember",
    "UnitKind",
    "ValueRole",
    "key",
    "metadata",
]
