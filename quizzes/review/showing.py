"""What the review page says: a question as it is asked, an answer as it was marked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from quizzes.bank import asking
from quizzes.bank.kinds.base import Fields, Json
from quizzes.bank.models import Version
from quizzes.review import entering, queries, tokens, unsent
from quizzes.review.models import Card, Item, RecordedAnswer, Review
from quizzes.review.verdicts import verdict
from quizzes.scheduling.queue import come_back_after

Context = dict[str, Any]

_SOON = 7


def first_showing(item: Item, *, now: datetime) -> tuple[Version, tokens.Shown]:
    """The version, and with its token what is put before the learner, for asking the card of `item` now."""
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
    shown: tokens.Shown,
    *,
    typed: Fields | None = None,
    **entered: Any,
) -> Context:
    """Context of the question: the kind's own under `ask` and on top, and what surrounds it.

    `typed` are the fields of a form that came to nothing; without them, `entered` are the arguments of `asked`.
    """
    presented = asking.present(version.spec, seed=shown.seed)
    return {
        **asked(version, presented, **(entered or unsent.restored(version, presented, typed))),
        "token": shown.token,
        "draft_key": unsent.key_of(user=card.user_id, question=shown.question, seq=shown.seq),
        "topic": card.question.topic,
        "is_new": card.reps == 0,
    }


def asked(
    version: Version,
    presented: Json,
    *,
    draft: Json | None = None,
    errors: Mapping[str, str] | None = None,
    hinted: bool = False,
) -> Context:
    """Context of a version as it is asked, wherever that is: the kind's own under `ask` and on top."""
    ask = asking.ask(version.spec, presented, draft)
    return {**ask, "ask": ask, "errors": dict(errors or {}), "draft": draft, "hinted": hinted}


def feedback(review: Review, *, today: date) -> Context:
    """Context of the feedback to a review, however old: the version shown then, marked as it was then.

    When the question comes back is told as it is on `today`, the learner's study day.
    Takes one query, for a missed question only, when the review's version, session, card, question and topic are at
    hand.
    """
    return {
        **said(review),
        "review": review,
        "topic": review.card.question.topic,
        "comes_back": comes_back(review, today=today),
        "recorded": unsent.key_of(
            user=review.user_id, question=review.card.question.public_id, seq=review.seq
        ),
    }


def prompt(review: Review) -> str:
    """The prompt of the version that was answered, with the numbers it was asked with (Markdown)."""
    return asking.prompt(review.version.spec, review.presented)


def said(recorded: RecordedAnswer) -> Context:
    """Context of what is said to any recorded answer: the kind's own under `said` and on top, and the verdict."""
    told = asking.feedback(
        recorded.version.spec, recorded.presented, recorded.response, entering.marks_of(recorded)
    )
    return {**told, "said": told, "result": verdict(recorded, kind=recorded.version.spec["kind"])}


def comes_back(review: Review, *, today: date) -> str:
    """When the question comes back, as the end of a sentence: later in the session of `today`, or on another day."""
    today = max(today, review.study_day)
    retry = None if review.passed or review.study_day < today else queries.retry_of(review)
    if retry is None:
        card = review.card
        later = card.due if card.seq > review.seq + 1 else None
        return day_in_words(later or review.due_after, today=today)
    until = "until your answer is right or partly right"
    if not retry.just_missed:
        return f"today, {until}"
    first = come_back_after(retry.others)
    if first == 0:
        return f"at once, because no other question is left today, {until}"
    if first < retry.others:
        return f"today, after at least {first} others, {until}"
    if first == 1:
        return f"today, after the one other question that is left, {until}"
    return f"today, after the {first} other questions that are left, {until}"


def day_in_words(day: date, *, today: date) -> str:
    """ "tomorrow", "in 3 days, on Friday", "in 24 days, on 18 December"; the year is told when it is another one."""
    days = (day - today).days
    if days <= 1:
        return "tomorrow" if days == 1 else "today"
    if days < _SOON:
        return f"in {days} days, on {day:%A}"
    year = f" {day.year}" if day.year != today.year else ""
    return f"in {days} days, on {day.day} {day:%B}{year}"


def ago_in_words(ago: timedelta) -> str:
    """ "12 s", "5 min", "3 h" or "2 days", always rounded down."""
    seconds = max(int(ago.total_seconds()), 0)
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            count = seconds // size
            return "1 day" if (unit, count) == ("days", 1) else f"{count} {unit}"
    return f"{seconds} s"
