"""The words of the sample calendars: everyday text in several languages; all people are invented.

Data only: calsieve.cli.sample makes events of it.
"""

from __future__ import annotations

from typing import NamedTuple


class Person(NamedTuple):
    """Somebody who does not exist; the address is under example.org, which nobody can own (RFC 2606)."""

    name: str
    email: str


PEOPLE = tuple(
    Person(name, f"{address}@example.org")
    for name, address in (
        ("Mara Lindqvist", "mara.lindqvist"),
        ("Jörg Brückner", "joerg.brueckner"),
        ("Aïcha Benoît", "aicha.benoit"),
        ("Tomás Peña", "tomas.pena"),
        ("Eleni Papadaki", "eleni.papadaki"),
        ("Kaito Mori", "kaito.mori"),
        ("Priya Raman", "priya.raman"),
        ("Oluwaseun Ade", "oluwaseun.ade"),
        ("Zofia Wrońska", "zofia.wronska"),
        ("Liam O'Hara", "liam.ohara"),
        ("Ingrid Sæther", "ingrid.saether"),
        ("Chiara Conti", "chiara.conti"),
    )
)

WORK_MEETINGS = (
    "Project review",
    "1:1 Mara / Priya",
    "Besprechung Einkauf und Lager",
    "Réunion d'équipe",
    "Reunión con el cliente",
    "Budget 2nd quarter\\, first reading",
    "Vorstellungsgespräch (Entwicklung)",
    "Σύσκεψη έργου",
    "設計レビュー",
    "Spotkanie zespołu",
    "Customer call: Northwind harbour",
    "Architecture hour",
    "Release go or no-go",
    "Point hebdomadaire – qualité",
    "Workshop Zeitzonen",
    "Security review\\, gateway",
)
WORK_SERIES = (
    "Team meeting",
    "Wochenstart",
    "Stand-up",
    "Jour fixe Vertrieb",
    "Point d'équipe",
    "Revisión semanal",
    "Sprint planning",
    "週次ミーティング",
)
WORK_DAYS = (
    "Business trip to Lyon",
    "Urlaub Jörg",
    "Congé – Aïcha",
    "Trade fair",
    "Home office",
    "Inventur",
    "Public holiday (Oslo)",
)
WORK_PLACES = (
    "Room Aurora\\, 2nd floor",
    "Besprechungsraum Süd\\, 3. OG",
    "Salle Écluse",
    "https://meet.example.org/k7-rwq-plm",
    "Microsoft Teams Meeting",
    "Sala Ñandú",
)

FAMILY_MEETINGS = (
    "Dentist",
    "Zahnarzt Emil",
    "Elternabend 4b",
    "Dîner chez Aïcha",
    "Cena con los abuelos",
    "Swimming",
    "Werkstatt: Reifenwechsel",
    "Concert at the harbour",
    "Chorprobe",
    "Haircut",
    "Παιδική χαρά",
    "Vet (Momo)",
)
FAMILY_SERIES = (
    "Football training",
    "Klavierstunde",
    "Cours de danse",
    "Choir",
    "Müll: Papier",
    "Natación",
)
FAMILY_DAYS = (
    "Ferien in Dänemark",
    "Grandma visits",
    "Schulausflug",
    "Vacances à Nantes",
    "Camping",
)
FAMILY_PLACES = (
    "Lindenallee 12",
    "Turnhalle am Park",
    "12 rue des Tilleuls",
    "Community pool",
)

# (month, day, name): fixed days only, so that the list is right in every year.
HOLIDAYS = (
    (1, 1, "Neujahr"),
    (1, 6, "Heilige Drei Könige"),
    (5, 1, "Tag der Arbeit"),
    (5, 8, "Fête de la Victoire"),
    (7, 14, "Fête nationale"),
    (8, 15, "Mariä Himmelfahrt"),
    (10, 3, "Tag der Deutschen Einheit"),
    (10, 31, "Reformationstag"),
    (11, 1, "Toussaint"),
    (11, 11, "Armistice"),
    (12, 24, "Heiligabend"),
    (12, 25, "Noël"),
    (12, 26, "2. Weihnachtstag"),
    (12, 31, "Silvester"),
)

NOTES = (
    "Agenda: last week's decisions; open questions; who does what until when. Please read the paper before.",
    "Bitte die Zahlen vom Vormonat mitbringen. Protokoll wie immer im Wiki.",
    "Merci d'ajouter vos points à l'ordre du jour avant midi ; le compte rendu suivra.",
    "Traed los últimos números, por favor. La sala tiene proyector.",
    "Short one. If there is nothing to decide we give the half hour back.",
    "資料は前日までに共有してください。",
)
GOOGLE_NOTE = (
    "-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~::~:~::-\\n"
    "Join: https://meet.example.org/{code}\\nOr dial: +49 30 5550 {pin}# PIN: {pin}\\n"
    "Please do not edit this section.\\n-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~::~:~::-"
)
OUTLOOK_NOTE = (
    "________________________________________________________________________________\\n"
    "Microsoft Teams meeting\\nJoin on your computer\\, mobile app or room device\\n"
    "https://teams.example.org/l/meetup-join/{code}\\nMeeting ID: {pin} 204 {pin}\\nPasscode: {code}\\n"
    "________________________________________________________________________________"
)

_ZONE = """BEGIN:VTIMEZONE
TZID:{tzid}
BEGIN:DAYLIGHT
TZOFFSETFROM:{standard}
TZOFFSETTO:{daylight}
TZNAME:{dst_name}
DTSTART:{dst_start}
RRULE:FREQ=YEARLY;{dst_rule}
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:{daylight}
TZOFFSETTO:{standard}
TZNAME:{std_name}
DTSTART:{std_start}
RRULE:FREQ=YEARLY;{std_rule}
END:STANDARD
END:VTIMEZONE
"""
_BERLIN = {
    "standard": "+0100",
    "daylight": "+0200",
    "dst_name": "CEST",
    "std_name": "CET",
    "dst_start": "19700329T020000",
    "std_start": "19701025T030000",
    "dst_rule": "BYMONTH=3;BYDAY=-1SU",
    "std_rule": "BYMONTH=10;BYDAY=-1SU",
}
_NEW_YORK = {
    "standard": "-0500",
    "daylight": "-0400",
    "dst_name": "EDT",
    "std_name": "EST",
    "dst_start": "20070311T020000",
    "std_start": "20071104T020000",
    "dst_rule": "BYMONTH=3;BYDAY=2SU",
    "std_rule": "BYMONTH=11;BYDAY=1SU",
}
_TOKYO = """BEGIN:VTIMEZONE
TZID:Asia/Tokyo
BEGIN:STANDARD
TZOFFSETFROM:+0900
TZOFFSETTO:+0900
TZNAME:JST
DTSTART:19700101T000000
END:STANDARD
END:VTIMEZONE
"""
# The rules since 2007 hold for all of the sample's years; the last one is what Outlook calls Berlin's.
VTIMEZONES = (
    _ZONE.format(tzid="Europe/Berlin", **_BERLIN)
    + _ZONE.format(tzid="America/New_York", **_NEW_YORK)
    + _TOKYO
    + _ZONE.format(tzid="W. Europe Standard Time", **_BERLIN)
).splitlines()
