"""`flowc lsp`: the language server, for editors."""

from __future__ import annotations

import click

from flowc.cli import options
from flowc.cli.exits import Exit


@click.command(short_help="Run the language server, for editors.")
@options.debug
def lsp() -> int:
    """Run the language server over standard input and output, until the editor ends it. Nobody types this: an editor
    starts it, see the README.

    Errors, warnings and hints while you type; completion of keys, steps and names; what a key means, and how long a
    transfer can ring; the declaration of a name, every place that means it, and another name in all of them, in flows
    and in call scripts. It needs the extra `lsp`: pip install 'flowc[lsp]'.

    \b
    Example:  flowc lsp
    """
    import gc
    import signal

    from flowc.discovery import SourceError

    try:
        from flowc.lsp.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol", "cattrs", "attrs"):
            raise
        raise SourceError("the language server needs its protocol: `pip install 'flowc[lsp]'`") from error
    gc.enable()  # it runs as long as the editor does
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # nothing has to be cleaned up, and whoever waits for the editor can only be ended
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    return Exit.FINE if serve() else Exit.FAULTS
