from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quizzes.bank.actions import LoadResult, PackChangedError, load_pack, packs_of, retire_pack
from quizzes.bank.models import Pack, Question, QuestionSet, SetItem, Topic
from quizzes.bank.queries import live_questions, questions_for, topics_of, topics_with_counts
from quizzes.bank.selecting import Filters, matching, resolve, set_questions, visible_sets
from quizzes.bank.sets import (
    MOST_QUESTIONS,
    SetRefusedError,
    add_questions,
    add_rule,
    create_set,
    duplicate_set,
    move_question,
    place_question,
    remove_question,
    save_set,
)
from quizzes.tests.review.packs import ALL_KINDS, choices, load, load_choices

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def account(name: str) -> User:
    return User.objects.create_user(f"{name}@example.org")


@pytest.fixture
def ann(db: None) -> User:
    load_choices(topics=3, each=6)
    return account("ann")


@pytest.fixture
def bob(db: None) -> User:
    return account("bob")


def own_pack(owner: User, *, topic: str = "week-1", many: int = 3) -> Pack:
    text = choices(topic=topic, number=9, many=many)
    result = load_pack(text=text, path=Path("week.md"), now=NOW, owner=owner)
    assert result.loaded is not None, result.diagnostics
    return result.loaded


def new_set(owner: User, many: int = 0) -> QuestionSet:
    made = create_set(owner=owner, title="Set", about="", visibility="private", now=NOW)
    ids = questions_for(owner).values_list("public_id", flat=True)[:many]
    add_questions(question_set=made, public_ids=list(ids), now=NOW)
    return made


def slugs(question_set: QuestionSet) -> list[str]:
    return list(set_questions(question_set).values_list("slug", flat=True))


# --- private packs --------------------------------------------------------------------------------------------------


def test_a_private_pack_is_seen_by_its_owner_and_no_list_shows_it_to_others(ann: User, bob: User) -> None:
    own_pack(ann)
    assert questions_for(ann).count() == live_questions().count() + 3
    assert questions_for(bob).count() == questions_for(None).count() == live_questions().count() == 18
    assert len(topics_of(questions_for(ann))) == 4
    assert len(topics_of(questions_for(bob))) == len(topics_with_counts()) == 3


def test_two_instructors_may_call_their_packs_alike_and_like_a_built_in_one(ann: User, bob: User) -> None:
    mine, theirs = own_pack(ann), own_pack(bob)
    assert mine != theirs
    assert mine.topic != theirs.topic
    built_in = Topic.objects.get(slug="topic-1")
    clash = own_pack(ann, topic="topic-1")
    assert clash.topic == built_in
    assert Pack.objects.get(slug="topic-1", private=False).questions.filter(retired_at=None).count() == 6
    built_in.refresh_from_db()
    assert built_in.title == "Topic-1"


def next_edition(pack: Pack, *, many: int) -> LoadResult:
    text = choices(topic="week-1", number=9, many=many)
    return load_pack(text=text, path=Path("week.md"), now=NOW, owner=pack.owner, into=pack)


def test_the_next_edition_of_a_private_pack_changes_only_what_changed(ann: User) -> None:
    first = own_pack(ann)
    again = next_edition(first, many=3)
    assert (again.created, again.unchanged) == (0, 3)
    longer = next_edition(first, many=4)
    assert (longer.created, longer.unchanged) == (1, 3)
    assert packs_of(ann).get().topic == first.topic


def test_a_private_pack_of_the_same_name_is_another_pack_unless_its_author_says_otherwise(ann: User) -> None:
    first, second = own_pack(ann), own_pack(ann, many=2)
    assert first.public_id != second.public_id
    assert first.topic != second.topic
    assert questions_for(ann).filter(pack=first).count() == 3


def test_the_file_name_of_a_plain_document_puts_no_question_into_a_topic(ann: User) -> None:
    result = load_pack(
        text="# Mine\n\n## What is A?\n\nA letter.\n", path=Path("topic-1.md"), now=NOW, owner=ann
    )
    assert result.loaded is not None
    assert result.loaded.topic != Topic.objects.get(slug="topic-1")
    assert result.loaded.topic.title == "Mine"


def test_a_pack_that_changed_since_it_was_looked_at_is_left_alone(ann: User) -> None:
    pack = own_pack(ann)
    seen = Pack.objects.get(pk=pack.pk)
    next_edition(pack, many=5)
    with pytest.raises(PackChangedError):
        next_edition(seen, many=1)
    with pytest.raises(PackChangedError):
        retire_pack(pack=Pack(pk=pack.pk, revision=seen.revision - 1), now=NOW)
    assert questions_for(ann).filter(pack=pack).count() == 5


def test_the_same_text_loaded_by_another_is_another_pack(ann: User, bob: User) -> None:
    own_pack(ann)
    theirs = load_pack(
        text=choices(topic="week-1", number=9, many=3), path=Path("week.md"), now=NOW, owner=bob
    )
    assert theirs.created == 3


def test_a_retired_pack_is_asked_no_longer_and_comes_back_when_it_is_loaded_again(ann: User) -> None:
    pack = own_pack(ann)
    assert retire_pack(pack=pack, now=NOW) == 3
    assert not questions_for(ann).filter(pack=pack).exists()
    assert retire_pack(pack=pack, now=NOW) == 0
    again = next_edition(pack, many=3)
    assert (again.back, again.updated, again.created) == (3, 0, 0)
    assert questions_for(ann).filter(pack=pack).count() == 3


def test_a_private_pack_stays_private_when_its_owners_account_is_gone(ann: User) -> None:
    own_pack(ann)
    ann.delete()
    assert Pack.objects.get(private=True).owner is None
    assert live_questions().count() == 18
    assert not questions_for(account("cy")).filter(pack__private=True).exists()


# --- choosing and ordering ------------------------------------------------------------------------------------------


def test_filters_ask_for_topic_kind_level_tag_and_words() -> None:
    load(ALL_KINDS.replace("{#K-short level=1}", "{#K-short level=2 tags=regularisation,training}"))
    found = live_questions()
    assert matching(found, Filters(kinds=("short",))).count() == 1
    assert matching(found, Filters(levels=(2, 3))).count() == 1
    assert matching(found, Filters(tags=("training", "regularisation"))).get().slug == "K-short"
    assert not matching(found, Filters(tags=("train",))).exists()
    assert matching(found, Filters(text="OPTIMISER")).get().slug == "K-choice"
    assert matching(found, Filters(topics=("every-kind",))).count() == 12
    assert not matching(found, Filters(topics=("elsewhere",))).exists()


def test_filters_are_stored_and_read_again() -> None:
    filters = Filters(topics=("a",), levels=(1, 2), unassigned=True)
    assert Filters.of(filters.stored()) == filters
    assert Filters().stored() == {}


def test_questions_go_in_once_in_the_banks_order(ann: User) -> None:
    made = new_set(ann, 4)
    before = slugs(made)
    ids = [q.public_id for q in questions_for(ann)[:6]]
    assert add_questions(question_set=made, public_ids=ids, now=NOW) == 2
    assert slugs(made) == [*before, "topic-1-5", "topic-1-6"]


def test_nobody_can_put_a_strangers_private_question_into_a_set(ann: User, bob: User) -> None:
    private = own_pack(bob).questions.values_list("public_id", flat=True)
    assert add_questions(question_set=new_set(ann), public_ids=list(private), now=NOW) == 0


def test_a_set_has_an_end(ann: User) -> None:
    load(choices(topic="many", number=9, many=MOST_QUESTIONS))
    made = new_set(ann, MOST_QUESTIONS)
    with pytest.raises(SetRefusedError, match="at most 500"):
        add_questions(
            question_set=made,
            public_ids=list(questions_for(ann).values_list("public_id", flat=True)),
            now=NOW,
        )
    assert made.items.count() == MOST_QUESTIONS


def test_moving_changes_one_place_and_stops_at_the_ends(ann: User) -> None:
    made = new_set(ann, 4)
    first, second, third, fourth = set_questions(made)
    for question, direction, expected in (
        (first, "up", "1234"),
        (first, "down", "2134"),
        (fourth, "first", "4213"),
        (second, "last", "4132"),
        (second, "down", "4132"),
    ):
        move_question(question_set=made, public_id=question.public_id, direction=direction, now=NOW)  # type: ignore[arg-type]
        assert [slug[-1] for slug in slugs(made)] == list(expected)
    remove_question(question_set=made, public_id=third.public_id, now=NOW)
    assert [slug[-1] for slug in slugs(made)] == list("412")


def test_placing_puts_a_question_before_another_or_at_the_end(ann: User) -> None:
    made = new_set(ann, 4)
    first, second, third, fourth = (question.public_id for question in set_questions(made))
    for moved, before, expected in (
        (fourth, second, "1423"),
        (first, None, "4231"),
        (first, first, "4231"),
        (third, fourth, "3421"),
    ):
        place_question(question_set=made, public_id=moved, before=before, now=NOW)
        assert [slug[-1] for slug in slugs(made)] == list(expected)
    stranger = Question.objects.exclude(set_items__question_set=made)[0].public_id
    for moved, before in ((stranger, first), (first, stranger)):
        with pytest.raises(SetItem.DoesNotExist):
            place_question(question_set=made, public_id=moved, before=before, now=NOW)
    assert [slug[-1] for slug in slugs(made)] == list("3421")


# --- rules ----------------------------------------------------------------------------------------------------------


def test_a_rule_picks_what_matches_and_is_not_in_the_set(ann: User) -> None:
    made = new_set(ann, 3)
    add_rule(question_set=made, filters=Filters(topics=("topic-1",)), pick=2, now=NOW)
    chosen = resolve(made, assigned=(), seed="s")
    assert len(chosen) == len(set(chosen)) == 5
    assert all(q.topic.slug == "topic-1" for q in Question.objects.filter(pk__in=chosen))


def test_a_rule_for_something_new_leaves_out_what_was_assigned_and_others_do_not(ann: User) -> None:
    made = new_set(ann)
    add_rule(question_set=made, filters=Filters(topics=("topic-1",), unassigned=True), pick=6, now=NOW)
    before = set(Question.objects.filter(topic__slug="topic-1", level=2).values_list("pk", flat=True))
    chosen = resolve(made, assigned=before, seed="s")
    assert not before & set(chosen)
    assert len(chosen) == 6 - len(before)
    made.rules.update(filters={"topics": ["topic-1"]})
    assert len(resolve(made, assigned=before, seed="s")) == 6


def test_one_seed_picks_the_same_again_and_another_one_something_else(ann: User) -> None:
    made = new_set(ann)
    add_rule(question_set=made, filters=Filters(), pick=6, now=NOW)
    picks = {tuple(resolve(made, assigned=(), seed=f"{seed}")) for seed in range(5)}
    assert len(picks) > 1
    assert resolve(made, assigned=(), seed="1") == resolve(made, assigned=(), seed="1")


def test_a_rule_of_a_public_set_picks_no_private_question(ann: User) -> None:
    own_pack(ann)
    made = new_set(ann)
    add_rule(question_set=made, filters=Filters(), pick=100, now=NOW)
    assert len(resolve(made, assigned=(), seed="s")) == 21
    made.visibility = "public"
    assert len(resolve(made, assigned=(), seed="s")) == 18


def test_retired_questions_drop_out_of_sets(ann: User) -> None:
    made = new_set(ann, 3)
    Question.objects.filter(slug="topic-1-1").update(retired_at=NOW)
    assert len(resolve(made, assigned=(), seed="s")) == 2


# --- sharing --------------------------------------------------------------------------------------------------------


def test_who_sees_a_set_depends_on_whom_it_is_shared_with(ann: User, bob: User) -> None:
    made = new_set(ann, 1)
    teaching_with_ann = User.objects.filter(pk=ann.pk)

    def seen(user: User, *, colleague: bool = False) -> bool:
        return visible_sets(user, teaching_with_ann if colleague else None).filter(pk=made.pk).exists()

    assert seen(ann)
    assert not seen(bob)
    assert not seen(bob, colleague=True)
    save_set(question_set=made, title="Set", about="", visibility="class", now=NOW)
    assert seen(bob, colleague=True)
    assert not seen(bob)
    save_set(question_set=made, title="Set", about="", visibility="public", now=NOW)
    assert seen(bob)


def test_a_copy_is_ones_own_and_private_and_cannot_be_published_with_anothers_private_questions(
    ann: User, bob: User
) -> None:
    own_pack(ann)
    made = new_set(ann, 30)
    add_rule(question_set=made, filters=Filters(levels=(1,)), pick=2, now=NOW)
    save_set(question_set=made, title="Set", about="", visibility="public", now=NOW)
    copy = duplicate_set(question_set=made, owner=bob, now=NOW)
    assert (copy.owner, copy.visibility, slugs(copy)) == (bob, "private", slugs(made))
    assert copy.rules.count() == 1
    with pytest.raises(SetRefusedError, match="3 of its questions"):
        save_set(question_set=copy, title="Mine", about="", visibility="public", now=NOW)


def test_resolving_takes_as_many_queries_with_five_thousand_questions(ann: User) -> None:
    made = new_set(ann, 5)
    add_rule(question_set=made, filters=Filters(levels=(1, 2)), pick=10, now=NOW)
    with CaptureQueriesContext(connection) as few:
        resolve(made, assigned=(), seed="s")
    topic, version = Topic.objects.all()[0], Question.objects.all()[0].current
    pack = Pack.objects.all()[0]
    Question.objects.bulk_create(
        Question(pack=pack, topic=topic, slug=f"more-{n}", kind="choice", level=1, current=version)
        for n in range(5000)
    )
    with CaptureQueriesContext(connection) as many:
        assert len(resolve(made, assigned=(), seed="s")) == 15
    assert len(few) == len(many)
