"""Rules under a name, for what many want. What each relies on is said beside it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from calsieve.rules import (
    EVERYTHING,
    Action,
    Change,
    Combine,
    Condition,
    Edit,
    Field,
    Group,
    Operator,
    Rule,
    Where,
)


class Preset(NamedTuple):
    """What a preset does, in a sentence, and its rules."""

    description: str
    rules: tuple[Rule, ...]


def _equals(field: Field, *values: str) -> Where:
    return Where(field, Operator.EQUALS, values)


def _contains(field: Field, *values: str) -> Where:
    return Where(field, Operator.CONTAINS, values)


def _exists(field: Field, name: str = "") -> Where:
    return Where(field, Operator.EXISTS, property=name)


def _any(*conditions: Condition) -> Group:
    return Group(Combine.ANY, conditions)


def _all(*conditions: Condition) -> Group:
    return Group(Combine.ALL, conditions)


def _not(*conditions: Condition) -> Group:
    return Group(Combine.NOT, conditions)


def _dropping(name: str, description: str, when: Condition) -> tuple[str, Preset]:
    return name, Preset(description, (Rule(name, Action.DROP, when),))


def _only(name: str, description: str, when: Condition) -> tuple[str, Preset]:
    return name, Preset(description, (Rule(name, Action.DROP, _not(when)),))


# Exchange keeps a cancelled meeting as it was, CONFIRMED, with the word and a colon before its title, in the language
# of who cancelled it (GAS-ICS-Sync #218 and #6 of outlook-calendar-sync have the English one). Whatever wrote the word
# there, it says that the event is off.
_CANCELLED = (
    *("Canceled", "Cancelled", "Abgesagt", "Annulé", "Annulée", "Cancelado", "Cancelada", "Annullato", "Annullata"),
    *("Geannuleerd", "Afgelast", "Inställt", "Inställd", "Avlyst", "Aflyst", "Aflýst", "Peruutettu", "Peruttu"),
    *(
        "Odwołane",
        "Odwołano",
        "Anulowane",
        "Anulowano",
        "Zrušeno",
        "Zrušené",
        "Lemondva",
        "Törölve",
        "Anulat",
        "Anulată",
    ),
    *("Otkazano", "Preklicano", "Odpovedano", "Tühistatud", "Atcelts", "Atšaukta", "Cancel·lat", "Cancel·lada"),
    *("Отменено", "Отменена", "Скасовано", "Отказано", "Ακυρώθηκε", "Ακυρωμένο", "İptal", "İptal edildi"),
    *("キャンセル", "キャンセル済み", "取り消し", "已取消", "取消", "취소됨", "취소", "בוטל", "تم الإلغاء", "ملغى"),
    *("Đã hủy", "Dibatalkan", "ยกเลิก", "ยกเลิกแล้ว"),
)
_CANCELLED_TITLES = tuple(word + colon for word in _CANCELLED for colon in (":", " :", "：", "\xa0:"))
# Google's calendars of holidays say so in the description, Outlook's give them a category.
_HOLIDAY = ("Public holiday", "Gesetzlicher Feiertag", "Jour férié", "Día festivo", "Festività", "Feriado", "Feestdag")
_HOLIDAYS = ("Holiday", "Holidays", "Feiertag", "Feiertage", "Jours fériés", "Festivos", "Feriados", *_HOLIDAY)
# As birthday calendars of Google, Apple, Nextcloud and Outlook name them.
_BIRTHDAY = (
    *("birthday", "Geburtstag", "anniversaire de", "cumpleaños", "compleanno", "verjaardag", "aniversário"),
    *("födelsedag", "fødselsdag", "bursdag", "syntymäpäivä", "urodziny", "narozeniny", "születésnap", "🎂"),
)
_CATEGORY_OF_BIRTHDAYS = ("Birthday", "Birthdays", "Geburtstag", "Geburtstage", "Anniversaires")

PRESETS: Mapping[str, Preset] = MappingProxyType(
    dict(
        [
            _dropping(
                "cancelled",
                "Drops what is cancelled: STATUS is CANCELLED, or the title begins with Exchange's “Canceled:”, in any"
                " of some forty languages.",
                _any(_equals(Field.STATUS, "cancelled"), Where(Field.SUMMARY, Operator.STARTS, _CANCELLED_TITLES)),
            ),
            _dropping(
                "declined",
                "Drops what you declined. Needs `me`; only sources that tell who answered what can be asked.",
                _equals(Field.PARTSTAT, "declined"),
            ),
            _dropping(
                "unanswered",
                "Drops invitations that you did not answer yet. Needs `me`.",
                _equals(Field.PARTSTAT, "needs-action"),
            ),
            _dropping(
                "tentative",
                "Drops what is tentative, by its STATUS or as Exchange shows it.",
                _any(_equals(Field.STATUS, "tentative"), _equals(Field.BUSY, "tentative")),
            ),
            _dropping("free", "Drops what takes no time: events that leave you free.", _equals(Field.BUSY, "free")),
            _dropping(
                "private", "Drops what is private or confidential.", _equals(Field.CLASS, "private", "confidential")
            ),
            _dropping("no-all-day", "Drops events that last whole days.", _exists(Field.ALL_DAY)),
            _only("only-all-day", "Keeps only events that last whole days.", _exists(Field.ALL_DAY)),
            _dropping(
                "no-weekends", "Drops what begins on a Saturday or Sunday.", _equals(Field.WEEKDAY, "sat", "sun")
            ),
            # fewohbee #285: the block moves on day by day, and bookings are “Reserved”.
            _dropping(
                "airbnb-blocks",
                "Drops Airbnb's “Not available” blocks, which move a day each day; reservations stay.",
                _equals(Field.SUMMARY, "Airbnb (Not available)", "Not available"),
            ),
            # homeassistant-rental-control #241.
            _dropping(
                "booking-blocks",
                "Drops Booking.com's “CLOSED - Not available” blocks.",
                _equals(Field.SUMMARY, "CLOSED - Not available"),
            ),
            _only(
                "holidays-only",
                "Keeps only public holidays: days that their calendar calls so, by category or description.",
                _all(
                    _exists(Field.ALL_DAY),
                    _any(
                        _equals(Field.CATEGORIES, *_HOLIDAYS),
                        Where(Field.DESCRIPTION, Operator.STARTS, _HOLIDAY),
                    ),
                ),
            ),
            _dropping(
                "birthdays",
                "Drops birthdays: whole days that are called so, by category or title, in some languages.",
                _all(
                    _exists(Field.ALL_DAY),
                    _any(
                        _equals(Field.CATEGORIES, *_CATEGORY_OF_BIRTHDAYS),
                        _exists(Field.PROPERTY, "X-NEXTCLOUD-BC-FIELD-TYPE"),
                        _contains(Field.SUMMARY, *_BIRTHDAY),
                    ),
                ),
            ),
            (
                "tidy",
                Preset(
                    "Makes plain text of descriptions, and leaves of invitations to Teams, Zoom, Meet and Webex"
                    " meetings the link to join. The rules behind it are tried too.",
                    (
                        Rule(
                            "tidy",
                            Action.EDIT,
                            EVERYTHING,
                            (
                                Edit(Change.STRIP_HTML, "DESCRIPTION"),
                                Edit(Change.STRIP_CONFERENCE, "DESCRIPTION"),
                            ),
                            goes_on=True,
                        ),
                    ),
                ),
            ),
        ]
    )
)
