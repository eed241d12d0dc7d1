"""The command line: where disk, environment and terminal meet the pure compiler. One file per command.

Importing this module costs nothing, and `flowc --version` imports nothing else: it is what scripts call most.
"""

import os
import sys


def main() -> int:
    """Run the command in `sys.argv`; the exit code. From here on, a person who stops it sees no traceback."""
    try:
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is None:  # closed from the start: an app's libraries would rely on there being one
                setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (to the end)
        return _version() if sys.argv[1:] == ["--version"] else _command()
    except KeyboardInterrupt:  # in the instant before anything listens
        return _stop_at_once(2, None)


def _version() -> int:
    from flowc import __version__

    try:
        sys.stdout.write(f"flowc {__version__}\n")
        sys.stdout.flush()
    except OSError as error:
        from flowc.cli.app import cannot_write  # only an error needs it

        return cannot_write(error)
    return 0


def _command() -> int:
    """The garbage collector is off: a build makes a great many objects without cycles, keeps them, and ends. Freezing
    them keeps the interpreter from collecting them one by one at its end, which takes as long as a small build.
    """
    import signal

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not under nohup, or in the background
        signal.signal(signal.SIGINT, _stop_at_once)
    import gc

    gc.disable()
    from flowc.cli.app import listen, listen_no_more, run
    from flowc.cli.hooks import take_over

    take_over()
    listen()
    code = run(sys.argv[1:])
    listen_no_more()
    gc.freeze()
    return code


def _stop_at_once(number: int, _frame: object) -> int:
    """The process ends here. While the command is being loaded nothing is written yet, and an exception might be taken
    for a module's.
    """
    try:
        os.write(2, b"flowc: interrupted\n")
    finally:
        os._exit(128 + number)
