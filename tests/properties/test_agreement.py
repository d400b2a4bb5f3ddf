"""No file that the core makes is taken for one that shows something else than its sources."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsieve.core.agreement import Difference
from calsieve.core.window import EARLIEST, LATEST
from calsieve.models import SeriesMode
from tests.core.kit import cleaned
from tests.core.test_agreement import found
from tests.properties.calendars import NOWS, policies, sources


@pytest.mark.parametrize("mode", SeriesMode)
@given(data=st.data(), source=sources(), now=NOWS)
def test_what_is_composed_shows_what_was_drawn(
    data: st.DataObject, source: bytes, now: datetime, mode: SeriesMode
) -> None:
    result = cleaned(source, policy=data.draw(policies(mode)), now=now)
    if result.report.window_start != EARLIEST and result.report.window_end != LATEST:
        assert found(result, source) == Difference()
