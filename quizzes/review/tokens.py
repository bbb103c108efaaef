"""The signed token a question's form carries: which card was shown to whom, in which state, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import signing

GOOD_FOR = timedelta(hours=24)

_SIGNER = signing.Signer(salt="quizzes.review.answer")


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as it was put before a learner.

    `user`, `card` and `version` are database ids, `seq` the card's at that moment, `seed` what the question was
    presented with, `at` when (to the millisecond).
    """

    user: int
    card: int
    seq: int
    version: int
    seed: str
    at: datetime

    def expired(self, now: datetime) -> bool:
        """Whether the form was shown more than GOOD_FOR ago."""
        return now - self.at > GOOD_FOR


def write(shown: Shown) -> str:
    """The token for a form."""
    return _SIGNER.sign_object(
        {
            "u": shown.user,
            "c": shown.card,
            "s": shown.seq,
            "v": shown.version,
            "r": shown.seed,
            "t": round(shown.at.timestamp() * 1000),
        }
    )


def read(token: str) -> Shown | None:
    """What the token says, however old it is; None unless we signed it."""
    try:
        says: dict[str, Any] = _SIGNER.unsign_object(token)
    except signing.BadSignature:
        return None
    return Shown(
        user=says["u"],
        card=says["c"],
        seq=says["s"],
        version=says["v"],
        seed=says["r"],
        at=datetime.fromtimestamp(says["t"] / 1000, tz=UTC),
    )
