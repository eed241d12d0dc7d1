"""`flowc schema`: the JSON Schema of flow files, for editors."""

from __future__ import annotations

import click

from flowc.cli import options
from flowc.cli.exits import Exit


@click.command(short_help="Print the JSON Schema of flow files.")
@options.debug
def schema() -> int:
    """Print the JSON Schema of flow files (draft-07), for editors.

    \b
    Example:  flowc schema > flow.schema.json
    """
    import json

    from flowc.language.schema import flow_schema

    click.echo(json.dumps(flow_schema(), indent=2, ensure_ascii=False))
    return Exit.FINE
