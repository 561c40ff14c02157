"""What this room keeps: the work about persons, and who was found to be on their care team."""

from bluering.coordination.models.assessments import (
    Assessment,
    AssessmentLink,
    Concern,
    ConcernEvent,
    ConcernOutcome,
    ConcernState,
    ConcernWhy,
    Filled,
    Way,
)
from bluering.coordination.models.day import DayPlan, LeftUndone
from bluering.coordination.models.flags import Flag, FlagAnswer, FlagEvent, FlagState, Urgency
from bluering.coordination.models.programs import (
    BEFORE,
    FOLLOWED,
    OPEN,
    STANDING,
    Because,
    Episode,
    EpisodeEvent,
    Stage,
)
from bluering.coordination.models.questions import Question, QuestionRhythm, Via
from bluering.coordination.models.repairs import Repair, RepairState
from bluering.coordination.models.reviews import AnswerLink, Review, ReviewOutcome, ReviewSession
from bluering.coordination.models.sharing import How, SaidBy, Sharing
from bluering.coordination.models.tasks import Talk, Task, TaskEvent, TaskState
from bluering.coordination.models.team import Behalf, Channel, Lead, TeamEvent, TeamMember
from bluering.coordination.models.time import AWAY, UNSEEN, Elsewhere, TimeElsewhere
from bluering.coordination.models.work import (
    FINISHED,
    Contact,
    Cover,
    Handoff,
    HandoffEvent,
    Handoffs,
    Kind,
    Mode,
    MovedWork,
    Panel,
    ReplyCode,
    State,
    Topic,
    Whom,
)

__all__ = [
    "AWAY", "BEFORE", "FINISHED", "FOLLOWED", "OPEN", "STANDING", "UNSEEN", "AnswerLink", "Assessment", "AssessmentLink", "Because", "Behalf", "Channel", "Concern", "ConcernEvent", "ConcernOutcome", "ConcernState", "ConcernWhy", "Contact", "Cover", "DayPlan", "Elsewhere", "Episode", "EpisodeEvent", "Filled", "Flag", "FlagAnswer", "FlagEvent", "FlagState", "Handoff", "HandoffEvent", "Handoffs", "How", "Kind", "Lead", "LeftUndone", "Mode", "MovedWork",
    "Panel", "Question", "QuestionRhythm", "Repair", "RepairState", "ReplyCode", "Review", "ReviewOutcome", "ReviewSession", "SaidBy", "Sharing", "Stage", "State", "Talk", "Task", "TaskEvent", "TaskState", "TeamEvent", "TeamMember", "TimeElsewhere", "Topic", "Urgency", "Via", "Way", "Whom",
]  # fmt: skip
