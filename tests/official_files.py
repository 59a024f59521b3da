"""Small files in the formats that the authorities publish; every figure in them is made up."""

LICE = (
    "Uke,År,Lokalitetsnummer,Lokalitetsnavn,Voksne hunnlus,Lus i bevegelige stadier,Fastsittende lus,"
    "Trolig uten fisk,Har telt lakselus,Kommunenummer,Kommune,Fylkesnummer,Fylke,Lat,Lon,Lusegrense uke,"
    "Over lusegrense uke,Sjøtemperatur,ProduksjonsområdeId,Produksjonsområde"
)
BIOMASS = (
    "ÅR;MÅNED_KODE;MÅNED;PO_KODE;PO_NAVN;ARTSID;UTSETTSÅR;BEHFISK_STK;BIOMASSE_KG;UTSETT_SMOLT_STK;"
    "UTSETT_SMOLT_STK_MINDRE_ENN_500G;FORFORBRUK_KG;UTTAK_STK;UTTAK_KG;UTTAK_SLØYD_KG;UTTAK_HODEKAPPET_KG;"
    "UTTAK_RUNDVEKT_KG;DØDFISK_STK;UTKAST_STK;RØMMING_STK;ANDRE_STK;ANDRE_NY_STK;TELLEFEIL_STK"
)
POSITION = "9999,NOWHERE,99,Nofylke,60.5,5.25"


def format_lice_file(*rows: str) -> str:
    """Return a file of rows that leave out municipality, county and position, and the last column."""
    lines = [LICE]
    for row in rows:
        before, after = split_row(row, 9)
        lines.append(f"{before},{POSITION},{after},Somewhere")
    return "\n".join(lines) + "\n"


def split_row(row: str, cells: int) -> tuple[str, str]:
    """Return a row's first cells and the others; commas in quotes separate none."""
    quoted = False
    for place, letter in enumerate(row):
        quoted ^= letter == '"'
        cells -= letter == "," and not quoted
        if not cells:
            return row[:place], row[place + 1 :]
    raise ValueError(row)


def format_biomass_file(*rows: str) -> str:
    """Return a file of rows, with nothing where a row ends early."""
    width = BIOMASS.count(";")
    return "\n".join([BIOMASS, *(row + ";" * (width - row.count(";")) for row in rows)]) + "\n"
