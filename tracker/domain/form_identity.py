"""What a 报送表 says of itself, and how it is known afterwards that nobody has changed it.

The fields are open to read; none is a secret. The signature covers all of them, and each row bears a mark of
its own that is bound to the form: rows may be sorted, deleted or moved, but not be taken from another form.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from tracker.domain.signature import is_signed, sign
from tracker.errors import ForeignFormError, FormAlteredError, FormOutdatedError

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = "1"
_FORM: Final = "form"
_ROW: Final = "form row"
_SITE: Final = "form site"
# 64 bits each: a guess is one try a mail, and whoever has the form has its marks.
_SHORT: Final = 16
_MARK: Final = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})\.([0-9a-f]{16})")
_NUMBERS: Final = ("round", "unit", "version")


@dataclass(frozen=True, slots=True)
class FormIdentity:
    """Whose form it is: database keys of the round, the unit and the version of the list, and when it was issued."""

    round_id: int
    unit_id: int
    version_id: int
    issued_at: datetime

    def fields(self, secret: str) -> dict[str, str]:
        """As they are written into the form. `site` tells the forms of different sites apart."""
        return {
            "format": FORMAT,
            "site": sign(secret, _SITE)[:_SHORT],
            "round": str(self.round_id),
            "unit": str(self.unit_id),
            "version": str(self.version_id),
            "issued_at": self.issued_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class RowMark:
    """Which task a row is about, and the version of the text that stood in it when the form was issued."""

    task_id: int
    base_version: int

    def written(self, secret: str, form_signature: str) -> str:
        """`17.2.0f3a…`, good in the form of that signature only."""
        return f"{self.task_id}.{self.base_version}.{self._signature(secret, form_signature)}"

    def _signature(self, secret: str, form_signature: str) -> str:
        return sign(secret, _ROW, form_signature, str(self.task_id), str(self.base_version))[:_SHORT]


def sign_fields(fields: Mapping[str, str], secret: str) -> str:
    """In whatever order they stand."""
    return sign(secret, _FORM, *(word for pair in sorted(fields.items()) for word in pair))


def read_fields(fields: Mapping[str, str], signature: str, secret: str) -> FormIdentity:
    """The identity in the fields of a form that came back.

    Raises ForeignFormError for the form of another site, FormAlteredError where a field or the signature was
    changed, FormOutdatedError for one of another format than today's.
    """
    own_site = sign(secret, _SITE)[:_SHORT]
    is_whole = is_signed(
        signature, secret, _FORM, *(word for pair in sorted(fields.items()) for word in pair)
    )
    if not is_whole and fields.get("site") != own_site:
        raise ForeignFormError
    if not is_whole:
        raise FormAlteredError
    if fields.get("format") != FORMAT:
        raise FormOutdatedError
    round_id, unit_id, version_id = (int(fields[name]) for name in _NUMBERS)
    return FormIdentity(round_id, unit_id, version_id, datetime.fromisoformat(fields["issued_at"]))


def is_row_mark(text: str) -> bool:
    """Whether `text` looks like the mark of a row; whether it is a true one `read_mark` says."""
    return _MARK.fullmatch(text) is not None


def read_mark(text: str, secret: str, form_signature: str) -> RowMark | None:
    """None for a mark that was changed or comes from another form."""
    found = _MARK.fullmatch(text)
    if found is None:
        return None
    mark = RowMark(int(found[1]), int(found[2]))
    return mark if hmac.compare_digest(mark.written(secret, form_signature), text) else None
