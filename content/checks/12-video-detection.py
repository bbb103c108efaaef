"""The keys of topic 12, worked out again without looking at them."""

from __future__ import annotations

from itertools import permutations

from proof.running import run


def t12_a01() -> dict[str, list[float]]:
    stages = {"decode": 2, "resize": 4, "detector": 18, "nms": 3, "tracker": 2}
    return {
        "budget": [1000 / 30, 30],
        "rate": [1000 / sum(stages.values()), 1000 / stages["detector"], 30],
    }


def t12_a03(a: int) -> list[float]:
    one = {(x, y) for x in range(10) for y in range(10)}
    other = {(x + a, y + a) for x, y in one}
    shared = len(one & other)
    return [shared / len(one | other), shared / len(one), shared / (len(one) + len(other))]


def t12_a13() -> list[float]:
    large, small = (len([(x, y) for x in range(side) for y in range(side)]) for side in (640, 320))
    return [large / small, 640 / 320, small / large]


def t12_a08(s: int, fps: int, v: int) -> list[float]:
    times = [frame / fps for frame in range(5 * s)]
    detected = times[::s]
    between = detected[1] - detected[0]
    return [v * between, v * (times[1] - times[0]), v * (times[s - 1] - times[0])]


def t12_a09(w: int, px: int, py: int) -> dict[str, list[float]]:
    shown = 640 * (w * 9 / 16) / w
    top = (640 - shown) / 2
    scale = w / 640
    return {
        "height": [shown, 640],
        "top": [top, 640 - shown],
        "x": [px * scale, px],
        "y": [(py - top) * scale, py * scale, py * scale - top],
    }


def t12_a06(size: int) -> dict[str, list[float]]:
    cells = [(row, column) for row in range(7) for column in range(7)]
    boxes = [(cell, box) for cell in cells for box in range(2)]
    outputs = 5 * len(boxes) + 20 * len(cells)
    maps = [sum(1 for _ in range(0, size, stride) for _ in range(0, size, stride)) for stride in (8, 16, 32)]
    return {
        "v1 outputs": [outputs, 25 * len(boxes)],
        "v1 boxes": [len(boxes), len(cells)],
        "v8 boxes": [sum(maps), maps[0], 3 * sum(maps)],
    }


def t12_a10() -> dict[str, list[float]]:
    iou = [[0.9, 0.7, 0.0], [0.8, 0.1, 0.0], [0.0, 0.0, 0.6]]
    best = max(
        sum(iou[track][place] for track, place in enumerate(order)) for order in permutations(range(3))
    )
    greedy, tracks, places = 0.0, {0, 1, 2}, {0, 1, 2}
    while tracks:
        track, place = max(((t, p) for t in tracks for p in places), key=lambda pair: iou[pair[0]][pair[1]])
        greedy += iou[track][place]
        tracks.remove(track)
        places.remove(place)
    return {"best": [best, greedy, sum(max(row) for row in iou)], "greedy": [greedy, best]}


def t12_a15(code: str) -> None:
    iou = run(code)[0]["iou"]
    boxes = [
        (0, 0, 10, 10),
        (5, 5, 15, 15),
        (20, 20, 30, 30),
        (0, 12, 10, 22),
        (2, 3, 9, 7),
        (10, 0, 20, 10),
        (12, 0, 15, 10),
    ]
    for a in boxes:
        for b in boxes:
            one, other = ({(x, y) for x in range(c[0], c[2]) for y in range(c[1], c[3])} for c in (a, b))
            assert abs(iou(a, b) - len(one & other) / len(one | other)) < 1e-9
