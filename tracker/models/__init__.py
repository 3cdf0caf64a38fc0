"""Tables, one noun a module. Rows are checked by constraints here and by rules in `tracker.domain`."""

from tracker.models.account import Account, ApiToken, SignIn
from tracker.models.columns import key, metadata
from tracker.models.contact import Contact
from tracker.models.jobrun import JobRun
from tracker.models.mail import MailAttachment, MailState, OutgoingMail, Reminder, ReminderMail
from tracker.models.pending_import import PendingImport
from tracker.models.progress import Draft, ProgressUpdate, Receipt, Review, ReviewOutcome
from tracker.models.round import Obligation, ReportingRound
from tracker.models.tasklist import Assignment, AssignmentRole, Measure, Section, Task, TaskList
from tracker.models.unit import OrgUnit, UnitAlias, UnitGroup, UnitGroupMember, UnitKind
from tracker.models.workday import CalendarDay, CalendarYear

__all__ = [
    "Account",
    "ApiToken",
    "Assignment",
    "AssignmentRole",
    "CalendarDay",
    "CalendarYear",
    "Contact",
    "Draft",
    "JobRun",
    "MailAttachment",
    "MailState",
    "Measure",
    "Obligation",
    "OrgUnit",
    "OutgoingMail",
    "PendingImport",
    "ProgressUpdate",
    "Receipt",
    "Reminder",
    "ReminderMail",
    "ReportingRound",
    "Review",
    "ReviewOutcome",
    "Section",
    "SignIn",
    "Task",
    "TaskList",
    "UnitAlias",
    "UnitGroup",
    "UnitGroupMember",
    "UnitKind",
    "key",
    "metadata",
]
