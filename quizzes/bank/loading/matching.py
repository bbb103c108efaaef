"""Which question of a new edition is which question of the edition before.

A question is known by the id its author gave it, or else by what it says: never by its place in the file, its
heading's alphabet, or the name of the file. Where that leaves a doubt, nothing is matched: the old question is gone and
the new one is new, and the author may say that they are one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from quizzes.markup.api import normalized, saying

# An answer of fewer bytes may be the answer to anything ("Yes."); a longer one of its own tells a question.
TELLING_ANSWER = 24
LONG_ANSWER = 120
# Shares of what two texts have in common, 0 to 1 (Dice's coefficient, 2·|A ∩ B| / (|A| + |B|)).
SAME_TITLE_ANSWER = 0.5
NEARLY_THE_SAME_ANSWER = 0.8
RELATED_PROMPT = 0.4
CLEARLY_NEARER = 0.05
# A word that more questions hold tells none of them, and looking at all of them would cost too much.
MOST_HOLDERS = 50
# Of more edited questions with one and the same heading, none is looked for by its answer.
MOST_OF_ONE_TITLE = 30
# Work of comparing for one edition: signs of two answers that are compared, and stored questions that share a word.
# What is left when it is spent counts as doubtful.
MOST_SIGNS_COMPARED = 3_000_000
MOST_SHARING = 1_000_000
MOST_SUGGESTED = 5

# Signs of scripts that put no blanks between words count one by one: Chinese, Japanese, Thai, Lao, Burmese, Khmer.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_TOKEN = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+|[^\w\s.,;:?!'\"‘’“”„…–—()\[\]{{}}-]")
_TRIGRAM = 3


@dataclass(frozen=True)
class Said:
    """What one question says. `named`: its author gave the id. `live`: it is asked now (true for a new edition)."""

    slug: str
    named: bool
    kind: str
    prompt: str
    answer: str
    live: bool = True

    @cached_property
    def saying(self) -> str:
        """The prompt without number, case and marks."""
        return saying(self.prompt)

    @cached_property
    def answer_folded(self) -> str:
        """The answer without differences of case, blanks and spelling of the same sign."""
        return " ".join(normalized("NFKC", self.answer).casefold().split())

    @cached_property
    def words(self) -> Counter[str]:
        """The words of the prompt, and its signs that are no punctuation, each with how often it stands there."""
        return Counter(_TOKEN.findall(self.saying))

    @cached_property
    def pieces(self) -> frozenset[str]:
        """The answer cut into overlapping pieces of three signs."""
        text = self.answer_folded
        return frozenset(text[at : at + _TRIGRAM] for at in range(max(len(text) - _TRIGRAM + 1, 1)))

    @property
    def answer_size(self) -> int:
        """Bytes of the folded answer in UTF-8: signs of dense scripts count for more."""
        return len(self.answer_folded.encode("utf-8", "surrogatepass"))


def match(new: Sequence[Said], old: Sequence[Said]) -> dict[int, int]:
    """For each place in `new` that is an earlier question, its place in `old`; one to one, and only of equal kind.

    But for ids the author gave: those are the question, whatever its kind. In this order: such ids; equal prompts with
    equal answers; equal prompts; edited prompts, recognised by the answer. Questions that are asked come before
    retired ones.
    """
    found = _Matches(new, old)
    ids = {one.slug: place for place, one in enumerate(old) if one.named}
    for place, one in enumerate(new):
        if one.named and one.slug in ids:
            found.pair(place, ids[one.slug])
    for live in (True, False):
        _equal_prompts_and_answers(found, live=live)
    for live in (True, False):
        _equal_prompts(found, live=live)
    for live in (True, False):
        _equal_answers(found, live=live)
        _edited_prompts(found, live=live)
    return found.pairs


def suggest(new: Sequence[Said], old: Sequence[Said], pairs: Mapping[int, int]) -> dict[int, list[int]]:
    """For each unmatched place in `new`, up to MOST_SUGGESTED unmatched live places in `old` it might be, best first.

    Few unmatched questions are all suggested; of many only those that share a telling word of the prompt.
    """
    taken = set(pairs.values())
    left = [place for place, one in enumerate(old) if one.live and place not in taken]
    holders = _holders(left, old)
    suggested: dict[int, list[int]] = {}
    sharing = 0
    for place, one in enumerate(new):
        if place in pairs:
            continue
        near = left
        if len(left) > MOST_SUGGESTED:
            sharing += _shared(one, holders)
            if sharing > MOST_SHARING:
                break
            near = _sharing(one, holders)
        ranked = sorted(
            (-_likeness(one.words, old[other].words), other) for other in near if _may_be(one, old[other])
        )
        if ranked:
            suggested[place] = [other for _, other in ranked[:MOST_SUGGESTED]]
    return suggested


class _Matches:
    """The pairs found so far, and what is left on both sides."""

    def __init__(self, new: Sequence[Said], old: Sequence[Said]) -> None:
        self.new, self.old = new, old
        self.pairs: dict[int, int] = {}
        self.signs_compared = 0
        self.sharing = 0
        self._taken: set[int] = set()

    def pair(self, place: int, other: int) -> None:
        if place not in self.pairs and other not in self._taken:
            self.pairs[place] = other
            self._taken.add(other)

    def is_taken(self, other: int) -> bool:
        return other in self._taken

    def new_left(self) -> list[int]:
        return [place for place in range(len(self.new)) if place not in self.pairs]

    def old_left(self, *, live: bool) -> list[int]:
        return [place for place, one in enumerate(self.old) if one.live == live and place not in self._taken]


def _may_be(new: Said, old: Said) -> bool:
    """Returns whether two questions could be one at all: equal in kind, and not told apart by two ids their author
    gave.
    """
    return new.kind == old.kind and not (new.named and old.named)


def _grouped(
    places: Iterable[int], said: Sequence[Said], key: Callable[[Said], tuple[str, ...]]
) -> dict[tuple[str, ...], list[int]]:
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place in places:
        groups[key(said[place])].append(place)
    return groups


def _equal_prompts_and_answers(found: _Matches, *, live: bool) -> None:
    def key(one: Said) -> tuple[str, ...]:
        return one.kind, one.saying, one.answer_folded

    there = _grouped(found.old_left(live=live), found.old, key)
    for group, places in _grouped(found.new_left(), found.new, key).items():
        # Two ids their author gave tell questions apart, so a named one looks among the others only.
        waiting = deque(there.get(group, ()))
        unnamed = deque(other for other in waiting if not found.old[other].named)
        for place in places:
            others = unnamed if found.new[place].named else waiting
            while others and found.is_taken(others[0]):
                others.popleft()
            if others:
                found.pair(place, others.popleft())


def _equal_prompts(found: _Matches, *, live: bool) -> None:
    """A prompt that stands once on either side is the same question; where it is repeated, the answers decide."""

    def key(one: Said) -> tuple[str, ...]:
        return one.kind, one.saying

    everywhere = Counter(key(one) for one in found.new)
    before = Counter(key(one) for one in found.old if one.live == live)
    there = _grouped(found.old_left(live=live), found.old, key)
    for group, places in _grouped(found.new_left(), found.new, key).items():
        others = there.get(group, [])
        if not others:
            continue
        if group[1] and everywhere[group] == before[group] == 1:
            if _may_be(found.new[places[0]], found.old[others[0]]):
                found.pair(places[0], others[0])
        elif max(len(places), len(others)) <= MOST_OF_ONE_TITLE:
            _pair_nearest(found, ((p, o) for p in places for o in others), at_least=SAME_TITLE_ANSWER)


def _equal_answers(found: _Matches, *, live: bool) -> None:
    """An answer that stands once on either side, with a prompt that is related to the one before."""

    def key(one: Said) -> tuple[str, ...]:
        return one.kind, one.answer_folded

    everywhere = Counter(key(one) for one in found.new)
    before = Counter(key(one) for one in found.old)
    there = _grouped(found.old_left(live=live), found.old, key)
    for group, places in _grouped(found.new_left(), found.new, key).items():
        others = there.get(group, [])
        if not others or everywhere[group] != 1 or before[group] != 1:
            continue
        one, other = found.new[places[0]], found.old[others[0]]
        related = _likeness(one.words, other.words) >= RELATED_PROMPT or one.answer_size >= LONG_ANSWER
        telling = one.answer_size >= TELLING_ANSWER
        if telling and related and _may_be(one, other) and not _numbers_differ(one, other):
            found.pair(places[0], others[0])


def _edited_prompts(found: _Matches, *, live: bool) -> None:
    """A prompt with words added or left out, and nearly the same answer."""
    holders = _holders(found.old_left(live=live), found.old)
    pairs: list[tuple[int, int]] = []
    for place in found.new_left():
        one = found.new[place]
        found.sharing += _shared(one, holders)
        if found.sharing > MOST_SHARING:
            break
        near = _sharing(one, holders)[:MOST_SUGGESTED]
        pairs += [(place, other) for other in near if _lightly_edited(one, found.old[other])]
    _pair_nearest(found, pairs, at_least=NEARLY_THE_SAME_ANSWER)


def _pair_nearest(found: _Matches, pairs: Iterable[tuple[int, int]], *, at_least: float) -> None:
    """Pair places by how like their answers are, the likest first; not where a second one is nearly as like."""
    likeness: dict[tuple[int, int], float] = {}
    for place, other in pairs:
        one, before = found.new[place], found.old[other]
        if _may_be(one, before) and found.signs_compared < MOST_SIGNS_COMPARED:
            found.signs_compared += len(one.answer_folded) + len(before.answer_folded)
            alike = _alike(one, before)
            if alike >= at_least:
                likeness[place, other] = alike
    rivals: dict[tuple[str, int], list[float]] = defaultdict(list)
    for (place, other), alike in likeness.items():
        rivals["new", place].append(alike)
        rivals["old", other].append(alike)
    for (place, other), alike in sorted(likeness.items(), key=lambda pair: (-pair[1], pair[0])):
        near = [*rivals["new", place], *rivals["old", other]]
        # Each pair stands among its own rivals twice.
        if sum(rival > alike - CLEARLY_NEARER for rival in near) == 2:
            found.pair(place, other)


def _holders(places: Iterable[int], said: Sequence[Said]) -> dict[str, list[int]]:
    """For each word that tells something, the places whose prompts hold it."""
    holders: dict[str, list[int]] = defaultdict(list)
    for place in places:
        for word in said[place].words:
            holders[word].append(place)
    return {word: held for word, held in holders.items() if len(held) <= MOST_HOLDERS}


def _sharing(one: Said, holders: Mapping[str, list[int]]) -> list[int]:
    """Returns the places that share telling words with the prompt, those that share most first."""
    shared = Counter(place for word in one.words for place in holders.get(word, ()))
    return [place for place, _ in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))]


def _shared(one: Said, holders: Mapping[str, list[int]]) -> int:
    """Returns the work of looking at all places that share telling words with the prompt."""
    return sum(1 + len(holders.get(word, ())) for word in one.words)


def _lightly_edited(new: Said, old: Said) -> bool:
    """Returns whether words were only added or only left out, few of them, and none that holds a digit."""
    added, removed = new.words - old.words, old.words - new.words
    shared = (new.words & old.words).total()
    if added and removed:
        return False
    if not added and not removed:
        return _in_order(new) == _in_order(old)
    if any(sign.isdigit() for word in [*added, *removed] for sign in word):
        return False
    return shared * 2 >= max(new.words.total(), old.words.total())


def _in_order(one: Said) -> list[str]:
    return _TOKEN.findall(one.saying)


def _numbers_differ(new: Said, old: Said) -> bool:
    """Returns whether one number of the prompt was exchanged for another: “L1” and “L2” are two questions."""
    added, removed = new.words - old.words, old.words - new.words

    def numbers(words: Counter[str]) -> bool:
        return any(sign.isdigit() for word in words for sign in word)

    return numbers(added) and numbers(removed)


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    together = one.total() + other.total()
    return 2 * (one & other).total() / together if together else 0.0


def _alike(one: Said, other: Said) -> float:
    """Returns how like two answers are, 0 to 1: short ones are equal or not."""
    if one.answer_folded == other.answer_folded:
        return 1.0
    if min(one.answer_size, other.answer_size) < TELLING_ANSWER:
        return 0.0
    return 2 * len(one.pieces & other.pieces) / (len(one.pieces) + len(other.pieces))
