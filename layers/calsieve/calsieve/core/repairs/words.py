"""Each repair in plain words: what was wrong, and what became of it. docs/upstream-quirks.md says why."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # bytes and lines
    "byte_order_mark": "three bytes before its beginning went",
    "utf16": "it is in UTF-16 and was read as such",
    "charset": "a line was not in UTF-8 and was read in another charset",
    "bare_newlines": "its lines did not end in CRLF and do now",
    "control_characters": "characters that no line may hold went",
    "broken_folding": "a line that was broken wrongly was put together",
    "not_a_property": "a line that says nothing went",
    # the tree of components
    "missing_end": "an END line was missing and was supplied",
    "orphan_end": "an END line that closes nothing went",
    "too_deep": "components inside components inside components were flattened",
    "several_calendars": "several calendars in one file were read as one",
    "not_an_event": "what is no event, such as tasks, was left out",
    # properties
    "uid_missing": "it had no UID and got one that is made from its content",
    "uid_replaced": "its UID gave way to one that is made from its content",
    "property_empty": "a property without a value went",
    "stamp_missing": "it had no DTSTAMP and got one",
    "stamp_not_utc": "a stamp that lacks its Z was read as UTC",
    "property_name": "a line whose name can't be one went",
    "property_value": "a value that strict readers reject went",
    "property_repeated": "a second one of a property that may come once went",
    "link_of_several_lines": "an address with a line break in it ends there",
    "parameters": "parameters that are not well-formed were written anew or went",
    "text_unescaped": "commas or semicolons in a text got their backslash",
    "alarm_unusable": "an alarm that can't go off went",
    # times
    "date_without_value": "a date that does not say that it is one was read as a date",
    "zone_on_utc": "a time in UTC that also names a zone was read as UTC",
    "start_missing": "an override had no start and got that of its slot",
    "end_unreadable": "an end that is no date went",
    "end_and_duration": "it had an end and a duration, and the end stays",
    "end_form": "its end was written in another form than its start, and is in the same now",
    "end_before_start": "an end before the start went",
    "end_equals_start": "an end that is the start went",
    "duration_unusable": "a duration that can't be read, or can't be one, went",
    # recurrence
    "rule_form": "its recurrence rule was written in the form that RFC 5545 gives it",
    "rule_unreadable": "a recurrence rule without a meaning went",
    "until_and_count": "its rule had UNTIL and COUNT, and UNTIL stays",
    "date_unreadable": "a date that was added or excepted and is none went",
    "moment_form": "excepted, added or overridden times were put into the form of the start",
    "rule_in_override": "recurrences of a single occurrence went",
    # series
    "master_repeated": "of several versions the newest stays",
    "uid_shared": "events that are strangers to each other shared its UID and got UIDs of their own",
    "override_orphan": "an occurrence without its series stands for itself",
    "override_before_start": "an occurrence from before its series begins stands for itself",
    "override_repeated": "of several overrides of one occurrence the newest stays",
    "series_in_two_sources": "several sources have it in the same words, and it is published once",
    "uid_in_two_sources": "another source has its UID for something else, so a name was added to it",
    # time zones
    "zone_renamed": "its time zone is called by its IANA name now",
    "zone_undefined": "its time zone is known by name only and was defined",
    "zone_unquoted": "a time zone with a colon in its name was read without its quotes",
    "zone_unknown": "nobody knows its time zone, so the feed's was taken",
}
