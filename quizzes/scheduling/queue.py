"""The order of a session: what comes first, what may be new, what waits for another day."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quizzes.scheduling.seeds import draw

NEW_PER_DAY = 10
OTHERS_BEFORE_RETRY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A card that could be asked now.

    `key`: the card. `concepts`: the claims its question covers. `recall`: retrievability today, None for a
    new card. `overdue_days`: study days since it was due. `misses_today`: how often it was answered wrong
    today and not yet right; `since_miss`: answers to other cards since the last of those. `level`: difficulty
    as authored, easy first.
    """

    key: int
    topic: int
    concepts: frozenset[str]
    recall: float | None
    overdue_days: int
    new: bool
    level: int
    misses_today: int = 0
    since_miss: int = 0


def order(waiting: Sequence[Waiting], *, seed: str, after: Waiting | None = None) -> list[int]:
    """The keys of `waiting` in the order to ask them; one seed gives one order, however they were listed.

    Due cards by descending retrievability (in a backlog that keeps most known), ties by seed; new ones,
    easier levels first, spread evenly among them. No topic comes twice in a row (`after`, the card just
    asked, counts) where that can be avoided, and no concept where there is a choice. Cards missed today come
    back after OTHERS_BEFORE_RETRY others, whatever their topic.
    """
    due = sorted(
        (w for w in waiting if not w.new and not w.misses_today),
        key=lambda w: (-(w.recall or 0.0), draw(f"{seed}:{w.key}"), w.key),
    )
    new = sorted(
        (w for w in waiting if w.new and not w.misses_today),
        key=lambda w: (w.level, draw(f"{seed}:{w.key}"), w.key),
    )
    missed = sorted(
        (w for w in waiting if w.misses_today), key=lambda w: (-w.since_miss, draw(f"{seed}:{w.key}"), w.key)
    )
    asked = _interleave(_mix_evenly(due, new), after=after)
    for retry in missed:
        # Those already placed have waited longer and stay in front.
        place = max(0, come_back_after(len(asked)) - retry.since_miss)
        while place < len(asked) and asked[place].misses_today:
            place += 1
        asked.insert(place, retry)
    return [w.key for w in asked]


def new_today(*, new_per_day: int, introduced_today: int, due_minutes: float, minutes_a_day: float) -> int:
    """How many more new questions may be introduced today, never below 0.

    None while what is due already takes the day's minutes: a backlog is worked off before it is added to.
    """
    if due_minutes >= minutes_a_day:
        return 0
    return max(0, new_per_day - introduced_today)


def come_back_after(remaining: int) -> int:
    """How many of the `remaining` other questions to ask before a missed one comes back in the session."""
    return min(remaining, OTHERS_BEFORE_RETRY)


def without_siblings(waiting: Sequence[Waiting], *, seen: Iterable[str] = ()) -> list[Waiting]:
    """`waiting` in its order, less those whose concept another one kept asks, or is among `seen` today.

    Cards missed today always stay. Due cards win over new ones, the longest overdue first, so that a card
    left out today wins another day; of new ones the easier level wins.
    """
    taken = set(seen)
    kept: set[int] = set()
    for candidate in sorted(waiting, key=_claim):
        if candidate.misses_today or not candidate.concepts & taken:
            kept.add(candidate.key)
            taken |= candidate.concepts
    return [w for w in waiting if w.key in kept]


def _claim(w: Waiting) -> tuple[bool, bool, int, float, int, int]:
    """Who gets a concept first."""
    return not w.misses_today, w.new, -w.overdue_days, w.recall or 0.0, w.level, w.key


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
        crowded = next((topic for topic, held in count.most_common(1) if 2 * held > len(left)), None)
        place = _next_place(left, last=last, crowded=crowded, count=count)
        last = left.pop(place)
        count[last.topic] -= 1
        result.append(last)
    return result


def _next_place(
    left: Sequence[Waiting], *, last: Waiting | None, crowded: int | None, count: Counter[int]
) -> int:
    """Where in `left` the next card stands: of an allowed topic, if possible without `last`'s concepts."""
    if last is None:
        allowed = [i for i, w in enumerate(left) if crowded in (None, w.topic)][:1]
        return allowed[0]
    if crowded is not None and crowded != last.topic:
        topics = {crowded}
    else:
        topics = set(+count) - {last.topic} or {last.topic}
    first: int | None = None
    for i, card in enumerate(left):
        if card.topic in topics:
            if not card.concepts & last.concepts:
                return i
            first = i if first is None else first
    assert first is not None
    return first
