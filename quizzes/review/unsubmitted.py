"""What was typed into a question's form and never recorded, as the question is shown again."""

from __future__ import annotations

from uuid import UUID

from accounts.api import drafts
from quizzes.bank.api import Fields, Stored
from quizzes.bank.models import Version
from quizzes.review import submission
from quizzes.review.submission import Filled

HERE_AGAIN = "What you had entered is here again. Nothing was counted yet: look it over and send it."


def key_of(*, user: int, question: UUID, seq: int) -> str:
    """Returns the key of the form that asks the learner (database id) the question (public id) in that state of its
    card.
    """
    return drafts.key(user, "question", question, seq)


def restored(version: Version, presented: Stored, fields: Fields | None) -> Filled | None:
    """Returns the question's form with what was typed. Returns None when nothing was.

    A button that was pressed is not part of it: the learner presses again.
    """
    if fields is None:
        return None
    entered = {name: values for name, values in fields.items() if name not in ("skip", "hint", "confidence")}
    reading = submission.read(version, presented, entered)
    return Filled(draft=submission.kept(reading), hinted=submission.hinted(fields))
