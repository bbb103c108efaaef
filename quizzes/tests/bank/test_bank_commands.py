"""lint_pack and load_bank, as one types them."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from quizzes.bank.kinds import CODES as KIND_CODES
from quizzes.bank.models import Pack, Question, Version
from quizzes.management.commands.lint_pack import Command
from quizzes.markup.codes import CODES
from quizzes.tests.bank.pack_examples import CHOICE, EVERY_KIND, MULTI, PLAIN, pack_of


def run(command: str, *files: Path | str, **options: object) -> tuple[int, str]:
    """Exit status and what was printed."""
    out = StringIO()
    try:
        call_command(command, *(str(file) for file in files), stdout=out, **options)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    path = tmp_path / "clean.md"
    path.write_text(EVERY_KIND)
    return path


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "faulty.md"
    path.write_text(
        pack_of(CHOICE, MULTI.replace("- [x] Early", "- [*] Early")).replace("pack: ex", "pack: more-ex")
    )
    return path


def test_a_clean_pack_is_counted(clean: Path) -> None:
    assert run("lint_pack", clean) == (0, "12 questions, 0 errors, 0 notes\n")


def test_faults_are_printed_with_file_line_and_column_and_set_the_exit_status(
    clean: Path, faulty: Path
) -> None:
    status, printed = run("lint_pack", clean, faulty)
    line = faulty.read_text().split("\n").index("- [*] Early stopping") + 1
    assert status == 1
    assert f"{faulty}:{line}:3: error NN054 a check box must be [ ] or [x], not [*]. Fix: " in printed
    assert printed.endswith("14 questions, 1 error, 0 notes\n")


def test_a_plain_document_gets_notes_only(tmp_path: Path) -> None:
    path = tmp_path / "plain.md"
    path.write_text(PLAIN)
    status, printed = run("lint_pack", path)
    assert status == 0
    assert printed.endswith("4 questions, 0 errors, 2 notes\n")


def test_files_that_cannot_be_read_get_one_clear_line_each(tmp_path: Path) -> None:
    latin = tmp_path / "latin.md"
    latin.write_bytes("ok\nÜbung\n".encode("latin-1"))
    status, printed = run("lint_pack", tmp_path, tmp_path / "nothing.md", latin)
    assert status == 1
    lines = printed.splitlines()
    assert lines[0].startswith(f"{tmp_path}:1:1: error NN001 this is a folder")
    assert lines[1].startswith(f"{tmp_path / 'nothing.md'}:1:1: error NN001 there is no such file")
    assert lines[2].startswith(f"{latin}:2:1: error NN001 the file is not UTF-8: byte 0xDC")
    assert lines[3] == "0 questions, 3 errors, 0 notes"


def test_the_help_lists_every_code() -> None:
    help_text = Command().create_parser("manage.py", "lint_pack").format_help()
    assert all(code in help_text for code in [*CODES, *KIND_CODES])


def test_no_file_is_a_usage_error() -> None:
    with pytest.raises(CommandError):
        call_command("lint_pack", stdout=StringIO())


@pytest.mark.django_db
def test_loading_says_what_it_did_and_does_nothing_the_second_time(clean: Path) -> None:
    assert run("load_bank", clean) == (0, f"{clean}: 12 created, 0 updated, 0 unchanged, 0 retired\n")
    assert run("load_bank", clean) == (0, f"{clean}: 0 created, 0 updated, 12 unchanged, 0 retired\n")


@pytest.mark.django_db
def test_a_file_with_faults_is_refused_and_the_others_are_loaded(clean: Path, faulty: Path) -> None:
    status, printed = run("load_bank", faulty, clean)
    assert status == 1
    assert "error NN054" in printed
    assert f"{faulty}: nothing was loaded\n" in printed
    assert f"{clean}: 12 created" in printed
    assert printed.endswith("1 of 2 files were refused\n")
    assert Question.objects.count() == 12


@pytest.mark.django_db
def test_two_files_of_one_pack_are_refused_even_when_they_are_equal(clean: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.md"
    copy.write_text(pack_of(CHOICE))
    status, printed = run("load_bank", clean, copy)
    assert status == 1
    assert f"NN081 “examples” is already the pack of {clean}" in printed
    assert Question.objects.filter(retired_at=None).count() == 12


@pytest.mark.django_db
def test_without_files_the_built_in_packs_are_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "a.md").write_text(EVERY_KIND)
    with override_settings(BASE_DIR=tmp_path):
        status, printed = run("load_bank")
    assert (status, printed) == (0, f"{folder / 'a.md'}: 12 created, 0 updated, 0 unchanged, 0 retired\n")


@pytest.mark.django_db
def test_an_unreadable_file_loads_nothing(tmp_path: Path) -> None:
    status, printed = run("load_bank", tmp_path / "nothing.md")
    assert status == 1
    assert "there is no such file" in printed


@pytest.mark.django_db
def test_notes_are_shown_when_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "plain.md"
    path.write_text(PLAIN)
    status, printed = run("load_bank", path, verbosity=2)
    assert status == 0
    assert "note NN017" in printed


@pytest.mark.django_db
def test_a_plain_document_is_loaded_over_a_pack_only_when_told_which(tmp_path: Path) -> None:
    path = tmp_path / "theory.md"
    path.write_text("## What does momentum add?\n\nA running mean.\n")
    assert run("load_bank", path)[0] == 0
    path.write_text("## What is a stride?\n\nThe step of a filter.\n")
    status, printed = run("load_bank", path)
    assert status == 1
    assert "NN082" in printed
    dry = run("load_bank", path, replace="theory", dry_run=True)
    assert dry[1].splitlines() == [
        f"{path}: 1 created, 0 updated, 0 unchanged, 1 retired",
        "  new, line 1: What is a stride?",
        "  retired: What does momentum add?",
        "Nothing was written.",
    ]
    assert Question.objects.get().retired_at is None
    assert run("load_bank", path, new=True)[1] == f"{path}: 1 created, 0 updated, 0 unchanged, 0 retired\n"
    assert (
        run("load_bank", path, replace="theory")[1]
        == f"{path}: 1 created, 0 updated, 0 unchanged, 1 retired\n"
    )
    assert Pack.objects.count() == 2


@pytest.mark.django_db
def test_a_pack_to_replace_has_to_be_there_and_one_file_replaces_it(clean: Path) -> None:
    with pytest.raises(CommandError, match="There is no built-in pack “examples”"):
        call_command("load_bank", str(clean), replace="examples")
    with pytest.raises(CommandError, match="exactly one file"):
        call_command("load_bank", str(clean), str(clean), replace="examples")


@pytest.mark.django_db
def test_the_built_in_packs_are_unchanged_when_they_are_loaded_into_what_is_there() -> None:
    assert run("load_bank")[0] == 0
    versions = Version.objects.count()
    # Without its digest a pack is read and compared, question by question.
    Pack.objects.update(digest="")
    status, printed = run("load_bank")
    assert status == 0
    assert all(
        " 0 created, 0 updated, " in line and line.endswith(" 0 retired") for line in printed.splitlines()
    )
    assert Version.objects.count() == versions
