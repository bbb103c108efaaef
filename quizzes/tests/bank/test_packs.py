"""Reading packs and plain documents."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnprep.tests.examples import examples
from quizzes.bank.kinds import GRAMMAR
from quizzes.bank.packs.build import digest, lint, spec_hash
from quizzes.markup.diagnostics import Report
from quizzes.markup.reader import read_pack
from quizzes.tests.bank.pack_examples import (
    CHOICE,
    EVERY_KIND,
    FRONT,
    MATCH,
    PLAIN,
    QUESTIONS,
    SHORT,
    pack_of,
)

DOCS = Path(__file__).parents[3] / "docs" / "packs.md"


def codes(text: str) -> set[str]:
    return {diagnostic.code for diagnostic in lint(text)[1].diagnostics}


def test_a_question_is_read_with_its_attributes_sections_and_lines() -> None:
    draft, _ = lint(EVERY_KIND)
    assert draft is not None
    assert (draft.pack, draft.title, draft.topic, draft.number, draft.release) == (
        "examples",
        "Examples of every kind",
        "examples",
        3,
        "1.0.0",
    )
    choice = next(question for question in draft.questions if question.slug == "choice")
    assert EVERY_KIND.split("\n")[choice.line - 1].startswith("## Which layer zeroes")
    spec = choice.spec
    assert spec["prompt"] == "Which layer zeroes activations at random?"
    assert spec["covers"] == ["Q01.d1", "Q01.t1"]
    assert spec["sources"] == ["Srivastava et al. 2014", "documentation"]
    assert spec["tags"] == ["a", "b"]
    assert (spec["level"], spec["skill"], spec["seconds"], spec["review_by"]) == (
        1,
        "concept",
        45,
        "2027-06-30",
    )
    assert spec["hint"] == "It has one number, a probability."
    assert spec["model_answer"] == "Dropout, in training only."
    assert spec["say_it"] == "Dropout zeroes units at random while training."
    assert spec["follow_ups"] == ["What happens at test time?", "Why are the others scaled?"]
    assert spec["mistakes"] == ["Leaving it on at test time"]
    assert spec["explanation"].startswith("Each unit is dropped")
    assert spec["explanation"].endswith("$$")


def test_parameters_leave_the_stem_and_enter_the_spec() -> None:
    draft, _ = lint(pack_of(QUESTIONS["numeric"]))
    assert draft is not None
    spec = draft.questions[0].spec
    assert spec["params"] == {
        "n": {"low": 2, "high": 9, "step": 1},
        "lam": {"low": 0.1, "high": 0.9, "step": 0.1},
        "size": {"choices": [32, 64, 128]},
    }
    assert spec["lets"] == [["m", "n * size"], ["p", "1 - lam"]]
    assert "Params" not in spec["stem"]
    assert "Answer" not in spec["stem"]


def test_directives_on_neighbouring_lines_are_blocks_of_their_own() -> None:
    report = Report()
    question = "## Q {#q}\n\nText above.\nAnswer (a): 1\nTrap (a): 2\n> why\nLet: x = 1\nmore\n"
    body = read_pack(pack_of(question), GRAMMAR, report).questions[0].body
    assert [(block.type, block.text) for block in body] == [
        ("paragraph", "Text above."),
        ("paragraph", "Answer (a): 1"),
        ("paragraph", "Trap (a): 2"),
        ("quote", "why\nLet: x = 1\nmore"),
    ]


def test_an_option_keeps_its_note_and_its_code() -> None:
    report = Report()
    first_option = "- [x] first\n  second\n\n  > note\n  > goes on\n\n  ```python\n  x = 1\n  ```\n"
    question = f"## Q {{#q}}\n\n{first_option}- [ ] `a` {{fixed}}\n"
    (tasks,) = read_pack(pack_of(question), GRAMMAR, report).questions[0].body
    first, second = tasks.items
    assert (first.checked, first.text, first.note, first.rest) == (
        True,
        "first\nsecond",
        "note\ngoes on",
        "```python\nx = 1\n```",
    )
    assert (second.checked, second.text, list(second.attributes)) == (False, "`a`", ["fixed"])


@pytest.mark.parametrize("ending", ["{{gap}}", "the set {0, 1}", "`{x}`", "$\\frac{1}{2}$", "f{x}", "{{=n}}"])
def test_braces_that_are_no_attributes_stay_text(ending: str) -> None:
    report = Report()
    source = read_pack(pack_of(f"## Q {{#q}}\n\n- a {ending}\n"), GRAMMAR, report)
    assert source.questions[0].body[0].items[0].text == f"a {ending}"


def test_an_empty_left_cell_and_an_escaped_bar_are_cells() -> None:
    report = Report()
    (table,) = read_pack(pack_of(MATCH), GRAMMAR, report).questions[0].body
    assert [[cell.text for cell in row] for row in table.rows][2:] == [
        ["Bars: a | b", "Regular expression"],
        ["", "YOLO"],
    ]
    assert report.diagnostics == []


def test_ordinary_headings_and_rules_are_text() -> None:
    question = SHORT.replace(
        "Srivastava and others", "Before.\n\n#### A small heading\n\n### Background\n\nSrivastava and others"
    )
    draft, report = lint(pack_of(question + "\n---\n"))
    assert report.diagnostics == []
    assert draft is not None
    explanation = draft.questions[0].spec["explanation"]
    assert "### Background" in explanation
    assert not explanation.endswith("---")


def test_front_matter_values_are_texts_whatever_yaml_makes_of_them() -> None:
    front = FRONT.replace("version: 1.0.0", "version: 1.10").replace("lang: en", "lang: no")
    draft, report = lint(pack_of(CHOICE, front=front))
    assert report.diagnostics == []
    assert draft is not None
    assert draft.release == "1.10"


def test_the_topic_is_the_packs_own_slug_when_left_out() -> None:
    draft, _ = lint(pack_of(CHOICE, front=FRONT.replace("topic: examples\n", "")))
    assert draft is not None
    assert draft.topic == "examples"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "NN006"),
        ("  \n\n", "NN006"),
        ("just text\n", "NN020"),
        ("# Only a title\n", "NN020"),
        (FRONT, "NN020"),
        ("## Q {#id}\n\n- [x] a\n- [ ] b\n", "NN016"),
        ("x" * 5_000_001, "NN007"),
        ("---\n" + "- " * 5_000 + "a\n---\n", "NN011"),
        ("---\n" + "[" * 1_500 + "\n---\n", "NN011"),
        ("---\npack: *nobody\n---\n", "NN011"),
        ("---\npack: a\x07b\ntitle: t\n---\n", "NN005"),
        ('---\npack: a\ntitle: "\\ud800"\n---\n', "NN014"),
        ("---\njust text\n---\n", "NN011"),
        ("---\n---\n", "NN012"),
    ],
)
def test_files_that_are_no_packs_are_refused_clearly(text: str, code: str) -> None:
    draft, report = lint(text)
    assert draft is None
    assert code in {error.code for error in report.errors}


def test_a_plain_document_becomes_recall_questions_with_notes_only() -> None:
    draft, report = lint(PLAIN)
    assert {diagnostic.severity for diagnostic in report.diagnostics} == {"note"}
    assert draft is not None
    assert (draft.plain, draft.title, report.questions) == (True, "Interview questions", 4)
    assert [
        (question.slug[:-11], question.spec["kind"], question.spec["prompt"]) for question in draft.questions
    ] == [
        ("why-augment-data", "recall", "Why augment data?"),
        ("sgd-and-mini-batches", "recall", "SGD and mini-batches"),
        ("define-capsules", "recall", "Define capsules"),
        ("what-does-it-print", "recall", "What does it print?"),
    ]
    assert not any(question.named for question in draft.questions)


def test_a_plain_questions_points_are_its_bullets_steps_and_rows_and_its_answer_is_the_whole_text() -> None:
    draft, _ = lint(PLAIN)
    assert draft is not None
    points = [[point["text"] for point in question.spec["payload"]["points"]] for question in draft.questions]
    assert points[0] == [
        "**Less overfitting**: More varied examples",
        "**Cheap**: No new data",
        "Rotation, flipping",
        "Mixup",
    ]
    assert points[1] == ["**Noise**: SGD: High; Mini-batch: Moderate", "Start with 32", "Increase it"]
    assert points[2] == ["A capsule is a group of neurons whose vector encodes the pose."]
    assert len(points[3]) == 1
    answer = draft.questions[1].spec["model_answer"]
    assert answer.startswith("### Comparison")
    assert "## nor this" in answer
    assert answer.endswith("```")
    assert all(not question.spec["stem"] for question in draft.questions)


def test_faults_in_a_plain_document_are_notes() -> None:
    text = PLAIN.replace("| **Cheap** | No new data |", "| **Cheap** | No | new |").replace(
        "- Mixup", "- [*] Mixup"
    )
    draft, report = lint(text)
    assert draft is not None
    assert {"NN052", "NN054"} <= {diagnostic.code for diagnostic in report.diagnostics}
    assert report.errors == []


def slugs(text: str) -> dict[str, str]:
    draft, _ = lint(text)
    assert draft is not None
    return {question.spec["prompt"]: question.slug for question in draft.questions}


def test_made_ids_come_from_what_a_question_says_in_any_script_never_from_its_place() -> None:
    texts = [
        "## Again\n\n- a\n\n",
        "## Что такое дропаут?\n\n- b\n\n",
        "## 什么是卷积？\n\n- c\n\n",
        "## ???\n\n- d\n\n",
    ]
    texts.append("## מהו אובדן?\n\n- e\n\n")
    made = slugs("".join(texts))
    assert len(set(made.values())) == 5
    assert slugs("".join(reversed(texts))) == made
    assert all(slugs(text).items() <= made.items() for text in texts)
    assert slugs("## Again\n\n- a\n\n## Again\n\n- b\n")["Again"] != made["Again"]


def test_a_question_that_stands_there_twice_is_read_once() -> None:
    draft, report = lint("## Again\n\n- a\n\n## Again\n\n- a\n")
    assert draft is not None
    assert len(draft.questions) == 1
    assert ("NN019", 5) in [(diagnostic.code, diagnostic.line) for diagnostic in report.diagnostics]


def test_headings_without_text_are_left_out_with_a_note() -> None:
    draft, report = lint("## One\n\n## Two\n\n- a\n")
    assert draft is not None
    assert [question.spec["prompt"] for question in draft.questions] == ["Two"]
    assert ("NN025", 1) in [(diagnostic.code, diagnostic.line) for diagnostic in report.diagnostics]


# The TODOs here and below are documents under test: what an author left to be filled in, and an answer that names one.
@pytest.mark.parametrize(
    "answer",
    [
        "**Answer:** _[To be filled]_",
        "Answer:",
        "Answer: TODO",
        "...",
        "…",
        "Answer here",
        "> TBD",
        "- [ ] TODO",
        "**What is A?**\n\n**Answer**: [To be filled in]",
        "| Answer |\n|---|\n| tbd |",
        "```\nTODO\n```",
        "### Answer\n\nYour answer here.",
    ],
)
def test_a_placeholder_is_no_answer(answer: str) -> None:
    draft, report = lint(f"## What is A?\n\n{answer}\n\n## What is B?\n\nA letter.\n")
    assert draft is not None
    assert [question.spec["prompt"] for question in draft.questions] == ["What is B?"]
    assert ("NN025", 1) in [(diagnostic.code, diagnostic.line) for diagnostic in report.diagnostics]


@pytest.mark.parametrize(
    "answer",
    [
        "No.",
        "`*`",
        "```\n...\n\n```\n\nEllipsis",
        "TODO lists are queues.",
        "Answer: 42",
        "$x$",
        "![a](b.png)",
    ],
)
def test_a_short_answer_is_an_answer(answer: str) -> None:
    assert list(slugs(f"## What is A?\n\n{answer}\n")) == ["What is A?"]


def test_a_heading_that_is_only_a_number_asks_the_line_below_it() -> None:
    text = (
        "## Question 7\n\n**What is a loss?**\n\nA number to make small.\n\n"
        "## Q8:\nDoes it fall?\nNot always.\n\n"
        "## 9.\n\nA statement.\n"
    )
    draft, _ = lint(text)
    assert draft is not None
    assert [(one.spec["prompt"], one.spec["model_answer"], one.line) for one in draft.questions] == [
        ("What is a loss?", "A number to make small.", 1),
        ("Does it fall?", "Not always.", 7),
        ("9.", "A statement.", 11),
    ]


def test_the_digest_does_not_depend_on_line_ends_but_the_hash_on_every_word() -> None:
    assert digest("a\r\nb\n") == digest("a\nb\n")
    assert digest("a\nb\n") != digest("a b\n")
    assert spec_hash({"a": 1, "b": [2]}) == spec_hash({"b": [2], "a": 1})
    assert spec_hash({"a": 1}) != spec_hash({"a": 2})


def test_windows_line_ends_and_a_byte_order_mark_change_nothing_but_notes() -> None:
    plain, _ = lint(EVERY_KIND)
    windows, report = lint("\ufeff" + EVERY_KIND.replace("\n", "\r\n"))
    assert plain is not None
    assert windows is not None
    assert [question.spec_hash for question in windows.questions] == [
        question.spec_hash for question in plain.questions
    ]
    assert {diagnostic.code for diagnostic in report.diagnostics} == {"NN002", "NN003"}


def test_a_thousand_questions_are_linted_in_one_go() -> None:
    questions = [
        text.replace(f"{{#{name}", f"{{#{name}-{number}")
        for number in range(84)
        for name, text in QUESTIONS.items()
    ]
    draft, report = lint(pack_of(*questions))
    assert report.diagnostics == []
    assert draft is not None
    assert len(draft.questions) == 1008


LINES = st.sampled_from(
    [line for text in (EVERY_KIND, PLAIN) for line in text.split("\n")]
    + ["```", "~~~", "$$", "> ", "- ", "1. ", "| a |", "|---|", "\t", "{", "}", "{{", "{#", "{{=", "## ", "### ", "---"]
    + ["Params:", "Let:", "Answer:", "Trap:", "Reject:"]
)  # fmt: skip


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES | st.text(max_size=30), max_size=30), st.booleans())
def test_no_text_makes_the_reader_fail(lines: list[str], front: bool) -> None:
    text = (FRONT if front else "") + "\n".join(lines)
    draft, report = lint(text)
    assert (draft is None) == bool(report.errors)
    count = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= diagnostic.line <= count and diagnostic.column >= 1 for diagnostic in report.diagnostics)


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(0, len(EVERY_KIND) - 1), st.integers(0, 40), st.text(max_size=6))
def test_no_damage_to_a_pack_makes_the_reader_fail(start: int, length: int, put: str) -> None:
    draft, report = lint(EVERY_KIND[:start] + put + EVERY_KIND[start + length :])
    assert (draft is None) == bool(report.errors)


def fences_of(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCS.read_text(), re.MULTILINE | re.DOTALL)


def test_the_example_of_the_documentation_is_a_clean_pack() -> None:
    (front,), (question,) = fences_of("yaml"), fences_of("markdown")
    draft, report = lint(f"{front}\n{question}")
    assert report.diagnostics == []
    assert draft is not None
    assert [q.slug for q in draft.questions] == ["T01-A01"]


# what the documentation shows in a line, the question it belongs into, the kind
SNIPPETS = [
    ("Answer: 0.75 ± 0.001 share", "{}", "numeric"),
    ("Answer (mean): 1.5 ± 1%", "{}\n\nAnswer (max): 2", "numeric"),
    ("Answer: dropout \\| drop-out \\| /drop ?out( layer)?/i", "{}", "short"),
    ("{{a\\|b}}", "One {} gap.", "cloze"),
    ("{{/regex/i}}", "One {} gap.", "cloze"),
    ("{{#0.9 ± 0.01}}", "One {} gap.", "cloze"),
    ("{{a\\|b}}", "```python cloze\nx = {}\n```", "code"),
    ('also="2 1 3 4; 1 3 2 4"', "{{{}}}\n\n1. a\n2. b\n3. c\n4. d", "order"),
    ("Reject: L1 | lasso", "Answer: ridge\n\n{}\n\n> L1 is no ridge.", "short"),
    ("3e-4 ± 5%", "Answer: {}", "numeric"),
    ("[1.2, 1.3]", "Answer: {}", "numeric"),
    ("Trap: 0.25", "Answer: 0.75\n\n{}\n> The other share.", "numeric"),
    (
        "Answer: {{=1-lam}} ± 0.001",
        "Params: lam = 0.1..0.9 step 0.1\n\nKept of {{{{=lam}}}}?\n\n{}",
        "numeric",
    ),
    (
        '- Names the gap as overfitting {weight=2 must cues="overfit|memoris, 1800|few" warn="underfit"}',
        "### Key points\n\n{}\n\n### Answer\n\nIt overfits.",
        "recall",
    ),
    (
        "Params: n = 2..9; lam = 0.1..0.9 step 0.1; size = {32, 64, 128}",
        "{}\n\nLet: m = n * size; p = 1 - lam\n\nAnswer: {{{{=m + p}}}} ± 0.1",
        "numeric",
    ),
    (
        "Let: m = n * size; p = 1 - lam",
        "Params: n = 2..9; size = {{1, 2}}; lam = 0.1..0.5 step 0.1\n\n{}\n\nAnswer: {{{{=m}}}}\n\nOf {{{{=p}}}}.",
        "numeric",
    ),
]


@pytest.mark.parametrize(("snippet", "around", "kind"), SNIPPETS)
def test_every_line_the_documentation_shows_does_what_it_says(snippet: str, around: str, kind: str) -> None:
    assert snippet in DOCS.read_text()
    body = around.format(snippet.replace("\\|", "|"))
    draft, report = lint(pack_of(f"## Q {{#q}}\n\n{body}\n\n### Explanation\n\nSo.\n"))
    assert report.errors == []
    assert draft is not None
    assert draft.questions[0].spec["kind"] == kind
