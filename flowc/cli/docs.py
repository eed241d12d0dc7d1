"""`flowc docs`: the references, for whoever has flowc installed and no clone of it."""

from __future__ import annotations

import click

from flowc.cli import completion, options
from flowc.cli.exits import Exit


@click.command(short_help="Print a reference: of flows, call scripts, the protocol.")
@click.argument("name", required=False, metavar="[NAME]", shell_complete=completion.documents)
@click.argument("section", required=False, metavar="[SECTION]")
@click.option("--sections", "lists", is_flag=True, help="List the headings of the reference.")
@options.debug
def docs(name: str | None, section: str | None, lists: bool) -> int:
    """Print a reference as Markdown: `language`, `calls`, `protocol`, `verify`, `errors` or `security`.

    It is the one of the flowc that is installed. Without a NAME, list them, and the examples that `flowc init --from`
    begins with. With a SECTION, what stands below that heading; a part of the heading is enough.

    \b
    Example:  flowc docs language | less
              flowc docs language --sections
              flowc docs language briefs
    """
    from flowc.cli.output import put, tell, trouble
    from flowc.diagnostics import quoted
    from flowc.references import DOCUMENTS, document, examples, sections
    from flowc.report.printable import plain
    from flowc.suggest import nearest

    listed = "".join(f"  {each:<10}{of.about}\n" for each, of in DOCUMENTS.items())
    if name is None:
        gallery = examples()
        widest = max(map(len, gallery))
        rows = "".join(f"  {each:<{widest}}  {about}\n" for each, about in gallery.items())
        put(plain(f"flowc docs NAME prints a reference:\n\n{listed}\n"))
        put(plain(f"flowc init --from EXAMPLE begins with a flow:\n\n{rows}"))
        return Exit.FINE
    if name in DOCUMENTS:
        text = document(name)
        parts = sections(text)
        if lists:
            put(plain("".join(f"{each}\n" for each in parts)))
        elif section is None:
            put(plain(text))
        else:
            named = {each: each.lower().replace("`", "") for each in parts}
            found = [each for each, words in named.items() if section.lower().replace("`", "") in words]
            if not found:
                meant = nearest(section, (each.replace("`", "") for each in parts))
                hint = f"; did you mean {quoted(meant)}?" if meant else f"; `flowc docs {name} --sections` lists them"
                trouble(f"there is no section {quoted(section)}{hint}")
                return Exit.TROUBLE
            same = [each for each in found if section.lower().replace("`", "") == named[each]]
            put(plain("\n".join(parts[each] for each in same or found)))
        return Exit.FINE
    meant = nearest(name, DOCUMENTS)
    hint = _of_another_command(name) or (f"; did you mean {meant}?" if meant else _section(name))
    trouble(f"there is no reference {quoted(name)}{hint}")
    tell(f"\n{listed}".removesuffix("\n"))
    return Exit.TROUBLE


def _of_another_command(name: str) -> str:
    """Of a code, or an example."""
    from flowc.catalogue import CATALOGUE
    from flowc.references import examples

    if name.upper() in CATALOGUE:
        return f": what it means is said by flowc explain {name.upper()}"
    return f", but an example: flowc init --from {name}" if name in examples() else ""


def _section(name: str) -> str:
    """Of what stands in a reference."""
    from flowc.references import DOCUMENTS, document, sections

    for reference in DOCUMENTS:
        if any(name.lower() in each.lower().replace("`", "") for each in sections(document(reference))):
            return f", but a section: flowc docs {reference} {name}"
    return ""
