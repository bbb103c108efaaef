"""A pack's text becomes blocks: front matter, questions, attributes, sections. Every fault is found in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from quizzes.markup.attributes import (
    ID,
    closest,
    looks_like_attributes,
    read_attributes,
    split_closing_braces,
)
from quizzes.markup.blocks import read_blocks
from quizzes.markup.checks import FILE_LIMIT, check_attributes, check_size, check_tabs, clean_text
from quizzes.markup.diagnostics import CheckStoppedError, Report
from quizzes.markup.front_matter import FrontMatter, read_front_matter
from quizzes.markup.grammar import Grammar
from quizzes.markup.lengths import HEADING_LIMIT, PROMPT_LIMIT, QUESTIONS_LIMIT, check_length
from quizzes.markup.plain import heading_text, read_plain
from quizzes.markup.source import LAST, Attribute, Block, PackSource, QuestionSource, Section

QUESTION_WORK = 20
SECTION_WORK = 10
SECTION_NAME_LIMIT = 60


def read_pack(text: str, grammar: Grammar, report: Report) -> PackSource:
    """Reads a whole file: all that could be read comes back, to be loaded only when the report has no errors."""
    if len(text) > FILE_LIMIT:
        report.error("NN007", f"the file is longer than {FILE_LIMIT:,} characters", mend="divide it", line=1)
        return PackSource("", "", ())
    text = clean_text(text, report)
    lines = text.split("\n")
    if not text.strip():
        report.error("NN006", "the file is empty", mend="write front matter and a question", line=1)
        return PackSource("", "", ())
    check_size(lines, report)
    check_tabs(lines, report)
    front = read_front_matter(lines, grammar, report)
    if not front.lines and not report.errors:
        return _read_without_front_matter(lines, grammar, report)
    body = [""] * front.lines + lines[front.lines :]
    questions = _read_questions(read_blocks(body, grammar, report), body, grammar, report)
    if not questions:
        report.error("NN020", "there is no question in this file", mend="begin one with ## and an id", line=1)
    return _pack(front, questions)


def _pack(front: FrontMatter, questions: list[QuestionSource]) -> PackSource:
    fields = front.fields
    number = fields.get("number", "")
    pack = fields.get("pack", "")
    return PackSource(
        pack=pack,
        title=fields.get("title", ""),
        questions=tuple(questions),
        number=int(number) if re.fullmatch(r"[0-9]{1,5}", number) else LAST,
        summary=" ".join(fields.get("summary", "").split()),
        topic=fields.get("topic", pack),
        version=fields.get("version", ""),
        lang=fields.get("lang", "en"),
        license=fields.get("license", ""),
    )


def _read_without_front_matter(lines: list[str], grammar: Grammar, report: Report) -> PackSource:
    remarks = Report(lenient=True, work=report.work)
    blocks = _read_leniently(lines, grammar, remarks, report)
    for block in blocks:
        if block.type == "heading" and block.info == "2" and re.search(r"\{#[^{}]*\}$", block.text.rstrip()):
            cause = "this heading has an id, but the file has no front matter"
            mend = "begin the file with a line ---, then “pack: …” and “title: …”, then ---"
            report.error("NN016", cause, mend=mend, line=block.line)
            return PackSource("", "", ())
    report.take_over(remarks)
    source = read_plain(blocks, lines, grammar, report)
    if not source.questions:
        report.error(
            "NN020", "there is no question in this file", mend="begin one with ## and a blank", line=1
        )
    return source


def _read_leniently(lines: list[str], grammar: Grammar, remarks: Report, report: Report) -> list[Block]:
    try:
        return read_blocks(lines, grammar, remarks)
    except CheckStoppedError:
        report.take_over(remarks)
        raise


def _read_questions(
    blocks: list[Block], lines: list[str], grammar: Grammar, report: Report
) -> list[QuestionSource]:
    starts = [n for n, block in enumerate(blocks) if block.type == "heading" and block.info == "2"]
    questions: list[QuestionSource] = []
    lines_of: dict[str, int] = {}
    for start, end in pairwise([*starts, len(blocks)]):
        if len(questions) == QUESTIONS_LIMIT:
            cause = f"there are more than {QUESTIONS_LIMIT:,} questions in this file"
            report.error("NN029", cause, mend="divide it into several packs", line=blocks[start].line)
            break
        after = blocks[end].line if end < len(blocks) else len(lines) + 1
        report.spend(QUESTION_WORK, blocks[start].line)
        question = _question(blocks[start:end], lines, after, grammar, report)
        if question.id in lines_of:
            cause = f"the id “{question.id}” is already used on line {lines_of[question.id]}"
            report.error("NN023", cause, mend="give this question an id of its own", line=question.line)
        elif question.id:
            lines_of[question.id] = question.line
        questions.append(question)
    for block in blocks[starts[0] :] if starts else []:
        if block.type == "heading" and block.info == "1":
            cause = "a level-1 heading stands between questions"
            mend = "use ### inside a question, or put a # comment into a code fence"
            report.error("NN026", cause, mend=mend, line=block.line)
    return questions


def _question(
    blocks: list[Block], lines: list[str], after: int, grammar: Grammar, report: Report
) -> QuestionSource:
    heading, rest = blocks[0], blocks[1:]
    if len(heading.text) > HEADING_LIMIT:
        cause = f"this heading has {len(heading.text):,} characters, {HEADING_LIMIT:,} are allowed"
        report.error("NN028", cause, mend="move the details below the heading", line=heading.line)
        return QuestionSource("", heading.line, heading.column + 3, "", {}, (), {}, oversized=True)
    prompt, attributes = _heading(heading, lines, grammar, report)
    if rest and rest[0].type == "paragraph":
        more = _attribute_paragraph(rest[0], grammar, report)
        if more is not None:
            rest = rest[1:]
            attributes = _merged(attributes, more, report)
    check_attributes(attributes, grammar, report)
    _check_prompt(prompt, heading, report)
    slug = attributes.pop(ID).value if ID in attributes else ""
    if not slug:
        near = closest(prompt, grammar.sections)
        cause = f"this question has no id: “{prompt[:60]}”"
        mend = (
            f"write “### {near.capitalize()}” if a section is meant"
            if near
            else "end the heading with {#an-id}"
        )
        report.error("NN021", cause, mend=mend, line=heading.line)
    body, sections = _sections(rest, lines, after, grammar, report)
    fits = len(prompt) <= PROMPT_LIMIT and _check_lengths(body, sections, heading.line, report)
    _check_question(heading, body, sections, grammar, report)
    return QuestionSource(
        slug,
        heading.line,
        heading.column + 3,
        prompt,
        attributes,
        body,
        sections,
        oversized=not fits,
        grammar=grammar,
    )


def _heading(
    heading: Block, lines: list[str], grammar: Grammar, report: Report
) -> tuple[str, dict[str, Attribute]]:
    text = heading_text(heading)
    parts = split_closing_braces(text)
    if parts is None or not looks_like_attributes(parts[1], grammar.attributes):
        if "{#" in text:
            column = lines[heading.line - 1].find("{#") + 1
            report.error(
                "NN034",
                "the attributes of this heading are not closed, or do not stand at its end",
                mend="end the heading with {#id key=value}",
                line=heading.line,
                column=column,
            )
            return text[: text.find("{#")].strip(), {ID: Attribute(_id_in(text), heading.line, column)}
        return text, {}
    prompt, inner, _ = parts
    column = lines[heading.line - 1].rfind("{" + inner + "}") + 2
    return prompt, read_attributes(inner, report, line=heading.line, column=column)


def _id_in(text: str) -> str:
    match = re.search(r"\{#([A-Za-z0-9-]+)", text)
    return match[1] if match else "unreadable"


def _attribute_paragraph(block: Block, grammar: Grammar, report: Report) -> dict[str, Attribute] | None:
    text = block.text.strip()
    if not text.startswith("{") or text.startswith("{{"):
        return None
    parts = split_closing_braces(text)
    if parts is not None and not parts[0] and looks_like_attributes(parts[1], grammar.attributes):
        return read_attributes(parts[1], report, line=block.line, column=block.column + 1)
    if re.match(r"\{\s*(#|[A-Za-z_]+\s*=)", text):
        cause = "these attributes are not closed, or something follows them"
        report.error(
            "NN034", cause, mend="end them with } and an empty line", line=block.line, column=block.column
        )
        return {}
    return None


def _merged(
    first: dict[str, Attribute], second: dict[str, Attribute], report: Report
) -> dict[str, Attribute]:
    for key, attribute in second.items():
        if key in first:
            name = "the id" if key == ID else f"“{key}”"
            cause = f"{name} is given twice (first on line {first[key].line})"
            report.error(
                "NN033", cause, mend="keep one of the two", line=attribute.line, column=attribute.column
            )
    return {**second, **first}


def _check_prompt(prompt: str, heading: Block, report: Report) -> None:
    if not prompt:
        report.error("NN024", "this question has no prompt", mend="write it after ##", line=heading.line)
    elif len(prompt) > PROMPT_LIMIT:
        cause = f"the prompt has {len(prompt):,} characters, {PROMPT_LIMIT:,} are allowed"
        report.error("NN028", cause, mend="move the details below the heading", line=heading.line)


def _sections(
    blocks: list[Block], lines: list[str], after: int, grammar: Grammar, report: Report
) -> tuple[tuple[Block, ...], dict[str, Section]]:
    """Returns the body, and the reserved sections by name."""
    groups: list[tuple[str, int, list[Block]]] = [("", 0, [])]
    for block in blocks:
        name = _section_name(block, grammar, report)
        if name:
            groups.append((name, block.line, []))
        else:
            groups[-1][2].append(block)
    ends = [line for _, line, _ in groups[1:]] + [after]
    sections: dict[str, Section] = {}
    for (name, line, inside), end in zip(groups, ends, strict=True):
        while inside and inside[-1].type == "rule":
            inside.pop()
        if not name:
            continue
        if name in sections:
            cause = (
                f"the section “{name.capitalize()}” stands here twice (first on line {sections[name].line})"
            )
            report.error("NN041", cause, mend="join the two", line=line)
            continue
        if not inside:
            report.error(
                "NN043", f"the section “{name.capitalize()}” is empty", mend="fill it or remove it", line=line
            )
        last = end - 1 if not inside else max(end - 1, inside[-1].line)
        sections[name] = Section(name, line, tuple(inside), _text(lines[line:last], inside))
    return tuple(groups[0][2]), sections


def _text(lines: list[str], blocks: list[Block]) -> str:
    if not blocks:
        return ""
    end = len(lines)
    while end and (not lines[end - 1].strip() or re.fullmatch(r"-{3,}|\*{3,}|_{3,}", lines[end - 1].strip())):
        end -= 1
    return "\n".join(lines[:end]).strip("\n")


def _section_name(block: Block, grammar: Grammar, report: Report) -> str:
    """Returns the reserved name this block begins a section of, or ""."""
    if block.type != "heading" or block.info in {"1", "2"}:
        return ""
    title = heading_text(block)
    if len(title) > SECTION_NAME_LIMIT:
        return ""
    name = " ".join(title.lower().split())
    if block.info == "3" and name in grammar.sections:
        return name
    if name in grammar.sections:
        cause = f"“{title}” is a section's name but the heading is of level {block.info}"
        report.error("NN044", cause, mend=f"write “### {name.capitalize()}”", line=block.line)
        return ""
    report.spend(SECTION_WORK, block.line)
    near = closest(name.strip(" :.*_"), grammar.sections, cutoff=0.8)
    if block.info == "3" and near:
        known = near.capitalize()
        mend = (
            f"did you mean “{known}”? Then write “### {known}”; if not, choose a heading that is less like it"
        )
        report.error("NN040", f"unknown section “{title}”", mend=mend, line=block.line)
        return near
    return ""


def _check_question(
    heading: Block, body: tuple[Block, ...], sections: dict[str, Section], grammar: Grammar, report: Report
) -> None:
    if not body and not sections:
        report.error(
            "NN025", "there is nothing below this question", mend="write its answer below", line=heading.line
        )
    elif "explanation" not in sections:
        mend = "add “### Explanation” and say why the right answer is right"
        report.error("NN042", "this question has no explanation", mend=mend, line=heading.line)
    for section in sections.values():
        _check_item_keys(section.blocks, section.name, grammar, report)
    _check_item_keys(body, "", grammar, report)


def _check_lengths(body: tuple[Block, ...], sections: dict[str, Section], line: int, report: Report) -> bool:
    """Returns whether every text of a question is short enough; those that are not are reported."""
    texts = [("the body", body, line)]
    texts += [(f"the section “{s.name.capitalize()}”", s.blocks, s.line) for s in sections.values()]
    fits = [check_length(what, blocks, at, report) for what, blocks, at in texts]
    return all(fits)


def _check_item_keys(blocks: Iterable[Block], section: str, grammar: Grammar, report: Report) -> None:
    """Reports attributes of list items that belong to another section; `section` is "" in the body."""
    for block in blocks:
        for item in block.items:
            for key in item.attributes.keys() & grammar.section_of.keys():
                if grammar.section_of[key] == section:
                    continue
                attribute = item.attributes[key]
                cause = f"“{key}” belongs to {grammar.section_of[key]}, not to this list"
                report.error("NN031", cause, mend="remove it", line=attribute.line, column=attribute.column)
