"""What is searched, from the disk: flows of a project with their generated scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flowc.config import Config
from flowc.discovery import SourceError
from flowc.disk import read, told
from flowc.ir import Flow
from flowc.verify.search import Subject
from flowc.verify.variants import SWITCHES


def subject_of(config: Config, flow: Flow, artifacts: Mapping[str, str], edited: bool) -> Subject:
    """A flow with its generated scenario. Raises SourceError if that is not there, or is not what the flow says."""
    name = f"{flow.name}/{flow.name}.voxengine.js"
    path = f"{config.out}/{name}"
    try:
        text = read(config.root, path).decode("utf-8", "replace")
    except FileNotFoundError:
        raise SourceError(f"{path} has not been generated: run `flowc build`") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {told(error)}") from error
    if text != artifacts[name] and not edited:
        hint = "run `flowc build`, or search it as it is with `--edited`"
        raise SourceError(f"{path} is not what {flow.path} says: {hint}")
    return Subject(flow, text, path)


def searches_of(subjects: Sequence[Subject], variants: bool) -> Iterator[tuple[Subject, dict[str, Any]]]:
    """Each, and with `variants` also under each behaviour of the platform that is not the default."""
    for subject in subjects:
        yield subject, {}
        if variants:
            yield from ((subject, {switch: value}) for switch, value in SWITCHES)
