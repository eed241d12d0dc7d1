"""The command line: where disk, environment and terminal meet the pure compiler. One file per command.

Importing this module costs nothing, and `flowc --version` imports nothing else: it is what scripts call most.
"""

import os
import sys


def main() -> int:
    """Run the command in `sys.argv`; the exit code.

    The garbage collector is off: a build makes a great many objects without cycles, keeps them, and ends. Freezing
    them keeps the interpreter from collecting them one by one at its end, which takes as long as a small build.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed from the start: an app's libraries would rely on there being one
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (to the end)
    if sys.argv[1:] == ["--version"]:
        from flowc import __version__

        sys.stdout.write(f"flowc {__version__}\n")
        return 0
    import gc

    gc.disable()
    from flowc.cli.app import listen, run
    from flowc.cli.hooks import take_over

    listen()
    take_over()
    code = run(sys.argv[1:])
    gc.freeze()
    return code
