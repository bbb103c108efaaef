"""Taking back the last change of a pack: exactly what was there before, and forward again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from quizzes.bank.actions import PackChangedError, load_pack, retire_pack, take_back
from quizzes.bank.models import Edition, Pack, Question, Searchable, Topic, Version

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST = "# Theory\n\n## What does momentum add?\n\nA mean.\n\n## What is a loss?\n\nA number to make small.\n"
SECOND = "# Practice\n\n## What is a stride?\n\nA step.\n\n## What is a loss?\n\nA number that training makes small.\n"
pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann@example.org")


def load(text: str, owner: User, into: Pack | None = None, *, days: int = 0) -> Pack:
    result = load_pack(text=text, path=Path("a.md"), now=NOW + timedelta(days), owner=owner, into=into)
    assert result.loaded is not None
    return Pack.objects.get(pk=result.loaded.pk)


def everything() -> dict[str, Any]:
    return {
        "packs": list(Pack.objects.values("slug", "title", "topic", "release", "digest", "loaded_at")),
        "topics": list(Topic.objects.values("title", "summary", "number")),
        "questions": list(Question.objects.order_by("pk").values()),
        "words": list(Searchable.objects.filter(question__retired_at=None).order_by("pk").values()),
        "text": Edition.objects.get().text,
    }


def test_a_load_is_taken_back_to_exactly_what_was_and_forward_again(ann: User) -> None:
    pack = load(FIRST, ann)
    first = everything()
    pack = load(SECOND, ann, pack, days=1)
    second = everything()
    assert [row["retired_at"] is None for row in second["questions"]] == [False, True, True]
    taken = take_back(pack=pack, revision=pack.revision, now=NOW + timedelta(2))
    assert taken is not None
    after = everything()
    (new,) = (row for row in after["questions"] if row["id"] not in {old["id"] for old in first["questions"]})
    assert new["retired_at"] is not None, "what only the second edition had is asked no longer"
    after["questions"].remove(new)
    assert after == first
    assert Version.objects.count() == 4, "versions stay, for answers point at them"
    take_back(pack=pack, revision=pack.revision, now=NOW + timedelta(3))
    assert everything() == second


def test_versions_go_on_counting_after_a_load_was_taken_back(ann: User) -> None:
    pack = load(FIRST, ann)
    pack = load(SECOND, ann, pack)
    take_back(pack=pack, revision=pack.revision, now=NOW)
    pack = load(SECOND.replace("makes small", "brings down"), ann, Pack.objects.get())
    loss = Question.objects.get(current__spec__prompt="What is a loss?")
    assert list(loss.versions.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_retiring_is_taken_back(ann: User) -> None:
    pack = load(FIRST, ann)
    before = everything()
    assert retire_pack(pack=pack, now=NOW) == 2
    assert everything()["text"] == FIRST
    take_back(pack=pack, revision=pack.revision, now=NOW)
    assert everything() == before


def test_only_the_last_change_is_taken_back_and_once(ann: User) -> None:
    pack = load(FIRST, ann)
    assert take_back(pack=pack, revision=pack.revision, now=NOW) is None, "there was no pack before"
    pack = load(SECOND, ann, pack)
    seen = pack.revision
    assert take_back(pack=pack, revision=seen, now=NOW) is not None
    with pytest.raises(PackChangedError):
        take_back(pack=Pack.objects.get(), revision=seen, now=NOW)


def test_what_is_kept_goes_with_the_account(ann: User) -> None:
    load(FIRST, ann)
    ann.delete()
    assert not Edition.objects.exists()
    assert Question.objects.count() == 2


def test_ids_that_changed_hands_go_back_to_whom_they_belonged(ann: User) -> None:
    front = "---\npack: p\ntitle: P\n---\n"
    question = "## {} {{#{}}}\n\nAnswer: {}\n\n### Explanation\n\nSo.\n"
    one, other = ("What is A?", "a", "x"), ("What is B?", "b", "y")
    pack = load("\n".join([front, question.format(*one), question.format(*other)]), ann)
    before = everything()
    pack = load("\n".join([front, question.format("What is B?", "c", "y"), question.format(*one)]), ann, pack)
    take_back(pack=pack, revision=pack.revision, now=NOW)
    after = everything()
    assert [row for row in after["questions"] if row["slug"] in {"a", "b"}] == before["questions"]
