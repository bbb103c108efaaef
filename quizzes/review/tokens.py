"""The signed token a question's form carries: which question was shown to a learner, in which state, when.

It names the question by its public id and the version by its number, and is good for one learner. The seed of what was
drawn is not in it (quizzes.bank.signing).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer

from quizzes.bank.api import secret_seed, sign, unsign

GOOD_FOR = timedelta(hours=24)

_SALT = "quizzes.review.answer"
_SHOWN_IN = "review"


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A question as it was put before a learner, and the `token` that says so.

    `question` is its public id, `seq` the card's at that moment, `version` the version's number, `at` when (to the
    millisecond), `seed` what it was presented with: the same for one learner, question, `seq` and key.
    """

    question: UUID
    seq: int
    version: int
    at: datetime
    seed: str
    token: str

    def expired(self, now: datetime) -> bool:
        """Returns whether the form was shown more than GOOD_FOR ago."""
        return now - self.at > GOOD_FOR


def show(*, user: int, question: UUID, seq: int, version: int, at: datetime) -> ShownCard:
    """Returns what is put before the learner with that database id."""
    milliseconds = round(at.timestamp() * 1000)
    token = sign({"q": question.hex, "s": seq, "v": version, "t": milliseconds}, salt=f"{_SALT}:{user}")
    seed = secret_seed(_SHOWN_IN, user, question, seq)
    return ShownCard(question, seq, version, _moment(milliseconds), seed, token)


def read(token: str, *, user: int) -> ShownCard | None:
    """Returns what the token says, however old it is; None unless we signed it for this learner."""
    found = unsign(token, salt=f"{_SALT}:{user}")
    if found is None:
        return None
    says, key = found
    question = UUID(says["q"])
    seed = secret_seed(_SHOWN_IN, user, question, says["s"], key=key)
    return ShownCard(question, says["s"], says["v"], _moment(says["t"]), seed, token)


def read_former(token: str, *, user: int) -> tuple[int, int] | None:
    """Returns the card's database id and its `seq` in a token as forms carried it before seeds were secret; else
    None.
    """
    try:
        says = Signer(salt=_SALT).unsign_object(token)
    except BadSignature:
        return None
    return (says["c"], says["s"]) if says["u"] == user else None


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
