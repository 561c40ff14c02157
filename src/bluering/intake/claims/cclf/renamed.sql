-- Earlier identifiers with the one that is in force now, through all steps between.
CREATE OR REPLACE TEMP TABLE renamed AS
WITH RECURSIVE step AS (
  SELECT PRVS_NUM AS earlier, CRNT_NUM AS mbi, 1 AS depth, PRVS_ID_EFCTV_DT AS since, PRVS_ID_OBSLT_DT AS until
  FROM cclf_9 WHERE HICN_MBI_XREF_IND = 'M' AND CRNT_NUM != PRVS_NUM
  UNION
  SELECT s.earlier, n.CRNT_NUM, s.depth + 1, s.since, s.until
  FROM step s JOIN cclf_9 n ON n.PRVS_NUM = s.mbi AND n.HICN_MBI_XREF_IND = 'M' AND n.CRNT_NUM != s.earlier
  WHERE s.depth < 20)
SELECT earlier, arg_max(mbi, depth) AS mbi, any_value(since) AS since, any_value(until) AS until FROM step GROUP BY earlier
