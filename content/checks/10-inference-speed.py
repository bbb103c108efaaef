"""The keys of topic 10, worked out again without looking at them."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from proof.running import run


def t10_a02(n: int) -> dict[str, list[float]]:
    weights = n * 10**6
    mb = {bits: weights * bits / 8 / 1e6 for bits in (4, 8, 16, 32)}
    return {"FP32": [mb[32], mb[16], 8 * mb[32]], "INT8": [mb[8], mb[16], mb[4]]}


def t10_a03(p: float, k: int) -> list[float]:
    before = {"products": 1000 * p, "rest": 1000 - 1000 * p}
    after = {"products": before["products"] / k, "rest": before["rest"]}
    was, now = sum(before.values()), sum(after.values())
    return [was / now, k, p * k, now / was]


def t10_a10(r: int, t: int) -> list[float]:
    stay, gap = t / 1000, 1 / r
    arrivals = [n * gap for n in range(4 * r)]
    inside = [sum(1 for start in arrivals if start <= at < start + stay) for at in (2.0005, 2.3333, 3.1)]
    mean = sum(stay for _ in range(r))  # seconds spent inside by the arrivals of one second
    assert all(abs(count - mean) <= 1 for count in inside)
    return [mean, r / t, r * t]


def t10_a04() -> dict[str, list[float]]:
    alone, batched = 0.008, 0.040
    return {
        "batch 1": [1 / alone, 1 / 8],
        "batch 8": [8 / batched, 8 / alone, 1 / batched],
        "latency in batch": [1000 * batched, 1000 * batched / 8],
    }


def t10_a12() -> dict[str, list[float]]:
    latencies = sorted([12] * 95 + [80] * 5)
    return {
        "mean": [sum(latencies) / 100, (12 + 80) / 2],
        "p99": [latencies[98], latencies[94]],
    }


def t10_a05(top: int) -> dict[str, list[float]]:
    scale = Fraction(top + 1, 255)
    codes = range(256)
    zero = min(codes, key=lambda code: abs(-1 + code * scale))  # the code whose place is nearest to 0.0
    x = Fraction(6, 10)
    steps = round(x / scale)
    return {
        "scale": [float(scale), (top + 1) / 256],
        "zero point": [zero, 0, int(1 / scale)],
        "code": [zero + steps, steps],
        "value back": [float(steps * scale), 0.6],
    }


def t10_a09() -> dict[str, list[float]]:
    def milliseconds(bits: int) -> float:
        return 7e9 * bits / 8 / 1e12 * 1000

    return {
        "FP16": [milliseconds(16), milliseconds(8), milliseconds(32)],
        "INT4": [milliseconds(4), milliseconds(8)],
    }


class _Device:
    """A host and a GPU with a clock each: a call is queued in 0.4 ms and takes 16 ms on the GPU."""

    def __init__(self) -> None:
        self.host = self.gpu = 0.0
        self.cuda = SimpleNamespace(synchronize=self.synchronize)

    def synchronize(self) -> None:
        self.host = max(self.host, self.gpu)

    def perf_counter(self) -> float:
        return self.host

    def inference_mode(self) -> Any:
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass


class _Model:
    def __init__(self, device: _Device) -> None:
        self.device = device

    def cuda(self) -> _Model:
        return self

    def eval(self) -> _Model:
        return self

    def __call__(self, _: object) -> None:
        self.device.host += 0.0004
        self.device.gpu = max(self.device.gpu, self.device.host) + 0.016


def t10_a08(code: str, fix: str) -> str:
    device = _Device()
    names = {"torch": device, "time": device, "model": _Model(device), "x": _Model(device)}
    assert round(float(run(code, **names)[1].split()[0]), 3) == 0.4
    printed = run(fix, **names)[1]
    assert printed == "p50 16.40 ms, p99 16.40 ms\n"
    return "Kernels run asynchronously"
