"""What the review page says: a question as it is asked, an answer as it was marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from quizzes.bank import asking
from quizzes.bank.kinds.base import Fields, Json
from quizzes.bank.models import Version
from quizzes.bank.params import fill
from quizzes.review import entering, tokens, unsent
from quizzes.review.models import Card, Item, RecordedAnswer, Review

Context = dict[str, Any]

_SOON = 7


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an answer went, for machines (`correct`), eyes (`mark`) and readers (`words`)."""

    correct: str
    mark: str
    words: str


def first_showing(item: Item, *, now: datetime) -> tuple[Version, tokens.Shown]:
    """The version and the token's content for asking the card of `item` now."""
    card = item.card
    version = card.question.current
    if version is None:
        raise Version.DoesNotExist
    shown = tokens.Shown(
        user=card.user_id,
        card=card.pk,
        seq=card.seq,
        version=version.pk,
        # Until it is answered the question looks the same, however often its page is loaded.
        seed=f"{card.user_id}:{card.pk}:{card.seq}",
        at=now,
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
        "token": tokens.write(shown),
        "draft_key": unsent.key_of(user=card.user_id, card=card.pk, seq=shown.seq),
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


def feedback(review: Review) -> Context:
    """Context of the feedback to a review, however old: the version shown then, marked as it was then.

    Takes no query when the review's version, session, card, question and topic are at hand.
    """
    return {
        **said(review),
        "review": review,
        "topic": review.card.question.topic,
        "comes_back": comes_back(review),
        "recorded": unsent.key_of(user=review.user_id, card=review.card_id, seq=review.seq),
    }


def prompt(review: Review) -> str:
    """The prompt of the version that was answered, with the numbers it was asked with (Markdown)."""
    return fill(review.version.spec["prompt"], review.presented.get("values", {}))


def said(recorded: RecordedAnswer) -> Context:
    """Context of what is said to any recorded answer: the kind's own under `said` and on top, and the verdict."""
    told = asking.feedback(
        recorded.version.spec, recorded.presented, recorded.response, entering.marks_of(recorded)
    )
    return {**told, "said": told, "result": verdict(recorded)}


def verdict(recorded: RecordedAnswer) -> Verdict:
    """Right, partly right or not right; “I don't know” is not called wrong."""
    if recorded.passed:
        words = "Right, but for a slip of the keys" if "repaired" in recorded.flags else "Right"
        return Verdict("true", "right", words)
    if not recorded.response:
        return Verdict("false", "wrong", "Not known yet")
    if recorded.score > 0:
        return Verdict("partial", "partial", "Partly right")
    return Verdict("false", "wrong", "Not right")


def comes_back(review: Review) -> str:
    """When the question comes back, as the end of a sentence."""
    when = day_in_words(review.due_after, today=review.study_day)
    if review.passed:
        return when
    return f"later today, after a few others, until you have it right once; then {when}"


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
