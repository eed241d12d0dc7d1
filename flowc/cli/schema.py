"""`flowc schema`: the JSON Schema of flow files and of call scripts, for editors."""

from __future__ import annotations

import click

from flowc.cli import options
from flowc.cli.exits import Exit


@click.command(short_help="Print the JSON Schema of flow files, or of call scripts.")
@click.option("--calls", is_flag=True, help="Of call scripts (*.calls.yaml).")
@options.debug
def schema(calls: bool) -> int:
    """Print the JSON Schema of flow files (draft-07), for editors; with --calls, that of call scripts.

    \b
    Example:  flowc schema > flow.schema.json
              flowc schema --calls > calls.schema.json
    """
    from flowc.cli.output import put
    from flowc.language.schema import calls_schema, flow_schema, text_of
    from flowc.report.printable import json_text

    put(json_text(text_of(calls_schema() if calls else flow_schema())))
    return Exit.FINE
