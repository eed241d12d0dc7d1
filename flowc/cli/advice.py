"""What somebody meant who has typed a command line that is none, as other tools have it."""

from __future__ import annotations

import re
from collections.abc import Collection

import click

_COMMANDS = {
    "help": "flowc --help, or flowc COMMAND --help",
    "version": "flowc --version",
    **dict.fromkeys(("new", "create", "start"), "flowc init"),
    **dict.fromkeys(("compile", "generate", "make"), "flowc build"),
    **dict.fromkeys(("lint", "validate"), "flowc check"),
    **dict.fromkeys(("run", "play", "simulate"), "flowc test for call scripts, or flowc talk to be the caller"),
    **dict.fromkeys(("prove", "search"), "flowc verify"),
    **dict.fromkeys(("chat", "call", "phone"), "flowc talk"),
    **dict.fromkeys(("draw", "show", "page"), "flowc graph"),
    **dict.fromkeys(("upload", "publish", "push"), "flowc deploy"),
    **dict.fromkeys(("list", "ls", "examples"), "flowc docs, which lists the references and the examples"),
    **dict.fromkeys(("watch", "dev"), "flowc check --watch, or another command with --watch"),
    **dict.fromkeys(("completion", "completions", "complete"), 'eval "$(_FLOWC_COMPLETE=bash_source flowc)"'),
}
_NO_FORMATTER = "There is no formatter: flowc leaves a flow as it is written. What is wrong in it says: flowc check"
_AS_JSON = ("--output-format", "--output-format json")
_UNCOLOURED = ("--color", "--color never")
_OPTIONS = {
    **dict.fromkeys(("--format", "--json", "-f", "--reporter"), _AS_JSON),
    **dict.fromkeys(("--no-color", "--no-colour", "--no-colors", "--plain"), _UNCOLOURED),
    **dict.fromkeys(("--filter", "--grep", "--name"), ("-k", "-k NAME")),
}
"""What others call an option: the one that a command has to have, and what is written."""
_OF_A_COMMAND = {
    "deploy --dry-run": "Without --yes nothing is deployed: what would change is printed",
    "build --dry-run": "Write: flowc build --check, or flowc diff",
    "verify --timeout": "No search is cut off by a clock: --limit counts states, --only scenario leaves out the tools",
}
_VERSION = ("-V", "-v", "--v")
_MORE = ("-v", "-vv", "--verbose")


def advice(arguments: list[str], error: click.ClickException) -> str:
    """A line more, with the line break before it; or empty."""
    if isinstance(error, click.NoSuchOption):
        return _of_an_option(arguments, error)
    if isinstance(error, click.BadParameter) and error.param is not None and isinstance(error.param.type, click.Choice):
        typed = re.match("'(.*)' is not one of ", error.message)
        return "" if typed is None else _did_you_mean(typed[1], [str(each) for each in error.param.type.choices])
    if isinstance(error, click.UsageError) and error.message.startswith("Got unexpected extra argument"):
        return _of_an_argument(error)
    word = next((each for each in arguments if not each.startswith("-")), "")
    if isinstance(error, click.UsageError) and error.message.startswith("No such command"):
        if word in _COMMANDS:
            return f"\nWrite: {_COMMANDS[word]}"
        if word in ("fmt", "format"):
            return f"\n{_NO_FORMATTER}"
        if word.endswith((".yaml", ".yml")):
            return f"\nA command stands before it: flowc check {word}"
        group = None if error.ctx is None else error.ctx.command
        return _did_you_mean(word, group.commands) if isinstance(group, click.Group) else ""
    return ""


def near_options(error: click.ClickException, possible: list[str]) -> list[str]:
    """Of these options those that are what has been typed but for a letter or two, or begin in that way."""
    from flowc.suggest import is_near

    typed = getattr(error, "option_name", "").lstrip("-")
    bare = {each: each.lstrip("-") for each in possible}
    return [
        each
        for each, name in bare.items()
        if typed and (is_near(typed, name) or name.startswith(typed) or typed.startswith(name))
    ]


def _did_you_mean(typed: str, possible: Collection[str]) -> str:
    """A line more for the one that differs in a letter or two alone, or in their order."""
    from flowc.suggest import misspelt

    swapped = (each for each in possible if sorted(each) == sorted(typed.lower()))
    meant = next(swapped, None) or misspelt(typed, possible)
    return f"\nDid you mean '{meant}'?" if meant else ""


def _of_an_option(arguments: list[str], error: click.NoSuchOption) -> str:
    context, option = error.ctx, error.option_name
    if context is not None and context.parent is None and option in _VERSION:
        return "\nWrite: flowc --version"
    if option in _MORE:
        return "\nWithout -q nothing is held back; all that happens on a call is shown by: flowc test --trace"
    if context is None:
        return ""
    if not isinstance(context.command, click.Group):
        return _of_another_tool(context.command, option)
    name = next((each for each in arguments if each in context.command.commands), "")
    command = context.command.commands[name] if name else None
    if command is None:
        return ""
    known = any(option in each.opts for each in command.params)
    behind = f"\nOptions of a command stand behind it: flowc {name} {option}"
    return behind if known else _of_another_tool(command, option)


def _of_another_tool(command: click.Command, option: str) -> str:
    """For an option that has another name here, or none because that is how it is anyway."""
    if told := _OF_A_COMMAND.get(f"{command.name} {option}"):
        return f"\n{told}"
    needed, written = _OPTIONS.get(option, ("", ""))
    has_it = any(needed in each.opts for each in command.params)
    return f"\nWrite: flowc {command.name} {written}" if has_it else ""


def _of_an_argument(error: click.UsageError) -> str:
    """For what stands behind a command that takes nothing there."""
    found = re.search(r"\(([^ ()]+)\)$", error.message)
    if found is None or error.ctx is None or error.ctx.command.name != "init":
        return ""
    from flowc.references import examples

    if found[1].endswith((".yaml", ".yml")):
        return f"\nThe app of a flow's agent: flowc init --agent {found[1]}"
    if found[1] in examples():
        return f"\nWrite: flowc init --from {found[1]}"
    return "\nIt writes into the current folder. Examples to begin with are listed by: flowc docs"
