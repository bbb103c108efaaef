"""Keys of topic 9 that need PyTorch."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence

from proof.running import run


def t09_a03(code: str) -> None:
    _, printed = run(code, torch=torch)
    assert printed == "[[1, 1, 1, 0], [1, 0, 0, 0]]\n"


def t09_a15(code: str) -> None:
    for batch, width in ((2, 5), (4, 4)):
        h, m = torch.randn(batch, 3, width), torch.ones(batch, 3)
        m[0, 1:] = 0
        h[0, 1:] = 99
        pooled = run(code, h=h, m=m)[0]["pooled"]
        assert pooled.shape == (batch, width)
        assert torch.allclose(pooled[0], h[0, 0])
        assert torch.allclose(pooled[1], h[1].mean(0), atol=1e-6)


def t09_a10() -> list[str]:
    row = torch.softmax(torch.full((4,), float("-inf")), dim=0)
    assert row.isnan().all()
    x, none = torch.randn(1, 3, 8), torch.ones(1, 3, dtype=torch.bool)
    attention = nn.MultiheadAttention(8, 1, batch_first=True)
    for weights, expected in ((True, True), (False, False)):
        out, _ = attention(x, x, x, key_padding_mask=none, need_weights=weights)
        assert bool(out.isnan().any()) is expected
    nothing = torch.nn.functional.scaled_dot_product_attention(x, x, x, attn_mask=~none[:, None])
    assert not nothing.any()
    return [str(row[0].item())]


def t09_a12(code: str, fix: str) -> str:
    torch.manual_seed(0)
    names, _ = run(code, torch=torch, nn=nn, pad_sequence=pad_sequence)
    lstm, batch = names["lstm"], names["batch"]
    alone = [lstm(batch[n : n + 1, :length])[0][0, -1] for n, length in enumerate((5, 2))]
    assert torch.allclose(names["last"][0], alone[0], atol=1e-6)
    assert not torch.allclose(names["last"][1], alone[1], atol=1e-2)
    last = run(fix, torch=torch, out=names["out"])[0]["last"]
    assert torch.allclose(last, torch.stack(alone), atol=1e-6)
    return "lies in its padding"


def t09_a04(code: str, fix: str) -> str:
    torch.manual_seed(0)
    names, _ = run(code, torch=torch, nn=nn)
    assert names["weights"][0, :, :2].abs().max() == 0
    mended, _ = run(fix, **{name: names[name] for name in ("attention", "x", "valid")})
    assert mended["weights"][0, :, 2:].abs().max() == 0
    return "Here True means “ignore”"


def t09_a14() -> str:
    real, pads = torch.full((1, 4, 6), 6.0) + torch.randn(1, 4, 6), torch.zeros(1, 4, 6)
    norm = nn.LayerNorm(6)
    assert torch.equal(norm(torch.cat([real, pads], 1))[:, :4], norm(real))
    batch_norm = nn.BatchNorm1d(6)
    with_pads = batch_norm(torch.cat([real, pads], 1).transpose(1, 2))[..., :4]
    assert not torch.allclose(with_pads, batch_norm(real.transpose(1, 2)), atol=1e-2)
    return "LayerNorm over the features"
