"""X12 837: claims a second, read to FHIR and checked against their guide; beside them pyx12's own walk over the same claims."""

import io
import resource
import subprocess
import sys
import time
from collections.abc import Callable

CLAIMS = 2_000
HEAD = """ISA*00*          *00*          *ZZ*CLEARING       *ZZ*MAPLE          *260401*0800*^*00501*000000001*0*P*:~
GS*HC*CLEARING*MAPLE*20260401*0800*1*X*005010X222A1~ST*837*0001*005010X222A1~BHT*0019*00*1*20260401*0800*CH~
NM1*41*2*CLEARING*****46*12~PER*IC*HELP*TE*2175550100~NM1*40*2*PLAN*****46*77~HL*1**20*1~NM1*85*2*MAPLE CLINIC*****XX*1234567893~
N3*1 MAIN ST~N4*SPRINGFIELD*IL*627010001~REF*EI*370000000~
"""
CLAIM = """HL*{hl}*1*22*0~SBR*P*18*******CI~NM1*IL*1*ABBOTT*ADA*Q***MI*W{n}~N3*12 ELM ST~N4*SPRINGFIELD*IL*62701~DMG*D8*19500203*F~
NM1*PR*2*PRAIRIE PLAN*****PI*77~CLM*A{n}*150.5***11:B:1*Y*A*Y*Y~HI*ABK:I5022*ABF:N183~NM1*82*1*OKORO*ADA****XX*1245319599~
LX*1~SV1*HC:99214:25*150.5*UN*1*11**1:2~DTP*472*D8*20260312~
"""


def file_of(claims: int) -> str:
    """An interchange of clinicians' claims, thirteen segments each."""
    body = "".join(CLAIM.format(hl=n + 2, n=n) for n in range(claims))
    count = (HEAD + body).count("~") - 2 + 1
    return HEAD + body + f"SE*{count}*0001~GE*1*1~IEA*1*000000001~\n"


def reading(text: str) -> int:
    """Reading alone: segments, claims, FHIR."""
    from bluering.intake.claims.x12.claim import claims_of, resources_of
    from bluering.intake.claims.x12.segments import transactions_of

    made = [resources_of(one, "professional") for found in transactions_of(text) for one in claims_of(found)]
    return len(made)


def whole(text: str) -> int:
    """As a load does: checked, answered with a 999, read."""
    from bluering.intake.claims.x12.read import parts_of

    count = 0
    for part in parts_of(text.encode()):
        assert part.verdict is None or part.verdict.accepted
        count += len(part.groups)
    return count


def walking(text: str) -> int:
    """pyx12's reader, loop by loop, with its own checks; nothing is made of what it finds."""
    from pyx12.error_handler import errh_null
    from pyx12.params import params
    from pyx12.x12context import X12ContextReader

    return sum(
        one.id == "2300" for one in X12ContextReader(params(), errh_null(), io.StringIO(text)).iter_segments("2300")
    )


def _rate(work: Callable[[str], int], text: str) -> float:
    began = time.perf_counter()
    assert work(text) == CLAIMS
    return CLAIMS / (time.perf_counter() - began)


def measure() -> list[str]:
    """Rows of the table."""
    text = file_of(CLAIMS)
    over = f"{CLAIMS:,} claims of 837P, {len(text) / 1e6:.1f} MB"
    rates = {
        "`pyx12` reads 837, loop by loop": walking,
        "837 read to FHIR alone": reading,
        "837 checked, answered, read": whole,
    }
    rows = [f"| {what} | {over} | {_rate(work, text):,.0f} claims/s |" for what, work in rates.items()]
    return [
        *rows,
        f"| Peak memory of that | {CLAIMS:,} and {10 * CLAIMS:,} claims | {_peak(CLAIMS)} MB and {_peak(10 * CLAIMS)} MB |",
    ]


def _peak(claims: int) -> int:
    code = f"from benchmarks import interchanges as i; print(i.peak({claims}))"
    return int(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout)


def peak(claims: int) -> int:
    """Megabytes that this process needed at most to take in so many claims."""
    whole(file_of(claims))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> (20 if sys.platform == "darwin" else 10)
