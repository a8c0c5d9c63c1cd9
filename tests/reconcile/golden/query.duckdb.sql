-- rows
SELECT id, UPPER(name), amount FROM (SELECT a."ID" AS id, a."NAME" AS name, SUM(l."AMOUNT") AS amount FROM "ACCOUNT" AS a JOIN "LINE" AS l ON l."ACCOUNT_ID" = a."ID" GROUP BY a."ID", a."NAME") AS entity_rows

-- probe
SELECT id, UPPER(name), amount FROM (SELECT a."ID" AS id, a."NAME" AS name, SUM(l."AMOUNT") AS amount FROM "ACCOUNT" AS a JOIN "LINE" AS l ON l."ACCOUNT_ID" = a."ID" GROUP BY a."ID", a."NAME") AS entity_rows WHERE (1 = 0)
