"""What README and the other documents say, held to what there is: links, targets, commands, examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from calsieve import config
from calsieve.cli.main import main

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.M | re.S)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_SPAN = re.compile(r"`([^`]+)`")
_MAKE = re.compile(r"(?<![\w-])make (?:[A-Z_]+=\S+ )*([a-z][a-z-]*)")
# The name of the program, not that of a stack or a directory.
_CALSIEVE = re.compile(r"(?<!--stack )(?<!~/)(?<![\w-])calsieve ([^\n|>;&]*)")
_COMMENT = re.compile(r"(?<!\S)#.*")

all_documents = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def code(document: Path) -> Iterator[str]:
    """Yield what a document shows as code: blocks without their comments, and spans between backquotes."""
    text = document.read_text("utf-8")
    yield from (_COMMENT.sub("", block) for _, _, block in _FENCE.findall(text))
    yield from (" ".join(span.split()) for span in _SPAN.findall(_FENCE.sub("", text)))


def anchors(document: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", document.read_text("utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(document: Path) -> Iterator[str]:
    for link in _LINK.findall(_FENCE.sub("", document.read_text("utf-8"))):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not (target.exists() and target.is_relative_to(ROOT)) or (anchor and anchor not in anchors(target)):
            yield link


def wrong_commands(text: str) -> Iterator[str]:
    """Yield the uses of the command line in some code that it would not understand."""
    for arguments in _CALSIEVE.findall(text):
        words = arguments.split()
        if not words or words[0].startswith("-"):
            continue
        command = main.get_command(click.Context(main), words[0])
        if command is None:
            yield f"calsieve {words[0]}"
            continue
        known = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}
        used = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        yield from (f"calsieve {words[0]} {option}" for option in sorted(used - known - {"-h", "--help"}))


@all_documents
def test_links_lead_somewhere(document: Path) -> None:
    assert list(broken_links(document)) == []


@all_documents
def test_commands_and_options_exist(document: Path) -> None:
    assert [wrong for text in code(document) for wrong in wrong_commands(text)] == []


@all_documents
def test_make_targets_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = {target for text in code(document) for target in _MAKE.findall(text)}
    assert named - targets == set()


@all_documents
def test_nothing_names_a_machine_of_ours(document: Path) -> None:
    text = document.read_text("utf-8")
    assert re.findall(r"\.\./shared|/home/\w+|/root/|/work/|/Users/\w+|/tmp/\w+|index-url", text) == []


def test_the_examples_of_the_readme_are_good_configurations() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    examples = [block for _, language, block in _FENCE.findall(text) if language == "yaml"]
    assert len(examples) >= 2
    for example in examples:
        assert config.load(example).feeds


def test_the_defaults_that_the_readme_gives_are_those_of_the_schema() -> None:
    feed = config.json_schema()["properties"]["feeds"]["items"]["properties"]
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| `([^`{]+)` \|", (ROOT / "README.md").read_text("utf-8"), re.M)
    given = {key: default for keys, default in rows for key in re.findall(r"\w+", keys)}
    assert given == {key: feed[key]["default"] for key in given}
    assert {"series", "schedule", "alarms", "attendees", "attachments", "html"} <= given.keys()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (".venv/bin/calsieve shrink big.ics", ["calsieve shrink"]),
        ("curl x | calsieve trim --back 2w --colour red | wc -l", ["calsieve trim --colour"]),
        ("calsieve push --stack calsieve feeds.yaml", []),
        ("cd ~/calsieve && . ./secrets.env", []),
    ],
)
def test_a_wrong_command_would_be_noticed(text: str, wrong: list[str]) -> None:
    assert list(wrong_commands(text)) == wrong
