"""Models of the forms about officers' use of the register."""

from __future__ import annotations

from typing import Annotated

from chalicelib.oversight.look_budgets import LookKind
from chalicelib.web.fields.case_field_types import ReasonField
from chalicelib.web.fields.field_types import TextField
from chalicelib.web.fields.plain_field_types import OwnIdField, WholeNumberField
from chalicelib.web.http.validation import FormInput

MOST_GRANTED = 100_000


class UseNoteForm(FormInput):
    """What came of looking into unusual use. unit, day, officer: whose, and when."""

    unit: Annotated[str, TextField("the unit", 100, needed=False)]
    day: Annotated[str, TextField("the day", 10)]
    officer: Annotated[str, TextField("the officer", 100)]
    note: Annotated[str, ReasonField("what you found")]


class GrantForm(FormInput):
    """More looks for an officer today. grant: made with the form, so that it counts once."""

    officer: Annotated[str, TextField("the officer", 100)]
    grant: Annotated[str, OwnIdField()]
    searches: Annotated[
        int | None, WholeNumberField("the number of searches", 0, MOST_GRANTED, needed=False)
    ]
    sites: Annotated[
        int | None, WholeNumberField("the number of sites", 0, MOST_GRANTED, needed=False)
    ]
    reveals: Annotated[
        int | None, WholeNumberField("the number of looks", 0, MOST_GRANTED, needed=False)
    ]
    reason: Annotated[str, ReasonField("why more are needed")]

    def amounts(self) -> dict[LookKind, int]:
        """How many more of each kind."""
        return {
            LookKind.SEARCHES: self.searches or 0,
            LookKind.SITES: self.sites or 0,
            LookKind.REVEALS: self.reveals or 0,
        }
