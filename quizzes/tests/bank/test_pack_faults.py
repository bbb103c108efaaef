"""A clean pack, spoilt in one place at a time: every fault is found, on its line, with its code."""

import pytest

from quizzes.bank.kinds import CODES as KIND_CODES
from quizzes.bank.packs.build import lint
from quizzes.markup.codes import CODES
from quizzes.tests.bank.pack_examples import EVERY_KIND

# what to replace (its first occurrence), by what, the code to expect, a text on the line to expect
FAULTS = [
    # the file and its front matter
    ("---\npack", "\ufeff---\npack", "NN002", "---"),
    ("number: 3\n", "number: 3\r\n", "NN003", "number: 3"),
    ("  > Right: each", "\t> Right: each", "NN004", "> Right: each"),
    ("Summaries", "Summ\x07aries", "NN005", "Summ"),
    ("license: CC-BY-4.0\n---\n", "license: CC-BY-4.0\n", "NN010", "---"),
    ("title: Examples of every kind", "title: Examples: every kind", "NN011", "title: Examples"),
    ("title: Examples of every kind\n", "", "NN012", "---"),
    ("version: 1.0.0", "versoin: 1.0.0", "NN013", "versoin"),
    ("topic: examples", "topic: [examples]", "NN014", "topic: [examples]"),
    ("pack: examples", "pack: Examples!", "NN014", "pack: Examples!"),
    ("number: 3", "number: three", "NN014", "number: three"),
    ("lang: en", "lang: en\nlang: de", "NN015", "lang: de"),
    ("---\npack", "\n---\npack", "NN016", "---"),
    ("---\npack: examples", "pack: examples", "NN016", "pack: examples"),
    # headings and ids
    (" {#multi level=2 skill=judgement}", "", "NN021", "Which of these fight"),
    ("{#multi ", "{#multi_one ", "NN022", "multi_one"),
    ("{#multi ", "{#choice ", "NN023", "Which of these fight"),
    ("## Which of these fight overfitting? {", "## {", "NN024", "{#multi"),
    ("## Explain why", "## Empty {#empty}\n\n## Explain why", "NN025", "{#empty}"),
    ("- [x] Dropout\n- [x]", "# Options\n\n- [x] Dropout\n- [x]", "NN026", "# Options"),
    ("### Explanation\n\nBoth limit", "###Explanation\n\nBoth limit", "NN027", "###Explanation"),
    ("Both limit", "Both limit\n" * 2_500, "NN028", "### Explanation\n\nBoth limit"),
    ("Which of these fight", "Which " * 300, "NN028", "{#multi"),
    # attributes
    ("level=2 skill=judgement}", 'level=2 "skill}', "NN030", "{#multi"),
    ("level=2 skill=judgement}", "level=2, skill=judgement}", "NN030", "{#multi"),
    ("level=2 skill=judgement}", "level= skill=judgement}", "NN030", "{#multi"),
    ("level=2 skill=judgement}", "level=“2” skill=judgement}", "NN030", "{#multi"),
    ("sources=\"Srivastava et al. 2014; documentation\"", 'sources="Srivastava', "NN030", "{covers="),
    ("seconds=45", "second=45", "NN031", "{covers="),
    ("{optional}", "{optionl}", "NN031", "{optionl}"),
    ("- [ ] A wider layer", "- [ ] A wider layer {must}", "NN031", "A wider layer"),
    ('- Pooling discards', "- Pooling {wieght=2} discards", "NN031", None),
    ("{#multi level=2", "{#multi also=\"1 2\" level=2", "NN031", "{#multi"),
    ("{#multi level=2", "{#multi level=5", "NN032", "{#multi"),
    ("skill=judgement", "skill=judgment", "NN032", "{#multi"),
    ("{#multi ", "{#multi type=multiple ", "NN032", "{#multi"),
    ("2027-06-30", "2027-06-31", "NN032", "{covers="),
    ("2027-06-30", "30.06.2027", "NN032", "{covers="),
    ("seconds=45", "seconds=soon", "NN032", "{covers="),
    ("covers=Q01.d1,Q01.t1", 'covers="Q01.d1 Q01.t1"', "NN032", "{covers="),
    ("seconds=45", "seconds=45 level=2", "NN033", "{covers="),
    ("{#multi level=2", "{#multi level=2 level=2", "NN033", "{#multi"),
    ("skill=judgement}", "skill=judgement", "NN034", "{#multi"),
    ("review_by=2027-06-30}", "review_by=2027-06-30", "NN034", "{covers="),
    # sections
    ("### Explanation\n\nBoth", "### Explaination\n\nBoth", "NN040", "### Explaination"),
    ("### Reasons", "### Reason", "NN040", "### Reason"),
    ("### Key points", "### Keypoints", "NN040", "### Keypoints"),
    ("### Say it", "### Hint\n\nTwice.\n\n### Say it", "NN041", "### Hint\n\nTwice"),
    ("### Explanation\n\nBoth limit", "Both limit", "NN042", "{#multi"),
    ("It has one number, a probability.\n", "", "NN043", "### Hint"),
    ("### Hint", "#### Hint", "NN044", "#### Hint"),
    # blocks
    ("print(2 ** 3)\n```\n", "print(2 ** 3)\n", "NN050", "```python\nprint"),
    ("max_norm={{1.0|1}})\n```\n", "max_norm={{1.0|1}})\n", "NN050", "```python cloze"),
    ("| Bars: a \\| b |", "| Bars: a | b |", "NN052", "| Bars"),
    ("| Summaries | T5 |", "| Summaries |", "NN052", "| Summaries"),
    ("|------|-------|", "|------|", "NN053", "|------|"),
    ("|------|-------|\n", "", "NN053", "| Task"),
    ("- [x] Early", "- [*] Early", "NN054", "- [*]"),
    ("- [x] Early", "- [x]Early", "NN054", "- [x]Early"),
    ("- [x] Early", "- [] Early", "NN054", "- [] Early"),
    ("- [x] Dropout\n- [x] Early", "-[x] Dropout\n- [x] Early", "NN054", "-[x] Dropout"),
    ("- [x] Early", "- Early", "NN055", "- Early"),
    ("  > Tempting, because", "> Tempting, because", "NN056", "> Tempting, because"),
    ("- [x] Early", "* [x] Early", "NN057", "* [x] Early"),
    ("- [x] Dropout\n- [x] Early", "    - [x] Dropout\n    - [x] Early", "NN058", "    - [x] Dropout"),
    ("\\tilde h = h \\cdot m\n$$", "\\tilde h = h \\cdot m", "NN059", "$$"),
    # parameters
    ("n = 2..9", "n = 9..2", "NN060", "Params:"),
    ("0.1..0.9 step 0.1", "0.1..0.9", "NN060", "Params:"),
    ("size = {32, 64, 128}", "size = {32, many}", "NN060", "Params:"),
    ("size = {32, 64, 128}", "n = {32, 64, 128}", "NN060", "Params:"),
    ("size = {32", "sqrt = {32", "NN060", "Params:"),
    ("m = n * size", "m = n * * size", "NN061", "Let:"),
    ("m = n * size", "m = n.real", "NN061", "Let:"),
    ("inputs and {{=size}}", "inputs and {{=size}", "NN061", "inputs and"),
    ("inputs and {{=size}}", "inputs and {{=sise}}", "NN062", "inputs and"),
    ("p = 1 - lam", "p = 1 - lamda", "NN062", "Let:"),
    ("{{=p:.1f}}", "{{=p:.1q}}", "NN063", "inputs and"),
    ("p = 1 - lam", "p = 1 / (n - 4)", "NN064", "Let:"),
    ("inputs and {{=size}}", "inputs and {{=sqrt(2 - n)}}", "NN064", "inputs and"),
    ("p = 1 - lam", "p = 1 - lam; q = n", "NN065", "Let:"),
    ("$p$", "$\\text{a & b}$", "NN066", "Each unit is dropped"),
    # structure, and a few faults that are the kinds' to find
    # braces that would be read
    ("Each unit is dropped", "Each {{unit} is dropped", "NN067", "Each {{unit} is dropped"),
    ("Each unit is dropped", "Each unit}} is dropped", "NN067", "Each unit}} is dropped"),
    ("Each unit is dropped", "Each {{unit}} is dropped", "NN067", "Each {{unit}} is dropped"),
    ("Answer: dropout | drop-out | /drop ?out( layer)?/i", "dropout", "NN070", "{#short"),
    ("/drop ?out( layer)?/i", "/drop(out/i", "K180", "Answer: dropout"),
    ("- [x] Dropout\n  > Right", "- [ ] Dropout\n  > Right", "K102", "- [ ] Dropout\n  > Right"),
    ("{#bug ", "{#bug type=recall ", "K210", "{#bug"),
    ("pool, pose", "pool, 1,800|pose", "K218", "- Pooling"),
]  # fmt: skip


def spoilt(old: str, new: str) -> str:
    assert old in EVERY_KIND, old
    return EVERY_KIND.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "code", "mark"), FAULTS, ids=[f"{n}-{f[2]}" for n, f in enumerate(FAULTS)]
)
def test_every_planted_fault_is_found_on_its_line(old: str, new: str, code: str, mark: str | None) -> None:
    text = spoilt(old, new)
    _, report = lint(text)
    found = [(diagnostic.code, diagnostic.line) for diagnostic in report.in_order]
    if mark is None:
        assert code not in {code for code, _ in found}, "braces in the middle of a text are text"
        return
    line = text.replace("\r", "")[: text.replace("\r", "").index(mark)].count("\n") + 1
    assert (code, line) in found
    assert all(diagnostic.cause and diagnostic.mend for diagnostic in report.in_order)


def test_the_corpus_is_large_and_knows_every_code_a_reader_can_give() -> None:
    planted = {code for _, _, code, _ in FAULTS}
    assert len(FAULTS) >= 60
    elsewhere = {
        *("NN001", "NN006", "NN007", "NN008", "NN009", "NN017", "NN018", "NN019", "NN020", "NN029"),
        *("NN068", "NN080", "NN081", "NN082"),
    }
    assert set(CODES) - planted == elsewhere


def test_several_faults_are_reported_in_one_pass() -> None:
    text = EVERY_KIND
    for old, new in [
        ("version: 1.0.0", "versoin: 1.0.0"),
        ("- [x] Early", "- [*] Early"),
        ("| Summaries | T5 |", "| Summaries |"),
        ("/drop ?out( layer)?/i", "/drop(out/i"),
        ("p = 1 - lam", "p = 1 - lamda"),
    ]:
        text = text.replace(old, new, 1)
    draft, report = lint(text)
    assert draft is None
    assert {"NN013", "NN054", "NN052", "K180", "NN062"} <= {error.code for error in report.errors}


def test_a_clean_pack_gives_no_diagnostic() -> None:
    draft, report = lint(EVERY_KIND)
    assert report.diagnostics == []
    assert draft is not None
    assert [question.spec["kind"] for question in draft.questions] == [
        question.slug for question in draft.questions
    ]


def test_a_column_points_at_the_fault() -> None:
    text = spoilt("{#multi level=2", "{#multi level=5")
    _, report = lint(text)
    (error,) = report.errors
    assert text.split("\n")[error.line - 1][error.column - 1 :].startswith("level=5")


def test_a_diagnostic_reads_like_a_compilers() -> None:
    _, report = lint(spoilt("### Explanation\n\nBoth", "### Explaination\n\nBoth"))
    (error,) = report.errors
    assert error.at("a.md").startswith(
        f"a.md:{error.line}:1: error NN040 unknown section “Explaination”. Fix: "
    )
    assert "did you mean “Explanation”? Then write “### Explanation”; if not, choose" in error.at("a.md")


def test_no_code_means_two_things() -> None:
    assert not CODES.keys() & KIND_CODES.keys()
