"""Keys of topic 4 that need PyTorch."""

from __future__ import annotations

import torch
from torch import nn

from proof.running import run


def t04_a11(code: str) -> None:
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    names, _ = run(code, torch=torch, model=model)
    groups = names["opt"].param_groups
    assert [group["weight_decay"] for group in groups] == [0.01, 0.0]
    assert [sum(p.numel() for p in group["params"]) for group in groups] == [203264, 266]


def t04_a08(code: str, fix: str) -> str:
    torch.manual_seed(0)
    loader = [(torch.randn(64, 8), torch.randint(3, (64,))) for _ in range(4)]
    for program, steady in ((code, False), (fix, True)):
        torch.manual_seed(1)
        model = nn.Sequential(
            nn.Linear(8, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.5), nn.Linear(32, 3)
        )
        names, _ = run(program, torch=torch)
        before = model[1].running_mean.clone()
        scores = {names["validate"](model, loader) for _ in range(4)}
        assert (len(scores) == 1) == steady
        assert torch.equal(model[1].running_mean, before) == steady
        assert model.training
    return "`model.eval()` is missing"
