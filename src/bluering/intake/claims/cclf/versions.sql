-- Every version of every claim told in this load: which claim it is a version of (`claim_group`), what kind of version, and of what day.
-- Groups as the CCLF Information Packet, 5.3.1, says: Part A by provider, dates and person, Part B by control number and person,
-- Part D by day, pharmacy, prescription, fill and status.
CREATE OR REPLACE TEMP TABLE told_version AS
WITH header AS (
  SELECT 'a' AS kind, place, CUR_CLM_UNIQ_ID AS uid, BENE_MBI_ID AS told_mbi, CLM_ADJSMT_TYPE_CD AS adjustment, CLM_EFCTV_DT AS effective,
    concat_ws('|', coalesce(CLM_BLG_PRVDR_OSCAR_NUM, PRVDR_OSCAR_NUM, CLM_BLG_PRVDR_NPI_NUM, FAC_PRVDR_NPI_NUM, ''), CLM_FROM_DT, CLM_THRU_DT) AS same
  FROM cclf_1
  UNION ALL
  SELECT 'b', min(place), CUR_CLM_UNIQ_ID, any_value(BENE_MBI_ID), CLM_ADJSMT_TYPE_CD, CLM_EFCTV_DT, coalesce(any_value(CLM_CNTL_NUM), CUR_CLM_UNIQ_ID)
  FROM cclf_5 GROUP BY CUR_CLM_UNIQ_ID, CLM_ADJSMT_TYPE_CD, CLM_EFCTV_DT
  UNION ALL
  SELECT 'm', min(place), CUR_CLM_UNIQ_ID, any_value(BENE_MBI_ID), CLM_ADJSMT_TYPE_CD, CLM_EFCTV_DT, coalesce(any_value(CLM_CNTL_NUM), CUR_CLM_UNIQ_ID)
  FROM cclf_6 GROUP BY CUR_CLM_UNIQ_ID, CLM_ADJSMT_TYPE_CD, CLM_EFCTV_DT
  UNION ALL
  SELECT 'd', place, CUR_CLM_UNIQ_ID, BENE_MBI_ID, CLM_ADJSMT_TYPE_CD, CLM_EFCTV_DT,
    concat_ws('|', CLM_LINE_FROM_DT, coalesce(PRVDR_SRVC_ID_QLFYR_CD, ''), coalesce(CLM_SRVC_PRVDR_GNRC_ID_NUM, ''),
      coalesce(CLM_DSPNSNG_STUS_CD, ''), coalesce(CLM_LINE_RX_SRVC_RFRNC_NUM, CUR_CLM_UNIQ_ID), coalesce(CLM_LINE_RX_FILL_NUM, ''))
  FROM cclf_7)
SELECT kind, place, uid, coalesce(r.mbi, told_mbi) AS mbi,
  CASE ltrim(adjustment, '0') WHEN '1' THEN 1 WHEN '2' THEN 2 ELSE 0 END AS adjustment,
  coalesce(day(effective), '1900-01-01') AS effective,
  kind || '-' || left(sha256(same || '|' || coalesce(r.mbi, told_mbi)), 40) AS claim_group
FROM header LEFT JOIN renamed r ON r.earlier = told_mbi;

-- Persons of claims and cross references about whom file 8 says nothing here; who the record knows already needs no such row.
CREATE OR REPLACE TEMP TABLE bare_person AS
WITH named AS (
  SELECT mbi, place, NULL AS successor FROM told_version
  UNION ALL SELECT earlier, c.place, r.mbi FROM renamed r JOIN cclf_9 c ON c.PRVS_NUM = r.earlier)
SELECT mbi, min(place) AS place, max(successor) AS successor FROM named
WHERE mbi NOT IN (SELECT BENE_MBI_ID FROM cclf_8) GROUP BY mbi
