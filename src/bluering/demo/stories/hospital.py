"""From hospital: Mrs Okafor without a word to the practice, Mr Lindqvist called and booked, Mr Banks not followed up."""

from bluering.demo.conditions import CONCEPTS
from bluering.demo.facts.documents import document
from bluering.demo.facts.hospital import emergency, stay
from bluering.demo.facts.measurements import pressure
from bluering.demo.scribe import Scribe
from bluering.demo.stories.mood import series
from bluering.demo.stories.tell import comes_in, problems, seen, takes
from bluering.demo.systems import COUNTY
from bluering.demo.timeline.care import plan, relative, team
from bluering.demo.timeline.problems import problem


def okafor(scribe: Scribe) -> None:
    """Breathless, observed overnight at St Luke, home yesterday; no record of it has come."""
    problems(scribe)
    for day, bp in ((-900, (138, 84)), (-610, (134, 82)), (-400, (132, 80)), (-190, (130, 80)), (-75, (128, 78))):
        seen(scribe, day, "copd", bp, 71.0)
    takes(scribe, "tiotropium", 18, -900, filled=-33)
    takes(scribe, "albuterol", 90, -900, filled=-20)
    takes(scribe, "amlodipine", 5, -610, filled=-33)
    series(scribe, ((-880, 13, 0), (-840, 8, 0), (-610, 4, 0), (-190, 3, 0)))
    emergency(scribe, -2, 19, "copd", "st-luke", admitted=True)
    stay(scribe, -2, -1, "copd", place="st-luke", code="OBSENC", hours=(23, 14))


def banks(scribe: Scribe) -> None:
    """Sent home from the emergency department nine days ago; nobody has followed up."""
    problems(scribe)
    for day, bp in ((-880, (150, 84)), (-560, (138, 80)), (-260, (134, 78)), (-90, (132, 76))):
        seen(scribe, day, "copd", bp, 84.0, egfr=66, potassium=4.4)
    takes(scribe, "furosemide", 20, -300, filled=-38)
    takes(scribe, "metoprolol", 25, -300, filled=-38)
    takes(scribe, "tiotropium", 18, -300, filled=-52)
    encounter = emergency(scribe, -9, 17, "copd")
    document(scribe, COUNTY, -9, "emergency", "dr-night", "Better after inhalation. Sent home.", encounter)


def lindqvist(scribe: Scribe) -> None:
    """A broken hip, three weeks of rehab, home since two days; called, and the visit is booked."""
    problems(scribe)
    daughter = relative(scribe, "Karin", "Lindqvist", "child", "(320) 555-0381")
    team(scribe, ["dr-care"], daughter, coordinator="Dana Ruiz, RN")
    plan(scribe, -1, "Walk to the lake with the dog again.")
    for day, bp in ((-980, (136, 78)), (-700, (132, 76)), (-420, (130, 74)), (-150, (128, 74))):
        seen(scribe, day, "hypertension", bp, 78.5, egfr=68)
    takes(scribe, "amlodipine", 5, -980, filled=-40)
    takes(scribe, "alendronate", 70, -700, filled=-62)
    broken = emergency(scribe, -30, 9, "hip", admitted=True)
    stay(scribe, -30, -25, "hip", "rehab")
    rehab = stay(scribe, -25, -2, "hip", place="millbrook-rehab", hours=(12, 10))
    problem(scribe, COUNTY, CONCEPTS["osteoporosis", 1], -30, "dr-stay", encounter=broken)
    pressure(scribe, COUNTY, -3, (8, 0), 128, 72, rehab)
    document(scribe, COUNTY, -25, "discharge", "dr-stay", "Hip repaired. To rehabilitation.", "")
    document(scribe, COUNTY, -2, "discharge", "dr-stay", "Walks with a frame. Home with daughter's help.", rehab)
    comes_in(scribe, 5, (10, 20), "After rehab")
