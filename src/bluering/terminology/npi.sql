-- Can this be a National Provider Identifier? Ten digits of which the last checks the others (as terminology.npi.is_npi).
CREATE OR REPLACE TEMP MACRO is_npi(number) AS
    coalesce(regexp_full_match(number, '[12][0-9]{9}'), FALSE) AND coalesce((24 + list_sum(list_transform(range(1, 11), lambda npi_place:
        CASE WHEN npi_place % 2 = 1 THEN 2 * TRY_CAST(number[npi_place] AS INT) - CASE WHEN TRY_CAST(number[npi_place] AS INT) > 4 THEN 9 ELSE 0 END
             ELSE TRY_CAST(number[npi_place] AS INT) END))) % 10 = 0, FALSE);
