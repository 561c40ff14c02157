"""How likely two records are one person.

In: patients as the record tells them. Out: pairs with probability, weight in bits and evidence; groups that hold together. Nothing is
written here. Read by: identity's linking and review, the verb `identity evaluate`.
"""

from bluering.identity.matching.features import features_of
from bluering.identity.matching.groups import Groups, groups_of
from bluering.identity.matching.installed import PATIENT_COLUMNS, current_model, train_here
from bluering.identity.matching.model import Model, default_model, load_model, save_model, zone
from bluering.identity.matching.score import evidence_json, in_words, oversize, score_all, score_pairs
from bluering.identity.matching.single import Candidates
from bluering.identity.matching.training import train

__all__ = [
    "PATIENT_COLUMNS",
    "Candidates",
    "Groups",
    "Model",
    "current_model",
    "default_model",
    "evidence_json",
    "features_of",
    "groups_of",
    "in_words",
    "load_model",
    "oversize",
    "save_model",
    "score_all",
    "score_pairs",
    "train",
    "train_here",
    "zone",
]
