"""The kernel stays plain Python: no Django, no clock, no rng."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import quizzes.scheduling

KERNEL = Path(quizzes.scheduling.__file__).parent
MODULES = sorted(path.stem for path in KERNEL.glob("*.py") if path.stem != "__init__")
CLOCKS = {"now", "utcnow", "today", "fromtimestamp", "time_ns", "monotonic", "perf_counter"}
DICE = {"random", "secrets", "uuid", "time", "os"}


def test_the_kernel_is_imported_without_django_or_the_optimiser() -> None:
    imports = "; ".join(f"import quizzes.scheduling.{name}" for name in MODULES)
    code = f"import sys; {imports}; print([m for m in ('django', 'torch', 'fsrs_rs_python') if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=KERNEL.parent.parent
    )
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("name", MODULES)
def test_no_module_of_the_kernel_reads_a_clock_or_throws_dice(name: str) -> None:
    tree = ast.parse((KERNEL / f"{name}.py").read_text(encoding="utf-8"))
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    assert not called & CLOCKS
    assert not imported & DICE
