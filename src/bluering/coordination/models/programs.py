"""A person's time in a program, from the first thought of it to the last look after it ended. How it moves is in `coordination.episodes.table`."""

from django.db import models
from django.utils import timezone

from bluering.access.models import User
from bluering.coordination.models.flags import Flag
from bluering.coordination.models.sharing import How, SaidBy
from bluering.coordination.models.work import Contact


class Stage(models.TextChoices):
    CONSIDERED = "considered", "Considered"
    OUTREACH = "outreach", "Being asked"
    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    STEPPING_DOWN = "stepping_down", "Stepping down"
    GRADUATED = "graduated", "Graduated, watched for relapse"
    FINISHED = "finished", "Graduated"
    DECLINED = "declined", "Declined"
    UNSUITABLE = "unsuitable", "Not suitable"
    LOST = "lost", "Lost from sight"
    MOVED = "moved", "Moved away"
    DIED = "died", "Died"


class Because(models.TextChoices):
    """Why somebody left before the end, so that what can be mended is seen."""

    COST = "cost", "The cost"
    TIME = "time", "No time for it"
    NO_NEED = "no_need", "Feels no need"
    NOT_WANTED = "not_wanted", "Does not want it"
    ELSEWHERE = "elsewhere", "Looked after elsewhere"
    TOO_ILL = "too_ill", "Too ill for it"
    UNSAID = "unsaid", "Not said"


BEFORE = (Stage.CONSIDERED, Stage.OUTREACH)
FOLLOWED = (Stage.ACTIVE, Stage.STEPPING_DOWN)
OPEN = (*BEFORE, *FOLLOWED, Stage.PAUSED)
STANDING = (*OPEN, Stage.GRADUATED)


class Episodes(models.QuerySet):
    def standing(self):
        """Those that may still ask something of us, told once each."""
        return self.filter(state__in=STANDING, is_double=False)


class Episode(models.Model):
    """One person in one program. `found` is what the program's criteria said on the day somebody considered it, `version` whose criteria.

    `turn` counts its moves, so that whoever decides on an old page is told. `decide_by` is the day by which somebody decides anew.
    `is_double`: two persons became one, and the other had an episode of this program already, which counts.
    """

    person_id = models.CharField(max_length=64)
    program = models.CharField(max_length=80)
    version = models.CharField(max_length=20, blank=True, default="")
    state = models.CharField(max_length=16, choices=Stage.choices, default=Stage.CONSIDERED)
    level = models.CharField(max_length=16, blank=True, default="")
    found = models.TextField(blank=True, default="")
    evidence = models.JSONField(default=list)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("when somebody considered it", default=timezone.now)
    since = models.DateField("the first day of being followed", null=True)
    level_since = models.DateField(null=True)
    resumed_on = models.DateField(null=True)
    decide_by = models.DateField(null=True)
    left_on = models.DateField(null=True)
    watch_until = models.DateField(null=True)
    left_because = models.CharField(max_length=12, choices=Because.choices, blank=True, default="")
    consent_by = models.CharField(max_length=20, choices=SaidBy.choices, blank=True, default="")
    consent_how = models.CharField(max_length=20, choices=How.choices, blank=True, default="")
    consent_on = models.DateField(null=True)
    cost_said = models.BooleanField(default=False)
    turn = models.PositiveIntegerField(default=0)
    is_double = models.BooleanField(default=False)
    flag = models.ForeignKey(Flag, null=True, on_delete=models.SET_NULL, related_name="+")
    previous = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="later")

    objects = Episodes.as_manager()

    IDENTIFYING = {"found", "evidence"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "program"],
                condition=models.Q(state__in=[str(one) for one in OPEN], is_double=False),
                name="in_a_program_once",
            )
        ]
        indexes = [
            models.Index(fields=["person_id", "state"], name="episodes_of_a_person"),
            models.Index(fields=["program", "state"], name="episodes_of_a_program"),
        ]

    def __str__(self) -> str:
        return f"episode {self.pk}"


class EpisodeEvent(models.Model):
    """One turn of an episode: what was decided, by whom and why. An attempt to reach somebody names its contact."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=16)
    from_state = models.CharField(max_length=16, blank=True, default="")
    to_state = models.CharField(max_length=16, blank=True, default="")
    level = models.CharField(max_length=16, blank=True, default="")
    note = models.CharField(max_length=400, blank=True, default="")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")

    IDENTIFYING = {"note"}

    class Meta:
        ordering = ["id"]
