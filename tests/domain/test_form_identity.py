"""The identity of a form: whoever changes a word of it is found out."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.form_identity import (
    FormIdentity,
    RowMark,
    is_row_mark,
    read_fields,
    read_mark,
    sign_fields,
)
from tracker.domain.form_words import form_words
from tracker.domain.signature import is_signed, sign
from tracker.errors import ForeignFormError, FormAlteredError, FormOutdatedError

SECRET, OTHER = "a" * 64, "b" * 64
IDENTITY = FormIdentity(3, 7, 2, datetime(2024, 9, 15, 8, tzinfo=ZoneInfo("Asia/Shanghai")))
FIELDS = IDENTITY.fields(SECRET) | form_words(str)
SIGNATURE = sign_fields(FIELDS, SECRET)


def test_what_was_written_is_read_in_any_order() -> None:
    assert read_fields(dict(reversed(FIELDS.items())), SIGNATURE, SECRET) == IDENTITY


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("change", ["9", "", None])
def test_every_field_is_signed(name: str, change: str | None) -> None:
    changed = {key: value for key, value in FIELDS.items() if key != name}
    if change is not None:
        changed[name] = change
    with pytest.raises(ForeignFormError if name == "site" else FormAlteredError):
        read_fields(changed, SIGNATURE, SECRET)


@pytest.mark.parametrize(
    "signature", ["", "0" * 64, SIGNATURE[:-1], SIGNATURE.upper(), SIGNATURE + "0", "字"]
)
def test_another_signature_is_found_out(signature: str) -> None:
    with pytest.raises(FormAlteredError):
        read_fields(FIELDS, signature, SECRET)


def test_a_field_more_is_found_out() -> None:
    with pytest.raises(FormAlteredError):
        read_fields(FIELDS | {"role": "coordinator"}, SIGNATURE, SECRET)


def test_another_sites_form_is_called_so() -> None:
    fields = IDENTITY.fields(OTHER)
    with pytest.raises(ForeignFormError):
        read_fields(fields, sign_fields(fields, OTHER), SECRET)


def test_a_form_of_another_format_is_out_of_date() -> None:
    fields = FIELDS | {"format": "0"}
    with pytest.raises(FormOutdatedError):
        read_fields(fields, sign_fields(fields, SECRET), SECRET)


def test_a_mark_is_good_in_its_own_form_only() -> None:
    written = RowMark(17, 2).written(SECRET, SIGNATURE)
    assert is_row_mark(written)
    assert read_mark(written, SECRET, SIGNATURE) == RowMark(17, 2)
    assert read_mark(written, SECRET, "0" * 64) is None
    assert read_mark(written, OTHER, SIGNATURE) is None


def test_no_digit_of_a_mark_can_be_changed() -> None:
    written = RowMark(17, 2).written(SECRET, SIGNATURE)
    for place, letter in enumerate(written):
        changed = written[:place] + ("1" if letter != "1" else "2") + written[place + 1 :]
        assert read_mark(changed, SECRET, SIGNATURE) is None


@given(st.text())
def test_no_other_text_is_a_mark(text: str) -> None:
    assert read_mark(text, SECRET, SIGNATURE) is None


@given(st.lists(st.text()), st.lists(st.text()))
def test_different_parts_have_different_signatures(some: list[str], others: list[str]) -> None:
    assert is_signed(sign(SECRET, "form", *some), SECRET, "form", *others) is (some == others)
    assert not is_signed(sign(SECRET, "form", *some), SECRET, "form row", *some)
