"""A VALUE parameter stays where it can be true."""

from __future__ import annotations

import pytest

from calsieve.core.repairs.types import is_of_type
from tests.core.kit import lines, vevent

TRUE = [
    ("20260520", "DATE"),
    ("20260520", "date"),
    ("https://example.org/T", "URI"),
    ("20260520T090000Z", "DATE-TIME"),
    ("20260520T090000/PT1H", "PERIOD"),
    ("20260520T090000/20260520T100000", "PERIOD"),
    ("-PT15M", "DURATION"),
    ("090000", "TIME"),
    ("+0530", "UTC-OFFSET"),
    ("-7", "INTEGER"),
    ("1.5", "FLOAT"),
    ("true", "BOOLEAN"),
    ("anything: at, all", "X-OWN"),
    ("https://example.org", "URI"),
    (r"https://example.org/a,b\c", "URI"),
    ("x", "TEXT"),
    ("mailto:a@example.org", "CAL-ADDRESS"),
    ("aGVsbG8=", "BINARY"),
    ("FREQ=DAILY", "RECUR"),
    ("a", "UID"),
    ("https://example.org#xpointer(/a)", "XML-REFERENCE"),
    ("FALSE", "BOOLEAN"),
    ("+P1W", "DURATION"),
    ("P1DT2H3M4S", "DURATION"),
    ("235959Z", "TIME"),
    ("-053015", "UTC-OFFSET"),
    ("123456789012345", "INTEGER"),
    ("-15", "FLOAT"),
    ("20260520T090000Z/P1W", "PERIOD"),
]
FALSE = [
    ("20260520,20260521", "DATE"),
    (r"https://example.org\n", "URI"),
    ("20260230", "DATE"),
    ("20260520T090000", "DATE"),
    ("2026-05-20T09:00:00", "DATE-TIME"),
    ("20260520T090000", "PERIOD"),
    ("20260230T090000/PT1H", "PERIOD"),
    ("PT", "DURATION"),
    ("P", "DURATION"),
    ("soon", "DURATION"),
    ("250000", "TIME"),
    ("+2500", "UTC-OFFSET"),
    ("1.5", "INTEGER"),
    ("maybe", "BOOLEAN"),
    ("FALSEHOOD", "BOOLEAN"),
    ("", "DATE"),
    ("x", "BLA"),
    ("20260230T090000Z", "DATE-TIME"),
    ("20260520T090000/PT", "PERIOD"),
    ("20260520,never", "DATE"),
    ("236000", "TIME"),
    ("1234567890123456", "INTEGER"),
    ("1.", "FLOAT"),
]


@pytest.mark.parametrize(("text", "claimed"), TRUE)
def test_a_value_can_be_of_the_type_it_claims(text: str, claimed: str) -> None:
    assert is_of_type(text, claimed)


@pytest.mark.parametrize(("text", "claimed"), FALSE)
def test_a_value_can_not_be_of_the_type_it_claims(text: str, claimed: str) -> None:
    assert not is_of_type(text, claimed)


def test_a_false_claim_goes_and_a_true_one_stays() -> None:
    found = lines(vevent("DTSTART:20260520T100000Z", "X-A;VALUE=PERIOD;X=1:soon", "X-B;VALUE=DATE:20260520"))
    assert "X-A;X=1:soon" in found
    assert "X-B;VALUE=DATE:20260520" in found
