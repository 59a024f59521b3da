"""Many persons of one company, written in two statements."""

DB = "owner"
GIVEN = (
    "Anna", "Anders", "Bjørn", "Eilidh", "Fiona", "Hamish", "Ingrid", "Jóan", "Kari", "Lars", "Mairi", "Nils",
    "Olga", "Pål", "Rannvá", "Siri", "Tróndur", "Una", "Vidar", "Zoë",
)  # fmt: skip
FAMILY = (
    "Andreasen", "Berg", "Campbell", "Dahl", "Eliasen", "Fraser", "Grant", "Hansen", "Iversen", "Joensen",
    "Kjær", "Lund", "MacLeod", "Nygård", "Olsen", "Petersen", "Ross", "Sørensen", "Thomsen", "Winther",
)  # fmt: skip
EVERY = 50_000
LAST = "Zoë Zwart"


def write_persons(company: int, count: int = EVERY, teams: int = 200) -> None:
    """Write persons with their words, all in teams; the last by name is the only one of his."""
    from grilse.people.name_words import split_words

    plain = [split_words(name)[0] for name in (*GIVEN, *FAMILY)]
    given = {
        "company": company, "count": count, "teams": teams, "given": list(GIVEN), "family": list(FAMILY),
        "given_words": plain[: len(GIVEN)], "family_words": plain[len(GIVEN) :], "last": LAST,
        "last_words": split_words(LAST),
    }  # fmt: skip
    from django.db import connections

    with connections[DB].cursor() as cursor:
        cursor.execute(PERSONS, given)
        cursor.execute("ANALYZE people_person, people_personword, people_team")


# Every name is one of 20 × 20 with a number; the number is a word too, as a middle name would be.
PERSONS = """
WITH teams AS (
  INSERT INTO people_team (company_id, name)
  SELECT %(company)s, 'Team ' || n FROM generate_series(1, %(teams)s) n RETURNING id
), team AS (SELECT array_agg(id ORDER BY id) AS ids FROM teams),
called AS (
  SELECT 1 + n %% 20 AS g, 1 + n / 20 %% 20 AS f, 'n' || n AS middle, n
    FROM generate_series(1, %(count)s - 1) n
), made AS (
  INSERT INTO people_person (company_id, name, team_id)
  SELECT %(company)s, (%(given)s::text[])[g] || ' ' || upper(middle) || ' ' || (%(family)s::text[])[f],
         ids[1 + n %% %(teams)s]
    FROM called, team
   UNION ALL SELECT %(company)s, %(last)s, ids[1] FROM team
  RETURNING id, name
)
INSERT INTO people_personword (company_id, person_id, word)
SELECT %(company)s, id, word
  FROM made LEFT JOIN called ON middle = lower(split_part(name, ' ', 2)),
       unnest(CASE WHEN g IS NULL THEN %(last_words)s::text[]
              ELSE ARRAY[(%(given_words)s::text[])[g], middle, (%(family_words)s::text[])[f]] END) word
"""
