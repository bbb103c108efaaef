"""A question-and-answer document without front matter: every `##` heading becomes a recall question."""

from __future__ import annotations

import re
from itertools import pairwise

from quizzes.bank.packs.diagnostics import Report
from quizzes.bank.packs.lengths import PROMPT_LIMIT, QUESTIONS_LIMIT, check_length
from quizzes.bank.packs.source import Attribute, Block, ListItem, PackSource, QuestionSource, Section
from quizzes.bank.unicode import normalized

_NUMBERED = re.compile(r"(?:question|q)\s*\d{1,5}\s*[:.)–—-]\s*(?=\S)", re.IGNORECASE)
_MARKS = re.compile(r"(\*\*|__|~~|`)")
ID_LIMIT = 64
POINTS_LIMIT = 40


def read_plain(blocks: list[Block], lines: list[str], report: Report) -> PackSource:
    """Questions from headings; key points from bullets, numbered steps and table rows; the answer is the whole text."""
    title = next(
        (heading_text(block) for block in blocks if block.type == "heading" and block.info == "1"), ""
    )
    starts = [n for n, block in enumerate(blocks) if block.type == "heading" and block.info == "2"]
    questions: list[QuestionSource] = []
    taken: set[str] = set()
    for start, end in pairwise([*starts, len(blocks)]):
        after = blocks[end].line if end < len(blocks) else len(lines) + 1
        if len(questions) == QUESTIONS_LIMIT:
            cause = f"there are more than {QUESTIONS_LIMIT:,} questions in this file"
            report.error("NN029", cause, mend="divide it into several files", line=blocks[start].line)
            break
        question = _question(blocks[start], blocks[start + 1 : end], lines[: after - 1], taken, report)
        if question is not None:
            questions.append(question)
    cause = f"without front matter this is a plain document; its {len(questions)} headings become recall questions"
    report.note("NN017", cause, mend="begin with front matter to write a pack", line=1)
    return PackSource(pack="", title=title, questions=tuple(questions), plain=True)


def heading_text(block: Block) -> str:
    """The text of a heading without the signs around it."""
    text = block.text.strip()
    text = text[len(text) - len(text.lstrip("#")) :].rstrip() if text.startswith("#") else text
    closed = text.rstrip("#")
    return (closed if closed[-1:] in {"", " ", "\t"} else text).strip()


def slug_of(text: str, taken: set[str]) -> str:
    """A slug from a text, unlike those taken; it is added to them."""
    text = text[:PROMPT_LIMIT]
    ascii_text = normalized("NFKD", text).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[: ID_LIMIT - 6].strip("-") or "question"
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    taken.add(slug)
    return slug


def _question(
    heading: Block, below: list[Block], lines: list[str], taken: set[str], report: Report
) -> QuestionSource | None:
    prompt = _NUMBERED.sub("", heading_text(heading), count=1)
    if len(prompt) > PROMPT_LIMIT:
        cause = f"the heading has {len(prompt):,} characters, {PROMPT_LIMIT:,} are allowed"
        report.error("NN028", cause, mend="move the details below the heading", line=heading.line)
        return None
    end = len(below)
    while end and below[end - 1].type == "rule":
        end -= 1
    below = below[:end]
    if not prompt or not below:
        what = "has no text below it" if prompt else "is empty"
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
        id=slug_of(prompt, taken),
        line=heading.line,
        column=4,
        prompt=prompt,
        attributes={"type": Attribute("recall", heading.line, 1)},
        body=(),
        sections={
            "key points": Section("key points", key_points.line, (key_points,), key_points.text),
            "answer": Section("answer", below[0].line, tuple(below), text),
        },
        plain=True,
    )


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
    """One row as one sentence: "**Aspect**: value", or "**Aspect**: A: value; B: value" with more columns."""
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
    """The text without the rules that divide it from the next question."""
    lines = text.rstrip().split("\n")
    while lines and (not lines[-1].strip() or re.fullmatch(r" *(-{3,}|\*{3,}|_{3,}) *", lines[-1])):
        lines.pop()
    return "\n".join(lines)
