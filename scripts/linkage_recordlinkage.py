"""The `recordlinkage` package on FEBRL; run by the Python that has it: `python scripts/linkage_recordlinkage.py FILE [FILE]`.

Prints JSON: for `guide` (its guides "Data deduplication" and "Link two datasets": blocks on the given name, four or more of six agree)
and `ECM` (its unsupervised classifier, over blocks on each of five columns), the seconds and the pairs of rec_id.
"""

import json
import sys
import time
import warnings

import pandas as pd
import recordlinkage

COLUMNS = ("given_name", "surname", "date_of_birth", "soc_sec_id", "postcode")


def frame(file: str) -> pd.DataFrame:
    """A file of FEBRL, all of it text."""
    return pd.read_csv(file, index_col="rec_id", sep=",", skipinitialspace=True, dtype=str, encoding="utf-8")


def pairs(frames: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.MultiIndex:
    """Pairs that agree in one of the columns."""
    index = recordlinkage.Index()
    for column in columns:
        index.block(column)
    return index.index(*frames)


def compared(frames: list[pd.DataFrame], found: pd.MultiIndex, more: bool) -> pd.DataFrame:
    """What agrees, as the guides compare it; with `more` also the number and the postcode."""
    compare = recordlinkage.Compare()
    compare.exact("given_name", "given_name", label="given_name")
    compare.string("surname", "surname", method="jarowinkler", threshold=0.85, label="surname")
    compare.exact("date_of_birth", "date_of_birth", label="date_of_birth")
    compare.exact("suburb", "suburb", label="suburb")
    compare.exact("state", "state", label="state")
    compare.string("address_1", "address_1", threshold=0.85, label="address_1")
    if more:
        compare.exact("soc_sec_id", "soc_sec_id", label="soc_sec_id")
        compare.exact("postcode", "postcode", label="postcode")
    return compare.compute(found, *frames)


def guide(frames: list[pd.DataFrame]) -> pd.MultiIndex:
    """As the guides do it."""
    vectors = compared(frames, pairs(frames, COLUMNS[:1]), more=False)
    return vectors[vectors.sum(axis=1) > 3].index


def ecm(frames: list[pd.DataFrame]) -> pd.MultiIndex:
    """As the page on classifiers does it, where nothing is labelled."""
    vectors = compared(frames, pairs(frames, COLUMNS), more=True)
    return recordlinkage.ECMClassifier(binarize=0.8).fit_predict((vectors > 0.8).astype(int))


def main(files: list[str]) -> None:
    """Print what both ways find."""
    warnings.filterwarnings("ignore")
    frames = [frame(file) for file in files]
    told = {}
    for name, way in (("guide", guide), ("ECM", ecm)):
        began = time.perf_counter()
        found = [list(pair) for pair in way(frames)]
        told[name] = {"seconds": round(time.perf_counter() - began, 1), "pairs": found}
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1:])
