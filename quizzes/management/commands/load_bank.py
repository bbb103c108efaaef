"""`manage.py load_bank [FILES]`: store packs, each whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from quizzes.bank.actions import LoadResult, load_pack
from quizzes.bank.packs.diagnostics import Report
from quizzes.bank.packs.files import read_file


class Command(BaseCommand):
    """Loads packs into the bank."""

    help = (
        "Load packs into the bank, the built-in ones when no file is named. A file with an error is left out as a "
        "whole, all its faults are listed, and the exit status is 1. "
        "Loading a file again changes only what changed in it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="a pack, or a plain document")

    def handle(self, *_args: Any, **options: Any) -> None:
        files: list[Path] = options["files"] or _built_in()
        if not files:
            self.stdout.write("There is no pack to load.")
        refused = 0
        loaded: dict[str, Path] = {}
        for path in files:
            result = self._load(path, loaded)
            for diagnostic in result.diagnostics:
                if diagnostic.severity == "error" or options["verbosity"] > 1:
                    self.stdout.write(diagnostic.at(str(path)))
            if result.failed:
                refused += 1
                self.stdout.write(f"{path}: nothing was loaded")
            else:
                loaded[result.pack] = path
                self.stdout.write(
                    f"{path}: {result.created} created, {result.updated} updated, "
                    f"{result.unchanged} unchanged, {result.retired} retired"
                )
        if refused:
            self.stdout.write(f"{refused} of {len(files)} files were refused")
            sys.exit(1)

    def _load(self, path: Path, loaded: dict[str, Path]) -> LoadResult:
        report = Report()
        text = read_file(path, report)
        if text is None:
            return LoadResult(0, 0, 0, 0, report.in_order)
        return load_pack(text=text, path=path, now=timezone.now(), taken=loaded)


def _built_in() -> list[Path]:
    """The project's packs, named from where we stand when they lie below."""
    folder = Path(settings.BASE_DIR) / "content"
    here = Path.cwd()
    return [
        path.relative_to(here) if path.is_relative_to(here) else path for path in sorted(folder.glob("*.md"))
    ]
