"""One document at a time: find candidate sentences, match the rules in them, resolve overlaps, read the context."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import ahocorasick_rs

from discourse.coding.actors import Parties, load_actors
from discourse.coding.codebook import Codebook, Rule
from discourse.coding.context import holder_of, is_negated, referent_of
from discourse.coding.patterns import Pattern
from discourse.coding.targets import target_of
from discourse.normalise import working_copy
from discourse.segment import quotations, sentences

__all__ = ["Reader"]

_QUOTE_MARKS = re.compile("[\"“”«»‘’'《》「」]")


@dataclass(frozen=True)
class _Match:
    """A cue in a sentence: which rule fired, in the sentence's own offsets."""

    start: int
    end: int
    reach: tuple[int, int]
    rule: Rule
    construct: str
    order: int


class Reader:
    """Codebooks made ready to read documents with.

    Parameters
    ----------
    books : tuple of Codebook
        The codebooks; their rules' literals become one automaton.
    """

    def __init__(self, books: tuple[Codebook, ...]):
        self._rules = [(book, rule) for book in books for rule in book.rules()]
        by_literal = defaultdict(list)
        self._cues: list[tuple[int, Pattern]] = []
        for number, (_, rule) in enumerate(self._rules):
            for pattern in rule.any:
                for literal in sorted(pattern.literals):
                    by_literal[literal].append(len(self._cues))
                self._cues.append((number, pattern))
        self._literals = sorted(by_literal)
        self._cues_of = [tuple(by_literal[literal]) for literal in self._literals]
        self._automaton = ahocorasick_rs.AhoCorasick(self._literals)
        self._compiled: dict[tuple, re.Pattern] = {}

    @staticmethod
    @lru_cache(maxsize=4)
    def of(books: tuple[Codebook, ...]) -> "Reader":
        """The reader for these codebooks, made once per process."""
        return Reader(books)

    def read(self, doc_id: str, actor: str, text: str, date: str) -> list[tuple]:
        """All spans of one document, as tuples in the order of the spans table."""
        clean = working_copy(text)
        low = lower(clean)
        hits = self._automaton.find_matches_as_indexes(low, overlapping=True)
        if not hits:
            return []
        bounds = sentences(text)
        parties = load_actors().parties(actor, date)
        marks = quotations(text) if _QUOTE_MARKS.search(text) else []
        spans = []
        for number, cues in self._candidates(hits, bounds):
            first, last = bounds[number]
            found = self._match(cues, low[first:last], clean[first:last], parties)
            for match in found:
                context = _context(match, low[first:last], first, marks, parties, actor)
                start, end = first + match.start, first + match.end
                head = (doc_id, actor, number, start, end, match.construct, match.rule.code)
                spans.append((*head, text[start:end], match.rule.id, *context))
        return spans

    def _candidates(self, hits: Iterable[tuple], bounds: list[tuple[int, int]]) -> list[tuple[int, list[int]]]:
        """Sentences that hold a literal, each with the cues to try in it."""
        starts = [start for start, _ in bounds]
        wanted: dict[int, set[int]] = defaultdict(set)
        for literal, start, _ in hits:
            wanted[bisect_right(starts, start) - 1].update(self._cues_of[literal])
        return [(number, sorted(wanted[number])) for number in sorted(wanted) if number >= 0]

    def _match(self, cues: list[int], low: str, clean: str, parties: Parties) -> list[_Match]:
        matches = []
        for cue in cues:
            number, pattern = self._cues[cue]
            book, rule = self._rules[number]
            sentence = clean if rule.case else low
            for found in self._expression(pattern, parties).finditer(sentence):
                start, end = found.span("cue") if "cue" in found.re.groupindex else found.span()
                if end > start and self._holds(rule, sentence, start, end, parties):
                    matches.append(_Match(start, end, found.span(), rule, book.construct, number))
        return _longest(matches, {book.construct for book, _ in self._rules if book.nested_scope == "codebook"})

    def _holds(self, rule: Rule, sentence: str, start: int, end: int, parties: Parties) -> bool:
        def search(pattern: Pattern) -> re.Match | None:
            return self._expression(pattern, parties).search(sentence)

        if any(search(pattern) for pattern in rule.without) or not all(map(search, rule.all)):
            return False
        for pattern in rule.exclusions:
            for other in self._expression(pattern, parties).finditer(sentence):
                if other.start() < end and start < other.end():
                    return False
        return not rule.near or any(
            _words_between(sentence, start, end, other) <= rule.near_words
            for pattern in rule.near
            for other in self._expression(pattern, parties).finditer(sentence)
        )

    def _expression(self, pattern: Pattern, parties: Parties) -> re.Pattern:
        key = (pattern.expression, parties.key if pattern.has_parties else None)
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = self._compiled[key] = pattern.compile(parties.expressions)
        return compiled


def lower(text: str) -> str:
    """Lower case of equal length: the few letters whose lower case is longer stay as they are."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(one if len(one) == 1 else letter for letter in text for one in [letter.lower()])


def _words_between(sentence: str, start: int, end: int, other: re.Match) -> int:
    gap = sentence[end : other.start()] if other.start() >= end else sentence[other.end() : start]
    return len(re.findall(r"[\w'’-]+", gap))


def _longest(matches: list[_Match], whole_book: set[str]) -> list[_Match]:
    """Of overlapping cues of one code (or one codebook, where its scope says so) the longest remains."""
    kept: list[_Match] = []
    for match in sorted(matches, key=lambda one: (one.start - one.end, one.start, one.order)):
        rivals = (
            other
            for other in kept
            if other.construct == match.construct
            and (match.construct in whole_book or other.rule.code == match.rule.code)
        )
        if not any(other.start < match.end and match.start < other.end for other in rivals):
            kept.append(match)
    return sorted(kept, key=lambda one: (one.start, one.end, one.order))


def _context(match: _Match, low: str, first: int, marks: list, parties: Parties, actor: str) -> tuple:
    """(holder, target, referent, quoted, own) of a match."""
    start, end = match.start, match.end
    holder = holder_of(low, start, parties)
    quoted = _quoted(first + start, first + end, marks)
    rule = match.rule
    own = (
        (holder != "other" or rule.reported == "keep")
        and (rule.negated == "keep" or not is_negated(low, start))
        and (rule.quoted == "keep" or quoted != "direct")
    )
    referent = referent_of(low, start, end, parties) if match.construct == "sovereignty" else None
    return holder, target_of(low, start, end, actor, parties), referent, quoted, own


def _quoted(start: int, end: int, marks: list) -> str:
    for mark in marks:
        if mark.start <= start and end <= mark.end and mark.kind != "title":
            return mark.kind
    return "none"
