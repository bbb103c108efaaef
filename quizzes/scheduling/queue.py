"""The order of a session: what comes first, what may be new, what waits for another day."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from quizzes.scheduling.prng import draw

OTHERS_BEFORE_RETRY = 4
# A missed question that no others separate from its next asking waits so long.
REST = timedelta(minutes=10)
# Who missed a question so often on a day was asked it enough: it comes back on a later day, and every session ends.
MOST_MISSES = 3
# New questions come from so many topics at a time: enough to mix, few enough to get to know each.
TOPICS_AT_ONCE = 3
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
    """Returns the keys of `waiting` in the order to ask them; one seed gives one order, however they were listed.

    Due cards by descending retrievability (in a backlog that keeps most known), ties by seed; new ones,
    easier levels first, spread evenly among them. No topic comes twice in a row (`after`, the card just
    asked, counts) where that can be avoided, and no concept where there is a choice.
    """
    due = sorted(
        (w for w in waiting if not w.new),
        key=lambda w: (-(w.recall or 0.0), draw(f"{seed}:{w.key}")),
    )
    new = sorted(
        (w for w in waiting if w.new),
        key=lambda w: (w.level, draw(f"{seed}:{w.key}")),
    )
    return [w.key for w in _interleave(_mix_evenly(due, new), after=after)]


def introduction(new: Sequence[Waiting], *, topics_at_once: int | None) -> list[Waiting]:
    """Returns `new` in the order to introduce: in turn from the first `topics_at_once` topics that still hold some.

    None: from all topics. Within a topic the order is kept.
    """
    topics: dict[int, deque[Waiting]] = {}
    for waiting in new:
        topics.setdefault(waiting.topic, deque()).append(waiting)
    later = deque(topics.values())
    turns = deque(later.popleft() for _ in range(min(topics_at_once or len(later), len(later))))
    ordered: list[Waiting] = []
    while turns:
        topic = turns.popleft()
        ordered.append(topic.popleft())
        if topic:
            turns.append(topic)
        elif later:
            turns.append(later.popleft())
    return ordered


def rests(*, others: int, missed_at: datetime, now: datetime) -> bool:
    """Returns whether a missed question is not to be asked yet: fewer than OTHERS_BEFORE_RETRY `others` were answered
    since.

    It rests for REST. A `missed_at` so long after `now` was written by a clock that ran ahead, and holds nothing back.
    """
    return others < OTHERS_BEFORE_RETRY and abs(now - missed_at) < REST


def others_before(own: int, *, turns: Sequence[int], last: int) -> int | None:
    """Returns the least number of others asked before a resting question. Returns None when they run out and it has to
    wait.

    `own` is the number of the answer that missed it, `last` that of the session's last answer. `turns` holds for each
    other open question the number of its last answer, 0 for one that does not rest. None of the others asked meanwhile
    can come twice, however they are answered.
    """
    left = sorted(turns)
    wanted = max(0, OTHERS_BEFORE_RETRY - (last - own))
    for answered in range(wanted):
        if not left or 0 < left[0] > last + answered - OTHERS_BEFORE_RETRY:
            return None
        left.pop(0)
    return wanted


def _mix_evenly(due: Sequence[Waiting], new: Sequence[Waiting]) -> list[Waiting]:
    """Returns both, each in its own order and each spread evenly over the whole; a due one before a new one of the same
    place.
    """
    placed = [((i + 0.5) / len(some), w) for some in (due, new) for i, w in enumerate(some)]
    placed.sort(key=lambda entry: entry[0])
    return [w for _, w in placed]


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
    """Returns the topics the next card may have, given how many cards of each are left and the topic just asked."""
    topic, held = count.most_common(1)[0]
    if topic != last and 2 * held > count.total():
        return {topic}
    return set(+count) - {last} or {topic}


def _next_place(left: Sequence[Waiting], *, topics: set[int], avoid: frozenset[str]) -> int:
    """Returns where in `left` the next card stands: of an allowed topic, and without the concepts to avoid if any
    is.
    """
    apart = (i for i, w in enumerate(left) if w.topic in topics and not w.concepts & avoid)
    place = next(apart, None)
    return next(i for i, w in enumerate(left) if w.topic in topics) if place is None else place
