"""Cyrus, of Debian, which Fastmail runs: its httpd, with imapd to make the user."""

from __future__ import annotations

import imaplib

from tests.interop.dav.place import Place, free_port
from tests.interop.dav.server import PASSWORD, USER, Server

RUNS_AS = "nobody"

_PROGRAMS = "/usr/lib/cyrus/bin"
_ADMIN = "cyrus"
_IMAPD = """\
configdirectory: {directory}/conf
defaultpartition: default
partition-default: {directory}/spool
proc_path: {directory}/proc
mboxname_lockpath: {directory}/lock
sievedir: {directory}/sieve
idlesocket: {directory}/idle
notifysocket: {directory}/notify
cyrus_group: {group}
admins: {admin}
altnamespace: no
unixhierarchysep: yes
virtdomains: off
allowplaintext: yes
httpallowcompress: yes
httpmodules: caldav
caldav_allowattach: off
caldav_allowscheduling: off
caldav_create_default: no
calendar_user_address_set: example.org
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {directory}/sasldb2
sasl_mech_list: PLAIN
autocreate_users: anyone
autocreate_quota: -1
httptimeout: 30
sync_log: no
"""
_MASTER = """\
START {{
  recover cmd="{programs}/ctl_cyrusdb -C {directory}/imapd.conf -r"
}}
SERVICES {{
  http cmd="{programs}/httpd -C {directory}/imapd.conf -U 30" listen="127.0.0.1:{port}" prefork=1 maxchild=20
  imap cmd="{programs}/imapd -C {directory}/imapd.conf -U 30" listen="127.0.0.1:{imap}" prefork=0 maxchild=5
}}
EVENTS {{
}}
"""


def start(place: Place) -> Server:
    port, imap = free_port(), free_port()
    where = {"directory": place.directory, "programs": _PROGRAMS, "admin": _ADMIN, "port": port, "imap": imap}
    imapd = place.write("imapd.conf", _IMAPD.format(**where, group=place.directory.group()))
    master = place.write("cyrus.conf", _MASTER.format(**where))
    for name in ("conf/socket", "spool", "proc", "lock", "sieve"):
        place.run("mkdir", "-p", str(place.directory / name))
    for user in (USER, _ADMIN):
        place.run("/usr/sbin/saslpasswd2", "-p", "-c", "-f", str(place.directory / "sasldb2"), user, stdin=PASSWORD)
    files = ("-C", str(imapd), "-M", str(master), "-p", str(place.directory / "master.pid"))
    surroundings = {"CYRUS_USER": place.directory.owner()}
    place.start([f"{_PROGRAMS}/master", *files], port, imap, env=surroundings)
    with imaplib.IMAP4("127.0.0.1", imap) as session:
        session.login(_ADMIN, PASSWORD)
        session.create(f"user/{USER}")
    return Server(port, f"/dav/calendars/user/{USER}/cal/")
