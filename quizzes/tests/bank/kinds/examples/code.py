"""Questions of the kind code. What would give the key away is written as SECRET… in notes."""

from __future__ import annotations

SAMPLES: list[str] = [
    """
## Complete the step. {#q}

In the discriminator's step:

```python cloze
d_loss = bce(D(real), ones) + bce(D(fake.{{detach}}()), zeros)
```

Reject: clone | cpu
> SECRET: it stays connected.
""",
    """
## Complete the guard. {#q}

```python cloze
norm = torch.nn.utils.{{clip_grad_norm_}}(params, max_norm={{1.0|1}})
keep = [s for s in runs if s {{!=|not in}} "-"]
```
""",
    """
## Complete the sum. {#q}

```python cloze
x = (z1 / s1**2 + z2 / s2**2) / ({{1/s1**2 + 1/s2**2}})
```
""",
]

# Code, line of the fault (the heading is line 1), text of the question.
FAULTS: list[tuple[str, int, str]] = [
    ("K176", 1, "## Fill. {#q type=code}\n\n```python\nx = 1\n```"),
    ("K177", 7, "## Fill. {#q}\n\n```python cloze\nx = {{1}}\n```\n\n```python cloze\ny = {{2}}\n```"),
    ("K171", 5, "## Fill. {#q}\n\n```python cloze\nx = {{1}}\ny = {{}}\n```"),
]  # fmt: skip
