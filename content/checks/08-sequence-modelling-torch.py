"""Keys of topic 8 that need PyTorch."""

from __future__ import annotations

import torch
from torch import nn

from proof.running import error_of, run


def t08_a14(code: str) -> None:
    names, printed = run(code)
    assert printed == "15\n"
    assert all(bool(names["keep"][i, j]) == (j <= i) for i in range(5) for j in range(5))


def t08_a07(code: str, fix: str) -> str:
    assert "backward through the graph a second time" in error_of(code, torch=torch, nn=nn)
    loop = code.index("for chunk")
    assert "inplace operation" in error_of(
        code.replace("backward()", "backward(retain_graph=True)"), torch=torch, nn=nn
    )
    names, _ = run(code[:loop] + fix, torch=torch, nn=nn)
    assert names["h"].abs().sum() > 0
    return "`h` still hangs on the graph"
