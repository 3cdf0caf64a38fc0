"""How one round is chased: each unit's due moment and rungs, with extensions, pauses and moved days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from tracker.domain.ladder import newest_rung, rungs_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tracker.domain.ladder import LadderRung, Rung
    from tracker.domain.send_window import SendWindow


@dataclass(frozen=True, slots=True)
class LaterDue:
    """An extension as far as the ladder is concerned."""

    due_at: datetime
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class Quiet:
    """A pause from `since` on; `last_on` is its last day, None until it is ended."""

    since: datetime
    last_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Chasing:
    """One round. Moments are aware; by unit id: `later` the extensions, `quiet` the pauses.

    `off_since` is the moment from which nothing goes out by itself, `closes_at` the one when the round closes.
    """

    ladder: tuple[LadderRung, ...]
    opened_at: datetime
    due_at: datetime
    closes_at: datetime | None
    off_since: datetime | None
    remind_at: time
    window: SendWindow
    moved_to: Mapping[str, date]
    later: Mapping[int, LaterDue]
    quiet: Mapping[int, tuple[Quiet, ...]]

    def due_of(self, unit_id: int) -> datetime:
        """The unit's own due moment."""
        return self.later[unit_id].due_at if unit_id in self.later else self.due_at

    def all_rungs(self) -> tuple[Rung, ...]:
        """Those of the units without an extension, the coordinators' own among them."""
        return self._placed(self.due_at, moved_to=self.moved_to)

    def rungs_of(self, unit_id: int) -> tuple[Rung, ...]:
        """The rungs that tell the unit anything.

        Around an extended due day they have names of their own, as they may come a second time, and those that
        lie before the grant are left out: who is given more time is not reminded for it.
        """
        if (later := self.later.get(unit_id)) is None:
            return tuple(rung for rung in self.all_rungs() if rung.is_for_units)
        due_on = later.due_at.astimezone(self.window.zone).date()
        placed = self._placed(later.due_at, suffix=f"@{due_on}")
        return tuple(rung for rung in placed if rung.is_for_units and self._is_after(rung, later.granted_at))

    def _is_after(self, rung: Rung, granted_at: datetime) -> bool:
        """The opening is told whatever was granted, but nobody is told of it after the round was due."""
        return granted_at <= self.due_at if rung.is_opening else rung.at > granted_at

    def newest_of(self, unit_id: int, now: datetime) -> Rung | None:
        return newest_rung(self.rungs_of(unit_id), now)

    def is_off(self, moment: datetime) -> bool:
        return self.off_since is not None and self.off_since <= moment

    def pause_of(self, unit_id: int, moment: datetime) -> Quiet | None:
        """The pause that keeps the unit from being reminded at `moment`."""
        today = moment.astimezone(self.window.zone).date()
        for quiet in self.quiet.get(unit_id, ()):
            if quiet.since <= moment and (quiet.last_on is None or today <= quiet.last_on):
                return quiet
        return None

    def is_before(self, rung: Rung, owed_since: datetime | None) -> bool:
        """Whether the rung was to be judged before anything was owed; None: it was owed from the start."""
        return owed_since is not None and self.window.next_open(rung.at) < owed_since

    def next_of(
        self, unit_id: int, told: Collection[str], now: datetime, owed_since: datetime | None
    ) -> datetime | None:
        """When the next reminder would come by itself if the unit went on owing; None where none would.

        `told` names the rungs that it has had, `owed_since` is as for `is_before`.
        """
        rungs = self.rungs_of(unit_id)
        moments = []
        for rung in rungs:
            if rung.name in told or self.is_before(rung, owed_since):
                continue
            moment = self._free_from(unit_id, max(rung.at, now))
            if moment is None or self.is_off(moment) or newest_rung(rungs, moment) != rung:
                continue
            if self.closes_at is None or moment <= self.closes_at:
                moments.append(moment)
        return min(moments, default=None)

    def _placed(
        self, due_at: datetime, *, moved_to: Mapping[str, date] | None = None, suffix: str = ""
    ) -> tuple[Rung, ...]:
        return rungs_of(
            self.ladder,
            due_at.astimezone(self.window.zone).date(),
            self.remind_at,
            self.window.calendar,
            self.window.zone,
            opened_at=self.opened_at,
            moved_to=moved_to,
            suffix=suffix,
        )

    def _free_from(self, unit_id: int, moment: datetime) -> datetime | None:
        """The first moment from `moment` on that is within hours and no pause; None where a pause has no end."""
        while True:
            moment = self.window.next_open(moment)
            quiet = self.pause_of(unit_id, moment)
            if quiet is None:
                return moment
            if quiet.last_on is None:
                return None
            moment = datetime.combine(quiet.last_on + timedelta(days=1), time.min, self.window.zone)
