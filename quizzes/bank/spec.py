"""A version's content: what every question has, and the payload of its kind, read from JSON and written to it."""

from __future__ import annotations

from typing import NamedTuple

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


class Content(NamedTuple):
    """A stored spec as it was read: its kind, its payload, and what every question has."""

    kind: AnyKind
    payload: Shape
    spec: Spec


# More than prepared.fields keeps: a content is read again only when its text was.
_MOST_KEPT = 1000
_kept: dict[int, tuple[Stored, Content]] = {}


def content_of(stored: Stored) -> Content:
    """Returns the content of a stored spec, which never changes. Raises UnreadableError as `Spec.from_json` does.

    One answer asks for the same content many times, so what was read last is kept by the object it was read from.
    """
    kept = _kept.get(id(stored))
    if kept is not None and kept[0] is stored:
        return kept[1]
    kind = KINDS.get(str(stored.get("kind")))
    if kind is None:
        raise UnreadableError(f"{stored.get('kind')!r} is no kind of question")
    spec = Spec.from_json(stored)
    content = Content(kind, kind.Payload.from_json(spec.payload), spec)
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    _kept[id(stored)] = stored, content
    return content


# Any, in AnyKind: whatever kind the registry holds.
def payload_of(stored: Stored) -> tuple[AnyKind, Shape]:
    """Returns the kind of a stored spec and its payload. Raises UnreadableError as `content_of` does."""
    content = content_of(stored)
    return content.kind, content.payload
