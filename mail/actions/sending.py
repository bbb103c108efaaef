"""Sending what is owed: claim a batch, look again whether each letter is wanted, hand it over, write it down."""

from __future__ import annotations

import logging
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from accounts.models import User
from quizzes.reminders import mail, queries
from quizzes.reminders.actions import claiming, server, set_back
from quizzes.reminders.actions.claiming import Crashed, Dropped, Outcome
from quizzes.reminders.actions.class_letters import class_letter
from quizzes.reminders.actions.wishes import turned_away
from quizzes.reminders.delivery import Delivery, Down, Later, Line, Refused, Sent, in_words
from quizzes.reminders.kept import Kept
from quizzes.reminders.models import Kind, Letter, Reminder
from quizzes.reminders.rhythm import COUNTDOWN_DAYS
from quizzes.review.actions import open_session
from quizzes.review.standing import Standing, current_days, standings, week_of

logger = logging.getLogger(__name__)

BATCH = 50
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What letters tell of their learners, by the learners' primary keys."""

    days: dict[int, date] = field(default_factory=dict)
    standings: dict[int, Standing] = field(default_factory=dict)
    unanswered: defaultdict[int, list[date]] = field(default_factory=lambda: defaultdict(list))


def send_owed(*, clock: Clock, seconds: float, stop: Callable[[], bool] = lambda: False) -> int:
    """Send what is owed, batch by batch over one connection, for about `seconds` at most.

    Returns the number of letters that left. `clock` tells the time; once `stop` says so, the letter in hand is finished
    and the others are owed again. It may run in any number of places at once: a letter is sent by whoever begins it.
    When there is no talking to the server, it ends; the letters stay owed.
    """
    until = clock() + timedelta(seconds=seconds)
    set_back.free_letters(now=clock())
    claiming.take_up_again(now=clock())
    claiming.let_go(now=clock())
    sent = 0
    with Line(timeout=settings.EMAIL_TIMEOUT) as line:
        while clock() < until and not stop() and (letters := claiming.claim(now=clock(), limit=BATCH)):
            run = _Run(line, lambda: clock() < until and not stop(), clock)
            run.send(letters)
            sent += run.sent
            if run.down:
                logger.warning("letters wait: %s", run.down)
                break
        else:
            server.look_again(line)
    return sent


class _Run:
    """One batch on its way.

    What became of a letter is written down before the next one is looked at: no more than one letter at a time can have
    been taken by the server without a row that says so, whatever the next one does to us.
    """

    def __init__(self, line: Line, go_on: Callable[[], bool], clock: Clock) -> None:
        self.line, self.go_on, self.clock = line, go_on, clock
        self.answers = server.Answers()
        self.sent = 0
        self.down = ""

    def send(self, letters: Sequence[Letter]) -> None:
        facts = _facts_or_none(letters, self.clock())
        waiting = deque(letters)
        with transaction.atomic():
            claiming.set_aside(letters, now=self.clock())
            letter = self._next(waiting)
        while letter is not None:
            letter = self._write_down(letter, self._try(letter, facts), waiting)
        with transaction.atomic():
            claiming.put_back(waiting, now=self.clock(), reason=self.down)
            self.answers.write_down(now=self.clock())

    def _next(self, waiting: deque[Letter]) -> Letter | None:
        """The next letter, begun; None when there is none or it is time to end."""
        while waiting and not self.down and self.go_on():
            letter = waiting.popleft()
            if claiming.begin(letter, now=self.clock()):
                return letter
        return None

    def _try(self, letter: Letter, facts: _Facts | None) -> Outcome:
        now = self.clock()
        try:
            message = _wanted(letter, facts or _facts([letter], now), now)
        except Exception as fault:
            logger.exception("letter %s could not be written", letter.pk)
            return Crashed(f"it could not be written: {type(fault).__name__}: {in_words(fault)}")
        if isinstance(message, Dropped):
            return message
        return hand_in(message, self.line, before_data=lambda: claiming.hand_over(letter, now=self.clock()))

    def _write_down(self, letter: Letter, outcome: Outcome, waiting: deque[Letter]) -> Letter | None:
        """Write down what became of the letter; the next one, begun in the same transaction."""
        self.answers.add(letter, outcome)
        if isinstance(outcome, Sent):
            self.sent += 1
        elif isinstance(outcome, Down):
            self.down = outcome.reason
        elif isinstance(outcome, Refused | Later | Crashed):
            logger.warning("letter %s: %s", letter.pk, outcome.reason)
        with transaction.atomic():
            claiming.write_down(letter, outcome, now=self.clock())
            return self._next(waiting)


def hand_in(message: EmailMessage, line: Line, *, before_data: Callable[[], bool]) -> Delivery:
    """Hand a letter to the server; `before_data` writes down that its text is about to leave."""
    try:
        return line.deliver(message, before_data=before_data)
    except ValueError as fault:
        return Refused(f"it cannot be written: {in_words(fault)}")


def _facts_or_none(letters: Sequence[Letter], now: datetime) -> _Facts | None:
    """The facts of the whole batch; None when one learner's make it fail, so that each is asked about alone."""
    try:
        return _facts(letters, now)
    except Exception:
        logger.exception("the facts for %s letters could not be read together", len(letters))
        return None


def _facts(letters: Sequence[Letter], now: datetime) -> _Facts:
    """What the letters of the clock tell, the day opened for learners for whom nobody has."""
    users = {letter.user.pk: letter.user for letter in letters if letter.user and letter.local_date}
    if not users:
        return _Facts()
    days = current_days(users.values(), now)
    found = standings(users.values(), days, now)
    if missing := [pk for pk in users if pk not in found and _reminder(users[pk])]:
        for user in User.objects.filter(pk__in=missing):
            open_session(user=user, now=now)
        found |= standings([users[pk] for pk in missing], days, now)
    return _Facts(days, found, queries.unanswered(users, queries.signs_of_life(users), now))


def _wanted(letter: Letter, facts: _Facts, now: datetime) -> EmailMessage | Dropped:
    """The letter, if it is still wanted now that it could be sent."""
    if now >= letter.expires_at:
        return Dropped("the clock came too late")
    if letter.source:
        return Kept(letter.source, to=letter.address)
    if letter.invitation_id or letter.assignment_id or letter.flag_id:
        return class_letter(letter, now=now)
    user = letter.user
    reminder = _reminder(user) if user else None
    if user is None or reminder is None:
        return Dropped("it is no longer wanted")
    if reason := turned_away(reminder, letter.kind):
        return Dropped(reason)
    told = mail.Told(
        standing=facts.standings[user.pk],
        interview_on=user.study.interview_on if hasattr(user, "study") else None,
        week=week_of(user, facts.days[user.pk]) if letter.kind == Kind.WEEKLY else None,
        unanswered=len(facts.unanswered[user.pk]),
    )
    needless = _needless(letter, told)
    return Dropped(needless) if needless else mail.compose(letter, reminder, told)


def _needless(letter: Letter, told: mail.Told) -> str:
    """Why the letter need not be sent; empty when it should be."""
    match letter.kind:
        case Kind.EVENING if not told.standing.questions:
            return "nothing is left to answer today"
        case Kind.WEEKLY if told.week and not told.week.answers:
            return "nothing was answered that week"
        case Kind.PAUSE if not told.unanswered:
            return "the learner has come back"
        case Kind.COUNTDOWN if (
            not told.interview_on
            or not letter.local_date
            or (told.interview_on - letter.local_date).days not in COUNTDOWN_DAYS
        ):
            return "the interview is on another day"
    return ""


def _reminder(user: User) -> Reminder | None:
    reminder: Reminder | None = getattr(user, "reminder", None)
    return reminder
