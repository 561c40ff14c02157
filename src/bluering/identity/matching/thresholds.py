"""Where the three zones begin here: the weights' own thresholds, moved by what people have decided about pairs.

A wrong link harms more than a missed one. So one that people part again raises the threshold at once, while it comes down only after
thousands of decisions without a mistake. Whom to ask moves with how often the weakest questions were worth asking. All is computed anew
from all decisions, so that taking one back moves the thresholds back.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from bluering.identity.matching.model import Model

# At most so many of a thousand pairs linked by themselves may be two persons.
WRONG_AT_MOST = 0.001
# One-sided 95 % (Wilson, 1927): without any mistake 2,703 decisions are needed before the threshold comes down.
Z = 1.645
# The weakest questions are no longer asked when, of at least so many, surely fewer than so few of a hundred were one person.
ASKED_ENOUGH, TOO_FEW = 100, 0.03
# Still weaker ones are asked too when of the weakest bit, at least so many, surely more than half were one person.
WORTH_ASKING, LOWEST_BITS = 20, -6.0
BIT = 1.0
# A threshold stands so far above the pair that moved it, in bits.
ABOVE = 0.01


@dataclass(frozen=True)
class Decisions:
    """What is known of pairs: `weights` in bits when they were decided, `same` whether people say one person, `joined` the weights of those linked by themselves."""

    weights: np.ndarray
    same: np.ndarray
    joined: np.ndarray


@dataclass(frozen=True)
class Zones:
    """From which weight (bits) a pair links by itself and from which it is asked about, and what that rests on."""

    link: float
    review: float
    link_default: float
    review_default: float
    decided: int

    def applied(self, model: Model) -> Model:
        """The model with these thresholds."""
        return replace(model, link=probability(self.link), review=probability(self.review))


def zones(model: Model, decisions: Decisions) -> Zones:
    """The thresholds that hold, from the model's own and what was decided."""
    link, review = bits(model.link), bits(model.review)
    asked = min(_asked(review, decisions), link)
    return Zones(max(_linked(link, asked, decisions), asked), asked, link, review, len(decisions.weights))


def _linked(default: float, review: float, told: Decisions) -> float:
    """The lowest weight from which on mistakes stay within `WRONG_AT_MOST`."""
    parted = np.sort(told.weights[~told.same])
    least = default
    for weight in parted[parted >= default]:
        if _wrong(told, least) > WRONG_AT_MOST:
            least = float(weight) + ABOVE
    if least > default:
        return least
    for start in np.sort(told.weights[(told.weights >= review) & (told.weights < default)]):
        between = told.same[(told.weights >= start) & (told.weights < default)]
        if _upper(int((~between).sum()), len(between)) <= WRONG_AT_MOST:
            return float(start)
    return default


def _wrong(told: Decisions, least: float) -> float:
    """Of the pairs from a weight on that were linked by themselves or decided, the share that people parted."""
    above = told.weights >= least
    parted = int((above & ~told.same).sum())
    return parted / max(int(above.sum()) + int((told.joined >= least).sum()), 1)


def _asked(default: float, told: Decisions) -> float:
    """The weight from which on asking is worth somebody's minute."""
    order = np.argsort(told.weights)
    weights, same = told.weights[order], told.same[order]
    for count in range(len(weights), ASKED_ENOUGH - 1, -1):
        if _upper(int(same[:count].sum()), count) <= TOO_FEW:
            return max(default, float(weights[count - 1]) + ABOVE)
    least = default
    while least - BIT >= LOWEST_BITS:
        weakest = told.same[(told.weights >= least) & (told.weights < least + BIT)]
        if len(weakest) < WORTH_ASKING or _lower(int(weakest.sum()), len(weakest)) <= 0.5:
            break
        least -= BIT
    return least


def _upper(hits: int, of: int) -> float:
    """The share that is surely not exceeded (Wilson's interval, one side)."""
    return _wilson(hits, of, Z) if of else 1.0


def _lower(hits: int, of: int) -> float:
    return _wilson(hits, of, -Z) if of else 0.0


def _wilson(hits: int, of: int, z: float) -> float:
    share = hits / of
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (share + z * z / (2 * of) + spread) / (1 + z * z / of)


def bits(chance: float) -> float:
    """A probability as evidence: 0 is as likely as not."""
    return math.log2(chance / (1 - chance))


def probability(weight: float) -> float:
    """Evidence in bits as a probability."""
    return 1 / (1 + 2.0**-weight)
