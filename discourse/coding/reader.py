"""One document at a time: find candidate sentences, match the rules in them, resolve overlaps, read the context."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from discourse.coding.actors import Parties, load_actors
from discourse.coding.automaton import Automaton
from discourse.coding.codebook import Codebook, Rule
from discourse.coding.context import holder_of, is_negated, referent_of, target_of
from discourse.coding.patterns import Pattern
from discourse.normalise import working_copy
from discourse.segment import quotations, sentences

__all__ = ["Reader"]

_QUOTE_MARKS = re.compile("[\"“”«»‘’'《》「」]")


class _Sentence(NamedTuple):
    """A sentence to search: in lower case and as written, which cues may stand in it, whose it is."""

    low: str
    written: str
    cues: set[int]
    parties: Parties


class _Match(NamedTuple):
    """A cue in a sentence: which rule fired where, in the sentence's own offsets."""

    start: int
    end: int
    order: int
    rule: Rule
    construct: str


class Reader:
    """Codebooks made ready to read documents with.

    Parameters
    ----------
    books : tuple of Codebook
        The codebooks; all their patterns become one automaton.
    """

    def __init__(self, books: tuple[Codebook, ...]):
        self._cues = [(book.construct, rule, cue) for book in books for rule in book.rules() for cue in rule.any]
        conditions = (one for book in books for rule in book.rules() for one in rule.conditions())
        self._number = {loose: number for number, loose in enumerate(dict.fromkeys(one.loose for one in conditions))}
        self._whole_scope = {book.construct for book in books if book.nested_scope == "codebook"}
        self._cue_automaton = Automaton([cue.loose for _, _, cue in self._cues])
        self._condition_automaton = Automaton(list(self._number))
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
        hits = self._cue_automaton.ends(low)
        if not hits:
            return []
        bounds = sentences(text)
        parties = load_actors().parties(actor, date)
        marks = quotations(text) if _QUOTE_MARKS.search(text) else []
        spans = []
        for number, cues in _by_sentence(hits, bounds):
            first, last = bounds[number]
            sentence = _Sentence(low[first:last], clean[first:last], cues, parties)
            for match in self._match(sentence):
                start, end = first + match.start, first + match.end
                head = (doc_id, actor, number, start, end, match.construct, match.rule.code)
                spans.append((*head, text[start:end], match.rule.id, *_context(match, sentence, first, marks)))
        return spans

    def _match(self, sentence: _Sentence) -> list[_Match]:
        """All cues in a sentence whose rules' conditions hold, of overlapping ones the longest."""
        matches = []
        for number in sorted(sentence.cues):
            construct, rule, cue = self._cues[number]
            text = sentence.written if rule.case else sentence.low
            for found in self._expression(cue, sentence.parties).finditer(text):
                start, end = found.span("cue") if "cue" in found.re.groupindex else found.span()
                if end > start and self._holds(rule, sentence, start, end):
                    matches.append(_Match(start, end, number, rule, construct))
        return _longest(matches, self._whole_scope)

    def _holds(self, rule: Rule, sentence: _Sentence, start: int, end: int) -> bool:
        """Whether the rule's conditions hold for a cue: exclusions, what else must and must not stand, proximity."""
        if not any(rule.conditions()):
            return True
        held = self._held(sentence.low)

        def places(*patterns: Pattern) -> Iterator[tuple[int, int]]:
            text = sentence.written if rule.case else sentence.low
            for pattern in patterns:
                if self._number[pattern.loose] in held:
                    for found in self._expression(pattern, sentence.parties).finditer(text):
                        yield found.span()

        if any(first < end and start < last for first, last in places(*rule.exclusions)):
            return False
        if any(places(*rule.without)) or not all(any(places(pattern)) for pattern in rule.all):
            return False
        return not rule.near or any(
            _words_between(sentence.low, start, end, place) <= rule.near_words for place in places(*rule.near)
        )

    @lru_cache(maxsize=64)  # noqa: B019 - a reader lives as long as the process
    def _held(self, sentence: str) -> set[int]:
        """Which conditions may be met in a sentence; rules are asked about the same sentence many times."""
        return {number for number, _ in self._condition_automaton.ends(sentence)}

    def _expression(self, pattern: Pattern, parties: Parties) -> re.Pattern:
        key = (pattern.expression, parties.key if pattern.has_parties else None)
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = self._compiled[key] = pattern.compile(parties.expressions)
        return compiled


def _by_sentence(hits: list[tuple[int, int]], bounds: list[tuple[int, int]]) -> list[tuple[int, set[int]]]:
    """Sentences in which a pattern may end, each with the patterns."""
    starts = [start for start, _ in bounds]
    held: dict[int, set[int]] = defaultdict(set)
    for pattern, end in hits:
        held[bisect_left(starts, end) - 1].add(pattern)
    return [(number, held[number]) for number in sorted(held) if number >= 0]


def lower(text: str) -> str:
    """Lower case of equal length: the few letters whose lower case is longer stay as they are."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(one if len(one) == 1 else letter for letter in text for one in [letter.lower()])


def _words_between(sentence: str, start: int, end: int, other: tuple[int, int]) -> int:
    first, last = other
    gap = sentence[end:first] if first >= end else sentence[last:start]
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


def _context(match: _Match, sentence: _Sentence, first: int, marks: list) -> tuple:
    """(holder, target, referent, quoted, own) of a match; `first` is where the sentence begins."""
    start, end, rule = match.start, match.end, match.rule
    low, parties = sentence.low, sentence.parties
    holder = holder_of(low, start, parties)
    quoted = _quoted(first + start, first + end, marks)
    own = (
        (holder != "other" or rule.reported == "keep")
        and (rule.negated == "keep" or not is_negated(low, start))
        and (rule.quoted == "keep" or quoted != "direct")
    )
    referent = referent_of(low, start, end, parties) if match.construct == "sovereignty" else None
    return holder, target_of(low, start, end, parties), referent, quoted, own


def _quoted(start: int, end: int, marks: list) -> str:
    for mark in marks:
        if mark.start <= start and end <= mark.end and mark.kind != "title":
            return mark.kind
    return "none"
