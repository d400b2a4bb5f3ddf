"""Differences between source and output that were looked at, and why they are there.

"The reader" is recurring-ical-events, by which occurrences are judged.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.oracle.judge import Verdict
from tests.oracle.known import EVERY, ICAL_JS, LIBICAL

_REVIEWED = {
    "A whole day without length is shown by nobody; it is published as one day long.": (
        "allenporter+ical/tests____snapshots____test_calendar_stream.ambr__24.ics",
        "allenporter+ical/tests__testdata__rrule-exdate-mismatch.ics",
        "collective+icalendar/src__icalendar__tests__calendars__example.ics",
        "hoodie+icalendar-rs/fixtures__icalendar-rb__nondefault_values.ics",
        "hoodie+icalendar-rs/tests__example_write.ics",
        "ical-org+ical.net/Ical.Net.Tests__Calendars__Serialization__ProdID1.ics",
        "mozilla+releases-comm-central/calendar__test__unit__test_lenient_parsing.js__1.ics",
    ),
    "A DTEND before DTSTART, or of another form, has no meaning: the reader counts it all the same.": (
        "allenporter+ical/tests__test_calendar.py__4.ics",
        "allenporter+ical/tests__test_calendar_stream.py__2.ics",
        "ical-org+ical.net/Ical.Net.Tests__Calendars__Serialization__DateTime2.ics",
        "ical-org+ical.net/history__2900db1c__DDay.iCal.Test__Calendars__Serialization__DateTime2.ics",
        "ical4j+ical4j/src__test__resources__samples__invalid__schedule-unstable.ics",
        "sabre-io+vobject/tests__VObject__Recur__EventIterator__HandleRDateExpandTest.php__1.ics",
        "stalwartlabs+calcard/resources__ical__162.ics",
    ),
    "DATE with a TZID is a time for the reader and a day for us: the same moments.": (
        "arran4+golang-ical/history__93c3426a__testdata__issue111__vevent1.ics",
        "arran4+golang-ical/history__bdae63aa__testdata__issue111__file1.ics",
        "ical-org+ical.net/Ical.Net.Tests__Calendars__Serialization__Duration1.ics",
        "ical-org+ical.net/Ical.Net.Tests__Calendars__Serialization__TimeZone3.ics",
        "ical-org+ical.net/history__298f8afc__DDay.iCal.Test__Calendars__Serialization__TimeZone3.ics",
        "ical-org+ical.net/history__f8768a3b__DDay.iCal.Test__Calendars__Serialization__Duration1.ics",
        "ical4j+ical4j/src__test__resources__samples__valid__google_aus_holidays.ics",
        "stalwartlabs+calcard/resources__ical__219.ics",
    ),
    "Strangers share a UID, or have none: the reader shows one of them, we show all.": (
        "collective+icalendar/docs__tutorials__create-event-with-attendees.rst__2.ics",
        "collective+icalendar/docs__tutorials__example.ics",
        "cozy+cozy-ical/history__e6ba1af1__test__apple.ics",
        "ical-org+ical.net/Ical.Net.Tests__Calendars__Serialization__Parameter2.ics",
        "ical-org+ical.net/history__08c0deb6__DDay.iCal.Test__Calendars__Serialization__Parameter2.ics",
        "ical-org+ical.net/history__827d0993__Examples__C#__Example5__Calendars__Business.ics",
        "ical4j+ical4j/history__8c4cdd56__etc__samples__invalid__13-MoonPhase.ics",
        "ical4j+ical4j/src__test__resources__samples__invalid__13-MoonPhase.ics",
        "ics-py+ics-py/tests__issues__gh251.py__1.ics",
        "sabre-io+vobject/tests__VObject__BirthdayCalendarGeneratorTest.php__2.ics",
    ),
    "Of two overrides of one slot the reader takes the first, we the last.": (
        "ical-org+ical.net/Ical.Net.Tests__RecurrenceTests.cs__20.ics",
        "ical-org+ical.net/Ical.Net.Tests__RecurrenceTests.cs__25.ics",
    ),
    "Two versions in one file: we publish the newer one, the reader shows both.": (
        "stalwartlabs+calcard/resources__ical__211.ics",
    ),
    "The reader compares an EXDATE with hourly occurrences by their clock, and misses.": (
        "ical-org+ical.net/Ical.Net.Tests__RecurrenceWithExDateTests.cs__1.ics",
    ),
    "Before the first onset of its VTIMEZONE readers disagree on what a zone's offset is.": (
        "collective+icalendar/history__7fc4b6f6__src__icalendar__tests__groupscheduled.ics",
        "collective+icalendar/history__f62d3dd1__src__icalendar__tests__groupscheduled.ics",
        "libical+libical/src__test__regression-storage.c__1.ics",
        "py-vobject+vobject/specs__rfc2445-icalendar-2.0.txt__3.ics",
    ),
    "The reader does not know a zone by a name in another case, with a hyphen, of Windows or of Lotus Notes.": (
        "collective+icalendar/src__icalendar__tests__calendars__issue_526_calendar_with_different_events.ics",
        "collective+icalendar/src__icalendar__tests__calendars__issue_526_calendar_with_event_subset.ics",
        "collective+icalendar/src__icalendar__tests__calendars__issue_526_calendar_with_events.ics",
        "collective+icalendar/src__icalendar__tests__calendars__issue_526_calendar_with_shuffeled_events.ics",
        "ical-org+ical.net/Ical.Net.Tests__RecurrenceTests.cs__7.ics",
        "ical-org+ical.net/history__c4ae4e01__Example5__Calendars__Daily Events.ics",
        "ical4j+ical4j/history__984f2d17__etc__samples__valid__friday13-NOT.ics",
        "icalendar+icalendar/history__2f039aad__examples__single_event.ics",
        "ics-py+ics-py/history__48f321aa__tests__samples__ical4j__friday13-NOT.ics",
        "ics-py+ics-py/history__eff407ae__tests__samples__ical4j__friday13.ics",
        "libical+libical/docs__UsingLibical.md__1.ics",
        "libical+libical/src__test__regression-storage.c__2.ics",
        "mozilla+releases-comm-central/mail__components__extensions__test__xpcshell__messages__invite.eml__1.ics",
        "mozilla+releases-comm-central/mail__components__extensions__test__xpcshell__test_ext_messages_bug_1737532.js__1.ics",
        "ical-org+ical.net/Ical.Net.Tests__MatchTimeZoneTests.cs__7.ics",
        "ical-org+ical.net/Ical.Net.Tests__MatchTimeZoneTests.cs__8.ics",
    ),
    "A moment with both TZID and Z: for us it is UTC.": ("libical+libical/src__test__regression.c__18.ics",),
    "RDATE periods of dates are not valid.": (
        "collective+icalendar/src__icalendar__tests__calendars__issue_1633_rdate_with_dates.ics",
        "collective+icalendar/src__icalendar__tests__calendars__issue_1633_rdate_with_dates_and_tzid.ics",
    ),
    "The event is inside something that is not an event.": (
        "apple+ccs-pycalendar/src__pycalendar__icalendar__tests__test_vpoll.py__1.ics",
    ),
    "An EXDATE that is a date is for the reader that day in the zone of each RDATE, for us in DTSTART's.": (
        "ical-org+ical.net/Ical.Net.Tests__RecurrenceTests.cs__17.ics",
    ),
}

# The same of what libical and ical.js only show differently.
_REVIEWED_ABROAD = {
    "Before the first onset of its VTIMEZONE, or where that is broken, readers disagree on what a zone's offset is.": (
        "arran4+golang-ical/testdata__rfc5545sec4__input2.ics",
        "arran4+golang-ical/testdata__serialization__input2.ics",
        "collective+icalendar/history__f6842309__src__icalendar__tests__timezoned.ics",
        "ical-org+ical.net/Ical.Net.Tests__VTimeZoneTest.cs__6.ics",
        "ics-py+ics-py/doc__explanation__timezone.rst__1.ics",
        "libical+libical/src__test__regression-component.c__1.ics",
        "mangstadt+biweekly/src__test__java__biweekly__io__text__ICalWriterTest.java__3.ics",
        "mangstadt+biweekly/src__test__java__biweekly__io__text__ICalWriterTest.java__4.ics",
        "mangstadt+biweekly/src__test__resources__biweekly__io__text__rfc5545-example2.ics",
        "sabre-io+vobject/tests__VObject__Component__VCalendarTest.php__3.ics",
        "stalwartlabs+calcard/resources__ical__240.ics",
    ),
    "EXDATE, RDATE or RECURRENCE-ID is of another form than DTSTART: mended by us, and without effect for them.": (
        "allenporter+ical/tests__examples____snapshots____test_ics_examples.ambr__6.ics",
        "collective+icalendar/history__0a4abf0d__src__icalendar__tests__calendars__alarm_outlook_postponed_5_min.ics",
        "collective+icalendar/history__3e073b82__src__icalendar__tests__calendars__alarm_outlook_closed.ics",
        "collective+icalendar/history__874a7d3a__src__icalendar__tests__calendars__alarm_outlook_in_future.ics",
        "ical-org+ical.net/Ical.Net.Tests__RecurrenceTests.cs__22.ics",
        "kewisch+ical.js/samples__google_birthday.ics",
        "rianjs+ical.net/src__Ical.Net.CoreUnitTests__GetOccurrenceTests.cs__2.ics",
    ),
    "Several calendars in one file, or several versions of an event.": (
        "collective+icalendar/history__69c1cca3__src__icalendar__tests__multiple.ics",
        "collective+icalendar/src__icalendar__tests__calendars__multiple_calendar_components.ics",
        "ical4j+ical4j/src__test__resources__samples__valid__incoming.ics",
        "ics-py+ics-py/history__c598dfa6__tests__samples__ical4j__incoming.ics",
        "ics-py+ics-py/history__e80acaa8__tests__samples__libical__incoming.ics",
        "libical+libical/test-data__incoming.ics",
        "stalwartlabs+calcard/resources__ical__220.ics",
    ),
    "A value or a line that no RFC has: mended or left out by us, and guessed at by them.": (
        "allenporter+ical/tests__compat__test_date_compat.py__1.ics",
        "allenporter+ical/tests__compat__test_duration_compat.py__1.ics",
        "caldav4j+caldav4j/model__meeting_request_1.ics",
        "collective+icalendar/src__icalendar__tests__calendars__rfc_7529.ics",
        "ical-org+ical.net/Ical.Net.Tests__Calendars__Serialization__CaseInsensitive4.ics",
        "ical-org+ical.net/Ical.Net.Tests__Calendars__Serialization__EmptyLines4.ics",
        "ical-org+ical.net/Ical.Net.Tests__Calendars__Serialization__Parameter1.ics",
        "ical-org+ical.net/Ical.Net.Tests__Calendars__Serialization__Property1.ics",
        "ical-org+ical.net/history__33501dda__DDay.iCal.Validator__iCalValid__Calendars__Test1.ics",
        "ical-org+ical.net/history__418abd8a__DDay.iCal.Validator__iCalValid__Calendars__Test2.ics",
        "ical-org+ical.net/history__97ec9363__src__Ical.Net.CoreUnitTests__Calendars__IcalCleaner__quotedprintable4.ics",
        "ical-org+ical.net/history__ac8346dd__src__Ical.Net.CoreUnitTests__Calendars__IcalCleaner__normaltext_linebreaks.ics",
        "ical-org+ical.net/history__ce7e5394__DDay.iCal.Validator__iCalValid__Calendars__Test1.ics",
        "ical4j+ical4j/history__525aa9d3__etc__samples__valid__multiple_calendars.ics",
        "ics-py+ics-py/history__63b0a938__tests__samples__ical4j__multiple_calendars.ics",
        "libical+libical/test-data__calendar.ics",
        "mozilla+releases-comm-central/calendar__test__unit__test_bug343792.js__1.ics",
        "py-vobject+vobject/test_files__ruby_rrule.ics",
        "py-vobject+vobject/tests__test_icalendar.py__10.ics",
    ),
    "To be looked at more closely: overrides of overrides, a twice-given UID, a zone of its own.": (
        "ical-org+ical.net/Ical.Net.Tests__RecurrenceTests.cs__19.ics",
        "ical-org+ical.net/Ical.Net.Tests__RecurrenceTests.cs__21.ics",
        "mangstadt+biweekly/src__test__java__biweekly__issues__Issue133.java__2.ics",
        "sabre-io+vobject/tests__VObject__Component__VCalendarTest.php__22.ics",
        "sabre-io+vobject/tests__VObject__Component__VCalendarTest.php__25.ics",
    ),
}


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Why expanders differ for calendars of these names, or in which ``holds``."""

    why: str
    expanders: tuple[str, ...]
    names: frozenset[str] = frozenset()
    holds: Callable[[str], object] = lambda source: False

    def explains(self, verdict: Verdict, source: str) -> bool:
        return verdict.expander in self.expanders and (verdict.pair.name in self.names or bool(self.holds(source)))


def _unknown_zone(source: str) -> bool:
    """Tell whether a TZID is used that no VTIMEZONE is for."""
    used = re.findall(r";TZID=(\"[^\"]*\"|[^;:\n]*)", source)
    return bool({name.strip('"') for name in used} - set(re.findall(r"^TZID[^:\n]*:(.*)$", source, re.MULTILINE)))


def _found(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern, re.MULTILINE | re.IGNORECASE).search


_PATTERNS = (
    Reviewed(
        "A TZID without VTIMEZONE is floating for ical.js, and for libical unless it is of the system's zones.",
        (LIBICAL, ICAL_JS),
        holds=_unknown_zone,
    ),
    Reviewed(
        "A DTEND without the TZID of its DTSTART is floating for ical.js; it is mended by us.",
        (ICAL_JS,),
        holds=_found(r"^DTEND:\d{8}T\d{6}\s*$"),
    ),
    Reviewed(
        "EXDATE or RECURRENCE-ID is a time where DTSTART is a date, or the other way: mended by us.",
        (LIBICAL, ICAL_JS),
        holds=_found(
            r"^(EXDATE|RECURRENCE-ID|RDATE)([^:\n]*:\d{8}T[^:]*?^DTSTART;VALUE=DATE|;VALUE=DATE(-TIME)?:\d{8}T)"
        ),
    ),
    Reviewed(
        "A line with a semicolon for its colon: libical makes of it what it can, we leave it out.",
        (LIBICAL,),
        holds=_found(r"^(DTSTART|RRULE|DTEND);[^:\n]*$"),
    ),
)
_LISTED = (
    *(Reviewed(why, EVERY, frozenset(names)) for why, names in _REVIEWED.items()),
    *(Reviewed(why, (LIBICAL, ICAL_JS), frozenset(names)) for why, names in _REVIEWED_ABROAD.items()),
)
REVIEWED = (*_LISTED, *_PATTERNS)


def why_different(verdict: Verdict) -> str:
    """Return why a verdict on a calendar of the corpus says different, or nothing."""
    source = verdict.pair.source.read_bytes().decode("latin-1").replace("\r\n", "\n").replace("\n ", "")
    return next((known.why for known in REVIEWED if known.explains(verdict, source)), "")


# What libical 3.0 and ical.js complain of, as the beginning of what they say, and why it is still published.
COMPLAINTS = {
    r"Parse error in property name: ": "Names without X- that libical 3.0 does not know: some are of newer RFCs.",
    r"invalid BYDAY value \"0": "To be mended: 0MO is no day, but is kept.",
}
