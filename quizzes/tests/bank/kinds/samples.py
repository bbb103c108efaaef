"""Three or more questions of every kind. What would give the key away is written as SECRET… in notes."""

from __future__ import annotations

SAMPLES: dict[str, list[str]] = {
    "choice": [
        """
## Which call rescales gradients? {#q}

- [ ] `nn.Dropout(0.5)`
  > SECRET one: it drops activations.
- [x] `clip_grad_norm_(model.parameters(), 1.0)`
  > SECRET two: the global norm is bounded.
- [ ] `nn.init.kaiming_normal_(w)`
  > SECRET three: it draws weights.
- [ ] None of them {fixed}
  > SECRET four: one does.
""",
        """
## Which cost grows with $n^2$? {#q}

Take *self-attention* over $n$ tokens.

- [x] The score matrix $QK^\\top$
- [ ] The weights
  > SECRET: they know nothing of $n$.
""",
        """
## What does {{=n}} plus one make? {#q}

Params: n = 2..9

- [x] {{=n + 1}}
- [ ] {{=n}}
  > SECRET: one is missing from {{=n}}.
- [ ]
  ```python
  print("nothing")
  ```
  > SECRET: a number was asked for.
""",
    ],
    "multi": [
        """
## Which reduce overfitting? {#q}

- [x] Dropout
  > SECRET: noise on units.
- [x] Early stopping
- [ ] A wider layer
  > SECRET: more capacity.
- [ ] More epochs
  > SECRET: longer.
""",
        """
## What grows with the batch? {#q}

- [x] Activations
- [x] Input tensors
- [ ] Weights
  > SECRET
""",
        """
## Which are even? {#q type=multi}

- [x] 2
- [x] 4
- [x] 6
- [ ] 7
  > SECRET
- [ ] 9
  > SECRET
""",
    ],
    "truefalse": [
        """
## “Batch norm uses batch statistics at inference.” {#q}

- [ ] True
  > SECRET: in training only.
- [x] False
  > SECRET: running averages.

### Reasons

- [x] Running averages are used in eval mode
- [x] The batch may hold one sample
- [ ] It is removed before serving
  > SECRET: it may be folded, not removed.
""",
        """
## “Small batches generalise better.” {#q}

- [ ] True
  > SECRET
- [ ] False
  > SECRET
- [x] Contested

### Reasons

- [x] The gap closes with tuning
- [ ] Noise never helps
  > SECRET
- [ ] Sharp minima do not exist
  > SECRET
""",
        """
## True or false: ReLU saturates for positive inputs. {#q}

- [ ] True
  > SECRET
- [x] False
""",
    ],
    "match": [
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
    ],
    "order": [
        """
## Put the step in order. {#q}

1. zero_grad
   > SECRET: clear the old ones.
2. forward
3. loss
4. backward
5. step
""",
        """
## Order the pipeline. {#q also="2 1 3 4"}

1. resize
2. normalise
3. **detect**
4. track
""",
        """
## Three steps, please. {#q}

1. draw {{=n}}
2. mark
3. learn

Params: n = 2..4
""",
    ],
    "cloze": [
        """
## Fill the gaps. {#q}

First some context.

SORT predicts with a {{Kalman|Kalman-Bucy}} filter and matches by the {{Hungarian}} algorithm.

Reject 1: particle
> SECRET: it samples.

Reject 2: k-means
> SECRET: it clusters.
""",
        """
## How far? {#q}

The share is {{#0.9 ± 0.01}}, and `{{this}}` is no gap.
""",
        """
## Complete the list. {#q}

- pooling gives **{{invariance}}**
- capsules give {{equivariance|equivariant pose|/equi.*ance/i}}

| it | is |
|---|---|
| a table | with {{columns}} |
""",
    ],
    "numeric": [
        """
## What weight has the dog? {#q}

Params: lam = 0.1..0.4 step 0.1

With {{=lam}} on the cat.

Answer: {{=1 - lam}} ± 0.001 share
> The two weights sum to one.

Trap: {{=lam}}
> SECRET: roles swapped.
""",
        """
## Which sizes? {#q}

Answer (valid side): 28

Answer (same side): 32

Trap (valid side): 27
> SECRET: one short.
""",
        """
## How many bytes? {#q}

Answer: 2.15e9 ± 1% bytes

Trap: 1.07e9
> SECRET: one product only.
""",
        """
## Between what? {#q}

Answer: [1.2, 1.3] ms
""",
    ],
    "short": [
        """
## Which layer zeroes activations? {#q}

Answer: dropout | drop-out | /drop ?out( layer)?/i
> SECRET: by Srivastava.

Reject: DropConnect
> SECRET: it zeroes weights.
""",
        """
## Which property? {#q}

Answer: equivariant | equivariance

Reject: invariant | invariance
> SECRET: it stays the same.
""",
        """
## Which norm? {#q}

Answer: L2 | ridge

Reject: L1 | lasso
> SECRET: sparse.
""",
    ],
    "output": [
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
    ],
    "code": [
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
    ],
    "bug": [
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
    ],
    "recall": [
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
    ],
}

QUESTIONS = [(kind, number) for kind, texts in SAMPLES.items() for number in range(len(texts))]
