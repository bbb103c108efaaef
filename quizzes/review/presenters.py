"""What the review page says: a question as it is asked, an answer as it was marked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from math import ceil

from accounts.models import User
from quizzes.bank.api import Fields, Stored, asking
from quizzes.bank.models import Version
from quizzes.review import decks, queries, submission, targets, tokens, unsubmitted
from quizzes.review.models import Card, Item, RecordedAnswer, Review
from quizzes.review.submission import Filled
from quizzes.review.verdicts import verdict
from quizzes.scheduling.api import REST, wall_time, zone_or_utc

# What a template is given: any object by its name.
Context = dict[str, object]

_SOON = 7
_MINUTE = timedelta(minutes=1)


def first_showing(item: Item, *, now: datetime) -> tuple[Version, tokens.ShownCard]:
    """Returns the version, and with its token what is put before the learner, for asking the card of `item` now."""
    card = item.card
    version = card.question.current
    if version is None:
        raise Version.DoesNotExist
    # Until it is answered the question looks the same, however often its page is loaded.
    shown = tokens.show(
        user=card.user_id, question=card.question.public_id, seq=card.seq, version=version.number, at=now
    )
    return version, shown


def question(
    card: Card,
    version: Version,
    shown: tokens.ShownCard,
    *,
    typed: Fields | None = None,
    filled: Filled | None = None,
) -> Context:
    """Returns the context of the question: the kind's own under `ask` and on top, and what surrounds it.

    Its form is `filled`, or else has what was `typed`: the fields of a form that came to nothing.
    """
    presented = asking.present(version.spec, seed=shown.seed)
    return {
        **asked(version, presented, filled or unsubmitted.restored(version, presented, typed)),
        "token": shown.token,
        "draft_key": unsubmitted.key_of(user=card.user_id, question=shown.question, seq=shown.seq),
        "question": card.question,
        "topic": card.question.topic,
        "is_new": card.reps == 0,
    }


def asked(version: Version, presented: Stored, filled: Filled | None) -> Context:
    """Returns the context of a version as it is asked, wherever that is: the kind's own under `ask` and on top."""
    filled = filled or Filled()
    ask = asking.ask(version.spec, presented, filled.draft)
    return {
        **ask,
        "ask": ask,
        "errors": dict(filled.errors),
        "draft": filled.draft,
        "hinted": filled.hinted,
    }


def feedback(review: Review, *, today: date, now: datetime) -> Context:
    """Returns the context of the feedback to a review, however old: the version shown then, marked as it was then.

    When the question comes back is told as it is `now`, on `today`, the learner's study day. Takes at most three
    queries when the review's version, session, card, user, question and topic are at hand.
    """
    over = review.passed or review.study_day < today
    retry = None if over else queries.retry_of(review, now)
    return {
        **said(review),
        "review": review,
        "card": review.card,
        "question": review.card.question,
        "topic": review.card.question.topic,
        "comes_back": comes_back(review, retry, today=today, now=now),
        "enough": isinstance(retry, queries.Enough),
    }


def prompt(review: Review) -> str:
    """Returns the prompt of the version that was answered, with the numbers it was asked with (Markdown)."""
    return asking.prompt(review.version.spec, review.presented)


def said(recorded: RecordedAnswer) -> Context:
    """Returns the context of what is said to any recorded answer: the kind's own under `said` and on top, and the
    verdict.
    """
    told = asking.feedback(
        recorded.version.spec, recorded.presented, recorded.response, submission.marks_of(recorded)
    )
    return {**told, "said": told, "result": verdict(recorded, kind=recorded.version.spec["kind"])}


def comes_back(
    review: Review, retry: queries.Retry | queries.Enough | None, *, today: date, now: datetime
) -> str:
    """When the question comes back, as known `now`, behind the word "back": in the session of `today`, or on a day.

    `retry` is what `queries.retry_of` says of it. Where the plan aims at a day, no other one is fixed: it chooses every
    morning what adds most to what is known then.
    """
    today = max(today, review.study_day)
    card = review.card
    study = getattr(card.user, "study", None)
    # The morning of the interview has no plan for it any more: what is left tomorrow comes by the schedule.
    interview = decks.interview_ahead(study, today + timedelta(days=1)) if study else None
    aim = targets.aim_of(card, interview=interview, now=now)
    by_plan = ""
    if aim is not None:
        by_plan = back_by_plan(
            aim, first=review.study_day == today and queries.missed_at_first(review), today=today
        )
    if not isinstance(retry, queries.Retry):
        if by_plan:
            return by_plan
        later = card.due if card.seq > review.seq + 1 else None
        return on_day(later or review.due_after, today=today)
    if retry.others is None:
        tomorrow = review.due_after <= today + timedelta(days=1)
        scheduled = "in your next session" if tomorrow else on_day(review.due_after, today=today)
        return f"{wait_in_words(retry.at - now)}, or {by_plan or scheduled}"
    if retry.others == 0:
        return "in this session"
    return f"in this session, after {'one other' if retry.others == 1 else 'a few others'}"


def back_by_plan(day: date, *, first: bool, today: date, many: int = 1) -> str:
    """Returns when a question comes back, or `many` of them, that the plan chooses for the sake of `day`.

    `first`: the last day's first answer to it did not count as known; the next plan takes such ones before all others
    that were met before, within the part of the day that is kept for them.
    """
    if first and day > today + timedelta(days=1):
        return f"in your next session, if the plan for {day:%-d %B} has room"
    return f"when the plan for {day:%-d %B} needs {'it' if many == 1 else 'them'}"


def wait_in_words(wait: timedelta) -> str:
    """ "in ten minutes", "in 3 minutes", "in a minute": always rounded up."""
    minutes = ceil(wait / _MINUTE)
    if minutes <= 1:
        return "in a minute"
    return "in ten minutes" if timedelta(minutes=minutes) == REST else f"in {minutes} minutes"


def resting(user: User, now: datetime) -> Context:
    """Returns the context of the questions that rest in the learner's session: `resting` has the moments from which
    each is asked.

    `rested_at` is the first of them by the learner's clock, `wait` how long it is until then. One query.
    """
    moments = queries.resting_until(user, now)
    if not moments:
        return {"resting": []}
    return {
        "resting": moments,
        "rested_at": clock_time(user, moments[0]),
        "wait": wait_in_words(moments[0] - now),
    }


def clock_time(user: User, moment: datetime) -> str:
    """Returns the first full minute at or after the moment, by the learner's clock: "14:05"."""
    zone, _ = zone_or_utc(user.time_zone)
    return f"{wall_time(moment + _MINUTE - timedelta(microseconds=1), zone=zone):%H:%M}"


def on_day(day: date, *, today: date) -> str:
    """ "today", "tomorrow", "on Friday" within the week, else "on 18 December"; the year is told when it is another."""
    days = (day - today).days
    if days <= 1:
        return "tomorrow" if days == 1 else "today"
    if days < _SOON:
        return f"on {day:%A}"
    year = f" {day.year}" if day.year != today.year else ""
    return f"on {day.day} {day:%B}{year}"


def on_past_day(day: date, *, today: date) -> str:
    """ "yesterday", "on Friday" within the week before, else "on 18 December"; the year where it is another one."""
    if (today - day).days == 1:
        return "yesterday"
    if (today - day).days < _SOON:
        return f"on {day:%A}"
    year = f" {day.year}" if day.year != today.year else ""
    return f"on {day.day} {day:%B}{year}"


def day_in_words(day: date, *, today: date) -> str:
    """ "tomorrow", "in 3 days, on Friday", "in 24 days, on 18 December"; the year is told when it is another one."""
    days = (day - today).days
    said = on_day(day, today=today)
    return said if days <= 1 else f"in {days} days, {said}"


def ago_in_words(ago: timedelta) -> str:
    """ "12 s", "5 min", "3 h" or "2 days", always rounded down."""
    seconds = max(int(ago.total_seconds()), 0)
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            count = seconds // size
            return "1 day" if (unit, count) == ("days", 1) else f"{count} {unit}"
    return f"{seconds} s"
