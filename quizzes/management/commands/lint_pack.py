"""`manage.py lint_pack FILES`: every fault of every file, with its line, its cause and its mend."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from quizzes.bank.kinds import CODES as KIND_CODES
from quizzes.bank.packs.build import lint
from quizzes.markup.codes import CODES
from quizzes.markup.diagnostics import Report
from quizzes.markup.files import read_file


class Command(BaseCommand):
    """Checks packs without loading them."""

    help = (
        "Check packs without loading them. Prints file:line:column: error|note CODE what. Fix: how. "
        "The exit status is 1 when any file has an error; notes do not count."
    )
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: object) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = "codes:\n" + "\n".join(
            f"  {code:6} {meaning}" for code, meaning in {**CODES, **KIND_CODES}.items()
        )
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a pack, or a plain document")

    def handle(self, *_args: object, files: list[Path], **_options: object) -> None:
        questions = errors = notes = 0
        for path in files:
            report = Report()
            text = read_file(path, report)
            if text is not None:
                _, report = lint(text)
            for diagnostic in report.in_order:
                self.stdout.write(diagnostic.at(str(path)))
            questions += report.questions
            errors += sum(diagnostic.severity == "error" for diagnostic in report.in_order)
            notes += sum(diagnostic.severity == "note" for diagnostic in report.in_order)
        self.stdout.write(
            f"{counted(questions, 'question')}, {counted(errors, 'error')}, {counted(notes, 'note')}"
        )
        if errors:
            sys.exit(1)


def counted(number: int, word: str) -> str:
    """ "1 question", "17 questions"."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
