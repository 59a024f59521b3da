"""The problems of a package: every bad row is counted, the first hundred are listed."""

from dataclasses import dataclass, field

from grilse.errors import GrilseError

MAX_LISTED = 100


@dataclass(frozen=True, slots=True)
class PackageProblem:
    """A problem of a package: the file, its line (1 is the header), the column, its value, and why it is wrong."""

    file: str
    line: int
    column: str
    value: str | None  # None where no cell is at fault
    why: str

    def __str__(self) -> str:
        place = self.file + (f" line {self.line}" if self.line else "")
        value = "" if self.value is None else f" {quote_cell(self.value)}"
        return f"{place}: {self.column}{value}: {self.why}" if self.column else f"{place}: {self.why}"


class PackageRefused(GrilseError):
    """A package was not imported; nothing was written."""

    def __init__(self, package: str, problems: list[PackageProblem], count: int) -> None:
        self.problems = problems
        self.count = count
        head = f"{package} was not imported and nothing was written"
        if count == 1:
            super().__init__(f"{head}: {problems[0]}")
            return
        first = f", the first {len(problems)}" if count > len(problems) else ""
        super().__init__("\n".join([f"{head}: {count:,} problems{first}:", *map(str, problems)]))


@dataclass(slots=True)
class Problems:
    """The problems so far, and the warnings, which do not refuse a package."""

    listed: list[PackageProblem] = field(default_factory=list)
    count: int = 0
    files: set[str] = field(default_factory=set)  # with a problem
    warnings: list[str] = field(default_factory=list)

    def add(self, file: str, line: int = 0, column: str = "", value: str | None = None, *, why: str) -> None:
        """Count a problem, and list it if it is one of the first."""
        self.count += 1
        self.files.add(file)
        if len(self.listed) < MAX_LISTED:
            self.listed.append(PackageProblem(file, line, column, value, why))

    def copy(self) -> "Problems":
        """Return the problems so far."""
        return Problems(list(self.listed), self.count, set(self.files), list(self.warnings))

    def restore(self, before: "Problems") -> None:
        """Forget the problems since a copy was made: they follow from a file that cannot be read."""
        self.listed, self.count, self.files = before.listed, before.count, before.files

    def raise_if_any(self, package: str) -> None:
        """Raise `PackageRefused` if there is a problem."""
        if self.count:
            raise PackageRefused(package, self.listed, self.count)


def quote_cell(value: str) -> str:
    """Return a cell as it can be shown on one line: without control characters, and shortened."""
    if not value:
        return "blank"
    short = value if len(value) <= 60 else value[:57] + "…"
    return f"'{short}'" if short.isprintable() else ascii(short)
