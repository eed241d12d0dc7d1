"""The list of commands, and what surrounds each of them: exit codes, signals, and errors that are sentences."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from types import FrameType

import click

from flowc import __version__
from flowc.cli.exits import Exit
from flowc.cli.options import Asked
from flowc.cli.output import Unwritable, documented, flush, give_up, put, tell, trouble
from flowc.disk import told
from flowc.report.printable import plain

NAMES = (
    *("build", "check", "deploy", "diff", "docs", "doctor", "explain", "graph", "hours", "init", "lsp", "schema"),
    *("talk", "test", "verify"),
)


class Commands(Mapping[str, click.Command]):
    """By name; the file of a command is loaded when that is asked for, and so no other one is."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in NAMES:
            raise KeyError(name)
        command: click.Command = getattr(import_module(f"flowc.cli.{name}"), name)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


COMMANDS = Commands()

_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@click.group(
    commands=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="flowc %(version)s")
@click.pass_context
def flowc(context: click.Context) -> None:
    """Compile phone calls: one YAML flow becomes a VoxEngine scenario, matching Cartesia Line tools, and a contract.

    Exit codes: 0 fine; 1 the flows have errors, what is generated is out of date, or a call fails; 2 usage,
    configuration, or trouble with files. Whether anybody reads the output to its end changes none of them.

    Begin with `flowc init`, which writes a first flow; `flowc docs` has the references and the examples.
    """
    if context.invoked_subcommand is None:
        put(plain(f"{context.get_help()}\n"))


class Stopped(BaseException):
    """A signal asked flowc to stop; everything on the way out cleans up after itself."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def run(arguments: list[str]) -> int:
    """Run a command line; the exit code. Whatever happens, a person gets a sentence, not a traceback."""
    try:
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # a terminal that cannot show a character gets its escape
                stream.reconfigure(errors="backslashreplace")
        code = _invoke(arguments)
        flush()
    except (BrokenPipeError, Unwritable) as error:
        return cannot_write(error)
    except SystemExit:  # of click, where nobody reads its help, or what has no end
        return cannot_write(BrokenPipeError())
    except KeyboardInterrupt:
        return _interrupted(signal.SIGINT)
    except Stopped as stopped:
        return _interrupted(stopped.number)
    return code


def _invoke(arguments: list[str]) -> int:
    from flowc.artifacts import ArtifactError
    from flowc.config import ConfigError
    from flowc.discovery import SourceError

    asked = Asked()
    try:
        return int(flowc.main(args=arguments, prog_name="flowc", standalone_mode=False, obj=asked) or Exit.FINE)
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        shown = io.StringIO()
        from flowc.cli.advice import advice, near_options  # only an error needs it

        more = advice(arguments, error)
        if by_letters := getattr(error, "possibilities", None):  # what click takes for meant
            by_letters[:] = [] if more else near_options(error, by_letters)
        error.show(shown)
        tell(shown.getvalue().removesuffix("\n") + more)
        return Exit.TROUBLE
    except (ArtifactError, ConfigError, SourceError) as error:
        if asked.findings_as is not None:
            documented(str(error), asked.findings_as)
        return _trouble(str(error))
    except (BrokenPipeError, Unwritable):
        raise
    except Exception as error:
        if isinstance(error, OSError) and _is_of_click(error):  # which prints help and completions
            raise Unwritable(told(error)) from error
        from flowc.report import failure
        from flowc.simulator.engine import CannotPlay

        if isinstance(error, CannotPlay):
            return _trouble(str(error))
        if isinstance(error, FileNotFoundError) and not _is_somewhere():
            return _trouble("the current folder is gone: change to one that is there")
        _debug(arguments, error)
        return _trouble(failure.told(error, "what the same command prints with --debug"))


def _is_somewhere() -> bool:
    try:
        os.getcwd()
    except OSError:
        return False
    return True


def _is_of_click(error: OSError) -> bool:
    raised = error.__traceback__
    while raised is not None and raised.tb_next is not None:
        raised = raised.tb_next
    return raised is not None and str(raised.tb_frame.f_globals.get("__name__")).startswith("click.")


def _debug(arguments: list[str], error: Exception) -> None:
    from flowc.report.failure import wants_traceback

    if wants_traceback(arguments) and not isinstance(error, MemoryError):
        import traceback

        tell("".join(traceback.format_exception(error)).removesuffix("\n"))


def _trouble(message: str) -> int:
    with suppress(BrokenPipeError, Unwritable):
        trouble(message)
    return Exit.TROUBLE


def listen() -> None:
    """Turn the signals that end a program into an exception, so that no temporary file stays behind."""
    for number in _ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup: what is ignored stays ignored
            signal.signal(number, _stop)


def listen_no_more() -> None:
    """All is done and told: what comes now ends the process without a word."""
    for number in _ENDING:
        if signal.getsignal(number) is _stop:
            signal.signal(number, signal.SIG_DFL)


def _stop(number: int, _frame: FrameType | None) -> None:
    for ending in _ENDING:  # an impatient second one must not interrupt the cleaning up
        signal.signal(ending, signal.SIG_IGN)
    raise Stopped(number)


def _interrupted(number: int) -> int:
    with suppress(BrokenPipeError, Unwritable):
        tell("flowc: interrupted")
    return 128 + number


def cannot_write(error: OSError | Unwritable) -> int:
    """The exit code of a command whose output nobody gets. Where whoever read it has seen enough, all is fine."""
    give_up(1)
    if isinstance(error, BrokenPipeError):
        return Exit.FINE
    return _trouble(f"cannot write the output: {error if isinstance(error, Unwritable) else told(error)}")
