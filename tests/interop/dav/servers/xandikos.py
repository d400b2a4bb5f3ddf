"""Xandikos, of PyPI, which leaves asking for passwords to a server in front of it: Apache."""

from __future__ import annotations

import base64
import hashlib

from tests.interop.dav.parts import apache
from tests.interop.dav.place import Place, free_port
from tests.interop.dav.server import PASSWORD, USER, Server
from tests.interop.readers import ROOT

RUNS_AS = None

_FRONT = """\
<Location />
  AuthType Basic
  AuthName Xandikos
  AuthBasicProvider file
  AuthUserFile {directory}/htpasswd
  Require valid-user
</Location>
ProxyPreserveHost On
ProxyPass / http://127.0.0.1:{port}/ nocanon
"""


def start(place: Place) -> Server:
    behind, port = free_port(), free_port()
    words = ("-d", str(place.directory / "store"), "--current-user-principal", f"/{USER}/", "--defaults")
    place.start([str(ROOT / ".work/dav/bin/xandikos"), "serve", "-l", "127.0.0.1", "-p", str(behind), *words], behind)
    digest = base64.b64encode(hashlib.sha1(PASSWORD.encode()).digest()).decode()
    place.write("htpasswd", f"{USER}:{{SHA}}{digest}\n")
    modules = ("auth_basic", "authn_file", "authz_user", "proxy", "proxy_http")
    apache(place, port, *modules, config=_FRONT.format(directory=place.directory, port=behind))
    return Server(port, f"/{USER}/calendars/cal/")
