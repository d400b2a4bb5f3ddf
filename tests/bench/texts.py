"""The words and zones of the calendars that are measured on. Data only; all people are invented.

Addresses are under example.org, which nobody can own (RFC 2606).
"""

from __future__ import annotations

from typing import NamedTuple


class Person(NamedTuple):
    name: str
    email: str


PEOPLE = tuple(
    Person(name, f"{address}@example.org")
    for name, address in (
        ("Astrid Nyström", "astrid.nystrom"),
        ("Ben Okafor", "ben.okafor"),
        ("Célia Marchand", "celia.marchand"),
        ("Dimitris Kotsis", "dimitris.kotsis"),
        ("Émile Fournier", "emile.fournier"),
        ("Frida Grünwald", "frida.gruenwald"),
        ("Gonçalo Simões", "goncalo.simoes"),
        ("Haruka Ishida", "haruka.ishida"),
        ("Jakub Wójcik", "jakub.wojcik"),
        ("Noor van Dijk", "noor.van.dijk"),
    )
)
SUMMARIES = (
    "Weekly sync",
    "Planung Herbstprogramm",
    "Réunion de chantier",
    "Interview: backend developer",
    "Visita al almacén",
    "Quarterly numbers\\, second look",
    "Übergabe Schicht Süd",
    "Σύσκεψη προσωπικού",
    "進捗確認",
    "Dentist",
    "Handover with the night team",
    "Przegląd projektu",
)
DAYS = ("Urlaub Frida", "Conference in Lisbon", "Jour férié", "On call", "Inventur Lager 3", "Moving house")
PLACES = (
    "Room Cedar\\, ground floor",
    "Besprechungsraum Föhre\\, 2. OG",
    "Salle Épicéa",
    "https://meet.example.org/rooms/qzt-hjkw-mvb",
    "Town hall\\, entrance B\\, please ring twice",
)
SENTENCES = (
    "Please read the notes of last time before you come.",
    "Bitte die Zahlen bis zum Vorabend eintragen\\; später geht es nicht.",
    "L'ordre du jour suit\\, merci d'ajouter vos points avant midi.",
    "Agenda:\\n1. Open questions\\n2. What is next\\n3. Who does it",
    "Die Präsentation liegt im gemeinsamen Ordner unter „Entwürfe“.",
    "We can only keep the room for an hour.",
    "資料は前日までに共有します。",
    "If you cannot make it\\, tell the organiser\\, so that somebody else can have the seat.",
    "Join by phone: +49 30 5550 1234\\, then the number of the room and the hash key.",
    "El acceso al edificio se cierra a las ocho.",
)
# What else exporters write; most events have none of it.
EXTRAS: tuple[tuple[str, ...], ...] = (
    (),
    (),
    ("CLASS:PUBLIC", "PRIORITY:5", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "X-MICROSOFT-DISALLOW-COUNTER:FALSE"),
    ("CATEGORIES:Project,Customer", "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC"),
    ("URL:https://calendar.example.org/event?eid=a2p3aGV1aXdoZWZrandoZWZpdWh3ZWZp",),
)
VTIMEZONES = """\
BEGIN:VTIMEZONE
TZID:Europe/Berlin
X-LIC-LOCATION:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VTIMEZONE
TZID:America/New_York
X-LIC-LOCATION:America/New_York
BEGIN:DAYLIGHT
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
TZNAME:EDT
DTSTART:19700308T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
TZNAME:EST
DTSTART:19701101T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VTIMEZONE
TZID:Asia/Tokyo
X-LIC-LOCATION:Asia/Tokyo
BEGIN:STANDARD
TZOFFSETFROM:+0900
TZOFFSETTO:+0900
TZNAME:JST
DTSTART:19700101T000000
END:STANDARD
END:VTIMEZONE""".splitlines()
