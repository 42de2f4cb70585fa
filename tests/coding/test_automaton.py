"""The automaton may let too much pass, never too little: every match of every expression must be among its ends."""

import re

import platformdirs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.coding.automaton import Automaton, project, without_lookaround
from discourse.coding.patterns import translate
from discourse.errors import InputError

PATTERNS = [
    "territorial integrity",
    "(groundless|base(less)?) <claim>",
    "never ..3 (sold|export*)",
    "re:colou?r revolution(?! of)",
    "re:(?<!the\\s)rumou?rs?\\b",
    "so-called {rebel*}",
    "суверен*",
]
EXPRESSIONS = [translate(pattern, {"claim": "rumou?rs?|charges?"}) for pattern in PATTERNS]
WORDS = "territorial integrity groundless rumour never sold exporting colour revolution of the so-called rebels – … é"
TEXTS = st.lists(st.sampled_from([*WORDS.split(), "суверенитет", "무기거래설", ";", ",", ".", "naïve"]), max_size=25)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_no_match_is_missed(words):
    text = " ".join(words)
    ends = set(Automaton(EXPRESSIONS).ends(text))
    for number, expression in enumerate(EXPRESSIONS):
        for match in re.finditer(expression, text):
            assert (number, match.end()) in ends


@given(st.text())
def test_projection_keeps_every_place(text):
    projected = project(text)
    assert projected.isascii()
    assert len(projected) == len(text)
    assert all(a == b for a, b in zip(text, projected, strict=True) if a.isascii())


def test_without_patterns_nothing_is_found():
    assert Automaton([]).ends("text") == []


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / name)
    return tmp_path / "discourse"


def test_it_is_kept_and_read_again(cache):
    assert Automaton(["fake"]).ends("a fake") == [(0, 6)]
    (kept,) = cache.iterdir()
    before = kept.stat().st_mtime_ns
    assert Automaton(["fake"]).ends("a fake") == [(0, 6)]
    assert kept.stat().st_mtime_ns == before


@pytest.mark.parametrize("content", [b"", b"short", b"\0" * 500])
def test_a_damaged_file_is_not_trusted(cache, content):
    Automaton(["fake"])
    (kept,) = cache.iterdir()
    kept.write_bytes(content)
    assert Automaton(["fake"]).ends("a fake") == [(0, 6)]
    assert kept.read_bytes() != content


def test_without_a_folder_to_write_it_works_all_the_same(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: blocked / name)
    assert Automaton(["fake"]).ends("a fake") == [(0, 6)]


def test_an_expression_that_is_too_large_is_refused(cache):
    with pytest.raises(InputError, match=r"the pattern 'x\{40000\}' cannot be part of the automaton: Bounded repeat"):
        Automaton(["fake", "x{40000}"])
    assert not cache.exists()


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (r"fake(?! news)s?", "fakes?"),
        (r"(?<!the\s)us\b", r"us\b"),
        (r"a(?=b(c|[)(]))d", "ad"),
        (r"(?:a(?!b(?!c)))d", "(?:a)d"),
        (r"\(?!", r"\(?!"),
        (r"[(?!]x", "[(?!]x"),
        (r"(?P<cue>x)(?<=y)", "(?P<cue>x)"),
    ],
)
def test_lookaround_is_left_out(expression, expected):
    assert without_lookaround(expression) == expected
