"""Published files, as authorities, spreadsheets and broken downloads write them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.official_files import BIOMASS, LICE, format_biomass_file, format_lice_file

from grilse.errors import GrilseError
from grilse.exchange.official import parse_official_file
from grilse.exchange.problems import PackageRefused
from grilse.textfiles.dialect import build_dialect


def read_columns(content, name="file.csv"):
    """Return a file's columns."""
    return parse_official_file(content if isinstance(content, bytes) else content.encode(), name).columns


def list_refusals(content):
    """Return why a file is refused, line by line."""
    with pytest.raises(PackageRefused) as refused:
        read_columns(content)
    return [str(problem) for problem in refused.value.problems]


def test_weekly_lice_are_read_as_they_are_downloaded():
    rows = read_columns(
        b"\xef\xbb\xbf" + format_lice_file("12,2026,31234,Holmen,0.12,0.5,0.03,Nei,Ja,0.5,Nei,6.25,4").encode()
    )

    assert {name: values.tolist() for name, values in rows.items()} == {
        "week": [12],
        "year": [2026],
        "locality": [31234],
        "name": ["Holmen"],
        "adult_female": [0.12],
        "mobile": [0.5],
        "attached": [0.03],
        "without_fish": ["no"],
        "counted": ["yes"],
        "lice_limit": [0.5],
        "over_limit": ["no"],
        "sea_temperature_c": [6.25],
        "production_area": [4],
    }


def test_what_a_site_did_not_report_is_nothing_and_zero_is_zero():
    rows = read_columns(format_lice_file("1,2026,1,A,,,,Ja,Nei,,,0,", "1,2026,2,B,0,0,0,Nei,Ja,0.5,Ukjent,,0"))

    assert np.isnan(rows["adult_female"][0])
    assert rows["adult_female"][1] == 0
    assert rows["sea_temperature_c"][0] == 0
    assert rows["production_area"].tolist() == [-1, -1]
    assert rows["over_limit"].tolist() == ["", ""]


def test_decimal_commas_are_read_in_quotes_and_between_semicolons():
    quoted = format_lice_file('1,2026,1,A,"0,25",,,Nei,Ja,"0,5",Nei,"6,1",3')
    saved = format_lice_file("1,2026,1,A,0.25,,,Nei,Ja,0.5,Nei,6.1,3").replace(",", ";").replace(".", ",")

    for rows in (read_columns(quoted), read_columns(saved)):
        values = [rows[name][0] for name in ("adult_female", "lice_limit", "sea_temperature_c")]
        assert values == [0.25, 0.5, 6.1]


def test_biomass_is_read_with_its_commas_nulls_and_padding():
    rows = read_columns(
        format_biomass_file(
            "2026;1;JANUAR;3;Karmøy til Sotra;LAKS;2025;1200000;2345678,125;0;0;1,5;;;;;;10;0;0;0;0;-25",
            "2026;02;FEBRUAR;03;Karmøy til Sotra;laks;2025;1 150 000;2.400.000,5;0;0;0;;;;;;12;0;0;0;0;0",
            "2026;02;FEBRUAR;(null);(null);LAKS;(null);5;9,5;(null);0;0;;;;;;1;0;0;0;0;0",
        ).replace("\n", "\r\n")
    )

    assert rows["month"].tolist() == [1, 2, 2]
    assert rows["production_area"].tolist() == [3, 3, -1]
    assert rows["species"].tolist() == ["LAKS", "LAKS", "LAKS"]
    assert rows["release_year"].tolist() == [2025, 2025, -1]
    assert rows["fish"].tolist() == [1_200_000, 1_150_000, 5]
    assert rows["biomass_kg"].tolist() == [2_345_678.125, 2_400_000.5, 9.5]
    assert np.isnan(rows["smolts_released"][2])
    assert rows["count_error"].tolist() == [-25, 0, 0]


def test_a_file_of_before_2024_has_two_columns_less():
    lines = format_biomass_file("2020;1;JANUAR;1;A;LAKS;2019;5;9").splitlines()
    old = "\n".join(line.rsplit(";", 2)[0] for line in lines)

    assert np.isnan(read_columns(old)["count_error"]).all()


def test_a_header_is_known_in_other_letters_and_with_a_trailing_separator():
    header = LICE.upper().replace("Å", "A\u030a") + ","
    rows = read_columns(f"{header}\n1,2026,1,A,0.2,,,NEI,JA,1219,BØMLO,12,VESTLAND,60,5,0.5,nei,6,3,Sotra,\n,,,,\n")

    assert rows["adult_female"].tolist() == [0.2]
    assert rows["without_fish"].tolist() == ["no"]


def test_the_same_row_twice_is_one_row():
    row = "1,2026,1,A,0.2,,,Nei,Ja,0.5,Nei,6,3"

    assert read_columns(format_lice_file(row, row))["locality"].tolist() == [1]


def test_every_bad_row_is_named_with_its_field():
    good = "1,2026,1,A,0.2,,,Nei,Ja,0.5,Nei,6,3"
    content = format_lice_file(
        good,
        "1,2026,1,A,0.3,,,Nei,Ja,0.5,Nei,6,3",
        "54,2026,2,A,0.2,,,Nei,Ja,0.5,Nei,6,3",
        "53,2025,3,A,<0.2,,,Nei,Ja,0.5,Nei,6,3",
        "1,2026,,A,-1,,,Kanskje,Ja,0.5,Nei,6,3",
    )

    assert list_refusals(content + "1,2026,5\n") == [
        "file.csv line 7: 3 fields, the header has 20",
        "file.csv line 4: Uke '54': above 53",
        "file.csv line 6: Lokalitetsnummer blank: must be given",
        "file.csv line 5: Voksne hunnlus '<0.2': not a number",
        "file.csv line 6: Voksne hunnlus '-1': below 0",
        "file.csv line 6: Trolig uten fisk 'Kanskje': none of Ja, Nei",
        "file.csv line 5: Uke '53': the year has 52 weeks",
        "file.csv line 3: Lokalitetsnummer '1': line 2 has other figures for it: take one of them out",
    ]


def test_a_year_of_53_weeks_has_week_53():
    assert read_columns(format_lice_file("53,2026,1,A,0.2,,,Nei,Ja,0.5,Nei,6,3"))["week"].tolist() == [53]


def test_a_column_that_is_missing_is_named():
    content = format_lice_file("1,2026,1,A,0.2,,,Nei,Ja,0.5,Nei,6,3").replace("Voksne hunnlus", "Hunnlus")

    missing, unknown = list_refusals(content)
    assert missing == "file.csv line 1: Voksne hunnlus: the column is missing"
    assert unknown.startswith("file.csv line 1: Hunnlus: no column of weekly lice of BarentsWatch (Uke, År, ")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "has the header of no official file: download the weekly lice"),
        (b"a;b\n1;2\n", "has the header of no official file"),
        (b"PK\x03\x04[Content_Types].xml", "is a workbook .* not CSV: save it as CSV UTF-8"),
        (LICE.encode("latin-1"), "is not UTF-8: save it as CSV UTF-8, or state its encoding, such as windows-1252"),
        (
            "MÅNED_KODE;FYLKE;BIOMASSE_KG\n".encode(),
            "is the biomass by county .* by production area .biostat-total-omr",
        ),
        (b"Uke,Lokalitetsnummer,Tiltak\n", "is the treatments against lice .* download the weekly lice from"),
        (BIOMASS.encode("latin-1"), "is not UTF-8: save it as CSV UTF-8"),
        (f"{LICE}\n".encode(), "has a header and no rows"),
        (b"%PDF-1.7", "is a PDF, not CSV"),
        (
            "År;Uke;Lokalitetsnummer;Art;Antall\n".encode(),
            "has the columns ÅR, Uke, Lokalitetsnummer, Art, Antall, so it is not the weekly lice .* download the",
        ),
        (
            "ÅR;MÅNED_KODE;PO_KODE;ARTSID;UTSETT\n".encode(),
            "so it is not the biomass by production area .*biostat-total-omr.csv",
        ),
    ],
)
def test_a_file_that_is_none_of_them_is_refused_in_one_line(content, why):
    with pytest.raises(GrilseError, match=why):
        read_columns(content)


LICE_ROW = "1,2026,1,Øya,0.2,1.25,0.3,Nei,Ja,0.5,Nei,7.75,3"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
@pytest.mark.parametrize("decimal", [".", ","])
def test_a_file_saved_anew_by_a_spreadsheet_has_the_same_figures(encoding, decimal):
    text = format_lice_file(LICE_ROW)
    saved = text.replace(",", ";").replace(".", decimal) if decimal == "," else text
    stated = build_dialect(encoding if encoding in ("cp1252", "latin-1") else None, None)
    rows = parse_official_file(f"Lice of the week\n\n{saved}".encode(encoding), "f.csv", stated).columns

    assert {name: values.tolist() for name, values in rows.items()} == {
        name: values.tolist() for name, values in read_columns(text).items()
    }


def test_every_row_that_came_is_counted():
    file = parse_official_file(format_lice_file(LICE_ROW, LICE_ROW, "2" + LICE_ROW[1:]).encode(), "f.csv")

    assert (file.came, file.row_count) == (3, 2)


GOOD = "2026;1;JANUAR;3;A;LAKS;2025;1;2,5" + ";0" * 14
TEXTS = st.text(max_size=12) | st.from_regex(r"[-+]?[0-9., ]{0,24}(e[0-9]{1,3})?", fullmatch=True)


@given(place=st.integers(0, 22), text=TEXTS)
def test_any_cell_is_read_or_refused(place, text):
    cells = GOOD.split(";")
    cells[place] = text
    try:
        rows = read_columns(f"{BIOMASS}\n{';'.join(cells)}\n".encode("utf-8", "surrogatepass"))
    except GrilseError:
        return
    assert {len(values) for values in rows.values()} == {1}


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(tail):
    try:
        read_columns(format_lice_file("1,2026,1,A,0.2,,,Nei,Ja,0.5,Nei,6,3").encode() + tail)
        read_columns(tail)
    except GrilseError:
        pass
