"""A version's content: what every question has, and the payload of its kind, read from JSON and written to it."""

from __future__ import annotations

from quizzes.bank.kinds import KINDS
from quizzes.bank.kinds.base import AnyKind
from quizzes.bank.params import Param
from quizzes.bank.shapes import SCHEMA, SCHEMA_KEY, JsonObject, Shape, Stored, UnreadableError, check_schema


class Spec(Shape, frozen=True):
    """What a question says and asks; all texts are Markdown. `payload` is its kind's part, as JSON holds it."""

    kind: str
    prompt: str
    payload: JsonObject
    stem: str
    hint: str
    explanation: str
    model_answer: str
    say_it: str
    follow_ups: tuple[str, ...]
    mistakes: tuple[str, ...]
    level: int
    skill: str
    covers: tuple[str, ...]
    sources: tuple[str, ...]
    tags: tuple[str, ...]
    review_by: str | None
    seconds: int | None
    params: dict[str, Param]
    lets: tuple[tuple[str, str], ...]

    @classmethod
    def from_json(cls, stored: object) -> Spec:
        """Returns the content. Raises UnreadableError when it is of another shape or of a later schema."""
        if isinstance(stored, dict):
            check_schema(stored)
        return super().from_json(stored)

    def to_json(self) -> JsonObject:
        """Returns it as JSON holds it, with the number of its schema."""
        return {SCHEMA_KEY: SCHEMA, **super().to_json()}


def payload_of(stored: Stored) -> tuple[AnyKind, Shape]:
    """Returns the kind of a stored spec and its payload. Raises UnreadableError as `Spec.from_json` does."""
    check_schema(stored)
    kind = KINDS.get(str(stored.get("kind")))
    if kind is None:
        raise UnreadableError(f"{stored.get('kind')!r} is no kind of question")
    payload: Shape = kind.Payload.from_json(stored["payload"])
    return kind, payload
