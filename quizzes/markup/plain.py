"""A question-and-answer document without front matter: every `##` heading becomes a recall question."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise

from quizzes.markup.diagnostics import Report
from quizzes.markup.grammar import KEY_POINTS, Grammar
from quizzes.markup.lengths import PROMPT_LIMIT, QUESTIONS_LIMIT, check_length
from quizzes.markup.numbering import saying, unnumbered
from quizzes.markup.source import Block, ListItem, PackSource, QuestionSource, Section
from quizzes.markup.unicode import normalized

_MARKS = re.compile(r"(\*\*|__|~~|`)")
_BOLD_LINE = re.compile(r"\s*(\*\*|__)(?P<text>(?:(?!\1).)+)\1\s*")
_ASKS = re.compile(r"[?？؟][\s*_]*$")
_LABEL = re.compile(r"(?:model |sample |your )?(?:answer|solution|response)s?\s*:?\s*", re.IGNORECASE)
_EMPTY = frozenset(
    """
    |to be filled|to be filled in|to be added|to be written|to be done|to be completed|to do|todo|tbd|tba|fixme|wip
    |fill in|fill me in|fill in here|here|goes here|answer here|answer goes here|your answer|your answer here
    |write your answer here|write your answer|add your answer here|add answer here|insert answer here|add answer
    |placeholder|coming soon|pending|xxx|work in progress|not answered yet|no answer yet|answer to be filled
    |answer to be filled in|answer to be added
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
_AROUND = " \t\n[](){}<>*_~\"'“”.:;!…–—-"
NAME_LIMIT = 48
POINTS_LIMIT = 40


def read_plain(blocks: list[Block], lines: list[str], grammar: Grammar, report: Report) -> PackSource:
    """Returns questions from headings; key points from bullets, numbered steps and table rows; the answer is the whole
    text.
    """
    title = next(
        (heading_text(block) for block in blocks if block.type == "heading" and block.info == "1"), ""
    )
    starts = [n for n, block in enumerate(blocks) if block.type == "heading" and block.info == "2"]
    questions: dict[str, QuestionSource] = {}
    for start, end in pairwise([*starts, len(blocks)]):
        after = blocks[end].line if end < len(blocks) else len(lines) + 1
        if len(questions) == QUESTIONS_LIMIT:
            cause = f"there are more than {QUESTIONS_LIMIT:,} questions in this file"
            report.error("NN029", cause, mend="divide it into several files", line=blocks[start].line)
            break
        question = _question(blocks[start], blocks[start + 1 : end], lines[: after - 1], grammar, report)
        if question is None:
            continue
        if question.id in questions:
            cause = f"this question and its answer stand on line {questions[question.id].line} already"
            report.note(
                "NN019", f"{cause}; it is read once", mend="remove one of the two", line=question.line
            )
            continue
        questions[question.id] = question
    many = f"{len(questions)} heading becomes a recall question"
    if len(questions) != 1:
        many = f"{len(questions)} headings become recall questions"
    cause = f"without front matter this is a plain document; its {many}"
    report.note("NN017", cause, mend="begin with front matter to write a pack", line=1)
    return PackSource(pack="", title=title, questions=tuple(questions.values()), plain=True)


def heading_text(block: Block) -> str:
    """Returns the text of a heading without the signs around it."""
    text = block.text.strip()
    text = text[len(text) - len(text.lstrip("#")) :].rstrip() if text.startswith("#") else text
    closed = text.rstrip("#")
    return (closed if closed[-1:] in {"", " ", "\t"} else text).strip()


def name_of(text: str) -> str:
    """Returns the Latin letters and digits of a text with hyphens between its words; "" when it has none."""
    ascii_text = normalized("NFKD", text[:PROMPT_LIMIT]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:NAME_LIMIT].strip("-")


def _id_of(prompt: str, answer: str) -> str:
    """Returns an id made from what prompt and answer say, never from the place or the alphabet of the heading."""
    said = "\0".join([saying(prompt), *normalized("NFC", answer).split()])
    token = sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{name_of(prompt) or 'question'}-{token}"


def _question(
    heading: Block, below: list[Block], lines: list[str], grammar: Grammar, report: Report
) -> QuestionSource | None:
    written = heading_text(heading)
    if len(written) > PROMPT_LIMIT:
        cause = f"the heading has {len(written):,} characters, {PROMPT_LIMIT:,} are allowed"
        report.error("NN028", cause, mend="move the details below the heading", line=heading.line)
        return None
    prompt = unnumbered(written)
    end = len(below)
    while end and below[end - 1].type == "rule":
        end -= 1
    below = below[:end]
    if not prompt:
        prompt, below = _line_below(written, below)
    if not prompt or not below or not _answered(prompt, below):
        what = "is empty" if not prompt else "has no text below it"
        if prompt and below:
            what = "has a placeholder below it and no answer"
        report.note(
            "NN025",
            f"this heading {what} and is left out",
            mend="write an answer below it",
            line=heading.line,
        )
        return None
    if not check_length(f"the text below “{prompt[:60]}”", below, heading.line, report):
        return None
    text = _without_rules("\n".join(lines[below[0].line - 1 :]))
    points = _points(below)
    if len(points) > POINTS_LIMIT:
        cause = f"there are {len(points)} list items or rows here; the first {POINTS_LIMIT} become key points"
        report.note("NN018", cause, mend="divide the question", line=points[POINTS_LIMIT].line)
    points = points[:POINTS_LIMIT]
    if not points:
        points = [ListItem("Says what the model answer says", heading.line, 1)]
        cause = "there is no list, table or paragraph to take key points from"
        report.note("NN018", cause, mend="list what a good answer names", line=heading.line)
    key_points = Block(
        "bullets", "\n".join(f"- {point.text}" for point in points), points[0].line, items=tuple(points)
    )
    return QuestionSource(
        id=_id_of(prompt, text),
        line=heading.line,
        column=4,
        prompt=prompt,
        attributes={},
        body=(),
        sections={
            KEY_POINTS: Section(KEY_POINTS, key_points.line, (key_points,), key_points.text),
            "answer": Section("answer", below[0].line, tuple(below), text),
        },
        plain=True,
        grammar=grammar,
    )


def asked_below(text: str) -> tuple[str, str]:
    """Returns the question in the first line below a heading that is only a number, and what stands below that line.

    A line asks when it is bold or ends with a question mark; else the question is "" and the text is whole.
    """
    first, _, rest = text.partition("\n")
    bold = _BOLD_LINE.fullmatch(first)
    if bold is None and not _ASKS.search(first):
        return "", text
    prompt = unnumbered((bold["text"] if bold else first).strip())
    return (prompt, rest.strip("\n")) if prompt else ("", text)


def _line_below(heading: str, below: list[Block]) -> tuple[str, list[Block]]:
    """Returns the prompt of a heading that is only a number, and the blocks of the answer."""
    if not below or below[0].type != "paragraph":
        return heading, below
    prompt, rest = asked_below(below[0].text)
    if not prompt:
        return heading, below
    if not rest.strip():
        return prompt, below[1:]
    return prompt, [replace(below[0], text=rest, line=below[0].line + 1), *below[1:]]


def _answered(prompt: str, below: list[Block]) -> bool:
    """Returns whether anything below the heading is more than the question again or a placeholder."""
    for block in below:
        if block.type in {"rule", "heading"}:
            continue
        if block.type == "fence":  # signs are code
            if block.text.strip().casefold() not in _EMPTY:
                return True
            continue
        texts = [item.text + item.rest for item in block.items] or block.text.split("\n")
        if block.rows:
            texts = [cell.text for row in block.rows for cell in row]
        for text in texts:
            if saying(text.strip("*_ ")) != saying(prompt) and not _is_placeholder(text):
                return True
    return False


def _is_placeholder(text: str) -> bool:
    bare = " ".join(text.strip(_AROUND).split()).casefold()
    if bare in _EMPTY:
        return True
    label = _LABEL.match(bare)
    return label is not None and bare[label.end() :].strip(_AROUND) in _EMPTY


def _points(below: list[Block]) -> list[ListItem]:
    points: list[ListItem] = []
    for block in below:
        points.extend(ListItem(item.text, item.line, item.column) for item in block.items if item.text)
        for row in block.rows:
            cells = [cell.text for cell in row if cell.text]
            if cells:
                points.append(
                    ListItem(_row_text(cells, [cell.text for cell in block.header]), row[0].line, 1)
                )
    if not points:
        points = [ListItem(b.text, b.line, b.column) for b in below if b.type == "paragraph"]
    return points


def _row_text(cells: list[str], header: list[str]) -> str:
    """Returns one row as one sentence: "**Aspect**: value", or "**Aspect**: A: value; B: value" with more columns."""
    if len(cells) == 1:
        return cells[0]
    name = _MARKS.sub("", cells[0])
    if len(cells) == 2:
        return f"**{name}**: {cells[1]}"
    named = [
        f"{title}: {cell}" if title else cell for title, cell in zip(header[1:], cells[1:], strict=False)
    ]
    return f"**{name}**: {'; '.join(named)}"


def _without_rules(text: str) -> str:
    """Returns the text without the rules that divide it from the next question."""
    lines = text.rstrip().split("\n")
    while lines and (not lines[-1].strip() or re.fullmatch(r" *(-{3,}|\*{3,}|_{3,}) *", lines[-1])):
        lines.pop()
    return "\n".join(lines)
