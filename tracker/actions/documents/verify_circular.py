"""Looks whether a published account is still what was published, and whether its data give the same figures today."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from tracker.errors import CircularUnpublishedError, FiguresDisagreeError
from tracker.i18n import translations
from tracker.models import key
from tracker.reports.accounts.account import account_of
from tracker.reports.accounts.frozen import account_json, differences, hash_of, thaw
from tracker.store.circulars import file_of, files_of

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.models import Circular

_MOST_DIFFERENCES: Final = 50


@dataclass(frozen=True, slots=True)
class Difference:
    """`path` names a part of the account, as `counts.filed` or `kinds[1].counts.late`."""

    path: str
    published: str
    now: str


@dataclass(frozen=True, slots=True)
class Verification:
    """`differences` is what an account made of the stored data today says otherwise, at most fifty."""

    is_data_whole: bool
    damaged_files: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def is_good(self) -> bool:
        return self.is_data_whole and not self.damaged_files and not self.differences


def verify_circular(session: Session, circular: Circular) -> Verification:
    """Raises CircularUnpublishedError for a draft."""
    if circular.data is None:
        raise CircularUnpublishedError(title=circular.title)
    is_data_whole = hash_of(circular.data) == circular.data_hash
    return Verification(
        is_data_whole=is_data_whole,
        damaged_files=tuple(_damaged(session, key(circular))),
        # What is not what was published says nothing about its figures.
        differences=tuple(_differences(circular.data)) if is_data_whole else (),
    )


def _damaged(session: Session, circular_id: int) -> list[str]:
    found = []
    for form, _name, content_hash, _size in files_of(session, circular_id):
        file = file_of(session, circular_id, form)
        if file is None or hash_of(file.content) != content_hash:
            found.append(form)
    return found


def _differences(data: bytes) -> list[Difference]:
    frozen = thaw(data)
    gettext = translations(frozen.language).gettext
    try:
        account = account_of(frozen.report, frozen.words, frozen.heading, gettext)
    except FiguresDisagreeError as error:
        return [Difference("", "", error.worded(gettext))]
    found = differences(frozen.account, account_json(account))
    return [
        Difference(path, str(published), str(now))
        for path, published, now in islice(found, _MOST_DIFFERENCES)
    ]
