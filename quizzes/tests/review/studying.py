"""A learner at work, for tests: calls the actions as the views do, at moments the test chooses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from accounts.models import User
from quizzes.bank.models import Version
from quizzes.review import presenters, queries, tokens
from quizzes.review.actions import undoing
from quizzes.review.actions.answers import AnswerResult, Recorded, record_answer
from quizzes.review.actions.sessions import open_session
from quizzes.review.models import Item, Review
from quizzes.tests.review.packs import fields_for

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass
class Study:
    """One learner whose clock the test moves."""

    user: User
    now: datetime = MONDAY
    answered: list[Review] = field(default_factory=list)

    def later(self, **by: float) -> Study:
        self.now += timedelta(**by)
        return self

    def open(self) -> None:
        open_session(user=self.user, now=self.now)

    def next(self) -> Item | None:
        """The place to ask, waiting for one that rests; None when nothing is left."""
        self.open()
        return self._waited_for()

    def places(self) -> Iterator[Item]:
        """The places of the day one after another, each to be answered, until nothing is left; opens it once."""
        self.open()
        while (item := self._waited_for()) is not None:
            yield item

    def _waited_for(self) -> Item | None:
        item = queries.next_item(self.user, self.now)
        if item is None and (rested := queries.resting_until(self.user, self.now)):
            self.now = rested[0]
            item = queries.next_item(self.user, self.now)
        return item

    def show(self, item: Item | None = None, /) -> tokens.ShownCard:
        """Show the place, the next one unless it was looked up already."""
        item = item or self.next()
        assert item is not None
        _, shown = presenters.first_showing(item, now=self.now)
        return shown

    def send(
        self, shown: tokens.ShownCard, *, right: bool = True, confidence: str = "sure", **fields: list[str]
    ) -> AnswerResult:
        """Answer the question of a form that was shown; `fields` are added to the form's."""
        version = Version.objects.get(question__public_id=shown.question, number=shown.version)
        form = fields_for(version, shown.seed, right=right) | {"confidence": [confidence]} | fields
        return record_answer(user=self.user, token=shown.token, fields=form, now=self.now)

    def answer(
        self,
        item: Item | None = None,
        /,
        *,
        right: bool = True,
        confidence: str = "sure",
        **fields: list[str],
    ) -> Review:
        """Show the next question, of the place where it was looked up already, and answer it five seconds later."""
        shown = self.show(item)
        self.later(seconds=5)
        outcome = self.send(shown, right=right, confidence=confidence, **fields)
        assert isinstance(outcome, Recorded), outcome
        self.answered.append(outcome.review)
        return outcome.review

    def answer_all(self, *, right: bool = True, confidence: str = "sure") -> int:
        """Answer until nothing is left; how many answers it took."""
        return len([self.answer(item, right=right, confidence=confidence) for item in self.places()])

    def undo(self, review: Review) -> bool:
        return undoing.undo(user=self.user, review_public_id=review.public_id, now=self.now)
