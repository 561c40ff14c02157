-- Talked with as often as the level says.
SELECT person_id, 'talk' AS key, due_date, due_date >= as_of_date() AS met, 'Talked with the family as often as the level says' AS title,
       coalesce('last on ' || said(last_talk), 'not yet') AS sentence
FROM episode_talk WHERE program = 'complex_pediatric_care'
