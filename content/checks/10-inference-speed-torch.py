"""Keys of topic 10 that need PyTorch."""

from __future__ import annotations

import torch
from torch import nn

from proof.running import run


def t10_a15(code: str) -> None:
    model = nn.Sequential(nn.Linear(3, 16), nn.Dropout(0.5))
    batch = torch.randn(2, 3)
    names, _ = run(code, torch=torch, model=model, batch=batch)
    assert not model.training
    assert not names["scores"].requires_grad
    assert torch.equal(names["scores"], run(code, torch=torch, model=model, batch=batch)[0]["scores"])
