"""SOGo, of Debian: sogod on PostgreSQL and memcached, behind Apache."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.interop.dav.items import Item
from tests.interop.dav.parts import apache, postgres, sql
from tests.interop.dav.place import Place, free_port
from tests.interop.dav.server import PASSWORD, USER, Server

RUNS_AS = "sogo"  # the only one who may read its configuration, which it insists on

_FLOATING = re.compile(r"^(DT(?:START|END):\d{8}T\d{6})$", re.MULTILINE)
_TIMED = re.compile(r"^DTSTART[^\n]*T\d{6}", re.MULTILINE)
_END = re.compile(r"^(?:DTEND|DURATION)", re.MULTILINE)
_USERS = f"""
CREATE TABLE sogo_users (c_uid varchar PRIMARY KEY, c_name varchar, c_password varchar, c_cn varchar, mail varchar);
INSERT INTO sogo_users VALUES ('{USER}', '{USER}', md5('{PASSWORD}'), 'Alice', '{USER}@example.org');
"""
_TABLES = {
    "SOGoProfileURL": "sogo_user_profile",
    "OCSFolderInfoURL": "sogo_folder_info",
    "OCSSessionsFolderURL": "sogo_sessions_folder",
    "OCSEMailAlarmsFolderURL": "sogo_alarms_folder",
    "OCSStoreURL": "sogo_store",
    "OCSAclURL": "sogo_acl",
    "OCSCacheFolderURL": "sogo_cache_folder",
    "OCSAdminURL": "sogo_admin",
}
_SETTINGS = {
    "SOGoTimeZone": "UTC",
    "SOGoMailingMechanism": "smtp",
    "SOGoSMTPServer": "smtp://127.0.0.1:1",
    "SOGoIMAPServer": "imap://127.0.0.1:1",
    "SOGoAppointmentSendEMailNotifications": "NO",
    "SOGoEnableEMailAlarms": "NO",
    "WOWorkersCount": "1",
    "WOWatchDogRequestTimeout": "10",
    "WOLogFile": "-",
    "WONoDetach": "YES",
}
_FRONT = """\
ProxyPreserveHost On
RequestHeader set x-webobjects-server-url expr=http://%{{HTTP_HOST}}
RequestHeader set x-webobjects-server-protocol HTTP/1.0
RequestHeader unset x-webobjects-remote-user
RewriteEngine On
RewriteRule ^/\\.well-known/caldav/?$ /SOGo/dav [R=301,L]
ProxyPass /SOGo http://127.0.0.1:{port}/SOGo nocanon retry=0 disablereuse=On
"""


def start(place: Place) -> Server:
    database, memory, behind, port = postgres(place), free_port(), free_port(), free_port()
    sql(place, database, "postgres", "CREATE DATABASE sogo")
    sql(place, database, "sogo", _USERS)
    place.start(["/usr/bin/memcached", "-l", "127.0.0.1", "-p", str(memory)], memory)
    place.start(["/usr/sbin/sogod", *_words(place, database, memory, behind)], behind)
    apache(place, port, "proxy", "proxy_http", config=_FRONT.format(port=behind))
    return Server(port, f"/SOGo/dav/{USER}/Calendar/personal/", is_made=True, stored=_stored)


def _stored(item: Item) -> Item:
    """Return what SOGo makes of an item: times without a zone are in its user's, and what has no end lasts an hour."""
    return replace(item, components=tuple(_with_an_end(_FLOATING.sub(r"\1Z", text)) for text in item.components))


def _with_an_end(event: str) -> str:
    if _TIMED.search(event) and not _END.search(event):
        return event.replace("\nEND:VEVENT", "\nDURATION:PT1H\nEND:VEVENT")
    return event


def _words(place: Place, database: int, memory: int, port: int) -> list[str]:
    """Return the whole configuration, which on the command line goes before that of a SOGo this machine may have."""
    url = f"postgresql://postgres@127.0.0.1:{database}/sogo"
    users = (
        f'({{type=sql;id=users;viewURL="{url}/sogo_users";canAuthenticate=YES;isAddressBook=NO;'
        "userPasswordAlgorithm=md5;})"
    )
    settings = {
        **{name: f"{url}/{table}" for name, table in _TABLES.items()},
        **_SETTINGS,
        "SOGoUserSources": users,
        "SOGoMemcachedHost": f"127.0.0.1:{memory}",
        "WOPort": f"127.0.0.1:{port}",
        "WOPidFile": f"{place.directory}/sogo.pid",
    }
    return [word for name, value in settings.items() for word in (f"-{name}", value)]
