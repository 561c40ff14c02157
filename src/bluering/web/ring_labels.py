"""Where the words beside the ring go: none over another, none over a participant, a thin line where one had to move."""

from dataclasses import dataclass
from math import cos, hypot, sin, sqrt
from typing import Any

WIDTH, HEIGHT = 760, 540
CX, CY, RADIUS = WIDTH / 2, HEIGHT / 2, 176
LABEL_HEIGHT = 30
LABEL_DISTANCE = 12
NAME_LETTERS, ROLE_LETTERS = 22, 26
LETTER_WIDTH = 7.0


@dataclass(frozen=True)
class Label:
    """Two lines of words beside a node; (x, y) is the baseline of the first line."""

    x: float
    y: float
    anchor: str
    name: str
    role: str
    leader: str = ""

    @property
    def role_y(self) -> float:
        return round(self.y + 14, 1)

    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the words, generously measured."""
        wide = max(len(self.name), len(self.role)) * LETTER_WIDTH
        left = {"start": self.x, "end": self.x - wide, "middle": self.x - wide / 2}[self.anchor]
        return left, self.y - 11, left + wide, self.y + 18


def on_circle(angle: float, radius: float) -> tuple[float, float]:
    return CX + radius * cos(angle), CY + radius * sin(angle)


def shorten(words: str, letters: int) -> str:
    return words if len(words) <= letters else words[: letters - 1].rstrip() + "…"


def place_labels(participants: list[Any], places: list[float], radius: float) -> list[Label]:
    """A label for every participant: above the top one, below the bottom one, beside all others, none overlapping."""
    labels: dict[int, Label] = {}
    sides: dict[str, list[int]] = {"start": [], "end": []}
    for i, angle in enumerate(places):
        if abs(cos(angle)) < 1e-6:
            labels[i] = _middle_label(participants[i], angle, radius)
        else:
            sides["start" if cos(angle) > 0 else "end"].append(i)
    low = max((lab.y + LABEL_HEIGHT for lab in labels.values() if lab.y < CY), default=14)
    high = min((lab.y - LABEL_HEIGHT for lab in labels.values() if lab.y > CY), default=HEIGHT - 22)
    for anchor, members in sides.items():
        members.sort(key=lambda i: sin(places[i]))
        wanted = [on_circle(places[i], RADIUS + radius + LABEL_DISTANCE)[1] - 1 for i in members]
        for i, y in zip(members, spread(wanted, LABEL_HEIGHT, low, high), strict=True):
            labels[i] = _side_label(participants[i], places[i], radius, anchor, y)
    return [labels[i] for i in range(len(places))]


def spread(wanted: list[float], apart: float, low: float, high: float) -> list[float]:
    """The nearest positions to `wanted` (ascending) that stand `apart` from each other within low..high."""
    placed: list[float] = []
    for y in wanted:
        placed.append(max(y, placed[-1] + apart if placed else low))
    limit = high
    for i in range(len(placed) - 1, -1, -1):
        placed[i] = min(placed[i], limit)
        limit = placed[i] - apart
    return placed


def _words(p: Any) -> tuple[str, str]:
    role = f"{p.role} · open" if p.state == "open" else p.role
    return shorten(p.name, NAME_LETTERS), shorten(role, ROLE_LETTERS)


def _middle_label(p: Any, angle: float, radius: float) -> Label:
    name, role = _words(p)
    top = sin(angle) < 0
    y = CY - RADIUS - radius - 24 if top else CY + RADIUS + radius + 18
    return Label(CX, round(y, 1), "middle", name, role)


def _side_label(p: Any, angle: float, radius: float, anchor: str, y: float) -> Label:
    """Beside the ring at height y, outside every node; a thin line leads to a node it had to move away from."""
    name, role = _words(p)
    reach = RADIUS + radius + LABEL_DISTANCE
    lines = (y - 11 - CY, y + 18 - CY)
    nearest = 0.0 if lines[0] < 0 < lines[1] else min(map(abs, lines))
    out = max(10.0, sqrt(max(0.0, reach**2 - nearest**2)))
    x = CX + out if anchor == "start" else CX - out
    node_x, node_y = on_circle(angle, RADIUS + radius + 2)
    far = hypot(x - node_x, y + 3 - node_y) > 26
    leader = f"M{node_x:.1f} {node_y:.1f}L{x - 4 if anchor == 'start' else x + 4:.1f} {y + 3:.1f}" if far else ""
    return Label(round(x, 1), round(y, 1), anchor, name, role, leader)
