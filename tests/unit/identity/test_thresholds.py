"""What people decide moves the thresholds: up at once, down only after thousands of decisions without a mistake."""

import numpy as np
import pytest

from bluering.identity.matching import default_model
from bluering.identity.matching.thresholds import Decisions, bits, probability, zones

MODEL = default_model(10_000)
LINK, REVIEW = bits(MODEL.link), bits(MODEL.review)


def decided(*told: tuple[float, bool, int], joined: tuple[float, ...] = ()) -> Decisions:
    """(weight, whether one person, how many such)."""
    weights = [weight for weight, _, times in told for _ in range(times)]
    same = [one for _, one, times in told for _ in range(times)]
    return Decisions(np.array(weights, float), np.array(same, bool), np.array(joined, float))


def test_without_decisions_the_weights_own_thresholds_hold():
    held = zones(MODEL, decided())
    assert (held.link, held.review, held.decided) == (LINK, REVIEW, 0)
    assert held.applied(MODEL).link == pytest.approx(MODEL.link)


def test_one_wrong_link_among_few_raises_the_threshold_above_it():
    held = zones(MODEL, decided((LINK + 2, False, 1), joined=(LINK + 1,) * 500))
    assert LINK + 2 < held.link < LINK + 2.1


def test_one_wrong_link_among_thousands_does_not():
    assert zones(MODEL, decided((LINK + 2, False, 1), joined=(LINK + 3,) * 2_000)).link == LINK


def test_it_rises_no_further_than_mistakes_reach():
    told = decided((LINK + 1, False, 6), (LINK + 9, False, 1), joined=(LINK + 8,) * 10 + (LINK + 12,) * 5_000)
    assert LINK + 1 < zones(MODEL, told).link < LINK + 1.1


@pytest.mark.parametrize(("count", "comes_down"), [(2_702, False), (2_704, True)])
def test_it_comes_down_only_after_thousands_without_a_mistake(count, comes_down):
    held = zones(MODEL, decided((LINK - 1, True, count)))
    assert held.link == (LINK - 1 if comes_down else LINK)


def test_one_mistake_among_them_keeps_it_up():
    assert zones(MODEL, decided((LINK - 1, True, 2_800), (LINK - 0.5, False, 1))).link == LINK


def test_questions_that_are_never_one_person_are_asked_no_more():
    assert zones(MODEL, decided((REVIEW + 0.5, False, 99))).review == REVIEW
    held = zones(MODEL, decided((REVIEW + 0.5, False, 100), (REVIEW + 3, True, 30)))
    assert REVIEW + 0.5 < held.review < REVIEW + 0.6


def test_where_the_weakest_questions_are_mostly_one_person_weaker_ones_are_asked_too():
    assert zones(MODEL, decided((REVIEW + 0.5, True, 20))).review == REVIEW - 1
    assert zones(MODEL, decided((REVIEW + 0.5, True, 10), (REVIEW + 0.5, False, 10))).review == REVIEW


def test_a_question_is_never_asked_of_what_links_by_itself():
    held = zones(MODEL, decided((LINK + 5, False, 200), joined=(LINK + 9,) * 9))
    assert held.review <= held.link


def test_bits_and_probability_are_each_others_way_back():
    assert probability(bits(0.9)) == pytest.approx(0.9) and bits(0.5) == 0
