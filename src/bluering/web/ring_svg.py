"""Where everything in the picture of a ring goes: from a Ring value to coordinates, words and links.

Pure geometry, computed on the server, so the picture is the same on paper, on a phone and for a reader's voice.
The picture is 760 by 540 units. Angles start at the top and run clockwise.
"""

from dataclasses import dataclass, field
from math import hypot, pi, sin
from typing import Any

from bluering.web.ring_labels import CX, CY, HEIGHT, RADIUS, WIDTH, Label, on_circle, place_labels, shorten

CENTRE_RADIUS = 54


@dataclass(frozen=True)
class Node:
    """One participant on the ring."""

    id: str
    x: float
    y: float
    r: float
    kind: str
    state: str
    initials: str
    initials_y: float
    initials_size: float
    label: Label
    says: str
    href: str
    tick: str = ""


@dataclass(frozen=True)
class Segment:
    """The arc between two neighbours; one that is open leads to the gap that opened it."""

    path: str
    state: str
    href: str
    says: str


@dataclass(frozen=True)
class Curve:
    """An open handoff, from who gives to who should receive."""

    path: str
    head: str
    href: str
    says: str


@dataclass(frozen=True)
class Picture:
    """Everything the template draws, in drawing order."""

    title: str
    summary: str
    centre_name: str
    centre_line: str
    segments: list[Segment] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    width: int = WIDTH
    height: int = HEIGHT
    cx: float = CX
    cy: float = CY
    centre_radius: int = CENTRE_RADIUS


def draw(
    ring: Any,
    *,
    centre_name: str,
    centre_line: str = "",
    gap_href: str = "#gap-{}",
    who_href: str = "#who-{}",
    handoff_href: str = "#handoff-{}",
) -> Picture:
    """The picture of `ring` (coordination.ring.Ring). The hrefs are patterns that take an id."""
    places = angles(len(ring.participants))
    radius = node_radius(len(ring.participants))
    labels = place_labels(ring.participants, places, radius)
    nodes = [
        _node(p, angle, radius, label, who_href)
        for p, angle, label in zip(ring.participants, places, labels, strict=True)
    ]
    hrefs = {"gap": gap_href, "who": who_href}
    return Picture(
        title=f"The ring around {centre_name}",
        summary=summary(ring),
        centre_name=shorten(centre_name, 14),
        centre_line=shorten(centre_line, 18),
        segments=_segments(ring, places, radius, hrefs),
        curves=_curves(ring, places, radius, handoff_href),
        nodes=nodes,
    )


def summary(ring: Any) -> str:
    """One sentence that stands for the picture."""
    open_ones = [p.name for p in ring.participants if p.state == "open"]
    many = f"{len(ring.participants)} participants"
    if not open_ones:
        return f"{many}; no gap is open."
    return f"{many}; open at {', '.join(open_ones)}."


def angles(n: int) -> list[float]:
    return [-pi / 2 + i * 2 * pi / n for i in range(n)]


def node_radius(n: int) -> float:
    """As large as its neighbours allow, never under 13 units (26 across) nor over 23."""
    if n < 2:
        return 23
    between = 2 * RADIUS * sin(pi / n)
    return round(max(13, min(23, between * 0.36)), 1)


def _node(p: Any, angle: float, radius: float, label: Label, who_href: str) -> Node:
    x, y = on_circle(angle, RADIUS)
    return Node(
        id=p.id,
        x=round(x, 1),
        y=round(y, 1),
        r=radius,
        kind=p.kind,
        state=p.state,
        initials=p.initials,
        initials_y=round(y + radius * 0.2, 1),
        initials_size=round(radius * 0.55, 1),
        label=label,
        says=". ".join(part for part in (f"{p.name}, {p.role}", "confirmed" if p.confirmed else "", p.why) if part),
        href=who_href.format(p.id),
        tick=tick(x + radius * 0.74, y - radius * 0.74) if p.confirmed else "",
    )


def tick(x: float, y: float) -> str:
    """A check mark with its middle there."""
    return f"M{x - 4:.1f} {y:.1f}l2.8 3.2l5.4 -6.4"


def _segments(ring: Any, places: list[float], radius: float, hrefs: dict[str, str]) -> list[Segment]:
    """One arc between each two neighbours, and half of one on each side where no link joins them."""
    people, n = ring.participants, len(ring.participants)
    links = {frozenset((link.a, link.b)): link for link in ring.links}
    space = (radius + (6 if n < 15 else 2.5)) / RADIUS
    step = 2 * pi / n
    drawn = []
    for i in range(n if n > 2 else n - 1):
        a, b = people[i], people[(i + 1) % n]
        start, end = places[i] + space, places[i] + step - space
        link = links.get(frozenset((a.id, b.id)))
        if link:
            drawn.append(_segment(start, end, link.state, (b, a), link.why, hrefs))
            continue
        middle = (start + end) / 2
        drawn.append(_segment(start, middle, _as_link(a.state), (a,), a.why, hrefs))
        drawn.append(_segment(middle, end, _as_link(b.state), (b,), b.why, hrefs))
    return drawn


def _as_link(state: str) -> str:
    return {"current": "closed", "open": "gap"}.get(state, state)


def _segment(start: float, end: float, state: str, people: tuple[Any, ...], why: str, hrefs: dict[str, str]) -> Segment:
    gaps = [gap for p in people for gap in p.gap_ids]
    names = " and ".join(p.name for p in people)
    if state == "closed":
        href = ""
    elif gaps:
        href = hrefs["gap"].format(gaps[0])
    else:
        href = hrefs["who"].format(people[0].id)
    return Segment(arc(start, end), state, href, f"{names}: {why}" if why else names)


def arc(start: float, end: float) -> str:
    (x, y), (u, v) = on_circle(start, RADIUS), on_circle(end, RADIUS)
    large = int(end - start > pi)
    return f"M{x:.1f} {y:.1f}A{RADIUS} {RADIUS} 0 {large} 1 {u:.1f} {v:.1f}"


def _curves(ring: Any, places: list[float], radius: float, handoff_href: str) -> list[Curve]:
    where = {p.id: angle for p, angle in zip(ring.participants, places, strict=True)}
    return [
        _curve(where[h.from_id], where[h.to_id], radius, h, handoff_href)
        for h in ring.handoffs
        if h.from_id in where and h.to_id in where and h.from_id != h.to_id
    ]


def _curve(start: float, end: float, radius: float, handoff: Any, handoff_href: str) -> Curve:
    """A curve through the inside of the ring that keeps clear of the person in the middle."""
    inner = RADIUS - radius - 5
    (x, y), (u, v) = on_circle(start, inner), on_circle(end, inner)
    mx, my = (x + u) / 2 - CX, (y + v) / 2 - CY
    far = hypot(mx, my)
    if far < 1:
        mx, my, far = -(v - y), u - x, hypot(v - y, u - x)
    clear = max(CENTRE_RADIUS + 22, far * 0.55)
    bend = 2 * clear - far if far < clear else clear * 0.9
    cx, cy = CX + mx / far * bend, CY + my / far * bend
    return Curve(
        f"M{x:.1f} {y:.1f}Q{cx:.1f} {cy:.1f} {u:.1f} {v:.1f}",
        arrow_head((cx, cy), (u, v)),
        handoff_href.format(handoff.handoff_id),
        f"Open handoff: {handoff.title}",
    )


def arrow_head(came_from: tuple[float, float], tip: tuple[float, float]) -> str:
    dx, dy = tip[0] - came_from[0], tip[1] - came_from[1]
    long = hypot(dx, dy) or 1
    dx, dy = dx / long * 9, dy / long * 9
    left = tip[0] - dx - dy / 2, tip[1] - dy + dx / 2
    right = tip[0] - dx + dy / 2, tip[1] - dy - dx / 2
    return f"M{tip[0]:.1f} {tip[1]:.1f}L{left[0]:.1f} {left[1]:.1f}L{right[0]:.1f} {right[1]:.1f}z"


def mini(done: float, *, size: int = 44, stroke: int = 5) -> dict[str, float]:
    """A small ring closed by `done` (0..1) of its turn."""
    r = size / 2 - stroke / 2 - 1
    turn = 2 * pi * r
    return {
        "size": size,
        "c": size / 2,
        "r": r,
        "stroke": stroke,
        "dash": round(turn * max(0.0, min(1.0, done)), 1),
        "turn": round(turn + 1, 1),
    }
