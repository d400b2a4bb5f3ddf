"""Invitations as the services write them, to fictitious meetings."""

from __future__ import annotations

import time

import pytest

from calsieve.core.rules.conference import without_invitation

RULE, SHORT_RULE = "_" * 80, "_" * 32
TEAMS = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc%40thread.v2/0?context=%7b%7d"
MEET_RULE = "-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~::~:~::-"
OLD_TEAMS = f"""\
{RULE}
Microsoft Teams meeting
Join on your computer, mobile app or room device
Click here to join the meeting<{TEAMS}>
Meeting ID: 312 456 789 012
Passcode: Ab3dEf
Download Teams<https://www.microsoft.com/microsoft-teams/download-app> | Join on the web<https://aka.ms/x>
Or call in (audio only)
+44 20 3443 0000,,123456789# United Kingdom, London
Phone Conference ID: 123 456 789#
Learn More<https://aka.ms/JoinTeamsMeeting> | Meeting options<https://teams.microsoft.com/meetingOptions/?x=1>
{RULE}"""
NEW_TEAMS = f"""\
{RULE}
Microsoft Teams Need help?<https://aka.ms/JoinTeamsMeeting?omkt=en-GB>
Join the meeting now<{TEAMS}>
Meeting ID: 312 456
Passcode: Ab3
{SHORT_RULE}
Dial in by phone
+49 69 365057000,,12#<tel:+4969365057000,,12#> Germany, Frankfurt
Find a local number<https://dialin.teams.microsoft.com/x?id=12>
Phone conference ID: 12#
For organizers: Meeting options<https://teams.microsoft.com/meetingOptions/?y> | Reset PIN<https://aka.ms/y>
{RULE}"""
GERMAN_TEAMS = f"""\
{RULE}
Microsoft Teams-Besprechung
Nehmen Sie auf dem Computer oder mit der mobilen App teil
Hier klicken, um an der Besprechung teilzunehmen<{TEAMS}>
Besprechungs-ID: 1 2
Weitere Infos<https://aka.ms/JoinTeamsMeeting> | Besprechungsoptionen<https://teams.microsoft.com/meetingOptions/?z>
{RULE}"""
MEET = f"""\
{MEET_RULE}
Join with Google Meet: https://meet.google.com/abc-defg-hij
Or dial: (US) +1 555-555-5555 PIN: 123456789#
More phone numbers: https://tel.meet/abc-defg-hij?pin=1234567890123&hs=7

Learn more about Meet at: https://support.google.com/a/users/answer/9282720

Please do not edit this section.
{MEET_RULE}"""
ZOOM = """\
Jo Doe is inviting you to a scheduled Zoom meeting.

Topic: Numbers
Time: May 20, 2026 10:00 AM

Join Zoom Meeting
https://us02web.zoom.us/j/81234567890?pwd=abc.1

Meeting ID: 812 3456 7890
Passcode: 123456

---

One tap mobile
+16469313860,,81234567890#,,,,*123456# US

Dial by your location
        • +1 646 931 3860 US
        • +1 301 715 8592 US (Washington DC)
Find your local number: https://us02web.zoom.us/u/abc"""
WEBEX = """\
-- Do not delete or change any of the following text. --

When it's time, join your Webex meeting here.

Meeting number (access code): 123 456
Meeting password: abc

Join meeting
https://example.webex.com/example/j.php?MTID=m123

Tap to call in from a mobile device (attendees only)
+1-555-555-5555,,123## US Toll
Global call-in numbers"""


@pytest.mark.parametrize(
    ("invitation", "link"),
    [
        (OLD_TEAMS, TEAMS),
        (NEW_TEAMS, TEAMS),
        (GERMAN_TEAMS, TEAMS),
        (MEET, "https://meet.google.com/abc-defg-hij"),
        (ZOOM.replace("---\n\n", ""), "https://us02web.zoom.us/j/81234567890?pwd=abc.1"),
        (f"──────────\n{ZOOM.replace('---', '')}\n──────────", "https://us02web.zoom.us/j/81234567890?pwd=abc.1"),
        (WEBEX, "https://example.webex.com/example/j.php?MTID=m123"),
    ],
)
def test_of_an_invitation_the_link_is_left_and_all_that_people_wrote(invitation: str, link: str) -> None:
    assert without_invitation(invitation) == link
    around = without_invitation(f"Agenda:\n1. Numbers\n\n{invitation}\nBring your own.\n\nJane")
    assert around.replace("\n", "") == f"Agenda:1. Numbers{link}Bring your own.Jane"


def test_a_safe_link_is_unwrapped() -> None:
    wrapped = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F123&data=05"
    assert without_invitation(f"Join Zoom Meeting\n<{wrapped}>\nMeeting ID: 1") == "https://zoom.us/j/123"


@pytest.mark.parametrize(
    "said",
    [
        "No meeting here",
        "Join us at https://zoom.us/j/1 at noon",
        "See https://teams.microsoft.com/meetingOptions/?x",
        f"{RULE}\nFrom: Jane\nSent: today\n{RULE}\nJoin at https://zoom.us/j/1, or not,\nas you like it\nbest",
        "Join Zoom Meeting\nwith us\nhttps://zoom.us/j/1",
        "https://[bad/ Join Zoom Meeting\nhttps://zoom.us/",
        f"{RULE}\nMicrosoft Teams meeting\nMeeting ID: 1\n{RULE}",
    ],
)
def test_what_people_wrote_stays(said: str) -> None:
    assert without_invitation(said) == said


def test_the_same_link_is_given_once() -> None:
    assert without_invitation(f"{MEET}\n{MEET}") == "https://meet.google.com/abc-defg-hij"


def test_a_rule_before_what_people_wrote_stays_where_nothing_was_taken() -> None:
    said = without_invitation(f"{MEET_RULE}\nmine\n{'=' * 20}\nJoin Zoom Meeting\nhttps://zoom.us/j/1\nMeeting ID: 1")
    assert said == f"{MEET_RULE}\nmine\nhttps://zoom.us/j/1"


@pytest.mark.parametrize("line", ["Join Zoom Meeting", RULE, "https://zoom.us/j/1", "x", MEET, "Meeting ID: 1"])
def test_time_is_linear(line: str) -> None:
    begin = time.process_time()
    without_invitation(f"{line}\n" * 20_000 + "Join Zoom Meeting\nhttps://zoom.us/j/1")
    assert time.process_time() - begin < 5
