-- How numbers and dates look in exported files: every cell is classified first and converted later.
--
-- A shape is what one cell can be by itself; all cells of a column together decide what they are. A cell of
-- a spreadsheet that is typed arrives with chr(1) and one letter (n, d, t, b) before its content, so that
-- nothing is guessed of it.
--
-- The macros build on each other in three stages, each computed once for every distinct cell x:
-- t = tidy(x), then b = digits(t) and d = day_part(t), then the shapes.

-- The cell without blanks around it, its digits and signs narrow.
CREATE MACRO tidy(x) AS trim(CASE WHEN length(x) = strlen(x) THEN x ELSE translate(x,
    '０１２３４５６７８９．，－（）＋￥＄／：％−–’　    ',
    '0123456789.,-()+¥$/:%--''     ') END, ' ' || chr(9));

CREATE MACRO marked(x) AS CASE WHEN starts_with(x, chr(1)) THEN substr(x, 2, 1) END;

CREATE MACRO content(x) AS CASE WHEN starts_with(x, chr(1)) THEN substr(x, 3) ELSE x END;

CREATE MACRO currency(t) AS regexp_extract(t,
    'CNY|RMB|EUR|USD|GBP|JPY|CHF|HKD|TWD|SGD|AUD|CAD|INR|KRW|NT\$|HK\$|US\$|[¥$€£₹₩元]');

-- The digits of a number with their points, commas and blanks; '' when the cell is no number.
CREATE MACRO digits(t) AS regexp_extract(t,
    '^\(?[-+]?\s*(?:CNY|RMB|EUR|USD|GBP|JPY|CHF|HKD|TWD|SGD|AUD|CAD|INR|KRW|NT\$|HK\$|US\$|[¥$€£₹₩])?\s*[-+]?\s*'
    || '(\d[\d., '']*\d|\d[.,]?|[.,]\d+)'
    || '\s*(?:CNY|RMB|EUR|USD|GBP|JPY|CHF|HKD|TWD|SGD|AUD|CAD|INR|KRW|[¥$€£₹₩元])?\s*-?\)?$', 1);

-- dot, comma: that sign divides the decimals. With a question mark: it may as well divide thousands.
CREATE MACRO digits_shape(b) AS CASE
    WHEN b = '' THEN NULL
    WHEN regexp_matches(b, '^0\d') THEN 'zeros'
    WHEN regexp_matches(b, '^\d+$') THEN 'plain'
    WHEN regexp_matches(b, '^\d{1,3}([ '']\d{3})+$') THEN 'grouped'
    WHEN regexp_matches(b, '^[1-9]\d{0,2}\.\d{3}$') THEN 'dot?'
    WHEN regexp_matches(b, '^[1-9]\d{0,2},\d{3}$') THEN 'comma?'
    WHEN regexp_matches(b, '^\d*\.\d*$|^\d{1,3}([, '']\d{3})+\.\d*$') THEN 'dot'
    WHEN regexp_matches(b, '^\d{1,3}(,\d{3}){2,}$|^\d{1,2}(,\d{2})+,\d{3}(\.\d*)?$') THEN 'dot'
    WHEN regexp_matches(b, '^\d*,\d*$|^\d{1,3}([. '']\d{3})+,\d*$') THEN 'comma'
    WHEN regexp_matches(b, '^\d{1,3}(\.\d{3}){2,}$') THEN 'comma'
    END;

CREATE MACRO number_shape(x, t, b) AS CASE
    WHEN starts_with(x, chr(1)) THEN CASE WHEN marked(x) = 'n' THEN 'typed' END
    WHEN t IN ('-', '--') THEN 'dash'
    WHEN starts_with(t, '(') <> ends_with(t, ')') THEN NULL
    ELSE digits_shape(b) END;

CREATE MACRO plain_digits(b, point) AS CASE
    WHEN point = '.' THEN regexp_replace(b, '[, '']', '', 'g')
    ELSE replace(regexp_replace(b, '[. '']', '', 'g'), ',', '.') END;

-- The number as plain text, NULL when the cell is none: with a comma as point, 1.234,50- is -1234.50.
CREATE MACRO number_text(x, t, b, shape, point) AS CASE
    WHEN shape = 'typed' THEN content(x)
    WHEN shape = 'dash' THEN '0'
    WHEN shape IN ('plain', 'zeros', 'grouped', 'dot?', 'comma?')
        OR shape = CASE WHEN point = '.' THEN 'dot' ELSE 'comma' END
    THEN CASE WHEN contains(t, '-') OR contains(t, '(') THEN '-' ELSE '' END || plain_digits(b, point)
    END;

CREATE MACRO timed(t) AS CASE WHEN contains(t, ':') THEN '+time' ELSE '' END;

CREATE MACRO day_part(t) AS regexp_extract(t,
    '^([\d年月日./-]+)(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?$', 1);

-- dotted: day.month.year. either: the first two numbers may both be the month.
CREATE MACRO date_shape(x, t, d) AS CASE
    WHEN starts_with(x, chr(1))
        THEN CASE marked(x) WHEN 'd' THEN 'typed' WHEN 't' THEN 'typed+time' END
    WHEN d = '' THEN NULL
    WHEN regexp_matches(d, '^\d{4}(-\d{1,2}-|/\d{1,2}/|\.\d{1,2}\.)\d{1,2}$|^\d{4}年\d{1,2}月\d{1,2}日$')
        THEN 'iso' || timed(t)
    WHEN regexp_matches(d, '^\d{1,2}\.\d{1,2}\.\d{4}$') THEN 'dotted' || timed(t)
    WHEN regexp_matches(d, '^(1[3-9]|[23]\d)[/-]\d{1,2}[/-]\d{4}$') THEN 'day first' || timed(t)
    WHEN regexp_matches(d, '^\d{1,2}[/-](1[3-9]|[23]\d)[/-]\d{4}$') THEN 'month first' || timed(t)
    WHEN regexp_matches(d, '^\d{1,2}[/-]\d{1,2}[/-]\d{4}$') THEN 'either' || timed(t)
    WHEN regexp_matches(d, '^(19|20)\d{6}$') AND try_strptime(d, '%Y%m%d') IS NOT NULL
        THEN 'compact' || timed(t)
    END;

CREATE MACRO clock(t) AS CASE
    WHEN regexp_matches(t, '[T ]\d{1,2}:\d{2}$') THEN ' ' || regexp_extract(t, '[T ](.*)$', 1) || ':00'
    WHEN contains(t, ':') THEN ' ' || regexp_extract(t, '[T ](.*)$', 1)
    ELSE '' END;

CREATE MACRO iso_day(day, day_first) AS CASE
    WHEN regexp_matches(day, '^\d{4}[-/.年]')
        THEN regexp_replace(day, '^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$', '\1-\2-\3')
    WHEN regexp_matches(day, '^\d{8}$') THEN regexp_replace(day, '^(\d{4})(\d{2})(\d{2})$', '\1-\2-\3')
    WHEN day_first OR contains(day, '.')
        THEN regexp_replace(day, '^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$', '\3-\2-\1')
    ELSE regexp_replace(day, '^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$', '\3-\1-\2') END;

-- The moment, NULL when the cell is none (2026-02-30).
CREATE MACRO moment(x, t, d, shape, day_first) AS CASE
    WHEN shape IS NULL THEN NULL
    WHEN starts_with(x, chr(1)) THEN try_cast(content(x) AS TIMESTAMP)
    ELSE try_cast(iso_day(d, day_first) || clock(t) AS TIMESTAMP) END;

-- True for a cell that holds more than blanks.
CREATE MACRO filled(x) AS trim(x, ' ' || chr(9) || chr(160) || chr(12288)) <> '';
