"""Questions of the kind recall. What would give the key away is written as SECRET… in notes."""

from __future__ import annotations

SAMPLES: list[str] = [
    """
## How would you cure overfitting? {#q}

Train 0.99, validation 0.81.

### Key points

- Reads the gap as overfitting {weight=2 must cues="overfit|memoris, gap|few"}
- SECRET augments {weight=3 cues="augment" warn="creates new data"}
- SECRET stops early
- SECRET cites a paper {optional}

### Answer

SECRET model answer.
""",
    """
## Explain attention. {#q}

### Key points

- SECRET weights sum to one
- SECRET queries meet keys {must}

### Answer

SECRET
""",
    """
## Say it. {#q}

### Key points

- SECRET one point

### Answer

SECRET
""",
]

# Code, line of the fault (the heading is line 1), text of the question.
FAULTS: list[tuple[str, int, str]] = [
    ("K219", 5, '## Why? {#q}\n\n### Key points\n\n- a {cues="' + "b|" * 40 + 'b"}'),
    ("K210", 1, "## Explain. {#q type=recall}\n\nPlease."),
    ("K210", 3, "## Explain. {#q}\n\n### Key points\n\nNo bullets."),
    ("K211", 5, "## Explain. {#q}\n\n### Key points\n\n- a {weight=4}\n- b"),
    ("K212", 5, "## Explain. {#q}\n\n### Key points\n\n- a {optional must}\n- b"),
    ("K212", 5, "## Explain. {#q}\n\n### Key points\n\n- a {optional weight=2}\n- b"),
    ("K213", 5, '## Explain. {#q}\n\n### Key points\n\n- a {cues="x,,y"}\n- b'),
    ("K213", 6, '## Explain. {#q}\n\n### Key points\n\n- a\n- b {warn="x|"}'),
    ("K214", 6, "## Explain. {#q}\n\n### Key points\n\n- The point\n- the point"),
    ("K214", 6, "## Explain. {#q}\n\n### Key points\n\n- a\n- {must}"),
    ("K215", 5, "## Explain. {#q}\n\n### Key points\n\n- a {optional}\n- b {optional}"),
    ("K216", 5, "## Explain. {#q}\n\n### Key points\n\n- a\n- b"),
    ("K218", 5, '## Explain. {#q}\n\n### Key points\n\n- a {cues="x, 1,800|few"}\n- b'),
    ("K217", 45, "## Explain. {#q}\n\n### Key points\n\n" + "\n".join(f"- p{n}" for n in range(41))),
    ("K108", 5, "## Explain. {#q}\n\n### Key points\n\n- a {fixed}\n- b"),
]  # fmt: skip
