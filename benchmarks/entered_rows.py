"""Rows that people enter and no generator writes, in volume, into the history that stands in the database.

`grilse check statistics` after it knows every table that a query of the product reads.
"""

import os

import psycopg

FILES = """
INSERT INTO official_file (company_id, kind, name, sha256, rows, new, revised, unchanged)
SELECT %(company)s, kind, kind || i || '.csv', repeat(i::text, 1), 1000, 900, 50, 50
  FROM generate_series(1, 100) i, unnest(ARRAY['lice', 'biomass']) kind
"""
SITES = """
INSERT INTO official_site (company_id, area_id, locality, production_area)
SELECT company_id, id, 10000 + row_number() OVER (ORDER BY id), 1 + id %% 13 FROM farm_area
 WHERE company_id = %(company)s
"""
LICE = """
INSERT INTO official_lice (company_id, file_id, locality, production_area, year, week, adult_female)
SELECT %(company)s, (SELECT min(id) FROM official_file WHERE kind = 'lice'), 10000 + site, 1 + site %% 13,
       year, week, 0.2
  FROM generate_series(1, 900) site, generate_series(2023, 2025) year, generate_series(1, 52) week
"""
BIOMASS = """
INSERT INTO official_biomass
       (company_id, file_id, year, month, production_area, species, release_year, fish)
SELECT %(company)s, (SELECT min(id) FROM official_file WHERE kind = 'biomass'), year, month, area, species,
       year - age, 9
  FROM generate_series(2017, 2025) year, generate_series(1, 12) month, generate_series(1, 13) area,
       unnest(ARRAY['LAKS', 'REGNBUEØRRET']) species, generate_series(0, 1) age
"""
REVISIONS = """
INSERT INTO official_revision (company_id, kind, row, was, file_id)
SELECT company_id, 'lice', id, '{"adult_female": 0.1}', file_id FROM official_lice
 WHERE company_id = %(company)s AND id %% 7 = 0
"""
JOBS = """
INSERT INTO jobs_job (company_id, kind, wish, state, asked_by_id, ended_at, result, step, error)
SELECT %(company)s, (ARRAY['grow', 'project', 'check'])[1 + i %% 3], '{}', 'done', %(user)s, now(), '{}', '',
       ''
  FROM generate_series(1, 3000) i
"""
LOADS = """
INSERT INTO farm_bulkload (company_id, kind, source, rows)
SELECT %(company)s, 'import', 'package ' || i, '{"movements": 1}' FROM generate_series(1, 500) i
"""
KEYS = """
INSERT INTO farm_apikey (company_id, user_id, name, prefix, digest, scopes, expires_at)
SELECT %(company)s, %(user)s, 'logger ' || i, lpad(i::text, 8, '0'), md5(i::text), '["farm.read"]',
       now() - interval '1 day'
  FROM generate_series(1, 200) i
"""
LINES = """
INSERT INTO stock_transferline (company_id, order_id, source_id, container_id, stage_id, count)
SELECT o.company_id, o.id, p.id, p.container_id, p.stage_id, 10
  FROM stock_transferorder o
 CROSS JOIN LATERAL (
   SELECT * FROM stock_placement WHERE batch_id = o.batch_id ORDER BY id LIMIT 20
 ) p
 WHERE o.company_id = %(company)s
"""
FISH = """
INSERT INTO stock_weighedfish (company_id, sample_id, position, weight_g)
SELECT s.company_id, s.id, i, 100 + i
  FROM (SELECT * FROM stock_weightsample WHERE company_id = %(company)s ORDER BY id LIMIT 8000) s,
       generate_series(1, 20) i
"""
CORRECTED = """
UPDATE stock_weightsample SET k_factor = coalesce(k_factor, 1) + 0.01
 WHERE company_id = %(company)s AND id %% 5 = 0
"""
READINGS = """
INSERT INTO environment_readingchange (company_id, container_id, at, temperature_c, withdrawn)
SELECT %(company)s, c.id, timestamptz '2025-01-01 00:00+00' + h * interval '1 hour', 9, false
  FROM (SELECT id FROM farm_container WHERE company_id = %(company)s ORDER BY id LIMIT 600) c,
       generate_series(1, 40) h
"""
ATTACHED = """
INSERT INTO helpdesk_attachment (company_id, ticket_id, author_id, name, content_type, size, digest, content)
SELECT company_id, id, reporter_id, 'net.txt', 'text/plain', 4, md5(id::text), 'torn'
  FROM helpdesk_ticket WHERE company_id = %(company)s AND id %% 2 = 0
"""
PLACED = """
UPDATE helpdesk_ticket t SET container_id = (SELECT min(id) FROM farm_container c WHERE c.area_id = t.area_id)
 WHERE company_id = %(company)s AND area_id IS NOT NULL AND id %% 3 = 0
"""
CONTRADICTED = """
INSERT INTO people_keptversion (company_id, person_id, of, client_id, version, digest, content, why)
SELECT e.company_id, e.person_id, 'entry', e.client_id, 1, md5(e.id::text), '{"title": "Other"}', 'conflict'
  FROM people_journalentry e
 WHERE e.company_id = %(company)s AND e.id %% 10 = 0
"""
ENTERED = (
    FILES, SITES, LICE, BIOMASS, REVISIONS, JOBS, LOADS, KEYS, LINES, FISH, CORRECTED, READINGS, ATTACHED,
    PLACED, CONTRADICTED,
)  # fmt: skip
LARGEST = """
SELECT company_id, (SELECT min(user_id) FROM farm_membership m WHERE m.company_id = p.company_id)
  FROM stock_placement p GROUP BY 1 ORDER BY count(*) DESC LIMIT 1
"""


def main() -> None:
    """Write the rows into the largest company, in one transaction, and have the tables analysed."""
    from grilse.project.schema import open_database

    open_database()
    with psycopg.connect(os.environ["DATABASE_URL"]) as owner:
        found = owner.execute(LARGEST).fetchone()
        if found is None or found[1] is None:
            raise SystemExit("there is no history with a login: grilse demo makes one")
        for statement in ENTERED:
            written = owner.execute(statement, {"company": found[0], "user": found[1]})
            print(written.statusmessage, statement.split("(")[0].split("SET")[0].strip())
        owner.commit()
        owner.execute("ANALYZE")


if __name__ == "__main__":
    main()
