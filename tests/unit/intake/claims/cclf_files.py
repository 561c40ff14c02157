"""Small deliveries of CCLF, written field by field."""

from pathlib import Path

from bluering.intake.claims.cclf.layout import layouts

DEFAULTS = {
    "1": {
        "CUR_CLM_UNIQ_ID": "1000000000001", "PRVDR_OSCAR_NUM": "140010", "BENE_MBI_ID": "1EG4TE5MK73", "CLM_TYPE_CD": "60",
        "CLM_FROM_DT": "2026-03-02", "CLM_THRU_DT": "2026-03-06", "CLM_BILL_FAC_TYPE_CD": "1", "CLM_BILL_CLSFCTN_CD": "1",
        "PRNCPL_DGNS_CD": "I5023", "ADMTG_DGNS_CD": "R0602", "CLM_PMT_AMT": "9876.54", "BENE_PTNT_STUS_CD": "01", "DGNS_DRG_CD": "291",
        "FAC_PRVDR_NPI_NUM": "1234567893", "ATNDG_PRVDR_NPI_NUM": "1245319599", "CLM_ADJSMT_TYPE_CD": "0", "CLM_EFCTV_DT": "2026-03-20",
        "CLM_BILL_FREQ_CD": "1", "DGNS_PRCDR_ICD_IND": "0", "CLM_MDCR_INSTNL_TOT_CHRG_AMT": "31000.00",
    },
    "2": {"CUR_CLM_UNIQ_ID": "1000000000001", "CLM_LINE_NUM": "1", "BENE_MBI_ID": "1EG4TE5MK73", "CLM_TYPE_CD": "60", "CLM_LINE_PROD_REV_CTR_CD": "0120"},
    "3": {"CUR_CLM_UNIQ_ID": "1000000000001", "BENE_MBI_ID": "1EG4TE5MK73", "CLM_TYPE_CD": "60", "CLM_VAL_SQNC_NUM": "1", "CLM_PRCDR_CD": "4A023N7",
          "CLM_PRCDR_PRFRM_DT": "2026-03-03", "CLM_FROM_DT": "2026-03-02", "CLM_THRU_DT": "2026-03-06", "DGNS_PRCDR_ICD_IND": "0"},
    "4": {"CUR_CLM_UNIQ_ID": "1000000000001", "BENE_MBI_ID": "1EG4TE5MK73", "CLM_TYPE_CD": "60", "CLM_VAL_SQNC_NUM": "2", "CLM_DGNS_CD": "E119",
          "CLM_FROM_DT": "2026-03-02", "CLM_THRU_DT": "2026-03-06", "CLM_POA_IND": "Y", "DGNS_PRCDR_ICD_IND": "0"},
    "5": {
        "CUR_CLM_UNIQ_ID": "2000000000001", "CLM_LINE_NUM": "1", "BENE_MBI_ID": "1EG4TE5MK73", "CLM_TYPE_CD": "71", "CLM_FROM_DT": "2026-03-12",
        "CLM_THRU_DT": "2026-03-12", "CLM_POS_CD": "11", "CLM_PRVDR_SPCLTY_CD": "08", "CLM_LINE_FROM_DT": "2026-03-12", "CLM_LINE_THRU_DT": "2026-03-12",
        "CLM_LINE_HCPCS_CD": "99214", "CLM_LINE_CVRD_PD_AMT": "101.10", "CLM_LINE_DGNS_CD": "I5022", "RNDRG_PRVDR_NPI_NUM": "1245319599",
        "CLM_ADJSMT_TYPE_CD": "0", "CLM_EFCTV_DT": "2026-03-25", "CLM_CNTL_NUM": "77001", "CLM_LINE_ALOWD_CHRG_AMT": "126.37",
        "CLM_LINE_SRVC_UNIT_QTY": "1.0000", "CLM_DGNS_1_CD": "I5022", "CLM_DGNS_2_CD": "N183", "DGNS_PRCDR_ICD_IND": "0",
    },
    "6": {
        "CUR_CLM_UNIQ_ID": "3000000000001", "CLM_LINE_NUM": "1", "BENE_MBI_ID": "1EG4TE5MK73", "CLM_TYPE_CD": "82", "CLM_FROM_DT": "2026-03-15",
        "CLM_THRU_DT": "2026-03-15", "CLM_POS_CD": "12", "CLM_LINE_FROM_DT": "2026-03-15", "CLM_LINE_HCPCS_CD": "E1390", "CLM_LINE_CVRD_PD_AMT": "80.00",
        "PAYTO_PRVDR_NPI_NUM": "1992999999", "CLM_ADJSMT_TYPE_CD": "0", "CLM_EFCTV_DT": "2026-03-28", "CLM_CNTL_NUM": "88001", "CLM_LINE_ALOWD_CHRG_AMT": "100.00",
    },
    "7": {
        "CUR_CLM_UNIQ_ID": "4000000000001", "BENE_MBI_ID": "1EG4TE5MK73", "CLM_LINE_NDC_CD": "00071015723", "CLM_TYPE_CD": "01", "CLM_LINE_FROM_DT": "2026-03-10",
        "PRVDR_SRVC_ID_QLFYR_CD": "01", "CLM_SRVC_PRVDR_GNRC_ID_NUM": "1679576722", "CLM_LINE_SRVC_UNIT_QTY": "30.0000", "CLM_LINE_DAYS_SUPLY_QTY": "30",
        "PRVDR_PRSBNG_ID_QLFYR_CD": "01", "CLM_PRSBNG_PRVDR_GNRC_ID_NUM": "1245319599", "CLM_LINE_BENE_PMT_AMT": "4.50", "CLM_ADJSMT_TYPE_CD": "0",
        "CLM_EFCTV_DT": "2026-03-11", "CLM_LINE_RX_SRVC_RFRNC_NUM": "555", "CLM_LINE_RX_FILL_NUM": "1",
    },
    "8": {
        "BENE_MBI_ID": "1EG4TE5MK73", "BENE_ZIP_CD": "62701", "BENE_DOB": "1950-02-03", "BENE_SEX_CD": "2", "BENE_RACE_CD": "1", "BENE_1ST_NAME": "ADA",
        "BENE_MIDL_NAME": "Q", "BENE_LAST_NAME": "ABBOTT", "BENE_PART_A_ENRLMT_BGN_DT": "2015-02-01", "BENE_PART_B_ENRLMT_BGN_DT": "2015-02-01",
        "BENE_LINE_1_ADR": "12 ELM ST", "GEO_ZIP_PLC_NAME": "SPRINGFIELD", "GEO_USPS_STATE_CD": "IL", "GEO_ZIP5_CD": "62701", "GEO_ZIP4_CD": "1234",
    },
    "9": {"HICN_MBI_XREF_IND": "M", "CRNT_NUM": "1EG4TE5MK73", "PRVS_NUM": "1EG4TE5MK72", "PRVS_ID_EFCTV_DT": "2018-01-01", "PRVS_ID_OBSLT_DT": "2024-06-30"},
    "A": {"CUR_CLM_UNIQ_ID": "1000000000001", "BENE_MBI_ID": "1EG4TE5MK73", "CLM_TYPE_CD": "60", "CLM_ACTV_CARE_FROM_DT": "2026-03-01", "CLM_NGACO_PBPMT_SW": "N",
          "CLM_NGACO_PDSCHRG_HCBS_SW": "N", "CLM_NGACO_SNF_WVR_SW": "N", "CLM_NGACO_TLHLTH_SW": "N", "CLM_NGACO_CPTATN_SW": "N"},
    "B": {"CUR_CLM_UNIQ_ID": "2000000000001", "CLM_LINE_NUM": "1", "BENE_MBI_ID": "1EG4TE5MK73", "CLM_TYPE_CD": "71", "CLM_LINE_NGACO_PBPMT_SW": "N",
          "CLM_LINE_NGACO_PDSCHRG_HCBS_SW": "N", "CLM_LINE_NGACO_SNF_WVR_SW": "N", "CLM_LINE_NGACO_TLHLTH_SW": "N", "CLM_LINE_NGACO_CPTATN_SW": "N"},
}  # fmt: skip


def record(number: str, **told: str) -> str:
    """One record of a file, filled up to its full length."""
    values = DEFAULTS[number] | told
    layout = layouts()[number]
    unknown = values.keys() - {field.name for field in layout.fields}
    assert not unknown, unknown
    return "".join(values.get(f.name, "").ljust(f.end - f.start + 1) for f in layout.fields)


def summary(**counts: int) -> str:
    """CCLF0 with these counts (`c1=3`), and none of the others."""
    said = [
        f"CCLF{n}  |{'some file':<43}|{counts.get(f'c{n}', 0):>21}|{max(layouts()[n].lengths):>5}"
        for n in "123456789AB"
    ]
    return "\n".join(["File Number  |File Description    |Total Records Count |Record Length", *said])


def delivery(folder: Path, day: str = "D260401", **files: list[str] | str) -> Path:
    """A folder with files of one delivery: f1=[records], f0=text."""
    folder.mkdir(exist_ok=True)
    for name, lines in files.items():
        text = lines if isinstance(lines, str) else "\n".join(lines) + "\n"
        (folder / f"T.A0001.ACO.ZC{name[1:]}Y26.{day}.T0000000").write_text(text)
    return folder
