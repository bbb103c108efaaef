"""Keys of topic 3 that need PyTorch."""

from __future__ import annotations

import torch
from torch import nn

from proof.running import run


def t03_a07(code: str, fix: str) -> str:
    torch.manual_seed(0)
    x, y = torch.randn(32, 3), torch.randn(32, 1)
    line = next(line for line in code.splitlines() if "loss = " in line)
    backward = next(line for line in code.splitlines() if "backward" in line)
    mended = code.replace(f"{line}\n{backward}", fix.rstrip("\n"))
    assert mended != code
    moves = []
    for program in ("whole", code, mended):
        torch.manual_seed(1)
        model = nn.Linear(3, 1)
        before = model.weight.detach().clone()
        opt, crit = torch.optim.SGD(model.parameters(), lr=0.1), nn.MSELoss()
        if program == "whole":
            crit(model(x), y).backward()
            opt.step()
        else:
            loader = list(zip(x.split(8), y.split(8), strict=True))
            run(program, model=model, opt=opt, crit=crit, loader=loader)
        moves.append(model.weight.detach() - before)
    assert torch.allclose(moves[1], 4 * moves[0], atol=1e-6)
    assert torch.allclose(moves[2], moves[0], atol=1e-6)
    return "The loss is not divided by 4"
