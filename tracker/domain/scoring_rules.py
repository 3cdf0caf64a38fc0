"""The formula by which units are scored, as config.toml has it and every document prints it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Points = Annotated[Decimal, Field(ge=0, le=1000, max_digits=7, decimal_places=3)]


class ScoringRules(BaseModel):
    """Frozen; a published account keeps those it was computed with.

    By "share" a deduction is for all that a unit owes and counts by the share of it that has the fault, so units with
    one task and with seventy are alike. By "item" it is for each obligation with the fault. No score is below 0.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    base: Points = Decimal(100)
    by: Literal["share", "item"] = "share"
    missing: Points = Decimal(100)
    late: Points = Decimal(30)
    no_substance: Points = Decimal(20)
    returned: Points = Decimal(10)
    # Cards are proposed below these scores, and the interview (约谈) after so many rounds in a row with something
    # missing; 0 proposes none. A person decides and issues.
    yellow_below: Points = Decimal(80)
    red_below: Points = Decimal(60)
    interview_after: Annotated[int, Field(ge=0, le=20)] = 2

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.red_below > self.yellow_below:
            raise ValueError("red_below 不应高于 yellow_below")
        return self
