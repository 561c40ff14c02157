"""The picture of a ring, for every size it may have."""

import itertools

import pytest

from bluering.web import gallery, ring_svg

SIZES = range(3, 26)


def overlap(a, b) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.mark.parametrize("size", SIZES)
def test_no_two_labels_overlap(size):
    boxes = [node.label.box() for node in gallery.ring(size).nodes]
    assert not [1 for a, b in itertools.combinations(boxes, 2) if overlap(a, b)]


@pytest.mark.parametrize("size", SIZES)
def test_no_label_covers_a_participant(size):
    nodes = gallery.ring(size).nodes
    circles = [(n.x - n.r * 0.7, n.y - n.r * 0.7, n.x + n.r * 0.7, n.y + n.r * 0.7) for n in nodes]
    assert not [1 for node in nodes for circle in circles if overlap(node.label.box(), circle)]


@pytest.mark.parametrize("size", SIZES)
def test_everything_stays_inside_the_picture(size):
    for node in gallery.ring(size).nodes:
        left, top, right, bottom = node.label.box()
        assert left >= 0 and top >= 0 and right <= ring_svg.WIDTH and bottom <= ring_svg.HEIGHT


@pytest.mark.parametrize("size", SIZES)
def test_participants_are_large_enough_to_touch_and_do_not_overlap(size):
    nodes = gallery.ring(size).nodes
    assert all(2 * n.r >= 24 for n in nodes)
    for a, b in itertools.combinations(nodes, 2):
        assert ((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5 > a.r + b.r


def test_an_open_segment_leads_to_its_gap():
    ring = gallery.ring(11)
    assert {s.href for s in ring.segments if s.state == "gap"} == {"#gap-1"}
    assert {s.href for s in ring.segments if s.state == "closed"} == {""}


def test_neighbours_without_a_link_each_show_their_own_state():
    people = [
        gallery.SamplePerson(str(i), f"P{i}", "P", "aide", "family", state)
        for i, state in enumerate(("current", "open", "quiet"))
    ]
    picture = ring_svg.draw(gallery.SampleRing(people, [], []), centre_name="Walter")
    assert [s.state for s in picture.segments] == ["closed", "gap", "gap", "quiet", "quiet", "closed"]


def test_one_sentence_stands_for_the_picture():
    assert gallery.ring(3).summary == "3 participants; no gap is open."
    assert "open at Meals Together" in gallery.ring(11).summary


def test_a_handoff_to_somebody_not_on_the_ring_is_not_drawn():
    people = [gallery.SamplePerson(str(i), f"P{i}", "P", "aide", "family") for i in range(3)]
    ring = gallery.SampleRing(people, [], [gallery.SampleArrow("0", "9", "Letter", 1)])
    assert ring_svg.draw(ring, centre_name="Walter").curves == []
