"""What this room offers the others: they import nothing else of it but its tables."""

from quizzes.bank import actions, asking, search, sets, sources, text
from quizzes.bank.actions import LoadResult, PackChangedError, packs_of, retire_pack
from quizzes.bank.kinds.base import Fields, Json, Marks, Reading
from quizzes.bank.kinds.gaps import MARK_IN_CODE, fill_marks
from quizzes.bank.loading.editions import earlier_editions
from quizzes.bank.loading.plan import Plan, PlanEntry, plan_of, stored_questions
from quizzes.bank.packs.build import PackDraft, lint
from quizzes.bank.params import fill
from quizzes.bank.queries import (
    BUILT_IN,
    LEVELS,
    SKILLS,
    askable_questions,
    live_questions,
    questions_for,
    topics_of,
    topics_of_the_bank,
    topics_with_counts,
)
from quizzes.bank.selecting import Filters, matching, resolve, set_questions, visible_sets
from quizzes.bank.sets import SetRefusedError, add_questions, create_set
from quizzes.bank.shapes import Stored
from quizzes.bank.signing import Key, secret_seed, sign, unsign
from quizzes.bank.uploads import UPLOADS_KEPT, AlreadyLoadedError, keep_upload, load_upload
from quizzes.bank.verdicts import VerdictLine, line

__all__ = [
    "BUILT_IN",
    "LEVELS",
    "MARK_IN_CODE",
    "SKILLS",
    "UPLOADS_KEPT",
    "AlreadyLoadedError",
    "Fields",
    "Filters",
    "Json",
    "Key",
    "LoadResult",
    "Marks",
    "PackChangedError",
    "PackDraft",
    "Plan",
    "PlanEntry",
    "Reading",
    "SetRefusedError",
    "Stored",
    "VerdictLine",
    "actions",
    "add_questions",
    "askable_questions",
    "asking",
    "create_set",
    "earlier_editions",
    "fill",
    "fill_marks",
    "keep_upload",
    "line",
    "lint",
    "live_questions",
    "load_upload",
    "matching",
    "packs_of",
    "plan_of",
    "questions_for",
    "resolve",
    "retire_pack",
    "search",
    "secret_seed",
    "set_questions",
    "sets",
    "sign",
    "sources",
    "stored_questions",
    "text",
    "topics_of",
    "topics_of_the_bank",
    "topics_with_counts",
    "unsign",
    "visible_sets",
]
