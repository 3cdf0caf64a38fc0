"""Stories of a unit: signing in, filing, being told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.conftest import FILING
from tests.web.filing.test_filing_pages import Sheet
from tests.web.filing.test_form_pages import FORM, UPLOAD, filled
from tracker.web.words import NOTICES as SAID

if TYPE_CHECKING:
    from tests.web.stories.visitors import Visitors


def signing_in(visitors: Visitors) -> None:
    visitors.nobody.get("/login")
    visitors.nobody.post("/login", {"username": "nobody", "password": "wrong"})
    form = visitors.unit.get(FILING).fields(action=FILING)
    visitors.nobody.post(FILING, form | {"text-1": "written while away", "act": "all"})


def being_told(visitors: Visitors) -> None:
    """Everything that a page says after something was done."""
    for word in SAID:
        visitors.coordinator.get(f"/?done={word}&count=2")


def filing(visitors: Visitors) -> None:
    sheet = Sheet(visitors.pages, visitors.unit)
    sheet.send("all", {})
    sheet.send("draft", {"2": "half a sentence"})
    sheet.send("one-1", {"1": "w" * 400})
    sheet.send("one-1", {"1": "written"})
    sheet.send("one-1", {"1": "written by another"})
    Sheet(visitors.pages, visitors.unit).send("one-2", {"2": "nothing to tell"}, nil=("2",))


def filing_a_form(visitors: Visitors) -> None:
    form = visitors.unit.get(FORM).body
    fields = visitors.unit.get(FILING).fields(action=UPLOAD)
    visitors.unit.post(UPLOAD, fields)
    for data in (
        b"%PDF-1.7",
        filled(form, r7="of the form", remark="a remark"),
        filled(form, r7="of the form", remark="a remark"),
        filled(form, r7="too late", r8="w" * 318),
    ):
        fields = visitors.unit.get(FILING).fields(action=UPLOAD)
        visitors.unit.post(UPLOAD, fields, files={"file": ("form.xlsx", data, "application/octet-stream")})
