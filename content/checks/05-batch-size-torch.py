"""Keys of topic 5 that need PyTorch."""

from __future__ import annotations

import torch
from torch import nn

from proof.running import run


def t05_a14(code: str) -> None:
    torch.manual_seed(0)
    x, y = torch.randn(24, 3), torch.randn(24, 1)
    weights = []
    for accumulated in (False, True):
        torch.manual_seed(1)
        model = nn.Linear(3, 1)
        opt, crit = torch.optim.SGD(model.parameters(), lr=0.1), nn.MSELoss()
        if accumulated:
            loader = list(zip(x.split(4), y.split(4), strict=True))
            run(code, model=model, opt=opt, crit=crit, loader=loader, accum=3)
        else:
            for inputs, targets in zip(x.split(12), y.split(12), strict=True):
                opt.zero_grad()
                crit(model(inputs), targets).backward()
                opt.step()
        weights.append(model.weight.detach())
    assert torch.allclose(weights[0], weights[1], atol=1e-6)


def t05_a10(code: str, fix: str) -> str:
    names, _ = run(code, torch=torch, nn=nn)
    whole, parts = names["whole"].flatten(), torch.cat(names["parts"]).flatten()
    assert [round(value, 2) for value in whole.tolist()] == [-1.18, -0.78, 0.78, 1.18]
    assert [round(value, 2) for value in parts.tolist()] == [-1, 1, -1, 1]
    torch.manual_seed(0)
    x = torch.randn(4, 5)
    norm = run(fix, nn=nn, num_features=5)[0]["norm"]
    assert torch.allclose(norm(x), torch.cat([norm(chunk) for chunk in x.chunk(2)]), atol=1e-6)
    return "Each micro-batch is normalised by its own statistics"
