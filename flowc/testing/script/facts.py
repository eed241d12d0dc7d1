"""What is named in an expectation, as it is written: a fact for each key. Nothing is looked up here."""

from __future__ import annotations

from typing import Any

from flowc.language.calls import syntax
from flowc.language.calls.events import NOTHING
from flowc.language.calls.expectations import CHOSEN, DATA, MESSAGES, OF_THE_REQUEST, PARAMETERS
from flowc.language.located import Located, Section, given
from flowc.nodes import Mapping, Node, Scalar, Sequence, pairs
from flowc.testing.script.wanted import HowDialled, Named, Posted, PromptHeard
from flowc.testing.script.wording import plain, text_of
from flowc.testing.script.wording import written as duration


def prompt_heard(written: syntax.HeardPrompt) -> PromptHeard:
    return PromptHeard(text_of(written.prompt), text_of(written.language) or None)


def how_dialled(written: syntax.HowDialled) -> HowDialled:
    facts = dict(named(written).facts)
    for key, node in pairs(written.node):
        if written.push is not None and node is written.push.node:
            facts[key.text] = duration(written.push.value)
    return HowDialled(Named(facts), written.count is not None and written.count.value == 0)


def posted(written: syntax.Post) -> Posted:
    of_the_request = {field.key for field in OF_THE_REQUEST}
    facts = {key: fact for key, fact in named(written).facts.items() if key not in of_the_request}
    if isinstance(written.result, syntax.Result) and written.result.key is not None:
        facts[written.result.key.text] = named(written.result)
    if isinstance(written.message, syntax.Message) and written.message.key is not None:
        facts[written.message.key.text] = _message(written.message)
    if isinstance(written.recording, syntax.OfRecording) and written.recording.key is not None:
        facts[written.recording.key.text] = _recording(written.recording)
    if (parameters := given(written.parameters)) is not None:
        facts[PARAMETERS] = _as_given(parameters.node)
    if isinstance(chosen := given(written.chosen), Section):
        facts[CHOSEN] = _as_given(chosen.node)
    if isinstance(data := given(written.data), Section):
        facts[DATA] = _as_given(data.node)
    if (messages := given(written.messages)) is not None:
        facts[MESSAGES] = [_message(each) for each in messages if isinstance(each, syntax.Message)]
    headers = given(written.headers)
    return Posted(
        Named(facts),
        text_of(written.to),
        None if written.count is None else written.count.value,
        None if headers is None else {name.text: text_of(text) for name, text in headers.entries},
    )


def _message(written: syntax.Message) -> Named:
    facts: dict[str, Any] = {} if written.seconds is None else {"seconds": written.seconds.value}
    return Named(facts if written.url is None else {**facts, "url": text_of(written.url)})


def _recording(written: syntax.OfRecording) -> Named:
    facts: dict[str, Any] = {} if written.seconds is None else {"seconds": written.seconds.value}
    texts = {"url": written.url, "failed": written.failed}
    return Named({**facts, **{key: text_of(text) for key, text in texts.items() if text is not None}})


def named(written: Located) -> Named:
    """What is named in a mapping, as it is written."""
    return Named({key.text: None if _is_nothing(node) else plain(node) for key, node in pairs(written.node)})


def _as_given(node: Node) -> Any:
    """What an action was asked for with. `nothing` without quotes: it was left out."""
    match node:
        case Scalar(plain=True) if node.text == NOTHING:
            return None
        case Mapping():
            return Named({key.text: _as_given(value) for key, value in pairs(node)})
        case Sequence():
            return [_as_given(each) for each in node.items]
        case _:
            return plain(node)


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.text == NOTHING
