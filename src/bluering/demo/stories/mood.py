"""On the list of the case review: Mr Hale does not get better, Mr Moreno does, Mrs Stone is well; Ms Larson is not on it yet."""

from bluering.demo.conditions import CONCEPTS
from bluering.demo.facts.encounters import visit
from bluering.demo.scribe import Scribe
from bluering.demo.stories.tell import comes_in, problems, seen, takes
from bluering.demo.systems import MAPLE
from bluering.demo.timeline.care import plan
from bluering.demo.timeline.mood import score


def series(scribe: Scribe, scores: tuple) -> None:
    """(day, total, item 9) each."""
    for day, total, item_nine in scores:
        score(scribe, MAPLE, scribe.clock.opening_day(day), total, item_nine)


def hale(scribe: Scribe) -> None:
    """Week nine, 17 to 14, the dose unchanged; blood pressure just above, sugar at target."""
    problems(scribe)
    for day, bp, a1c in (
        (-950, (162, 96), 9.1), (-640, (156, 94), 8.3), (-330, (152, 92), 7.6), (-150, (148, 90), 7.3), (-63, (144, 90), 7.1),
    ):  # fmt: skip
        seen(scribe, day, "diabetes", bp, 101.5, a1c=a1c, egfr=84)
    series(scribe, ((-63, 17, 0), (-49, 18, 0), (-35, 16, 0), (-21, 15, 0), (-7, 14, 0)))
    seen(scribe, -34, "hypertension", (142, 88))
    takes(scribe, "sertraline", 50, -49, filled=-9, days=30)
    takes(scribe, "metformin", 1000, -640, frequency=2, filled=-44)
    takes(scribe, "lisinopril", 20, -640, filled=-44)
    plan(scribe, -63, "The pills make me foggy at the shop, so I skip them on work days.")
    comes_in(scribe, 0, (9, 20), "Depression, 8-week")


def moreno(scribe: Scribe) -> None:
    """Fourteen weeks, 21 to 9; the last item was 1 three weeks ago and is 0 now."""
    problems(scribe)
    seen(scribe, -100, "depression", (124, 78), 80.0)
    series(scribe, ((-98, 21, 1), (-77, 17, 1), (-56, 14, 0), (-22, 11, 1), (-8, 9, 0)))
    takes(scribe, "escitalopram", 10, -98, filled=-12, days=30)
    for day in (-70, -42, -20):
        _by_video(scribe, day)


def stone(scribe: Scribe) -> None:
    """Twenty-two weeks, 16 to 4, at target for eight: could step down."""
    problems(scribe)
    seen(scribe, -156, "depression", (118, 74), 66.0, tsh=2.4)
    series(scribe, ((-154, 16, 0), (-126, 12, 0), (-98, 8, 0), (-56, 4, 0), (-28, 3, 0), (-5, 4, 0)))
    takes(scribe, "sertraline", 100, -150, filled=-40)
    takes(scribe, "levothyroxine", 75, -900, filled=-40)
    for day in (-120, -60, -26):
        _by_video(scribe, day)


def larson(scribe: Scribe) -> None:
    """16 at a first visit six weeks ago, and nobody has spoken with her since."""
    problems(scribe)
    seen(scribe, -620, "migraine", (112, 70), 61.0)
    seen(scribe, -45, "depression", (116, 72), 59.5)
    series(scribe, ((-45, 16, 0),))


def _by_video(scribe: Scribe, day: int) -> None:
    day = scribe.clock.opening_day(day)
    visit(scribe, MAPLE, day, (15, 0), scribe.person.clinician, "follow-up", CONCEPTS["depression", 0], "VR")
