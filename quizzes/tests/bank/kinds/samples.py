"""The questions of `examples/`, by the kinds there are."""

from __future__ import annotations

from importlib import import_module

from quizzes.bank.kinds import KINDS

_EXAMPLES = {kind: import_module(f"quizzes.tests.bank.kinds.examples.{kind}") for kind in KINDS}
SAMPLES: dict[str, list[str]] = {kind: found.SAMPLES for kind, found in _EXAMPLES.items()}
FAULTS: list[tuple[str, int, str]] = [fault for found in _EXAMPLES.values() for fault in found.FAULTS]
QUESTIONS = [(kind, number) for kind, texts in SAMPLES.items() for number in range(len(texts))]
