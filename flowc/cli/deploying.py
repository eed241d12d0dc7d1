"""What `deploy` and `doctor` share: one flow with what is generated of it, its settings, and the account."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from flowc.cli import options
from flowc.formats import Format

if TYPE_CHECKING:
    from flowc.config import Config
    from flowc.deploy import Account, Needs, State
    from flowc.deploy.api import Api

CREDENTIALS = "VOXIMPLANT_CREDENTIALS"

_credentials = click.option(
    "--credentials",
    metavar="FILE",
    type=click.Path(),
    help=f"The JSON file of a service account; left out: what {CREDENTIALS} names.",
)
_endpoint = click.option(
    "--endpoint", metavar="HOST", default=None, help="Another host of the Management API, with its port if need be."
)


def account(command: Any) -> Any:
    """The options by which an account is reached."""
    return _credentials(_endpoint(command))


class Subject(Struct, frozen=True):
    """A flow without errors, its generated scenario, and where it goes."""

    config: Config
    flow: str
    text: str
    needs: Needs
    application: str
    rule: str
    pattern: str

    def read(self, api: Api) -> Account:
        return api.read(self.application, self.flow, self.needs.readable, self.needs.storage)

    def held_against(self, account: Account) -> State:
        from datetime import UTC, datetime

        from flowc.deploy import state

        now = datetime.now(UTC)
        return state(self.flow, self.text, self.needs, account, self.rule, os.environ, now, self.pattern)


def subject(path: str, output_format: Format, color: options.ColorChoice, what: str) -> Subject | None:
    """None: the flow has errors, which are printed."""
    from flowc.cli.output import show, summarise
    from flowc.cli.planning import count_errors
    from flowc.compiler import compile_flows
    from flowc.config import ConfigError, load_for
    from flowc.deploy import needs
    from flowc.discovery import SourceError, select

    config = load_for((path,), Path.cwd())
    selection = select(config, (path,))
    if len(selection.sources) != 1:
        raise SourceError(f"{path}: a {what} is of one flow, name its file")
    result = compile_flows(selection.sources, config.agents, config.strict)
    if result.diagnostics:
        show(config, selection, result.diagnostics, output_format, color)
        summarise(f"{count_errors(result.diagnostics)}: no {what}", quiet=False)
        return None
    [flow] = result.flows
    if config.deploy is None or flow.name not in config.deploy.rules:
        wanted = f'`application = "NAME"` and `rules = {{{flow.name} = "RULE"}}` in [tool.flowc.deploy]'
        raise ConfigError(f"{config.root}/pyproject.toml does not say where the flow `{flow.name}` goes: {wanted}")
    text = result.artifacts[f"{flow.name}/{flow.name}.voxengine.js"]
    rule, pattern = config.deploy.rules[flow.name], config.deploy.patterns.get(flow.name, "")
    return Subject(config, flow.name, text, needs(flow), config.deploy.application, rule, pattern)


def reached(credentials: str | None, endpoint: str | None) -> Api:
    from flowc.deploy.api import ENDPOINT, Api

    file = credentials or os.environ.get(CREDENTIALS)
    if not file:
        raise click.UsageError(f"name the JSON file of a service account, by --credentials or as {CREDENTIALS}")
    return Api(Path(file), endpoint or ENDPOINT)


def without_trouble(work: Callable[[], int]) -> int:
    """What cannot be read of an account is a sentence."""
    from flowc.cli.exits import Exit
    from flowc.cli.output import trouble
    from flowc.deploy.api import ApiError
    from flowc.report.terminal import visible

    try:
        return work()
    except ApiError as error:
        trouble(visible(str(error)))
        return Exit.TROUBLE
