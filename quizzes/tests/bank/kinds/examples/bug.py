"""Questions of the kind bug. What would give the key away is written as SECRET… in notes."""

from __future__ import annotations

SAMPLES: list[str] = [
    """
## Why is validation too good? {#q}

```python
Xa, ya = augment(X, y, copies=5)
train_test_split(Xa, ya)
```

- [x] Copies land on both sides
  > SECRET: leakage.
- [ ] Stratify is missing
  > SECRET: a detail.
- [ ] copies must be 1
  > SECRET: no.

### Fix

SECRET fix:

```python
train_test_split(X, y)
```
""",
    """
## Why does it stay at zero? {#q}

```python
w = 0
```

- [ ] It is late
  > SECRET
- [x] It never moves

### Fix

SECRET: `w = 1`
""",
    """
## What is {{=n}} here? {#q}

Params: n = 1..3

```python
x = {{=n}}
```

- [ ] a float
  > SECRET
- [ ] a string
  > SECRET
- [x] never used: {{=n}}

### Fix

SECRET: drop {{=n}}.
""",
]

# Code, line of the fault (the heading is line 1), text of the question.
FAULTS: list[tuple[str, int, str]] = [
    ("K130", 1, "## Why? {#q}\n\n- [x] a\n- [ ] b\n\n### Fix\n\nSo."),
    ("K131", 1, "## Why? {#q type=bug}\n\n```python\nx\n```\n\n- [x] a\n- [ ] b"),
]  # fmt: skip
