-- What kind of claim it is, and where care took place. `types` are the claim's type codes, `bill` the first two signs of its type of bill,
-- `revenues` its revenue centres, four digits each.
-- CMS's own claim types first: Blue Button told hospital outpatient claims as professional ones.
CREATE OR REPLACE MACRO claim_kind(types) AS CASE
  WHEN list_has_any(types, ['pharmacy', 'PDE']) THEN 'pharmacy'
  WHEN list_has_any(types, ['10', '20', '30', '40', '50', '60', '61', '63', '64']) THEN 'institutional'
  WHEN list_has_any(types, ['71', '72', '81', '82']) THEN 'professional'
  WHEN list_contains(types, 'professional') THEN 'professional'
  WHEN list_contains(types, 'institutional') THEN 'institutional' END;

-- Type of bill: facility, then kind of care (NUBC). CMS's claim types say the same, and so do CARIN's subtypes and a table's own words.
CREATE OR REPLACE MACRO claim_setting(types, bill, revenues) AS CASE
  WHEN claim_kind(types) != 'institutional' THEN NULL
  WHEN list_has_any(types, ['60', '61', '63', '64', 'inpatient']) OR bill IN ('11', '41') THEN 'inpatient'
  WHEN list_has_any(types, ['20', '30', 'snf']) OR bill IN ('18', '21', '28') THEN 'snf'
  WHEN list_has_any(types, ['10', 'home health']) OR bill IN ('32', '33', '34') THEN 'home health'
  WHEN list_has_any(types, ['50', 'hospice']) OR bill IN ('81', '82') THEN 'hospice'
  WHEN bill IN ('14', '72') THEN 'other'
  -- Emergency rooms bill under revenue centres 045x and 0981, observation under 0762 (ResDAC, Identifying ED visits and observation).
  WHEN list_contains(revenues, '0762') OR list_contains(types, 'observation') THEN 'observation'
  WHEN list_bool_or(list_transform(revenues, lambda r: r LIKE '045_' OR r = '0981')) OR list_contains(types, 'emergency') THEN 'emergency'
  WHEN list_has_any(types, ['40', 'outpatient']) OR bill IN ('12', '13', '22', '23', '43', '71', '73', '74', '75', '76', '77', '78', '79', '83', '85', '89') THEN 'outpatient'
  ELSE 'other' END;
