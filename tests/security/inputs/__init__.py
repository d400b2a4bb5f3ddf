"""All bad inputs, by the doors they come in by."""

from __future__ import annotations

from tests.security.bad_input import BadInput
from tests.security.inputs import accounts, addresses, answers, calendars, configurations

INPUTS: tuple[BadInput, ...] = (
    *configurations.INPUTS,
    *addresses.INPUTS,
    *answers.INPUTS,
    *accounts.INPUTS,
    *calendars.INPUTS,
)
