"""Which HTTP status an error answers with: said once, for the pages and for the API."""

from __future__ import annotations

from typing import Final

from tracker.errors import (
    DatabaseNotReadyError,
    DatabaseUnreachableError,
    DocumentError,
    ForbiddenError,
    ForeignOriginError,
    InputError,
    MailNotSentError,
    NotFoundError,
    NotSignedInError,
    OfficeFailedError,
    OfficeMissingError,
    SignInError,
    StateError,
    TooManyAttemptsError,
    TrackerError,
    WrongPasswordError,
)

STATUS: Final[dict[type[TrackerError], int]] = {
    TrackerError: 400,
    NotSignedInError: 401,
    SignInError: 401,
    ForbiddenError: 403,
    ForeignOriginError: 403,
    NotFoundError: 404,
    StateError: 409,
    InputError: 422,
    WrongPasswordError: 422,
    TooManyAttemptsError: 429,
    MailNotSentError: 502,
    OfficeFailedError: 502,
    DatabaseNotReadyError: 503,
    DatabaseUnreachableError: 503,
    OfficeMissingError: 503,
    DocumentError: 503,
}


def status_of(error: TrackerError) -> int:
    """The status of the nearest class that has one."""
    return next(STATUS[cls] for cls in type(error).__mro__ if cls in STATUS)
