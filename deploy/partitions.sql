-- The large tables of the register by district and year, on PostgreSQL 15 or later: docs/province.md.
--
--   psql -v ON_ERROR_STOP=1 -f deploy/partitions.sql DATABASE      once, after `linkage serve` has made the tables
--   SELECT linkage_partitions('liwan', 2024, 2034);                 for each district, before its first year
--
-- What stands in the tables stays: it is moved into them, in one transaction, while no service runs.

BEGIN;

-- One table, partitioned; keys, foreign keys and indexes keep their names, by which migrations know them.
CREATE OR REPLACE FUNCTION linkage_partitioned(name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  old text := name || '_whole';
  made text[];
  each text;
BEGIN
  IF (SELECT relkind FROM pg_class WHERE oid = name::regclass) = 'p' THEN
    RETURN;
  END IF;
  SELECT coalesce(array_agg(made_by ORDER BY kind, called), '{}') INTO made FROM (
    SELECT 1 AS kind, conname::text AS called,
           format('ALTER TABLE %I ADD CONSTRAINT %I %s', name, conname, pg_get_constraintdef(oid)) AS made_by
      FROM pg_constraint WHERE conrelid = name::regclass AND contype IN ('p', 'u', 'f')
    UNION ALL
    SELECT 2, indexrelid::regclass::text, pg_get_indexdef(indexrelid)
      FROM pg_index WHERE indrelid = name::regclass
       AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid)
  ) AS what;
  EXECUTE format('ALTER TABLE %I RENAME TO %I', name, old);
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS) PARTITION BY LIST (district)', name, old);
  -- A district that nobody has made partitions for has its rows here.
  EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', name || '_others', name);
  EXECUTE format('INSERT INTO %I SELECT * FROM %I', name, old);
  EXECUTE format('DROP TABLE %I', old);
  FOREACH each IN ARRAY made LOOP
    EXECUTE each;
  END LOOP;
END $$;

SELECT linkage_partitioned(name)
  FROM unnest('{register_cases,register_keys,register_entries,register_obligations,register_marks,register_figures,register_changes}'::text[]) AS name;

-- The partitions of one district: a table of its own for each year from `first` up to `last`, one for others.
-- Cases and their keys are found by ids alone and have one table a district. May be called again for later years.
CREATE OR REPLACE FUNCTION linkage_partitions(district text, first int, last int) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  name text;
  own text;
BEGIN
  FOREACH name IN ARRAY '{register_cases,register_keys,register_entries,register_obligations,register_marks,register_figures,register_changes}'::text[]
  LOOP
    own := name || '_' || district;
    IF name IN ('register_cases', 'register_keys') THEN
      EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES IN (%L)', own, name, district);
      CONTINUE;
    END IF;
    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES IN (%L) PARTITION BY RANGE (year)',
                   own, name, district);
    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I DEFAULT', own || '_others', own);
    FOR year IN first..last LOOP
      EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%s) TO (%s)',
                     own || '_' || year, own, year, year + 1);
    END LOOP;
  END LOOP;
END $$;

COMMIT;
