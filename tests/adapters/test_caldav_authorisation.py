"""How a password is shown: Basic, and Digest as RFC 7616 has it."""

from __future__ import annotations

import re

import pytest

from calsieve.adapters.caldav.authorisation import PasswordAuthorizer

# RFC 7616 §3.9.1
URL = "http://www.example.org/dir/index.html"
NONCE, OWN = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
CHALLENGE = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
    f'nonce="{NONCE}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)


def mufasa() -> PasswordAuthorizer:
    return PasswordAuthorizer("Mufasa", "Circle of Life", lambda: OWN)


def challenged(text: str) -> bool:
    return mufasa().learn({"WWW-Authenticate": text})


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_digest_is_that_of_the_examples_in_the_rfc(algorithm: str, response: str) -> None:
    who = mufasa()
    assert who.learn({"WWW-Authenticate": CHALLENGE.format(algorithm)})
    sent = who.headers("GET", URL)["Authorization"]
    fields = dict(re.findall(r'(\w+)="?([^",]*)', sent.removeprefix("Digest ")))
    assert fields["response"] == response
    assert fields["nc"] == "00000001"
    assert fields["qop"] == "auth"
    assert fields["opaque"].startswith("FQhe/")
    assert "nc=00000002" in who.headers("GET", URL)["Authorization"]


def test_digest_without_qop_is_that_of_rfc_2069() -> None:
    """The example of its section 2.4, with the response that its errata correct."""
    who = PasswordAuthorizer("Mufasa", "CircleOfLife")
    challenge = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'
    assert who.learn({"WWW-Authenticate": challenge})
    sent = who.headers("GET", "http://www.nowhere.org/dir/index.html")["Authorization"]
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in sent
    assert "nc=" not in sent


def test_basic_comes_first_and_is_utf_8() -> None:
    assert PasswordAuthorizer("jané", "p:ß").headers("GET", URL) == {"Authorization": "Basic amFuw6k6cDrDnw=="}


@pytest.mark.parametrize(
    ("challenge", "learns"),
    [
        ("", False),
        ('Basic realm="x"', False),
        ('Digest realm="x", nonce="y"', True),
        ('digest realm=x, nonce=y, algorithm="md5"', True),
        ('Digest realm="x", nonce="y", algorithm=SHA-512-256', False),
        ('Basic realm="x", Digest realm="x", nonce="y"', False),
        ('Digest realm="x, Basic y", nonce="z"', True),
        ('Negotiate, Digest realm="x", nonce="y"', True),
        ('Bearer realm="x"', False),
    ],
)
def test_digest_is_used_only_where_basic_is_not_offered(challenge: str, learns: bool) -> None:
    assert challenged(challenge) is learns


def test_a_nonce_that_is_too_old_is_renewed_and_a_refusal_is_not_asked_for_again() -> None:
    who = mufasa()
    assert who.learn({"WWW-Authenticate": 'Digest realm="x", nonce="1"'})
    assert who.learn({"WWW-Authenticate": 'Digest realm="x", nonce="2", stale=TRUE'})
    assert 'nonce="2"' in who.headers("GET", URL)["Authorization"]
    assert not who.learn({"WWW-Authenticate": 'Digest realm="x", nonce="3"'})


def test_what_needs_quoting_is_quoted() -> None:
    who = PasswordAuthorizer('ja"n\\é', "x")
    who.learn({"WWW-Authenticate": r'Digest realm="a \"b\"", nonce="1"'})
    sent = who.headers("GET", "https://example.org")["Authorization"]
    assert r'realm="a \"b\""' in sent
    assert 'username="ja\\"n\\\\é"'.encode() in sent.encode("latin-1")
    assert 'uri="/"' in sent
