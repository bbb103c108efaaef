"""Keys of topic 1 that need NumPy."""

from __future__ import annotations

import numpy as np

from proof.running import run


def t01_a08(code: str, fix: str) -> str:
    images = np.arange(4 * 64 * 64).reshape(4, 64, 64)
    apart = 0
    for program, fits in ((code, False), (fix, True)):
        names, _ = run(program, np=np, rng=np.random.default_rng(0), images=images, masks=images)
        pairs = [names["load"](n % 4) for n in range(40)]
        assert all(image.shape == mask.shape == (48, 48) for image, mask in pairs)
        apart = sum(not np.array_equal(image, mask) for image, mask in pairs)
        assert (apart == 0) == fits
    return "Each call draws its own window"
