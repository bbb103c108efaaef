"""Small packs for the tests of this room, and how to answer their questions."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from quizzes.bank import asking
from quizzes.bank.actions import load_pack
from quizzes.bank.models import Version
from quizzes.tests.review.loaded import load_once

Json = dict[str, Any]
Form = dict[str, list[str]]

LOADED_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)

ALL_KINDS = """---
pack: every-kind
title: Every kind
number: 9
summary: One question of each kind.
---

## Which optimiser keeps a running mean of squared gradients? {#K-choice level=1}

Think of the denominators.

- [x] RMSProp
- [ ] Plain SGD
  > It keeps nothing.

### Hint

It divides by a root.

### Explanation

RMSProp divides by the root of a running mean.

### Say it

RMSProp scales each step by the recent size of its gradient.

### Common mistakes

- Saying that momentum does it.

### Follow-ups

- What does Adam add?

## Which of these are regularisers? {#K-multi level=1 sources="A textbook; Another textbook"}

- [x] Dropout
- [x] Weight decay
- [ ] ReLU
  > An activation.

### Explanation

ReLU bends, it does not hold back.

## Dropout is switched off when a model is evaluated. {#K-truefalse level=1}

- [x] True
- [ ] False

### Reasons

- [x] Its noise would only hurt the prediction
- [ ] It has learnable weights
  > It has none.

### Explanation

It is a training device.

## Match each loss to its task. {#K-match level=1}

| Loss | Task |
|---|---|
| Cross-entropy | Classification |
| Squared error | Regression |
| Contrastive loss | Embedding |

### Explanation

Each loss states what is to be made small.

## Order the steps of one training iteration. {#K-order level=1}

1. Forward pass
2. Loss
3. Backward pass
4. Optimiser step

### Explanation

Gradients need a loss, and a loss needs an output.

## What does batch normalisation divide by? {#K-cloze level=1}

It divides by the {{standard deviation|std}} of the batch.

### Explanation

And it subtracts the mean first.

## How many values does this layer output? {#K-numeric level=1}

Params: n = 2..9
Let: m = n * 4

A dense layer maps {{=n}} inputs to {{=m}} units.

Answer: {{=m}}

### Explanation

One value a unit: {{=m}}.

## Which technique drops units at random? {#K-short level=1}

Answer: dropout | drop-out

### Explanation

It is called dropout.

## What does this print? {#K-output level=1}

```python
print(3 * 2)
```

```output
6
```

### Explanation

Three times two.

## Fill in the call that clears old gradients. {#K-code level=1}

```python cloze
optimizer.{{zero_grad}}()
```

### Explanation

Gradients add up until they are cleared.

## Why does the loss stay where it is? {#K-bug level=1}

```python
loss.backward()
optimizer.zero_grad()
optimizer.step()
```

- [x] The gradients are cleared before the step
- [ ] The loss is negative
  > Nothing says so.

### Fix

```python
optimizer.zero_grad()
loss.backward()
optimizer.step()
```

### Explanation

The step sees only zeros.

## Explain overfitting. {#K-recall level=1}

### Key points

- Training error falls while validation error rises {weight=2 must cues="validation"}
- The model memorises noise {cues="noise|memorise"}

### Hint

Two curves.

### Answer

The training error goes on falling while the validation error rises: the model memorises noise.

### Explanation

Both curves are needed to see it.
"""


def choices(*, topic: str, number: int, many: int, covers: str = "") -> str:
    """A pack of choice questions whose right option is called "Right"; ten of them, all new, fill twenty minutes."""
    lines = [
        "---",
        f"pack: {topic}",
        f"title: {topic.capitalize()}",
        f"number: {number}",
        "summary: A topic.",
        "---",
    ]
    for place in range(1, many + 1):
        claims = f" covers={covers}" if covers else f" covers={topic}.{place}"
        lines += [
            "",
            f"## Question {place} of {topic}? {{#{topic}-{place} level={1 + place % 3} seconds=60{claims}}}",
            "",
            "- [x] Right",
            "- [ ] Wrong",
            "  > It is not.",
            "",
            "### Hint",
            "",
            "Not the other one.",
            "",
            "### Explanation",
            "",
            f"Because {place} is so.",
        ]
    return "\n".join(lines) + "\n"


def load(text: str, *, name: str = "pack.md", now: datetime = LOADED_AT) -> None:
    """Load a pack that has to be sound."""
    result = load_pack(text=text, path=Path(name), now=now)
    assert not result.failed, [str(diagnostic) for diagnostic in result.diagnostics]


def load_choices(*, topics: int = 1, each: int = 12, covers: str = "") -> None:
    """Load packs of choice questions: topic-1, topic-2, …"""

    def load_all() -> None:
        for number in range(1, topics + 1):
            load(choices(topic=f"topic-{number}", number=number, many=each, covers=covers))

    load_once(("choices", topics, each, covers), load_all)


def fields_for(version: Version, seed: str, *, right: bool) -> Form:
    """What a form sends to answer the version rightly or wrongly, whatever its kind."""
    spec, presented = version.spec, asking.present(version.spec, seed=seed)
    if right:
        return asking.right_form(spec, presented)
    return next(
        wrong.form
        for wrong in asking.wrong_forms(spec, presented)
        if not _passes(spec, presented, wrong.form)
    )


def _passes(spec: Json, presented: Json, form: Form) -> bool:
    response = asking.read(spec, presented, form).response
    return response is not None and asking.mark(spec, presented, response).passed
