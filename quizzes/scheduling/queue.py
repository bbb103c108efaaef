"""The order of a session: what comes first, what may be new, what waits for another day."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quizzes.scheduling.seeds import draw

NEW_PER_DAY = 10
OTHERS_BEFORE_RETRY = 4
# A session's places are numbered in steps of PLACE_STEP. Every miss moves a place back by RETRY_GAP: behind the
# OTHERS_BEFORE_RETRY planned places that follow it, and before the next one.
PLACE_STEP = 2
RETRY_GAP = OTHERS_BEFORE_RETRY * PLACE_STEP + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A card that could be asked now.

    `key`: the card. `concepts`: the claims its question covers. `recall`: retrievability today, None for a
    new card. `overdue_days`: study days since it was due. `level`: difficulty as authored, easy first.
    """

    key: int
    topic: int
    concepts: frozenset[str]
    recall: float | None
    overdue_days: int
    new: bool
    level: int


def order(waiting: Sequence[Waiting], *, seed: str, after: Waiting | None = None) -> list[int]:
    """The keys of `waiting` in the order to ask them; one seed gives one order, however they were listed.

    Due cards by descending retrievability (in a backlog that keeps most known), ties by seed; new ones,
    easier levels first, spread evenly among them. No topic comes twice in a row (`after`, the card just
    asked, counts) where that can be avoided, and no concept where there is a choice.
    """
    due = sorted(
        (w for w in waiting if not w.new),
        key=lambda w: (-(w.recall or 0.0), draw(f"{seed}:{w.key}"), w.key),
    )
    new = sorted(
        (w for w in waiting if w.new),
        key=lambda w: (w.level, draw(f"{seed}:{w.key}"), w.key),
    )
    return [w.key for w in _interleave(_mix_evenly(due, new), after=after)]


def new_today(*, new_per_day: int, introduced_today: int, due_minutes: float, minutes_a_day: float) -> int:
    """How many more new questions may be introduced today, never below 0.

    None while what is due already takes the day's minutes: a backlog is worked off before it is added to.
    """
    if due_minutes >= minutes_a_day:
        return 0
    return max(0, new_per_day - introduced_today)


def come_back_after(others: int) -> int:
    """The least number of other questions asked before a missed one comes back, while `others` are still open."""
    return min(others, OTHERS_BEFORE_RETRY)


def without_siblings(waiting: Sequence[Waiting], *, seen: Iterable[str] = ()) -> list[Waiting]:
    """`waiting` in its order, less those whose concept another one kept asks, or is among `seen` today.

    Due cards win over new ones, the longest overdue first, so that a card left out today wins another day; of
    new ones the easier level wins.
    """
    taken = set(seen)
    kept: set[int] = set()
    for candidate in sorted(waiting, key=_claim):
        if not candidate.concepts & taken:
            kept.add(candidate.key)
            taken |= candidate.concepts
    return [w for w in waiting if w.key in kept]


def _claim(w: Waiting) -> tuple[bool, int, float, int, int]:
    """Who gets a concept first."""
    return w.new, -w.overdue_days, w.recall or 0.0, w.level, w.key


def _mix_evenly(due: Sequence[Waiting], new: Sequence[Waiting]) -> list[Waiting]:
    """Both, each in its own order and each spread evenly over the whole."""
    placed = [((i + 0.5) / len(due), False, w) for i, w in enumerate(due)]
    placed += [((i + 0.5) / len(new), True, w) for i, w in enumerate(new)]
    placed.sort(key=lambda entry: entry[:2])
    return [w for _, _, w in placed]


def _interleave(cards: Sequence[Waiting], *, after: Waiting | None) -> list[Waiting]:
    """`cards`, moved as little as it takes so that no topic comes twice in a row, where that is possible.

    As long as no topic holds more than half of what is left, the next card of any other topic will do; a
    topic that does hold more has to be asked now, or its cards would be left over together at the end.
    """
    left = list(cards)
    count = Counter(w.topic for w in left)
    last = after
    result: list[Waiting] = []
    while left:
        topics = _allowed_topics(count, last=None if last is None else last.topic)
        last = left.pop(
            _next_place(left, topics=topics, avoid=frozenset() if last is None else last.concepts)
        )
        count[last.topic] -= 1
        result.append(last)
    return result


def _allowed_topics(count: Counter[int], *, last: int | None) -> set[int]:
    """The topics the next card may have, given how many cards of each are left and the topic just asked."""
    topic, held = count.most_common(1)[0]
    if topic != last and 2 * held > count.total():
        return {topic}
    return set(+count) - {last} or {topic}


def _next_place(left: Sequence[Waiting], *, topics: set[int], avoid: frozenset[str]) -> int:
    """Where in `left` the next card stands: of an allowed topic, and without the concepts to avoid if any is."""
    apart = (i for i, w in enumerate(left) if w.topic in topics and not w.concepts & avoid)
    place = next(apart, None)
    return next(i for i, w in enumerate(left) if w.topic in topics) if place is None else place
