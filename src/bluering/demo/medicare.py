"""Medicare's claim feed for those who are 65 and not in the plan: one delivery of CCLF files, with claims that were cancelled and adjusted."""

from collections import Counter
from datetime import date, timedelta

from bluering.demo.cards import mbi_of
from bluering.demo.clock import Clock
from bluering.demo.conditions import CODES
from bluering.demo.directory import npi_of, organization_npi
from bluering.demo.facts.hospital import CAUSES
from bluering.demo.profile import Profile
from bluering.demo.scribe import Scribe
from bluering.demo.timeline.life import Life
from bluering.demo.writer import Writer
from bluering.intake.claims.cclf.layout import layouts

MEDICARE = "medicare-claims"
KNOWN_AFTER = 21
# CMS certification number of the hospital; 24 is Minnesota.
HOSPITAL_NUMBER = "240999"
ORIGINAL, CANCELLED, ADJUSTED = "0", "1", "2"
# Sums of 2025's fee schedules, rounded: an office visit (99214), an emergency visit, a day in hospital.
OFFICE, EMERGENCY, HOSPITAL_DAY = 101.0, 480.0, 2_150.0
CHANGED = 12


def write_medicare(scribe: Scribe, life: Life) -> None:
    """The person, and a claim for each visit, stay and emergency visit that Medicare has heard of."""
    feed = _Feed(scribe.writer, scribe.clock, scribe.person)
    feed.beneficiary()
    for visit in life.visits:
        if visit.day < -KNOWN_AFTER:
            feed.office(visit.day, npi_of(visit.clinician or scribe.person.clinician))
    for stay in life.stays:
        if stay.discharged < -KNOWN_AFTER:
            feed.hospital(stay.admitted, stay.discharged, stay.cause, "60")
    for emergency in life.emergencies:
        if emergency.day < -KNOWN_AFTER:
            feed.hospital(emergency.day, emergency.day, emergency.cause, "40")


def write_summary(writer: Writer, clock: Clock) -> None:
    """CCLF0: how many records each file of the delivery holds."""
    name = file_name("0", clock.today)
    writer.line(
        MEDICARE,
        name,
        "File Number  |File Description                             |Total Records Count  |Record Length",
    )
    counts = Counter({key: count for (source, key), count in writer.counts.items() if source == MEDICARE})
    for number, layout in layouts().items():
        count = counts[file_name(number, clock.today)]
        writer.line(
            MEDICARE, name, f"CCLF{number}        |{layout.title[:43]:<43}|{count:>21}|{max(layout.lengths):>5}"
        )


def file_name(number: str, today: date) -> str:
    """As CMS names the files of a monthly delivery."""
    day = today - timedelta(days=10)
    return f"P.A2044.ACO.ZC{number}Y{day:%y}.D{day:%y%m%d}.T0300000"


class _Feed:
    """Writes one person's records, with claim numbers of their own."""

    def __init__(self, writer: Writer, clock: Clock, person: Profile):
        self.writer, self.clock, self.person = writer, clock, person
        self.number = 0

    def beneficiary(self) -> None:
        one, address = self.person, self.person.address
        born = date.fromisoformat(self.clock.day(-365 * one.age - one.age // 4 - one.birth_shift - 1))
        enrolled = born.replace(year=born.year + 65, day=1)
        self._put(
            "8", BENE_MBI_ID=mbi_of(one), BENE_DOB=born.isoformat(), BENE_SEX_CD="2" if one.sex == "female" else "1",
            BENE_1ST_NAME=one.given.upper(), BENE_MIDL_NAME=one.middle, BENE_LAST_NAME=one.family.upper(), BENE_ZIP_CD=address["postalCode"],
            BENE_PART_A_ENRLMT_BGN_DT=enrolled.isoformat(), BENE_PART_B_ENRLMT_BGN_DT=enrolled.isoformat(),
            BENE_LINE_1_ADR=" ".join(address.get("line", [])).upper(), GEO_ZIP_PLC_NAME=address["city"].upper(),
            GEO_USPS_STATE_CD=address["state"], GEO_ZIP5_CD=address["postalCode"],
        )  # fmt: skip

    def office(self, day: int, clinician: str) -> None:
        """A visit to a clinician; some are adjusted, some turn out never to have been."""
        reasons = [CODES[key][0][0].replace(".", "") for key in self.person.conditions if key in CODES][:2] or ["Z0000"]
        control = f"{self.person.number:09d}{self.number:04d}"
        for kind, paid, late in self._versions(OFFICE):
            self._put(
                "5", CUR_CLM_UNIQ_ID=self._claim(), CLM_LINE_NUM="1", BENE_MBI_ID=mbi_of(self.person), CLM_TYPE_CD="71", CLM_FROM_DT=self.clock.day(day),
                CLM_THRU_DT=self.clock.day(day), CLM_POS_CD="11", CLM_PRVDR_SPCLTY_CD="08", CLM_LINE_FROM_DT=self.clock.day(day),
                CLM_LINE_THRU_DT=self.clock.day(day), CLM_LINE_HCPCS_CD="99214", CLM_LINE_CVRD_PD_AMT=f"{paid:.2f}", CLM_LINE_DGNS_CD=reasons[0],
                RNDRG_PRVDR_NPI_NUM=clinician, CLM_ADJSMT_TYPE_CD=kind, CLM_EFCTV_DT=self.clock.day(day + 14 + late), CLM_CNTL_NUM=control,
                CLM_LINE_ALOWD_CHRG_AMT=f"{paid * 1.25:.2f}", CLM_LINE_SRVC_UNIT_QTY="1.0000", DGNS_PRCDR_ICD_IND="0",
                **{f"CLM_DGNS_{nth}_CD": code for nth, code in enumerate(reasons, 1)},
            )  # fmt: skip

    def hospital(self, start: int, end: int, cause: str, kind_of_claim: str) -> None:
        """A stay (60) or an evening in the emergency room (40)."""
        stay = kind_of_claim == "60"
        price = HOSPITAL_DAY * max(1, end - start) if stay else EMERGENCY
        code, mbi = CAUSES[cause][0].replace(".", ""), mbi_of(self.person)
        since, until = self.clock.day(start), self.clock.day(end)
        for kind, paid, late in self._versions(price):
            uid = self._claim()
            self._put(
                "1", CUR_CLM_UNIQ_ID=uid, PRVDR_OSCAR_NUM=HOSPITAL_NUMBER, BENE_MBI_ID=mbi, CLM_TYPE_CD=kind_of_claim, CLM_FROM_DT=since, CLM_THRU_DT=until,
                CLM_BILL_FAC_TYPE_CD="1", CLM_BILL_CLSFCTN_CD="1" if stay else "3", CLM_BILL_FREQ_CD="1", PRNCPL_DGNS_CD=code, CLM_PMT_AMT=f"{paid:.2f}",
                BENE_PTNT_STUS_CD="01", FAC_PRVDR_NPI_NUM=organization_npi("county-general"), ATNDG_PRVDR_NPI_NUM=npi_of("dr-stay"),
                CLM_ADJSMT_TYPE_CD=kind, CLM_EFCTV_DT=self.clock.day(end + 18 + late), DGNS_PRCDR_ICD_IND="0",
                CLM_MDCR_INSTNL_TOT_CHRG_AMT=f"{abs(paid) * 3:.2f}",
            )  # fmt: skip
            about = {
                "CUR_CLM_UNIQ_ID": uid,
                "BENE_MBI_ID": mbi,
                "CLM_TYPE_CD": kind_of_claim,
                "PRVDR_OSCAR_NUM": HOSPITAL_NUMBER,
            }
            about |= {"CLM_FROM_DT": since, "CLM_THRU_DT": until}
            self._put(
                "2",
                **about,
                CLM_LINE_NUM="1",
                CLM_LINE_PROD_REV_CTR_CD="0120" if stay else "0450",
                CLM_LINE_CVRD_PD_AMT=f"{paid:.2f}",
            )
            self._put(
                "4",
                **about,
                CLM_PROD_TYPE_CD="D",
                CLM_VAL_SQNC_NUM="1",
                CLM_DGNS_CD=code,
                CLM_POA_IND="Y",
                DGNS_PRCDR_ICD_IND="0",
            )

    def _versions(self, price: float) -> list[tuple[str, float, int]]:
        """(adjustment type, sum, days later) of each record of one claim: one in twelve is cancelled, every other of these told anew."""
        lot = self.person.stream(f"medicare {self.number}").randrange(CHANGED * 2)
        taken_back = [(ORIGINAL, price, 0), (CANCELLED, -price, 9)]
        if lot == 0:
            return taken_back
        return [*taken_back, (ADJUSTED, price * 0.9, 9)] if lot == 1 else [(ORIGINAL, price, 0)]

    def _claim(self) -> str:
        self.number += 1
        return f"{self.person.number + 1_000_000:07d}{self.number:06d}"

    def _put(self, number: str, **told: str) -> None:
        fields = layouts()[number].fields
        record = "".join(
            told.get(one.name, "")[: one.end - one.start + 1].ljust(one.end - one.start + 1) for one in fields
        )
        self.writer.line(MEDICARE, file_name(number, self.clock.today), record)
