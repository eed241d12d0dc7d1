"""One row of a terminal as cells: text goes to a column, and stays in it whatever characters it has.

Wide characters take two cells, combining ones none; what would act on a terminal is shown as its escape. What is too
long for its place is cut. Nothing is said here about calls.
"""

from __future__ import annotations

from flowc.report.terminal import cell

_CUT = "..."


def pieces(text: str) -> list[tuple[str, int]]:
    """The text as what is shown and how many cells that takes; a combining character belongs to the one before."""
    shown: list[tuple[str, int]] = []
    for character in text:
        piece, width = ("\\t", 2) if character == "\t" else cell(character)
        if width == 0 and shown and shown[-1][1] > 0:
            shown[-1] = (shown[-1][0] + piece, shown[-1][1])
        else:
            shown.append((f" {piece}", 1) if width == 0 else (piece, width))
    return shown


def width_of(text: str) -> int:
    """How many cells the text takes."""
    return sum(width for _, width in pieces(text))


def cut(text: str, most: int) -> str:
    """The text, safe on a terminal, in at most so many cells."""
    shown = pieces(text)
    if sum(width for _, width in shown) <= most:
        return "".join(piece for piece, _ in shown)
    kept, used = "", 0
    for piece, width in shown:
        if used + width > most - len(_CUT):
            break
        kept, used = kept + piece, used + width
    return (kept + _CUT)[: max(most, 0)] if most < len(_CUT) else kept + _CUT


def wrapped(text: str, first: int, following: int) -> list[str]:
    """The whole text, safe on a terminal, in rows of at most so many cells, broken at spaces where there are any."""
    rows: list[str] = []
    row, used, space = "", 0, 0
    cells: list[tuple[str, int]] = []
    for piece, width in pieces(text):
        cells += [(piece, width)] if width <= 2 else [(each, 1) for each in piece]  # an escape may be broken
    for piece, width in cells:
        if row and used + width > max(following if rows else first, 1):
            kept, rest = (row[:space], row[space:]) if space and piece != " " else (row, "")
            rows.append(kept.rstrip(" "))
            row = rest.lstrip(" ")
            used, space = width_of(row), 0
        if row or piece != " " or not rows:
            row, used = row + piece, used + width
            space = len(row) if piece == " " else space
    return [*rows, row]


class Row:
    """A row of spaces to write on."""

    def __init__(self, width: int) -> None:
        self._cells = [" "] * width

    def write(self, at: int, text: str, most: int | None = None) -> int:
        """Writes from a cell on, at most so many cells, never beyond the row; the cell after the text."""
        room = len(self._cells) - at
        for piece, width in pieces(cut(text, room if most is None else min(most, room))):
            self._cells[at : at + width] = [piece, *[""] * (width - 1)]
            at += width
        return at

    def __str__(self) -> str:
        return "".join(self._cells).rstrip()
