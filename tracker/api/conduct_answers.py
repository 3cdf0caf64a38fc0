"""What is answered about findings and appeals."""

from datetime import datetime

from tracker.api.answers import _Answer


class AppealAnswer(_Answer):
    """`state` is "asked", "upheld" or "refused"; `decided_by` and `decision` are "" while it waits."""

    number: int
    fault: str
    state: str
    words: str
    asked_by: str
    asked_at: datetime
    decision: str
    decided_by: str
    decided_at: datetime | None


class FindingAnswer(_Answer):
    """That a text says nothing; it counts while `withdrawn_at` is null."""

    reason: str
    found_by: str
    found_at: datetime
    withdrawn_by: str
    withdrawn_at: datetime | None


class ConductAnswer(_Answer):
    """`faults` are what counts now; findings and appeals the newest first."""

    task: str
    unit: str
    faults: tuple[str, ...]
    findings: tuple[FindingAnswer, ...]
    appeals: tuple[AppealAnswer, ...]


class ListedAppealAnswer(AppealAnswer):
    period: str
    task: str
    unit: str


class AppealsAnswer(_Answer):
    """`count` is of all of this state; `appeals` one page of them."""

    count: int
    appeals: tuple[ListedAppealAnswer, ...]
