-- How numbers and dates look in exported files: every cell is classified first and converted later.
--
-- A shape is what one cell can be by itself; all cells of a column together decide what they are. A cell of
-- a spreadsheet that is typed arrives with chr(1) and one letter (n, d, t, b) before its content, so that
-- nothing is guessed of it.

CREATE MACRO tidy(x) AS trim(translate(x,
    '０１２３４５６７８９．，－（）＋￥＄／：％−–’　    ',
    '0123456789.,-()+¥$/:%--''     '), ' ' || chr(9));

CREATE MACRO marked(x) AS CASE WHEN starts_with(x, chr(1)) THEN substr(x, 2, 1) END;

CREATE MACRO content(x) AS CASE WHEN starts_with(x, chr(1)) THEN substr(x, 3) ELSE x END;

CREATE MACRO currency(x) AS regexp_extract(tidy(x),
    'CNY|RMB|EUR|USD|GBP|JPY|CHF|HKD|TWD|SGD|AUD|CAD|INR|KRW|NT\$|HK\$|US\$|[¥$€£₹₩元]');

-- The digits of a number with their points, commas and blanks; '' when the cell is no number.
CREATE MACRO digits(x) AS regexp_extract(tidy(x),
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

CREATE MACRO number_shape(x) AS CASE
    WHEN marked(x) = 'n' THEN 'typed'
    WHEN marked(x) IS NOT NULL THEN NULL
    WHEN tidy(x) IN ('-', '--') THEN 'dash'
    WHEN starts_with(tidy(x), '(') <> ends_with(tidy(x), ')') THEN NULL
    ELSE digits_shape(digits(x)) END;

CREATE MACRO plain_digits(b, point) AS CASE
    WHEN point = '.' THEN regexp_replace(b, '[, '']', '', 'g')
    ELSE replace(regexp_replace(b, '[. '']', '', 'g'), ',', '.') END;

-- The number as plain text, NULL when the cell is none: with a comma as point, 1.234,50- is -1234.50.
CREATE MACRO number_text(x, point) AS CASE
    WHEN marked(x) = 'n' THEN content(x)
    WHEN number_shape(x) = 'dash' THEN '0'
    WHEN number_shape(x) IN ('plain', 'zeros', 'grouped', 'dot?', 'comma?')
        OR number_shape(x) = CASE WHEN point = '.' THEN 'dot' ELSE 'comma' END
    THEN CASE WHEN regexp_matches(tidy(x), '[-(]') THEN '-' ELSE '' END || plain_digits(digits(x), point)
    END;

CREATE MACRO timed(x) AS CASE WHEN contains(tidy(x), ':') THEN '+time' ELSE '' END;

CREATE MACRO day_part(x) AS regexp_extract(tidy(x),
    '^([\d年月日./-]+)(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?$', 1);

-- dotted: day.month.year. either: the first two numbers may both be the month.
CREATE MACRO date_shape(x) AS CASE
    WHEN marked(x) = 'd' THEN 'typed'
    WHEN marked(x) = 't' THEN 'typed+time'
    WHEN marked(x) IS NOT NULL THEN NULL
    WHEN regexp_matches(day_part(x), '^\d{4}(-\d{1,2}-|/\d{1,2}/|\.\d{1,2}\.)\d{1,2}$|^\d{4}年\d{1,2}月\d{1,2}日$')
        THEN 'iso' || timed(x)
    WHEN regexp_matches(day_part(x), '^\d{1,2}\.\d{1,2}\.\d{4}$') THEN 'dotted' || timed(x)
    WHEN regexp_matches(day_part(x), '^(1[3-9]|[23]\d)[/-]\d{1,2}[/-]\d{4}$') THEN 'day first' || timed(x)
    WHEN regexp_matches(day_part(x), '^\d{1,2}[/-](1[3-9]|[23]\d)[/-]\d{4}$') THEN 'month first' || timed(x)
    WHEN regexp_matches(day_part(x), '^\d{1,2}[/-]\d{1,2}[/-]\d{4}$') THEN 'either' || timed(x)
    WHEN regexp_matches(day_part(x), '^(19|20)\d{6}$') AND try_strptime(day_part(x), '%Y%m%d') IS NOT NULL
        THEN 'compact' || timed(x)
    END;

CREATE MACRO clock(x) AS CASE
    WHEN regexp_matches(tidy(x), '[T ]\d{1,2}:\d{2}$') THEN ' ' || regexp_extract(tidy(x), '[T ](.*)$', 1) || ':00'
    WHEN contains(tidy(x), ':') THEN ' ' || regexp_extract(tidy(x), '[T ](.*)$', 1)
    ELSE '' END;

CREATE MACRO iso_day(day, day_first) AS CASE
    WHEN regexp_matches(day, '^\d{4}[-/.年]')
        THEN regexp_replace(day, '^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$', '\1-\2-\3')
    WHEN regexp_matches(day, '^\d{8}$') THEN regexp_replace(day, '^(\d{4})(\d{2})(\d{2})$', '\1-\2-\3')
    WHEN day_first OR contains(day, '.')
        THEN regexp_replace(day, '^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$', '\3-\2-\1')
    ELSE regexp_replace(day, '^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$', '\3-\1-\2') END;

-- The moment, NULL when the cell is none (2026-02-30).
CREATE MACRO moment(x, day_first) AS CASE
    WHEN marked(x) IN ('d', 't') THEN try_cast(content(x) AS TIMESTAMP)
    WHEN date_shape(x) IS NOT NULL
        THEN try_cast(iso_day(day_part(x), day_first) || clock(x) AS TIMESTAMP)
    END;
