"""Who may do what: every role against every check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tracker.domain.actors import ROLE_LABELS, ROLE_WORDS, Actor, Role, system
from tracker.errors import ForbiddenError, NotFoundError, TrackerError

if TYPE_CHECKING:
    from collections.abc import Callable

OWN, OTHER = 1, 2
# Role: then coordinates, sees its own unit, sees another, files for its own unit, files for another.
TABLE: dict[Role, tuple[type[TrackerError] | None, ...]] = {
    Role.FILLER: (ForbiddenError, None, NotFoundError, None, NotFoundError),
    Role.LEADER: (ForbiddenError, None, None, ForbiddenError, ForbiddenError),
    Role.COORDINATOR: (None, None, None, None, None),
    Role.ADMINISTRATOR: (None, None, None, None, None),
}


def refusal(check: Callable[[], None]) -> type[TrackerError] | None:
    try:
        check()
    except TrackerError as error:
        return type(error)
    return None


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_what_the_table_says(role: Role) -> None:
    actor = Actor(role, "某人", "test", unit_id=OWN)
    assert (
        refusal(actor.require_coordinating),
        refusal(lambda: actor.require_sight(OWN)),
        refusal(lambda: actor.require_sight(OTHER)),
        refusal(lambda: actor.require_filing(OWN)),
        refusal(lambda: actor.require_filing(OTHER)),
    ) == TABLE[role]


def test_a_filler_without_a_unit_sees_nothing() -> None:
    assert refusal(lambda: Actor(Role.FILLER, "某人", "test").require_sight(OWN)) is NotFoundError


def test_the_program_itself_coordinates() -> None:
    actor = system("jobs")
    actor.require_coordinating()
    assert (actor.label, actor.via, actor.unit_id) == ("jobs", "jobs", None)


def test_every_role_has_a_word_that_means_it() -> None:
    assert set(ROLE_LABELS) == set(Role)
    assert all(ROLE_WORDS[label] is role for role, label in ROLE_LABELS.items())
    assert ROLE_WORDS["负责人"] is Role.LEADER


@pytest.mark.parametrize("kept", Role)
def test_accounts_are_kept_by_those_who_stand_above_their_role(kept: Role) -> None:
    unit_id = {Role.FILLER: 1}
    keepers = {role for role in Role if Actor(role, "x", "test", unit_id.get(role)).may_keep(kept)}
    below = kept in (Role.FILLER, Role.LEADER)
    assert keepers == ({Role.COORDINATOR, Role.ADMINISTRATOR} if below else {Role.ADMINISTRATOR})
