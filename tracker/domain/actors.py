"""Who acts, and what they may see. The scope check of every face and action stands here (DESIGN: rule 15)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tracker.domain.unit_tree import is_below
from tracker.errors import ForbiddenError, NotFoundError
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Mapping


class Role(StrEnum):
    """What an account may do. A filler belongs to one unit; the others see all."""

    FILLER = "filler"
    LEADER = "leader"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


ROLE_LABELS = {
    Role.FILLER: mark("填报人"),
    Role.LEADER: mark("领导"),
    Role.COORDINATOR: mark("统筹人"),
    Role.ADMINISTRATOR: mark("管理员"),
}
# Also what people write in a contacts table.
ROLE_WORDS = {label: role for role, label in ROLE_LABELS.items()} | {"负责人": Role.LEADER}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: `label` is kept with what they did, `via` says by which face it came."""

    role: Role
    label: str
    via: str
    unit_id: int | None = None

    @property
    def is_coordinating(self) -> bool:
        return self.role in (Role.COORDINATOR, Role.ADMINISTRATOR)

    @property
    def sees_all(self) -> bool:
        return self.role is not Role.FILLER

    def require_coordinating(self) -> None:
        """Raises ForbiddenError unless the actor coordinates."""
        if not self.is_coordinating:
            raise ForbiddenError

    @property
    def is_administering(self) -> bool:
        return self.role is Role.ADMINISTRATOR

    def require_administering(self) -> None:
        """Raises ForbiddenError unless the actor administers the site."""
        if not self.is_administering:
            raise ForbiddenError

    def may_keep(self, role: Role) -> bool:
        """Whether accounts and keys of `role` are the actor's to give and take: a coordinator's are those below its
        own, so that nobody makes or takes over an equal or a better."""
        return self.is_administering or (self.is_coordinating and role in (Role.FILLER, Role.LEADER))

    def require_keeping(self, role: Role) -> None:
        """Raises ForbiddenError unless `may_keep`."""
        if not self.may_keep(role):
            raise ForbiddenError

    def require_sight(self, unit_id: int) -> None:
        """Raises NotFoundError where the unit is not the actor's to see: it may not learn that it exists."""
        if not self.sees_all and self.unit_id != unit_id:
            raise NotFoundError

    def require_gathering(self, unit_id: int, parents: Mapping[int, int | None]) -> None:
        """Raises NotFoundError unless the actor files for a unit above `unit_id`; `parents` is of all units."""
        is_own = self.unit_id is None or self.unit_id == unit_id
        if self.sees_all or is_own or not is_below(parents, unit_id, self.unit_id or 0):
            raise NotFoundError

    def require_filing(self, unit_id: int) -> None:
        """Raises NotFoundError for another unit's filer, ForbiddenError for a leader, who only reads."""
        self.require_sight(unit_id)
        if self.role is Role.LEADER:
            raise ForbiddenError


def system(via: str) -> Actor:
    """The program itself, or its administrator at the command line."""
    return Actor(role=Role.ADMINISTRATOR, label=via, via=via)
