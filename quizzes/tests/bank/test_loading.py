"""Loading packs: whole or not at all, again and again, with every version kept."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quizzes.bank.actions import LoadResult, load_pack
from quizzes.bank.changes import change_between
from quizzes.bank.models import Pack, Question, Topic, Version
from quizzes.bank.packs.build import lint
from quizzes.bank.queries import live_questions, topics_with_counts
from quizzes.tests.bank.pack_examples import (
    CHOICE,
    EVERY_KIND,
    FRONT,
    MULTI,
    PLAIN,
    QUESTIONS,
    SHORT,
    pack_of,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PATH = Path("content/03-examples.md")

pytestmark = pytest.mark.django_db


def load(text: str, *, path: Path = PATH, days: int = 0) -> LoadResult:
    return load_pack(text=text, path=path, now=NOW + timedelta(days=days))


def counts(result: LoadResult) -> tuple[int, int, int, int]:
    return result.created, result.updated, result.unchanged, result.retired


def test_a_pack_becomes_a_topic_its_questions_and_their_first_versions() -> None:
    assert counts(load(EVERY_KIND)) == (12, 0, 0, 0)
    topic = Topic.objects.get()
    assert (topic.slug, topic.title, topic.number) == ("examples", "Examples of every kind", 3)
    assert topic.summary == "One question of every kind."
    pack = Pack.objects.get()
    assert (pack.slug, pack.release, pack.loaded_at) == ("examples", "1.0.0", NOW)
    questions = list(live_questions())
    assert [question.slug for question in questions] == list(QUESTIONS)
    assert [question.kind for question in questions] == list(QUESTIONS)
    assert [question.position for question in questions] == list(range(12))
    versions = Version.objects.all()
    assert {(version.number, version.change, version.created_at) for version in versions} == {
        (1, "first", NOW)
    }
    choice = Question.objects.get(slug="choice")
    assert choice.current is not None
    assert EVERY_KIND.split("\n")[choice.current.source_line - 1].startswith("## Which layer zeroes")


def test_loading_the_same_file_again_changes_nothing() -> None:
    load(EVERY_KIND)
    before = list(Version.objects.values()), list(Question.objects.values()), list(Pack.objects.values())
    assert counts(load(EVERY_KIND, days=1)) == (0, 0, 12, 0)
    assert counts(load(EVERY_KIND.replace("\n", "\r\n"), days=1)) == (0, 0, 12, 0)
    assert (
        list(Version.objects.values()),
        list(Question.objects.values()),
        list(Pack.objects.values()),
    ) == before


def test_an_edit_adds_a_version_to_its_question_and_leaves_the_others_alone() -> None:
    load(EVERY_KIND)
    old = Question.objects.get(slug="choice").current
    assert counts(load(EVERY_KIND.replace("kept with a probability", "kept by a coin"), days=1)) == (
        0,
        1,
        11,
        0,
    )
    question = Question.objects.get(slug="choice")
    assert question.current is not None
    assert old is not None
    assert (question.current.number, question.current.change) == (2, "clarification")
    assert question.current.created_at == NOW + timedelta(days=1)
    assert Version.objects.get(pk=old.pk).spec == old.spec
    assert Version.objects.count() == 13


def test_moving_questions_makes_no_versions() -> None:
    load(pack_of(CHOICE, MULTI, SHORT))
    assert counts(load(pack_of("A line more.\n", SHORT, CHOICE, MULTI))) == (0, 0, 3, 0)
    assert [question.slug for question in live_questions()] == ["short", "choice", "multi"]
    assert Version.objects.count() == 3


def test_a_question_that_left_the_file_is_retired_and_comes_back_as_itself() -> None:
    load(pack_of(CHOICE, MULTI))
    identity = Question.objects.get(slug="multi").public_id
    assert counts(load(pack_of(CHOICE), days=1)) == (0, 0, 1, 1)
    assert Question.objects.get(slug="multi").retired_at == NOW + timedelta(days=1)
    assert [question.slug for question in live_questions()] == ["choice"]
    assert counts(load(pack_of(CHOICE), days=2)) == (0, 0, 1, 0)
    returned = load(pack_of(CHOICE, MULTI), days=3)
    assert (*counts(returned), returned.back) == (0, 0, 1, 0, 1)
    back = Question.objects.get(slug="multi")
    assert (back.public_id, back.retired_at) == (identity, None)
    assert back.versions.count() == 1


def test_a_question_may_come_back_changed() -> None:
    load(pack_of(CHOICE, MULTI))
    load(pack_of(CHOICE))
    assert counts(load(pack_of(CHOICE, MULTI.replace("memorise", "remember")))) == (0, 1, 1, 0)
    back = Question.objects.get(slug="multi")
    assert back.retired_at is None
    assert back.versions.count() == 2


def test_a_file_with_one_fault_is_refused_as_a_whole() -> None:
    load(pack_of(CHOICE))
    before = list(Question.objects.values()), list(Version.objects.values()), list(Pack.objects.values())
    result = load(
        pack_of(CHOICE.replace("at random?", "by chance?"), MULTI.replace("- [x] Early", "- [*] Early"))
    )
    assert result.failed
    assert counts(result) == (0, 0, 0, 0)
    assert "NN054" in {diagnostic.code for diagnostic in result.diagnostics}
    assert (
        list(Question.objects.values()),
        list(Version.objects.values()),
        list(Pack.objects.values()),
    ) == before


def test_the_kind_of_an_id_never_changes() -> None:
    load(pack_of(CHOICE, MULTI))
    text = pack_of(CHOICE, MULTI.replace("- [x] Early stopping", "- [ ] Early stopping\n  > It does help."))
    result = load(text)
    (error,) = [diagnostic for diagnostic in result.diagnostics if diagnostic.severity == "error"]
    assert error.code == "NN080"
    assert text.split("\n")[error.line - 1].startswith("## Which of these fight")
    assert "new id" in error.mend
    assert Question.objects.get(slug="multi").kind == "multi"


def test_a_pack_that_was_loaded_from_another_file_in_the_same_run_is_refused() -> None:
    text = pack_of(CHOICE)
    result = load_pack(text=text, path=PATH, now=NOW, taken={"examples": Path("a.md")})
    assert result.failed
    assert Question.objects.count() == 0


def test_equal_ids_in_two_packs_are_two_questions() -> None:
    load(pack_of(CHOICE))
    other = FRONT.replace("pack: examples", "pack: others").replace("topic: examples", "topic: others")
    assert counts(load(pack_of(CHOICE, front=other))) == (1, 0, 0, 0)
    assert Question.objects.filter(slug="choice", retired_at=None).count() == 2


def test_a_pack_within_another_topic_does_not_rename_it() -> None:
    load(pack_of(CHOICE))
    more = FRONT.replace("pack: examples", "pack: more").replace(
        "title: Examples of every kind", "title: More"
    )
    load(pack_of(MULTI, front=more))
    (row,) = topics_with_counts()
    assert (row[0].title, row[1]) == ("Examples of every kind", 2)


def test_a_plain_document_of_the_operator_is_a_pack_named_like_its_file() -> None:
    path = Path("some/where/My Notes (2024).md")
    assert counts(load(PLAIN, path=path)) == (4, 0, 0, 0)
    pack = Pack.objects.get()
    assert (pack.slug, pack.title, pack.topic.slug) == (
        "my-notes-2024",
        "Interview questions",
        "my-notes-2024",
    )
    assert pack.topic.number > 100, "it comes after the numbered topics"
    assert {(question.kind, question.named) for question in Question.objects.all()} == {("recall", False)}
    assert counts(load(PLAIN, path=path)) == (0, 0, 4, 0)
    assert counts(load(PLAIN, path=Path("other.md"))) == (4, 0, 0, 0)


def test_the_name_of_a_plain_document_never_makes_it_the_next_edition_of_a_pack() -> None:
    path = Path("theory.md")
    load("## What does momentum add?\n\nA running mean of gradients.\n", path=path)
    pack = Pack.objects.get()
    other = "## What is a stride?\n\nThe step of a filter.\n"
    refused = load(other, path=path)
    (error,) = [one for one in refused.diagnostics if one.severity == "error"]
    assert error.code == "NN082"
    assert "--replace theory" in error.mend
    assert Question.objects.get().retired_at is None
    made = load_pack(text=other, path=path, now=NOW, as_new=True)
    assert counts(made) == (1, 0, 0, 0)
    assert Pack.objects.exclude(pk=pack.pk).get().slug.startswith("theory-")
    assert Topic.objects.filter(packs__isnull=False).distinct().count() == 2
    replaced = load_pack(text=other, path=path, now=NOW, into=pack)
    assert counts(replaced) == (1, 0, 0, 1)
    assert Question.objects.filter(pack=pack, retired_at=None).get().slug.startswith("what-is-a-stride-")


def test_a_plain_document_never_renames_a_topic_that_is_there() -> None:
    front = FRONT.replace("pack: examples", "pack: more")
    load(pack_of(CHOICE, front=front))
    load(PLAIN, path=Path("examples.md"))
    assert Topic.objects.get(slug="examples").title == "Examples of every kind"
    assert Pack.objects.get(title="Interview questions").slug.startswith("examples-")


def test_a_dry_run_says_what_would_happen_and_writes_nothing() -> None:
    load(pack_of(CHOICE, MULTI))
    before = list(Question.objects.values()), list(Version.objects.values()), list(Pack.objects.values())
    result = load_pack(
        text=pack_of(SHORT, MULTI.replace("memorise", "remember")), path=PATH, now=NOW, dry_run=True
    )
    assert counts(result) == (1, 1, 0, 1)
    assert (
        list(Question.objects.values()),
        list(Version.objects.values()),
        list(Pack.objects.values()),
    ) == before


def test_a_digest_of_one_pack_never_hides_another_plain_document() -> None:
    load(PLAIN, path=Path("one.md"))
    load(PLAIN, path=Path("two.md"))
    assert sorted(Pack.objects.values_list("slug", flat=True)) == ["one", "two"]


def test_the_number_of_queries_does_not_grow_with_the_pack() -> None:
    def queries(text: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as context:
            load(text)
        return len(context)

    def many(number: int) -> list[str]:
        return [MULTI.replace("{#multi", f"{{#multi-{n}") for n in range(number)]

    few = queries(pack_of(*many(3), front=FRONT.replace("examples", "few")))
    lots = queries(pack_of(*many(60), front=FRONT.replace("examples", "lots")))
    assert few == lots
    edited = [text.replace("memorise", "remember") for text in many(60)]
    assert queries(pack_of(*edited, front=FRONT.replace("examples", "lots"))) <= lots + 3


def spec(text: str) -> dict[str, object]:
    draft, report = lint(pack_of(text))
    assert draft is not None, report.errors
    return draft.questions[0].spec


CHANGES = [
    ("choice", "It is deterministic.", "it is deterministic", "cosmetic"),
    ("choice", "Which layer zeroes", "which  layer zeroes", "cosmetic"),
    ("choice", "- [x] Dropout", "- [x] dropout", "cosmetic"),
    ("choice", "- [x] Dropout", "- [x] Random dropout", "key"),
    ("choice", "- [ ] A convolution", "- [ ] A pooling layer", "meaning"),
    ("choice", "Which layer zeroes activations", "Which layer masks activations", "meaning"),
    ("choice", "It is deterministic.", "It is always the same.", "clarification"),
    ("choice", "Each unit is dropped", "Every unit is dropped", "clarification"),
    ("choice", "level=1", "level=2", "clarification"),
    ("choice", "tags=a,b", "tags=a", "clarification"),
    ("multi", "- [x] Early stopping", "- [x] Early stopping\n- [x] Weight decay", "key"),
    ("match", "| Summaries | T5 |", "| Summaries | BART |", "key"),
    ("order", "3. Run the backward pass\n4. Take a step", "3. Take a step\n4. Run the backward pass", "key"),
    ("cloze", "Pooling gives", "Max pooling gives", "meaning"),
    ("cloze", "invariance|translation", "invariant|translation", "key"),
    ("numeric", "2..9", "2..8", "key"),
    ("numeric", "± 0.001", "± 0.01", "key"),
    ("numeric", "The bias is no weight.", "The bias is not a weight.", "clarification"),
    ("numeric", "keeps {{=p:.1f}} of its units", "drops {{=lam:.1f}} of its units", "meaning"),
    ("short", "dropout | drop-out", "dropout | random dropout", "key"),
    ("output", "```output\n8", "```output\n8.0", "key"),
    ("output", "print(2 ** 3)", "print(2 * 4)", "meaning"),
    ("code", "clip_grad_norm_", "clip_grad_value_", "key"),
    ("truefalse", "- [ ] True\n- [x] False", "- [x] True\n- [ ] False", "key"),
    ("bug", "- [x] The optimiser never takes a step", "- [x] Nothing ever calls step", "key"),
    ("bug", "Gradients pile up", "Gradients add up", "clarification"),
    ("recall", "Vectors encode the pose", "Vectors keep the pose", "key"),
    ("recall", "{weight=2 must", "{weight=3 must", "key"),
    ("recall", "{weight=2 must", "{weight=2", "key"),
    ("recall", "part-whole hierarchies {optional}", "part-whole hierarchies", "key"),
    ("cloze", "Reject: variance", "Reject: covariance", "key"),
    ("cloze", "{{equivariance}}", "{{/equivariance?/i}}", "key"),
]


@pytest.mark.parametrize(("kind", "old", "new", "change"), CHANGES)
def test_changes_are_told_apart(kind: str, old: str, new: str, change: str) -> None:
    assert old in QUESTIONS[kind]
    before = spec(QUESTIONS[kind])
    after = spec(QUESTIONS[kind].replace(old, new))
    assert change_between(before, after) == change


def test_a_wrong_number_is_never_a_cosmetic_change() -> None:
    before = spec("## Q {#q}\n\nAnswer: 1.5 ± 0.1\n\n### Explanation\n\nSo.\n")
    after = spec("## Q {#q}\n\nAnswer: 15 ± 0.1\n\n### Explanation\n\nSo.\n")
    assert change_between(before, after) == "key"


def test_topics_without_questions_are_left_out() -> None:
    Topic.objects.create(slug="empty", title="Empty")
    load(pack_of(CHOICE))
    assert [(topic.slug, count) for topic, count in topics_with_counts()] == [("examples", 1)]


def test_a_question_stored_as_its_number_is_found_by_the_line_below_it() -> None:
    """As plain documents were read before that line was their question."""
    load("## Question 7\n\n**What is a loss?**\n\nA number.\n", path=Path("a.md"))
    question = Question.objects.get()
    assert question.current is not None
    old = question.current.spec | {"prompt": "Question 7", "model_answer": "**What is a loss?**\n\nA number."}
    Version.objects.update(spec=old, spec_hash="old")
    Question.objects.update(slug="question-7", prompt_digest="")
    text = "## Question 1\n\n**What is a step?**\n\nAn update.\n\n## Question 8\n\n**What is a loss?**\n\nA number.\n"
    result = load_pack(text=text, path=Path("a.md"), now=NOW, into=Pack.objects.get())
    assert counts(result) == (1, 1, 0, 0)
    question.refresh_from_db()
    assert question.current is not None
    assert (question.slug, question.current.spec["prompt"]) == ("question-7", "What is a loss?")


def test_rows_from_before_are_filled_with_what_finds_them_again() -> None:
    load(pack_of(CHOICE))
    load(PLAIN, path=Path("plain.md"))
    right = list(Question.objects.order_by("pk").values("named", "prompt_digest"))
    Question.objects.update(named=True, prompt_digest="")
    migration = import_module("quizzes.migrations.0015_identity_of_packs")
    migration.fill(apps, None)
    assert list(Question.objects.order_by("pk").values("named", "prompt_digest")) == right
    assert {row["named"] for row in right} == {True, False}
