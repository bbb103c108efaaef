"""The signed token a practice's form carries: which exercise was shown to a learner, and in which version.

It is good for one learner. The seed of what was drawn is not in it (quizzes.bank.signing).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from quizzes.bank.api import secret_seed, sign, unsign

_SALT = "quizzes.browsing.attempt"


@dataclass(frozen=True, slots=True)
class ShownExercise:
    """A question as it was put before a learner, and the `token` that says so.

    `exercise` and `question` are public ids, `version` the version's number, `seed` what it was presented with: the
    same for one learner, exercise and key.
    """

    exercise: UUID
    question: UUID
    version: int
    seed: str
    token: str


def show(*, user: int, exercise: UUID, question: UUID, version: int) -> ShownExercise:
    """Returns what is put before the learner with that database id."""
    token = sign({"e": exercise.hex, "q": question.hex, "v": version}, salt=f"{_SALT}:{user}")
    return ShownExercise(exercise, question, version, secret_seed("practice", user, exercise), token)


def read(token: str, *, user: int) -> ShownExercise | None:
    """Returns what the token says; None unless we signed it for this learner."""
    found = unsign(token, salt=f"{_SALT}:{user}")
    if found is None:
        return None
    says, key = found
    exercise = UUID(says["e"])
    seed = secret_seed("practice", user, exercise, key=key)
    return ShownExercise(exercise, UUID(says["q"]), says["v"], seed, token)


def read_former(token: str) -> UUID | None:
    """Returns the exercise of a token as forms carried it before seeds were secret, "<public id>:<version>"; else
    None.
    """
    exercise, _, version = token.partition(":")
    if not version.isdecimal():
        return None
    try:
        return UUID(exercise)
    except ValueError:
        return None
