"""Keys of topic 6 that need PyTorch."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from proof.running import error_of, run


def t06_a10(code: str, fix: str) -> str:
    assert "empty parameter list" in error_of(code, torch=torch, nn=nn)
    line = next(line for line in code.splitlines() if "self.stages = " in line)
    names, _ = run(code.replace(line, fix.rstrip("\n")), torch=torch, nn=nn)
    assert sum(p.numel() for group in names["opt"].param_groups for p in group["params"]) == 6 * (
        32 * 32 + 32
    )
    return "A Python list hides the layers"


def t06_a11(code: str, fix: str) -> str:
    assert "can't optimize a non-leaf Tensor" in error_of(code, torch=torch, nn=nn)
    names, _ = run(fix, torch=torch, nn=nn)
    assert names["w"].is_leaf
    before = names["w"].detach().clone()
    names["w"].pow(2).sum().backward()
    names["opt"].step()
    assert not torch.equal(before, names["w"])
    return "is the result of a product"


class _Scaler:
    """The scaler of mixed precision for one parameter and a scale of 1,024, without a GPU."""

    def __init__(self) -> None:
        self.factor, self.unscaled, self.stepped = 1024.0, False, False

    def scale(self, loss: torch.Tensor) -> torch.Tensor:
        return loss * self.factor

    def unscale_(self, optimizer: torch.optim.Optimizer) -> None:
        for group in optimizer.param_groups:
            for p in group["params"]:
                p.grad /= self.factor
        self.unscaled = True

    def step(self, optimizer: torch.optim.Optimizer) -> None:
        if not self.unscaled:
            self.unscale_(optimizer)
        assert not self.stepped
        optimizer.step()
        self.stepped = True

    def update(self) -> None:
        assert self.stepped


def t06_a17(code: str) -> None:
    net = nn.Linear(2, 1, bias=False)
    optimizer = torch.optim.SGD(net.parameters(), lr=1.0)
    before = net.weight.detach().clone()
    loss = (net.weight * torch.tensor([[0.3, 0.4]])).sum()
    names: dict[str, Any] = {"net": net, "optimizer": optimizer, "loss": loss, "nn": nn, "scaler": _Scaler()}
    ran, _ = run(code, **names)
    assert abs(ran["total"].item() - 0.5) < 1e-4
    assert torch.allclose(before - net.weight, torch.tensor([[0.3, 0.4]]), atol=1e-4)


def t06_a08(option: str) -> bool:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    return not eval(option, {"torch": torch, "x": x}).requires_grad


def t06_a16() -> str:
    p = nn.Parameter(torch.zeros(2))
    p.grad = torch.tensor([6.0, 0.8])
    nn.utils.clip_grad_value_([p], 1.0)
    assert torch.allclose(p.grad, torch.tensor([1.0, 0.8]))
    return "value clipping gives (1, 0.8)"
