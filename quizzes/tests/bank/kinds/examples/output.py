"""Questions of the kind output. What would give the key away is written as SECRET… in notes."""

from __future__ import annotations

SAMPLES: list[str] = [
    """
## What does it print? {#q}

```python
print([1, 2])
print("ok")
```

```output
[1, 2]
ok
```
""",
    """
## What is printed? {#q type=output}

```python
print(2 > 1)
```

- [x] `True`
- [ ] `False`
  > SECRET: two is more.
""",
    """
## And here? {#q}

```python
print({{=n}} * 2)
```

```output
{{=n * 2}}
```

- [x] {{=n * 2}}
- [ ] {{=n}}
  > SECRET

Params: n = 2..5
""",
]

# Code, line of the fault (the heading is line 1), text of the question.
FAULTS: list[tuple[str, int, str]] = [
    ("K140", 1, "## Out? {#q type=output}\n\n```python\nprint(1)\n```"),
    ("K141", 11, "## Out? {#q}\n\n```python\nprint(1)\n```\n\n```output\n1\n```\n\n```output\n2\n```"),
    ("K142", 7, "## Out? {#q}\n\n```python\nprint()\n```\n\n```output\n\n```"),
    ("K143", 1, "## Out? {#q}\n\n```output\n1\n```"),
]  # fmt: skip
