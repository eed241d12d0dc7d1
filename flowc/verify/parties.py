"""Who calls, and whom: whether that still decides something once the first steps of `inbound` have gone by it.

Webhooks, reports and the agent are told, and most flows do nothing else with it. Then calls are one that differ in
nothing but that, as with all that is only handed on (`passive`). That a scenario reads the numbers rightly is seen when
the call comes in: the search tells what it has read, and the oracle compares that for each who may call. What is shown
as the caller's own number is a field of its own: where there is one, it is only handed on. Where the caller's trunk is
asked to hand the caller over, that goes by how the caller came.
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.ir import Branch, Flow, SipTarget, Steps, Transfer, every_step, steps_of
from flowc.ir.subject import CallingNumber, DialledNumber, Subject
from flowc.verify.alphabet import Alphabet, addresses, in_e164

NUMBERS = ("from", "to")
"""The fields of `S`."""
ADDRESSES = ("fromAddress", "toAddress")
"""Those of the same over SIP: they are compared with addresses of targets, of which they are none."""
SHOWN = "callersNumber"
"""The one that has the number that is shown as the caller's own, if there is one."""
_NAMES = frozenset({"call.from", "call.to"})


def told_alone(flow: Flow, world: Alphabet) -> str:
    """How the numbers count, in the words of `passive.HANDED_ON`: `at_entry`, as long as the first steps may go by
    them; `nothing`, where none does; "" where they decide something later.
    """
    if flow.outbound is not None or any(isinstance(each, SipTarget) and each.refers for each in flow.targets):
        return ""
    if any(_NAMES & set(prompt.text.references) for prompt in flow.prompts) or _may_be_own(flow, world):
        return ""
    first = {id(branch) for branch in _first_branches(flow.inbound)}
    branches = [branch for branch in steps_of(flow, Branch) if _is_number(branch.subject)]
    choices = [choice for step in every_step(flow) if isinstance(step, Transfer) for choice in step.choices()]
    if any(_is_number(choice.subject) for choice in choices) or any(id(branch) not in first for branch in branches):
        return ""
    return "at_entry" if branches else "nothing"


def _may_be_own(flow: Flow, world: Alphabet) -> bool:
    """A target is not rung where it is the caller, or what was dialled."""
    caller = world.world["caller"]
    parties = {caller["from"], *caller["to"], *caller["others"], *caller["national"], *in_e164(flow)}
    numbers = {number.removeprefix("+") for number in parties}
    users = (address.removeprefix("sip:").partition("@")[0] for address in addresses(flow, world))
    return any(user.removeprefix("+") in numbers for user in users)


def _first_branches(steps: Steps) -> Iterator[Branch]:
    """The branch with which steps begin, and those with which its arms do: nothing happens between them."""
    if steps and isinstance(steps[0], Branch):
        yield steps[0]
        for arm in steps[0].arms:
            yield from _first_branches(arm.steps)


def _is_number(subject: Subject) -> bool:
    return isinstance(subject, CallingNumber | DialledNumber)
