-- Multiplies parties with addresses, sales with lines and entries with lines. The number of copies is
-- current_setting('demo.copies'). Needs a superuser: triggers and references are not checked.
SET LOCAL session_replication_role = replica;

CREATE TEMP TABLE copies ON COMMIT DROP AS
  SELECT generate_series(1, current_setting('demo.copies')::integer) AS copy;

DO $$
DECLARE
  -- table, its key in the copy map, columns that must differ, what they become
  parents text[] := ARRAY['party_party', 'sale_sale', 'account_move'];
  children text[] := ARRAY['party_address', 'sale_line', 'account_move_line'];
  links text[] := ARRAY['party', 'sale', 'move'];
  prefix text[] := ARRAY['BP', 'BS', 'BM'];
  numbers text[];
  plain text;
  renumbered text;
  child_columns text;
BEGIN
  FOR i IN 1 .. 3 LOOP
    EXECUTE format('CREATE TEMP TABLE map_%s ON COMMIT DROP AS SELECT p.id AS original,'
      ' nextval(%L) AS id FROM copies, (SELECT id FROM %I ORDER BY id) AS p',
      parents[i], parents[i] || '_id_seq', parents[i]);
    numbers := CASE parents[i] WHEN 'party_party' THEN ARRAY['code'] WHEN 'sale_sale' THEN ARRAY['number']
      ELSE ARRAY['number', 'post_number'] END;
    SELECT string_agg(quote_ident(column_name), ', '),
           string_agg(CASE WHEN column_name = ANY (numbers)
             THEN format('CASE WHEN t.%1$I IS NOT NULL THEN %2$L || m.id END', column_name, prefix[i])
             ELSE format('t.%I', column_name) END, ', ')
      INTO plain, renumbered FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = parents[i] AND column_name <> 'id';
    EXECUTE format('INSERT INTO %I (id, %s) SELECT m.id, %s FROM map_%s AS m JOIN %I AS t ON t.id = m.original',
      parents[i], plain, renumbered, parents[i], parents[i]);
    SELECT string_agg(quote_ident(column_name), ', ') INTO child_columns FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = children[i]
        AND column_name NOT IN ('id', links[i], 'reconciliation');
    EXECUTE format('INSERT INTO %I (%I, %s) SELECT m.id, %s FROM map_%s AS m JOIN %I AS t ON t.%I = m.original'
      ' ORDER BY m.id, t.id',
      children[i], links[i], child_columns,
      (SELECT string_agg('t.' || part, ', ') FROM unnest(string_to_array(child_columns, ', ')) AS part),
      parents[i], children[i], links[i]);
  END LOOP;
END $$;
