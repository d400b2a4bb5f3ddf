from __future__ import annotations

import time

import pytest

from calsieve.core.rules.html import without_html


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("a &lt; b", "a &lt; b"),
        ("a < b <https://x.example> <Jane>", "a < b <https://x.example> <Jane>"),
        ("<b>a</b> &amp; <i>b</i>", "a & b"),
        ("a<br>b<BR/>c", "a\nb\nc"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n\n- two"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("<a href='https://x.example/?a=1&amp;b=2'>Join</a> us", "Join (https://x.example/?a=1&b=2) us"),
        ('<a href="https://x.example/">https://x.example</a>', "https://x.example"),
        ('<a href="mailto:a@example.org">a@example.org</a>', "a@example.org"),
        ("<a href=https://x.example><img src=y></a>", "https://x.example"),
        ("<a name=x>here</a> </a>", "here"),
        ("<style>p { color: red }</style><script>if (a < b) x()</script>text", "text"),
        ("<html><head><title>t</title></head><body>b</body></html>", "b"),
        ("<!-- <b>no</b> -->yes<!DOCTYPE html>", "yes"),
        ("a <!-- never closed <b>", "a"),
        ("<b>a</b> b <unknown tag>", "a b <unknown tag>"),
        ("<b>a\xa0 \t b</b>", "a b"),
        ("<b never closed", "<b never closed"),
        ("<o:p></o:p>a<br>\n\n\n\nb", "a\n\nb"),
    ],
)
def test_text_is_left_of_html_and_text_is_left_alone(said: str, expected: str) -> None:
    assert without_html(said) == expected


@pytest.mark.parametrize("piece", ["<a href='x'>", "<!--", "<b", "<br>", "&", "</a>", "<", "<style>"])
def test_time_is_linear(piece: str) -> None:
    begin = time.process_time()
    without_html(piece * 50_000 + "<br>")
    assert time.process_time() - begin < 2
