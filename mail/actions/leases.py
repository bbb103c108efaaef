"""Who may send a letter, and what became of it: every step is written down before the next one is taken.

owed → claimed → sent, failed or dropped. A claim is a lease: when a worker dies, its letters are taken up again
once the lease is over. Of a claimed batch one letter at a time is begun. The others may be taken away from a worker at
any moment, because beginning a letter is a conditional UPDATE: their lease is short, and losing them is no crash.
Each try is counted before any work on the letter begins, so that a letter that kills its worker does so a few times
and no more.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from quizzes.classroom.actions import note_needless, note_outcome
from quizzes.classroom.models import LetterState
from quizzes.reminders import queries
from quizzes.reminders.delivery import Delivery, Down, Later, Lost, Refused, Sent
from quizzes.reminders.models import Kind, Letter, Reminder

MOST_CRASHES = 5
# A worker that has claimed letters and not begun them gives no sign of life: it reads what they tell of their learners
# (FACTS_LEASE), then they wait for their turn (TURN_LEASE).
FACTS_LEASE = timedelta(seconds=30)
TURN_LEASE = timedelta(seconds=15)
SHORTEST_GAP = timedelta(seconds=30)
LONGEST_GAP = timedelta(minutes=10)

State, Stage = Letter.State, Letter.Stage
_FREE: dict[str, Any] = {"stage": Stage.NONE, "holder": None, "lease_until": None}
_OWED = _FREE | {"state": State.OWED}


@dataclass(frozen=True, slots=True)
class Dropped:
    """The letter turned out not to be wanted."""

    reason: str


@dataclass(frozen=True, slots=True)
class Crashed:
    """Something went wrong on our side."""

    reason: str


Outcome = Delivery | Dropped | Crashed


def claim(*, now: datetime, limit: int) -> list[Letter]:
    """Up to `limit` owed letters, the longest waiting first, that nobody else will send while the lease lasts.

    A letter whose worker died before is claimed alone: if it was the reason, no other letter suffers for it again.
    """
    holder = uuid.uuid4()
    with transaction.atomic():
        # Where the database can, pass over the rows another worker is claiming; where not, it lets one in at a time.
        owed = queries.owed_letters(now).select_for_update(skip_locked=True)
        found = list(owed.values_list("pk", "crashes")[:limit])
        alone = bool(found and found[0][1])
        chosen = [pk for pk, crashes in (found[:1] if alone else found) if alone or not crashes]
        Letter.objects.filter(pk__in=chosen, state=State.OWED).update(
            state=State.CLAIMED,
            stage=Stage.FACTS,
            holder=holder,
            lease_until=now + min(FACTS_LEASE, lease()),
        )
    if not found:
        return []
    mine = Letter.objects.filter(holder=holder, state=State.CLAIMED).order_by("not_before", "pk")
    return list(mine.select_related("user__reminder", "user__study"))


def set_aside(letters: Iterable[Letter], *, now: datetime) -> None:
    """Let claimed letters of one holder wait for their turn: what they tell of their learners has been read."""
    for holder in {letter.holder for letter in letters}:
        reading = Letter.objects.filter(holder=holder, state=State.CLAIMED, stage=Stage.FACTS)
        reading.update(stage=Stage.NONE, lease_until=now + min(TURN_LEASE, lease()))


def begin(letter: Letter, *, now: datetime) -> bool:
    """Take a claimed letter in hand and count the try; False when the letter is no longer ours."""
    ours = _ours(letter).update(stage=Stage.BEGUN, attempts=F("attempts") + 1, lease_until=now + lease())
    letter.attempts += ours
    return bool(ours)


def hand_over(letter: Letter, *, now: datetime) -> bool:
    """Write down that the text is about to leave, and renew the lease; False when the letter is no longer ours."""
    return bool(_ours(letter).update(stage=Stage.DATA, lease_until=now + lease()))


def write_down(letter: Letter, outcome: Outcome, *, now: datetime) -> None:
    """What became of the letter; nothing when it is no longer ours."""
    match outcome:
        case Sent():
            if _ours(letter).update(**_closed(State.SENT, ""), sent_at=now):
                _after_sending(letter, now)
        case Refused(reason, address):
            if _failed(letter, reason) and address:
                _stop_writing_to(letter, reason)
        case Dropped(reason):
            _drop(letter, reason)
        case Later(reason, doubtful):
            _ours(letter).update(**_owed_again(letter, reason, now), doubtful=letter.doubtful or doubtful)
        case Down(reason):
            _ours(letter).update(**_owed_soon(reason, now))
        case Crashed(reason):
            _crashed(letter, reason, now)
        case Lost():
            pass


def put_back(letters: Iterable[Letter], *, now: datetime, reason: str = "") -> None:
    """Owe claimed letters again that were not begun: soon when there is a `reason`, else at once."""
    for letter in letters:
        _ours(letter).update(**(_owed_soon(reason, now) if reason else _OWED))


def take_up_again(*, now: datetime) -> int:
    """Owe the letters again whose worker died, doubtful where the server may have taken them.

    Returns the number of letters. Those that were not begun are as they were before; of the others a crash is counted,
    and one whose workers died MOST_CRASHES times is not tried any more.
    """
    lapsed = Letter.objects.filter(state=State.CLAIMED, lease_until__lt=now)
    untouched = lapsed.filter(stage=Stage.NONE).update(**_OWED)
    reason = "the worker that had it was gone before it said what became of it"
    hopeless = lapsed.filter(crashes__gte=MOST_CRASHES - 1)
    tell_class([(invitation, reason) for invitation in hopeless.values_list("invitation_id", flat=True)])
    hopeless.update(
        **_closed(State.FAILED, f"given up: {MOST_CRASHES} times {reason}"), crashes=F("crashes") + 1
    )
    lapsed.filter(stage=Stage.DATA).update(doubtful=True)
    return untouched + lapsed.update(**_OWED, error=reason, crashes=F("crashes") + 1)


def let_go(*, now: datetime) -> int:
    """Close the owed letters it is too late for: failed where sending was tried, else dropped; how many."""
    late = Letter.objects.filter(state=State.OWED, expires_at__lte=now)
    failing = late.exclude(error="")
    tell_class(failing.exclude(invitation=None).values_list("invitation_id", "error"))
    untried = late.filter(error="").exclude(invitation=None).values_list("invitation_id", flat=True)
    tell_class([(invitation, "it was not sent in time") for invitation in untried])
    tried = failing.update(state=State.FAILED, source="", address="")
    return tried + late.update(**_closed(State.DROPPED, "the clock came too late"))


def tell_class(undelivered: Iterable[tuple[int | None, str]]) -> None:
    """Tell those who teach which invitations, by primary key, did not arrive and why; None is no invitation."""
    for invitation, reason in undelivered:
        if invitation is not None:
            note_outcome(invitation=invitation, outcome=LetterState.FAILED, error=reason)


def gap(tries: int) -> timedelta:
    """How long to wait before the next try after so many tries before the last: twice as long each time, to a limit."""
    return min(SHORTEST_GAP * (1 << min(tries, 16)), LONGEST_GAP)


def lease() -> timedelta:
    """How long a worker may hold a letter without a sign of life."""
    return timedelta(seconds=settings.LETTER_LEASE)


def _ours(letter: Letter) -> QuerySet[Letter]:
    return Letter.objects.filter(pk=letter.pk, holder=letter.holder, state=State.CLAIMED)


def _drop(letter: Letter, reason: str) -> None:
    """Close the letter as needless, and say so where it came from: should that hold again, it is owed again."""
    if _ours(letter).update(**_closed(State.DROPPED, reason)):
        note_needless(invitation=letter.invitation_id, assignment=letter.assignment_id, user=letter.user_id)


def _failed(letter: Letter, reason: str) -> bool:
    """Close the letter as one that could not be delivered; False when it is no longer ours."""
    failed = _ours(letter).update(**_closed(State.FAILED, reason))
    if failed:
        tell_class([(letter.invitation_id, reason)])
    return bool(failed)


def _crashed(letter: Letter, reason: str, now: datetime) -> None:
    """Count the crash, and give the letter up when it is one too many."""
    _ours(letter).update(crashes=letter.crashes + 1)
    if letter.crashes + 1 < MOST_CRASHES:
        _ours(letter).update(**_owed_again(letter, reason, now))
    else:
        _failed(letter, reason)


def _owed_again(letter: Letter, reason: str, now: datetime) -> dict[str, Any]:
    return _OWED | {"error": reason[:300], "not_before": now + gap(letter.attempts - 1)}


def _owed_soon(reason: str, now: datetime) -> dict[str, Any]:
    """The letter is not to blame for a server that does not answer: the wait does not grow with the tries."""
    return _OWED | {"error": reason[:300], "not_before": now + SHORTEST_GAP}


def _closed(state: Letter.State, reason: str) -> dict[str, Any]:
    """A closed letter keeps neither text, which may hold a code, nor address."""
    return _FREE | {"state": state, "error": reason[:300], "source": "", "address": ""}


def _after_sending(letter: Letter, now: datetime) -> None:
    reminder = Reminder.objects.filter(user=letter.user_id)
    if letter.invitation_id is not None:
        note_outcome(invitation=letter.invitation_id, outcome=LetterState.SENT)
    elif letter.kind == Kind.PAUSE:
        reminder.update(paused_at=now)
    elif letter.kind == Kind.ACCOUNT:
        # Somebody asked for it, and it was taken: the address is good again.
        reminder.filter(refused_address=letter.address).update(refused_address="", refused_because="")


def _stop_writing_to(letter: Letter, reason: str) -> None:
    address = letter.address or (letter.user.email if letter.user else "")
    Reminder.objects.filter(user=letter.user_id).update(refused_address=address, refused_because=reason[:300])
