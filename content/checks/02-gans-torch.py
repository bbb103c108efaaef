"""Keys of topic 2 that need PyTorch."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from proof.running import run


def _parts() -> dict[str, Any]:
    torch.manual_seed(0)
    g, d = nn.Linear(2, 3), nn.Linear(3, 1)
    return {
        "G": g,
        "D": d,
        "z": torch.randn(4, 2),
        "real": torch.randn(4, 3),
        "ones": torch.ones(4, 1),
        "zeros": torch.zeros(4, 1),
        "bce": nn.BCEWithLogitsLoss(),
        "opt_D": torch.optim.SGD(d.parameters(), lr=0.1),
        "opt_G": torch.optim.SGD(g.parameters(), lr=0.1),
    }


def t02_a07(code: str, fix: str) -> str:
    for program, leaks in ((code, True), (fix, False)):
        d_step, separator, _ = program.partition("opt_D.step()")
        names, _ = run(d_step + separator, **_parts())
        assert (names["G"].weight.grad is not None) == leaks
        run(program, **_parts())
    return "`fake` is not detached"


def t02_a14(code: str) -> None:
    names, _ = run(code, **_parts())
    assert names["G"].weight.grad is None
    assert names["D"].weight.grad is not None
