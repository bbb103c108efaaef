"""Questions of the kind match. What would give the key away is written as SECRET… in notes."""

from __future__ import annotations

SAMPLES: list[str] = [
    """
## Match task and model. {#q}

| Task | Model |
|---|---|
| Entities | BiLSTM-CRF |
| Summaries | T5 |
| Detection | `YOLO` |
| | GAN |
""",
    """
## Sort by the size of the batch. {#q}

| Trait | Batch |
|---|---|
| noisy | small |
| accurate | large |
| more memory | large |
| more steps | small |
| warm-up | large |
""",
    """
## What does each say? {#q}

| Loss | Formula |
|---|---|
| squared | $(y - f)^2$ |
| absolute | $\\lvert y - f\\rvert$ |
""",
]

# Code, line of the fault (the heading is line 1), text of the question.
FAULTS: list[tuple[str, int, str]] = [
    ("K150", 1, "## Match. {#q type=match}\n\nNothing."),
    ("K151", 3, "## Match. {#q type=match}\n\n| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |"),
    ("K152", 5, "## Match. {#q}\n\n| a | b |\n|---|---|\n| 1 | |\n| 2 | x |\n| 3 | y |"),
    ("K153", 6, "## Match. {#q}\n\n| a | b |\n|---|---|\n| 1 | x |\n| 1 | y |\n| 2 | z |"),
    ("K154", 3, "## Match. {#q}\n\n| a | b |\n|---|---|\n| 1 | x |\n| | y |"),
    ("K155", 7, "## Match. {#q}\n\n| a | b |\n|---|---|\n| 1 | x |\n| 2 | y |\n| | x |"),
    ("K156", 9, "## Match. {#q}\n\n| a | b |\n|---|---|\n| 1 | x |\n| 2 | y |\n\nand\n| c | d |\n|---|---|\n| 3 | z |"),
    ("K157", 3, "## Match. {#q}\n\n| a | b |\n|---|---|\n| 1 | x |\n| 2 | x |"),
]  # fmt: skip
