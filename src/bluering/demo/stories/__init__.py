"""The persons with a name: who they are in `cast`, what happened to them beside it, a file per story."""

from bluering.demo.scribe import Scribe
from bluering.demo.stories import andrews, hospital, jones, mood, today
from bluering.demo.systems import MAPLE
from bluering.demo.timeline.claims import cover

STORIES = {
    "andrews-walter": andrews.write,
    "jones-maria": jones.write,
    "okafor-grace": hospital.okafor,
    "lindqvist-per": hospital.lindqvist,
    "hale-robert": mood.hale,
    "moreno-luis": mood.moreno,
    "stone-ada": mood.stone,
    "larson-emily": mood.larson,
    "banks-otis": hospital.banks,
    "abara-ngozi": today.abara,
    "tran-minh": today.tran,
    "whitfield-june": today.whitfield,
    "pell-tomas": today.pell,
    "sato-keiko": today.sato,
}


def write_story(scribe: Scribe) -> None:
    """What happened to this person."""
    scribe.subject(MAPLE)
    cover(scribe)
    STORIES[scribe.person.key](scribe)
