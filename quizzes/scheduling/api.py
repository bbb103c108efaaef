"""What this room offers the others: they import nothing else of it but its tables."""

from quizzes.scheduling import pace, planner, promise
from quizzes.scheduling.days import day_begins, moment_of, study_day, wall_time, zone_names, zone_or_utc
from quizzes.scheduling.first_tries import FirstTries, first_try
from quizzes.scheduling.fit import EveningPlan, begun_on, minutes_needed
from quizzes.scheduling.forecast import (
    REMAINDER_OF_PLANS,
    Strength,
    expected,
    if_begun,
    if_followed,
    known,
    recall_after,
    strength_of,
    together,
    with_strength,
)
from quizzes.scheduling.leeches import FEWEST_LAPSES, is_leech
from quizzes.scheduling.load import Scheduled, load
from quizzes.scheduling.memory import MODEL, RETENTION_BOUNDS, Memory, retrievability
from quizzes.scheduling.pace import DeadlineQuestion, Load, study_days_until
from quizzes.scheduling.planner import Memories
from quizzes.scheduling.prng import draw
from quizzes.scheduling.promise import Course, Outlook
from quizzes.scheduling.queue import (
    MOST_MISSES,
    OTHERS_BEFORE_RETRY,
    PLACE_STEP,
    REST,
    RETRY_GAP,
    TOPICS_AT_ONCE,
    Waiting,
    introduction,
    order,
    others_before,
    rests,
)
from quizzes.scheduling.ratings import (
    Confidence,
    Outcome,
    Rating,
    Verdict,
    counts_as_known,
    judge,
    rate,
    unstated_guess_rate,
)
from quizzes.scheduling.recurrence import SKEW, Occurrence, last_occurrence, next_occurrence
from quizzes.scheduling.review_rules import CardState, Proposal, RatedAnswer, Replayed, propose, replay
from quizzes.scheduling.vectors import Floats

__all__ = [
    "FEWEST_LAPSES",
    "MODEL",
    "MOST_MISSES",
    "OTHERS_BEFORE_RETRY",
    "PLACE_STEP",
    "REMAINDER_OF_PLANS",
    "REST",
    "RETENTION_BOUNDS",
    "RETRY_GAP",
    "SKEW",
    "TOPICS_AT_ONCE",
    "CardState",
    "Confidence",
    "Course",
    "DeadlineQuestion",
    "EveningPlan",
    "FirstTries",
    "Floats",
    "Load",
    "Memories",
    "Memory",
    "Occurrence",
    "Outcome",
    "Outlook",
    "Proposal",
    "RatedAnswer",
    "Rating",
    "Replayed",
    "Scheduled",
    "Strength",
    "Verdict",
    "Waiting",
    "begun_on",
    "counts_as_known",
    "day_begins",
    "draw",
    "expected",
    "first_try",
    "if_begun",
    "if_followed",
    "introduction",
    "is_leech",
    "judge",
    "known",
    "last_occurrence",
    "load",
    "minutes_needed",
    "moment_of",
    "next_occurrence",
    "order",
    "others_before",
    "pace",
    "planner",
    "promise",
    "propose",
    "rate",
    "recall_after",
    "replay",
    "rests",
    "retrievability",
    "strength_of",
    "study_day",
    "study_days_until",
    "together",
    "unstated_guess_rate",
    "wall_time",
    "with_strength",
    "zone_names",
    "zone_or_utc",
]
