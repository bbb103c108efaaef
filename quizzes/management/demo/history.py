"""Weeks of study of one simulated learner, as the site would have recorded them.

`record_answer` takes some milliseconds an answer, mostly queries; tens of thousands of answers would take minutes. So
the same kernel, marking and rules fill rows here that are written in bulk: replaying them gives exactly the cards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from accounts.models import User
from quizzes.bank import asking
from quizzes.bank.kinds.base import Marks
from quizzes.bank.models import Question, Version
from quizzes.management.demo.people import Person, normal
from quizzes.management.demo.responses import response_to
from quizzes.review.cards import columns
from quizzes.review.models import Card, Item, Review, Session
from quizzes.scheduling.days import zone_or_utc
from quizzes.scheduling.memory import MODEL, retrievability
from quizzes.scheduling.prng import draw
from quizzes.scheduling.queue import PLACE_STEP
from quizzes.scheduling.ratings import Confidence, Outcome, Rating, rate, unstated_guess_rate
from quizzes.scheduling.review_rules import NEW, CardState, Proposal, RatedAnswer, propose

RETENTION = 0.9
_TRIES = 3


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """A question of the demo as it is asked: what it says, what guessing gives.

    `puzzling`: those who know the rest well are led astray by it, as by a wrong key. `slippery`: it is forgotten
    sooner than others are.
    """

    question: Question
    version: Version
    guess_rate: float
    puzzling: bool = False
    slippery: bool = False

    @property
    def hardness(self) -> float:
        """How hard it is for someone who never met it, in logits."""
        return 0.9 * normal(f"hardness:{self.question.slug}")


@dataclass
class Study:
    """One learner's rows in the making."""

    user: User
    person: Person
    sessions: list[Session] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    cards: dict[int, Card] = field(default_factory=dict)
    states: dict[int, CardState] = field(default_factory=dict)
    load: dict[date, int] = field(default_factory=dict)

    def day(
        self, day: date, wanted: Sequence[DemoQuestion], bank: Mapping[int, DemoQuestion], *, new: int
    ) -> None:
        """Answers what is due on the day, then up to `new` of those `wanted` that were never met."""
        due = sorted(
            question for question, state in self.states.items() if state.due is not None and state.due <= day
        )
        fresh = [one.question.pk for one in wanted if one.question.pk not in self.states][:new]
        if not due and not fresh:
            return
        begins = datetime.combine(day, time(17), tzinfo=UTC) + timedelta(
            minutes=int(150 * draw(f"{self.person.seed}:{day}:begins"))
        )
        session = Session(user=self.user, study_day=day, opened_at=begins - timedelta(minutes=5))
        self.sessions.append(session)
        at = begins
        for place, question in enumerate(due + fresh):
            at = self._ask(bank[question], session, position=place * PLACE_STEP, at=at)

    def _ask(self, asked: DemoQuestion, session: Session, *, position: int, at: datetime) -> datetime:
        """Asks one question until it is right; when the last answer was given."""
        key = asked.question.pk
        card = self.cards.setdefault(key, Card(user=self.user, question=asked.question))
        item = Item(session=session, card=card, position=position, is_new=key not in self.states)
        self.items.append(item)
        for attempt in range(_TRIES):
            right = self._knows(asked, session.study_day, attempt)
            taken = timedelta(
                seconds=12 + 40 * draw(f"{self.person.seed}:{key}:{at}") * (1 if right else 1.5)
            )
            at += taken
            review = self._answer(asked, card, session, right=right, taken=taken, at=at)
            if review.passed:
                item.done_at = at
                break
            item.misses += 1
        return at + timedelta(seconds=4)

    def _knows(self, asked: DemoQuestion, day: date, attempt: int) -> bool:
        key = asked.question.pk
        if attempt == _TRIES - 1:
            return True
        first = key not in self.states
        if first and asked.puzzling:
            return draw(f"{self.person.seed}:{key}:puzzled") < (0.25 if self.person.ability > 0 else 0.7)
        knows = self.person.knows(key, day=day, hardness=asked.hardness, attempt=attempt)
        if asked.slippery and not first and attempt == 0:
            knows = knows and draw(f"{self.person.seed}:{key}:{day}:slips") < 0.72
        # Of those who do not know, some guess.
        return knows or draw(f"{self.person.seed}:{key}:{day}:{attempt}:guess") < asked.guess_rate * 0.5

    def _proposed(
        self, asked: DemoQuestion, card: Card, marks: Marks, confidence: str, *, day: date
    ) -> tuple[Rating, Proposal]:
        """Returns how the answer is rated, and what the kernel makes of that."""
        rating = rate(
            Outcome(
                score=marks.score,
                passed=marks.passed,
                confidence=Confidence(confidence) if confidence else None,
                repaired=marks.repaired,
                first=card.seq == 0,
            )
        )
        proposal = propose(
            self.states.get(asked.question.pk, NEW),
            RatedAnswer(rating, day, card.seq),
            seed=f"{self.user.pk}:{asked.question.pk}",
            retention=RETENTION,
            guess_rate=unstated_guess_rate(asked.guess_rate, confidence=confidence),
        )
        return rating, proposal

    def _answer(
        self,
        asked: DemoQuestion,
        card: Card,
        session: Session,
        *,
        right: bool,
        taken: timedelta,
        at: datetime,
    ) -> Review:
        spec, day, before = asked.version.spec, session.study_day, self.states.get(asked.question.pk, NEW)
        presented = asking.present(spec, seed=f"{self.person.seed}:{asked.question.pk}:{card.seq}")
        response = response_to(
            spec, presented, right=right, seed=f"{self.person.seed}:{asked.question.pk}:{at}"
        )
        marks = asking.mark(spec, presented, response)
        confidence = (
            self._confidence(right=marks.passed, seed=f"{asked.question.pk}:{at}") if response else ""
        )
        rating, proposal = self._proposed(asked, card, marks, confidence, day=day)
        due = proposal.settle(self.load if proposal.is_first else {})
        after, memory = proposal.card(due), proposal.remembered.memory
        review = Review(
            user=self.user,
            card=card,
            seq=card.seq,
            session=session,
            version=asked.version,
            presented=presented,
            response=response,
            summary=asking.describe(spec, presented, response)[:200],
            parts=marks.parts,
            flags=["repaired"] if marks.repaired else [],
            score=marks.score,
            passed=marks.passed,
            confidence=confidence,
            milliseconds=round(taken / timedelta(milliseconds=1)),
            rating=rating,
            study_day=day,
            answered_at=at,
            first_of_day=proposal.is_first,
            predicted=retrievability(before.memory, day=day) if before.memory else None,
            retention_target=proposal.aim,
            due_after=due,
            stability_after=memory.stability,
            difficulty_after=memory.difficulty,
            time_zone=zone_or_utc(self.user.time_zone)[0],
            rollover_hour=self.user.rollover_hour,
            memory_model=MODEL,
        )
        self.reviews.append(review)
        self._move(asked.question.pk, before, after)
        for name, value in columns(after).items():
            setattr(card, name, value)
        card.seq += 1
        self.person.learns(asked.question.pk, rating, day=day)
        return review

    def _confidence(self, *, right: bool, seed: str) -> str:
        said = draw(f"{self.person.seed}:{seed}:sure")
        if right:
            return Confidence.SURE if said < 0.85 else Confidence.UNSURE if said < 0.97 else Confidence.GUESS
        return Confidence.SURE if said < 0.3 else Confidence.UNSURE if said < 0.7 else Confidence.GUESS

    def _move(self, question: int, before: CardState, after: CardState) -> None:
        """Keeps count of what is due on which day, as the scheduler's balancing asks."""
        if before.due is not None:
            self.load[before.due] = self.load.get(before.due, 0) - 1
        if after.due is not None:
            self.load[after.due] = self.load.get(after.due, 0) + 1
        self.states[question] = after

    def write(self) -> None:
        """Stores all rows; the cards first, for everything else names them."""
        Card.objects.bulk_create(self.cards.values(), batch_size=500)
        Session.objects.bulk_create(self.sessions, batch_size=500)
        Item.objects.bulk_create(self.items, batch_size=500)
        Review.objects.bulk_create(self.reviews, batch_size=200)
