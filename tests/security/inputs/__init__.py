"""All bad inputs, by the doors they come in by."""

from __future__ import annotations

from tests.security.bad_input import BadInput
from tests.security.inputs import accounts, addresses, answers, calendars, configurations, series

INPUTS: tuple[BadInput, ...] = (
    *configurations.INPUTS,
    *addresses.INPUTS,
    *answers.INPUTS,
    *accounts.INPUTS,
    *series.INPUTS,
    *calendars.INPUTS,
)
