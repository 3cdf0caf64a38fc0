"""A browser for each who sees pages of his own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.english import EnglishBrowser
from tracker.models import (
    key,
)
from tracker.store.units import unit_by_name

if TYPE_CHECKING:
    from tests.web.conftest import Pages


class Visitors:
    """A browser for each who sees pages of his own; all read English."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.nobody = EnglishBrowser(pages.app)
        self.unit, self.leader, self.coordinator, self.administrator = (
            EnglishBrowser(pages.app, cookies=pages.as_(name).cookies)
            for name in ("甲县", "领导", "统筹", "管理")
        )

    @property
    def all(self) -> tuple[EnglishBrowser, ...]:
        return self.nobody, self.unit, self.leader, self.coordinator, self.administrator

    def id_of(self, name: str) -> int:
        with self.pages.database.reading() as session:
            return key(unit_by_name(session, name))

    def obligation(self, number: str) -> str:
        """The address of 甲县's page."""
        return f"/obligations/{self.pages.obligations(self.pages.example.county_a.id)[number].id}"
