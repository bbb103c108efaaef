"""A pack with a question of every kind and no fault, for tests to take apart."""

FRONT = """\
---
pack: examples
title: Examples of every kind
number: 3
summary: One question of every kind.
topic: examples
version: 1.0.0
lang: en
license: CC-BY-4.0
---
"""

BUG = """\
## Why does the loss never fall? {#bug level=3 skill=debug}

```python
for batch in loader:
    loss = model(batch).mean()
    loss.backward()
```

- [x] The optimiser never takes a step
- [ ] The loss is averaged
  > Averaging only scales the gradient.

### Fix

```python
optimiser.step()
```

### Explanation

Gradients pile up, but nothing moves the weights.
"""

TRUEFALSE = """\
## True or false: dropout is active at test time. {#truefalse level=1 skill=concept}

- [ ] True
- [x] False

### Reasons

- [x] Evaluation mode switches it off
- [ ] It only works with batch normalisation
  > The two do not depend on each other.

### Explanation

`model.eval()` turns it into the identity.
"""

OUTPUT = """\
## What does this print? {#output level=2 skill=code}

```python
print(2 ** 3)
```

```output
8
```

### Explanation

Two to the third is eight.
"""

CODE = """\
## Complete the guard. {#code level=2 skill=code}

```python cloze
torch.nn.utils.{{clip_grad_norm_}}(parameters, max_norm={{1.0|1}})
```

### Explanation

The trailing `_` means in place.
"""

CHOICE = """\
## Which layer zeroes activations at random? {#choice level=1 skill=concept}

{covers=Q01.d1,Q01.t1 sources="Srivastava et al. 2014; documentation" tags=a,b seconds=45 review_by=2027-06-30}

- [x] Dropout
  > Right: each unit is kept with a probability.
- [ ] Batch normalisation
  > Tempting, because it is noisy too.
- [ ] A convolution
  > It is deterministic.

### Hint

It has one number, a probability.

### Explanation

Each unit is dropped with probability $p$:

$$
\\tilde h = h \\cdot m
$$

### Answer

Dropout, in training only.

### Say it

Dropout zeroes units at random while training.

### Follow-ups

- What happens at test time?
- Why are the others scaled?

### Common mistakes

- Leaving it on at test time
"""

MULTI = """\
## Which of these fight overfitting? {#multi level=2 skill=judgement}

- [x] Dropout
- [x] Early stopping
- [ ] A wider layer
  > It adds capacity.

### Explanation

Both limit what the network can memorise.
"""

MATCH = """\
## Match the task to the model. {#match level=1 skill=concept}

| Task | Model |
|------|-------|
| Named entities | BiLSTM-CRF |
| Summaries | T5 |
| Bars: a \\| b | Regular expression |
| | YOLO |

### Explanation

The last one looks at pictures.
"""

ORDER = """\
## Put the training step in order. {#order level=1 skill=concept}

{also="2 1 3 4"}

1. Clear the gradients
2. Run the forward pass
3. Run the backward pass
4. Take a step

### Explanation

Gradients are needed before the step.
"""

CLOZE = """\
## Fill the gaps. {#cloze level=1 skill=concept}

Pooling gives {{invariance|translation invariance}}, capsules give {{equivariance}}.

Reject: variance

> That is the opposite.

### Explanation

Capsules keep the pose.
"""

NUMERIC = """\
## How many weights has the layer? {#numeric level=2 skill=number}

Params: n = 2..9; lam = 0.1..0.9 step 0.1; size = {32, 64, 128}

Let: m = n * size; p = 1 - lam

A layer of {{=n}} inputs and {{=size}} outputs keeps {{=p:.1f}} of its units.

Answer (weights): {{=m}}
Answer (kept): {{=p:.2f}} ± 0.001 share

Trap (weights): {{=m + size}}
> The bias is no weight.

### Explanation

It is {{=n}} times {{=size}}, that is {{=m}}.
"""

SHORT = """\
## What is the layer called that zeroes activations? {#short level=1 skill=concept}

Answer: dropout | drop-out | /drop ?out( layer)?/i

Reject: L1 | lasso

> That is a penalty.

### Explanation

Srivastava and others named it.
"""

RECALL = """\
## Explain why capsule networks were proposed. {#recall level=3 skill=judgement}

### Key points

- Pooling discards the pose {weight=2 must cues="pool, pose|position"}
- Vectors encode the pose
- Routing builds part-whole hierarchies {optional}

### Answer

Pooling throws away where things are; capsules keep it as a vector.

### Explanation

The pose is what equivariance preserves.
"""

QUESTIONS = {
    "bug": BUG,
    "truefalse": TRUEFALSE,
    "output": OUTPUT,
    "code": CODE,
    "choice": CHOICE,
    "multi": MULTI,
    "match": MATCH,
    "order": ORDER,
    "cloze": CLOZE,
    "numeric": NUMERIC,
    "short": SHORT,
    "recall": RECALL,
}


def pack_of(*questions: str, front: str = FRONT) -> str:
    """A pack's text: front matter, a decorative heading, the questions."""
    return "\n".join([front, "# Examples\n", "An introduction that is left out.\n", *questions])


EVERY_KIND = pack_of(*QUESTIONS.values())

PLAIN = """\
# Interview questions

## Question 1: Why augment data?

### Benefits

| Benefit | Explanation |
|---------|-------------|
| **Less overfitting** | More varied examples |
| **Cheap** | No new data |

### Techniques
- Rotation, flipping
- Mixup

---

## Question 2: SGD and mini-batches

### Comparison

| Aspect | SGD | Mini-batch |
|--------|-----|------------|
| **Noise** | High | Moderate |

### Steps
1. Start with 32
2. Increase it

```python
# not a heading
## nor this
```

---

## Question 3: Define capsules

A capsule is a group of neurons whose vector encodes the pose.

## Question 4: What does it print?

```
a → b → c
```

---
"""
