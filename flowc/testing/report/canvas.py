"""One row of a terminal as cells: text goes to a column, and stays in it whatever characters it has.

Wide characters take two cells, combining ones none; what would act on a terminal is shown as its escape. What is too
long for its place is cut. Nothing is said here about calls.
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.report.terminal import cell

_CUT = "..."


def pieces(text: str) -> Iterator[tuple[str, int]]:
    """The text as what is shown and how many cells that takes; a combining character belongs to the one before."""
    held: list[str] = []
    cells = 0
    for character in text:
        piece, width = ("\\t", 2) if character == "\t" else cell(character)
        if width == 0 and cells > 0:
            held.append(piece)
            continue
        if held:
            yield "".join(held), cells
        held, cells = [f" {piece}" if width == 0 else piece], width or 1
    if held:
        yield "".join(held), cells


def width_of(text: str) -> int:
    """How many cells the text takes."""
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(width for _, width in pieces(text))


def cut(text: str, most: int) -> str:
    """The text, safe on a terminal, in at most so many cells. It is read no further than that."""
    shown: list[str] = []
    used = kept = 0  # cells, and how many of the pieces leave room for what says that there is more
    for piece, width in pieces(text):
        used += width
        if used > most:
            return ("".join(shown[:kept]) + _CUT)[: max(most, 0) if most < len(_CUT) else None]
        shown.append(piece)
        kept = len(shown) if used <= most - len(_CUT) else kept
    return "".join(shown)


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
