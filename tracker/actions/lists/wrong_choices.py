"""What a person settled wrongly about a document: everything at once, each by the field that it stands in."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.errors import InputError
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class WrongChoice:
    """`field` is one of ImportChoices; `row` the task's number or the name within it, "" where it has no rows."""

    field: str
    row: str
    error: InputError

    @property
    def path(self) -> str:
        """As in the JSON of the choices: due_day, leads.3."""
        return f"{self.field}.{self.row}" if self.row else self.field


class WrongChoicesError(InputError):
    message = mark("有 {count} 处需要改正，未写入任何内容：\n{problems}")

    def __init__(self, wrong: Sequence[WrongChoice]) -> None:
        self.wrong = tuple(wrong)
        super().__init__(count=len(self.wrong))

    def _fields_worded(self, gettext: Callable[[str], str]) -> dict[str, object]:
        lines = (f"{found.path}: {found.error.worded(gettext)}" for found in self.wrong)
        return {**self.fields, "problems": "\n".join(lines)}


class Findings:
    """Collects what is wrong, so that a person hears of it once."""

    def __init__(self) -> None:
        self.wrong: list[WrongChoice] = []

    @contextmanager
    def about(self, field: str, row: str = "") -> Iterator[None]:
        """An error of the block is noted and the block left."""
        try:
            yield
        except InputError as error:
            self.wrong.append(WrongChoice(field, row, error))

    def settle(self) -> None:
        """Raises WrongChoicesError where anything was noted."""
        if self.wrong:
            raise WrongChoicesError(self.wrong)
