"""A scripted upstream on 127.0.0.1 that can say and do everything that real ones were seen to do."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from calsieve.models import Secret, Source

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"

Answer = bytes | Callable[[socket.socket], None]


def answer(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """Return a whole HTTP answer; ``Content_Type="…"`` names a header, an empty value leaves it out."""
    fields = {"Content-Length": str(len(body)), "Content-Type": "text/calendar"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in fields.items() if value)]
    return "\r\n".join([*lines, "", ""]).encode("utf-8") + body


def dribble(pieces: Iterable[bytes]) -> Callable[[socket.socket], None]:
    """Send ``pieces`` one by one, 20 ms apart, until the other side has had enough."""

    def send(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.02)

    return send


@dataclass(frozen=True)
class Asked:
    """One request as it came in; header names in lower case."""

    target: str
    headers: Mapping[str, str]


class UpstreamServer:
    """Answers each connection with the next of ``answers`` and closes it; the last answer holds for ever."""

    def __init__(self, *answers: Answer, tls: ssl.SSLContext | None = None) -> None:
        self._answers = list(answers)
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.asked: list[Asked] = []
        self.connections = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def url(self, target: str = "/calendar.ics", host: str = "127.0.0.1") -> str:
        """Return the URL of ``target``; ``localhost`` is another host than ``127.0.0.1``."""
        scheme = "https" if self._tls else "http"
        return f"{scheme}://{host}:{self._listener.getsockname()[1]}{target}"

    def source(self, target: str = "/calendar.ics", **settings: object) -> Source:
        """Return a source that points here."""
        return Source(name="work", url=Secret("literal", self.url(target)), **settings)  # type: ignore[arg-type]

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                self.asked.append(_asked(connection))
                reply = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
                connection.sendall(reply) if isinstance(reply, bytes) else reply(connection)
        except OSError:
            connection.close()


_TLS = b"\x16"  # how a TLS handshake begins; a plain server answers such nonsense at once


def _asked(connection: socket.socket) -> Asked:
    head = b""
    while b"\r\n\r\n" not in head and not head.startswith(_TLS) and (piece := connection.recv(65536)):
        head += piece
    first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
    fields = (line.partition(":") for line in lines)
    return Asked(first.split(" ")[1], {name.lower(): value.strip() for name, _, value in fields})


def certificate(folder: Path, *hosts: str) -> tuple[ssl.SSLContext, str]:
    """Return a server's TLS context for 127.0.0.1 and ``hosts``, and the path of the bundle that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "upstream")])
    now = datetime.now(UTC)
    names = [x509.IPAddress(ip_address("127.0.0.1")), *map(x509.DNSName, hosts)]
    serial, until = x509.random_serial_number(), now + timedelta(days=1)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), serial, now, until)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "upstream.crt", folder / "upstream.key"
    public.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, str(public)
