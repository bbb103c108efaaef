"""What the JSON columns of a session hold: numbers worked out once a day, to be read often."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class KeptHabits(TypedDict):
    """The fields of `habits.Habits`."""

    pace: float
    right: int
    tries: int


class KeptDue(TypedDict):
    """The fields of `shortfall.Due`; `at` is in ISO 8601."""

    at: str
    source: str
    questions: int
    own: int
    left: int
    late: float
    late_own: float


class KeptFit(TypedDict):
    """What the plan does not begin by its date, as `fitting.fit_after` says it."""

    dues: list[KeptDue]
    minutes: int | None
    habits: NotRequired[KeptHabits]


class KeptKnown(TypedDict):
    """The fields of `plan_promise.KnownRange`."""

    expected: float
    low: int
    high: int


class KeptInTopic(TypedDict):
    """The fields of `plan_promise.InTopic`."""

    topic: int
    questions: int
    planned: float
    stopped: float


class KeptTold(TypedDict):
    """The fields of `plan_promise.Told`; `on` is in ISO 8601."""

    on: str
    days: int
    questions: int
    unseen: int
    minutes: int
    mornings: list[KeptKnown]
    stopped: list[KeptKnown]
    topics: list[KeptInTopic]
    earlier: KeptKnown | None
    more: KeptKnown | None


class KeptAsked(TypedDict):
    """What a promise depends on: the learner's preferences, and numbers that change with the rows it is made from."""

    minutes: int
    interview_on: str | None
    most_new: int | None
    left_out: list[int]
    known: list[int]
    practise: str
    cards: list[int | str | None]
    targets: list[int | str | None]
    bank: list[int | None]
    form: int


class KeptPromise(TypedDict):
    """What following the plan leaves known on the day, and of what that was said."""

    asked: KeptAsked
    told: KeptTold
