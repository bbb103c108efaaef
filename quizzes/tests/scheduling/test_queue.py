from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.scheduling.queue import (
    Waiting,
    introduction,
    order,
    others_before,
    rests,
)


def due(key: int, topic: int = 0, recall: float = 0.9, **others: object) -> Waiting:
    fields = {"concepts": frozenset({f"concept {key}"}), "overdue_days": 0, "new": False, "level": 1} | others
    return Waiting(key=key, topic=topic, recall=recall, **fields)  # type: ignore[arg-type]


def new(key: int, topic: int = 0, level: int = 1, **others: object) -> Waiting:
    fields = {"concepts": frozenset({f"concept {key}"}), "overdue_days": 0} | others
    return Waiting(key=key, topic=topic, recall=None, new=True, level=level, **fields)  # type: ignore[arg-type]


@st.composite
def piles(draw: st.DrawFn) -> list[Waiting]:
    kinds = draw(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 6)), max_size=14))
    return [
        Waiting(
            key=key,
            topic=topic,
            concepts=frozenset({f"concept {concept}"}),
            recall=None if is_new else draw(st.floats(0.1, 1.0)),
            overdue_days=0 if is_new else draw(st.integers(0, 9)),
            new=is_new,
            level=draw(st.integers(1, 3)),
        )
        for key, (is_new, topic, concept) in enumerate(kinds)
    ]


def neighbours(topics: list[int]) -> int:
    return sum(one == other for one, other in pairwise(topics))


@given(piles(), st.text())
def test_every_card_is_asked_once(pile: list[Waiting], seed: str) -> None:
    assert Counter(order(pile, seed=seed)) == Counter(w.key for w in pile)


@given(piles(), st.randoms(use_true_random=False), st.text())
def test_the_order_depends_on_the_seed_and_not_on_how_the_cards_came(
    pile: list[Waiting], rng: object, seed: str
) -> None:
    shuffled = list(pile)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert order(shuffled, seed=seed) == order(pile, seed=seed)


def test_best_remembered_comes_first() -> None:
    """In a backlog this keeps the most known: what is nearly lost costs the same tomorrow."""
    pile = [due(1, topic=1, recall=0.5), due(2, topic=2, recall=0.95), due(3, topic=3, recall=0.8)]
    assert order(pile, seed="s") == [2, 3, 1]


def test_equal_recall_is_ordered_by_seed() -> None:
    pile = [due(n, topic=n) for n in range(6)]
    orders = {tuple(order(pile, seed=str(n))) for n in range(20)}
    assert len(orders) > 15


@given(piles(), st.text())
@settings(deadline=None)
def test_no_topic_comes_twice_in_a_row_where_it_can_be_avoided(pile: list[Waiting], seed: str) -> None:
    """With m cards of the commonest topic among n, at least 2m - n - 1 neighbours are alike in any order."""
    topics = {w.key: w.topic for w in pile}
    commonest = max(Counter(topics.values()).values(), default=0)
    assert neighbours([topics[key] for key in order(pile, seed=seed)]) == max(
        0, 2 * commonest - len(pile) - 1
    )


def test_the_topic_just_asked_does_not_come_again() -> None:
    pile = [due(1, topic=1, recall=0.99), due(2, topic=2, recall=0.5), due(3, topic=2, recall=0.4)]
    assert order(pile, seed="s", after=due(9, topic=1))[0] == 2
    assert order(pile, seed="s", after=due(9, topic=2))[0] == 1
    assert order(pile[:1], seed="s", after=due(9, topic=1)) == [1]


@given(st.lists(st.integers(0, 3), max_size=7), st.integers(0, 3), st.text())
@settings(deadline=None)
def test_the_order_is_moved_as_little_as_it_takes_to_keep_topics_apart(
    topics: list[int], before: int, seed: str
) -> None:
    """Of all orders without neighbours of one topic, the one that keeps most of the cards at the front in place."""
    pile = [due(key, topic=topic, recall=1 - key / 10) for key, topic in enumerate(topics)]
    apart = [
        keys
        for keys in permutations(range(len(topics)))
        if not neighbours([before, *(topics[key] for key in keys)])
    ]
    if apart:
        assert order(pile, seed=seed, after=due(9, topic=before)) == list(min(apart))


def test_no_concept_comes_twice_in_a_row_where_there_is_a_choice() -> None:
    gates, cells = frozenset({"gates"}), frozenset({"cells", "gates"})
    pile = [
        due(1, topic=1, recall=0.9, concepts=gates),
        due(2, topic=2, recall=0.8, concepts=cells),
        due(3, topic=2, recall=0.7),
        due(4, topic=1, recall=0.6),
    ]
    assert order(pile, seed="s") == [1, 3, 4, 2]


def test_new_questions_are_mixed_in_evenly_and_not_left_to_the_end() -> None:
    pile = [due(n, topic=n, recall=0.9 - n / 100) for n in range(8)] + [
        new(100 + n, topic=100 + n) for n in range(2)
    ]
    asked = order(pile, seed="s")
    assert [asked.index(100 + n) in (2, 3, 6, 7) for n in range(2)] == [True, True]
    assert asked[-1] < 100


def test_of_as_many_due_as_new_questions_a_due_one_begins() -> None:
    assert order([new(2, topic=2), due(1, topic=1)], seed="s") == [1, 2]
    pile = [*(new(n, topic=n) for n in (11, 12)), *(due(n, topic=n) for n in (1, 2))]
    assert [key < 10 for key in order(pile, seed="s")] == [True, False, True, False]


@given(st.integers(1, 20), st.integers(1, 20), st.text())
@settings(deadline=None)
def test_any_stretch_of_a_session_holds_its_share_of_new_questions(
    reviews: int, novel: int, seed: str
) -> None:
    pile = [due(n, topic=n) for n in range(reviews)] + [new(100 + n, topic=100 + n) for n in range(novel)]
    asked = order(pile, seed=seed)
    for length in range(len(asked) + 1):
        share = length * novel / len(pile)
        assert abs(sum(key >= 100 for key in asked[:length]) - share) <= 1


def test_easier_new_questions_come_first() -> None:
    pile = [new(1, topic=1, level=3), new(2, topic=2, level=1), new(3, topic=3, level=2)]
    assert order(pile, seed="s") == [2, 3, 1]


MISSED = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("others", "minutes", "resting"),
    [
        (0, 0, True),
        (3, 9.99, True),
        (4, 0, False),
        (0, 10, False),
        (3, 600, False),
        (0, -9, True),
        (0, -10, False),
    ],
)
def test_a_missed_question_rests_for_four_others_or_ten_minutes(
    others: int, minutes: float, resting: bool
) -> None:
    assert rests(others=others, missed_at=MISSED, now=MISSED + timedelta(minutes=minutes)) is resting


@pytest.mark.parametrize(
    ("turns", "others"),
    [
        ([], None),
        ([0, 0, 0], None),
        ([0, 0, 0, 0], 4),
        ([0] * 40, 4),
        # Of five that were all missed the first rests no longer, and the others follow it.
        ([6, 7, 8, 9], 4),
        ([7, 8, 9], None),
        ([7, 8, 9, 0], 4),
    ],
)
def test_how_many_others_come_before_a_retry(turns: list[int], others: int | None) -> None:
    assert others_before(10, turns=turns, last=10) == others


@pytest.mark.parametrize(("last", "others"), [(11, 3), (12, 2), (14, 0), (20, 0)])
def test_those_asked_since_the_miss_count_among_the_others(last: int, others: int) -> None:
    assert others_before(10, turns=[0] * 8, last=last) == others


def test_new_questions_come_from_a_few_topics_in_turn_and_the_next_topic_follows() -> None:
    pile = [
        new(key, topic=topic)
        for topic, keys in ((1, (1, 2)), (2, (3,)), (3, (4,)), (4, (5, 6)))
        for key in keys
    ]
    assert [w.key for w in introduction(pile, topics_at_once=2)] == [1, 3, 2, 4, 5, 6]
    assert [w.key for w in introduction(pile, topics_at_once=None)] == [1, 3, 4, 5, 2, 6]
    assert introduction([], topics_at_once=3) == []
