"""The flow, resolved: what both emitters, the contract and the checks read, and nothing else.

Laws:
- Everything is frozen and compares by value; spans are kept for diagnostics and for the reports of call scripts.
- Every name refers to something that exists. Steps name prompts, targets and routes; look them up in the `Flow`.
- Every default is filled in, durations are whole milliseconds, and the order is that of the YAML.
- Steps are a closed union of classes without subclasses: `match` over `Step` and end with `assert_never`.
- Texts are in parts, and whoever looks for something takes a walk of `walk.py`.
- Nothing here belongs to one agent framework.
"""

from flowc.ir.flow import (
    Action,
    Agent,
    Call,
    Flow,
    Header,
    Parameter,
    ParameterType,
    Prompt,
    PstnTarget,
    Route,
    SipTarget,
    Target,
    Webhook,
)
from flowc.ir.setting import Secret, Setting, Storage
from flowc.ir.steps import (
    TERMINAL,
    Arm,
    Branch,
    Choice,
    ChosenHunt,
    Fallback,
    GoTo,
    Group,
    HangUp,
    Hunt,
    Inside,
    Item,
    Notify,
    Outcome,
    Reply,
    ReturnToAgent,
    Say,
    Step,
    Steps,
    Transfer,
    inside,
)
from flowc.ir.subject import MISSING, OTHERWISE, DialledNumber, ParameterValue, Subject
from flowc.ir.text import Entry, Reference, Text, text_of
from flowc.ir.walk import StepList, every_step, settings, settings_of, step_lists, steps_within, told_first

__all__ = [
    "MISSING",
    "OTHERWISE",
    "TERMINAL",
    "Action",
    "Agent",
    "Arm",
    "Branch",
    "Call",
    "Choice",
    "ChosenHunt",
    "DialledNumber",
    "Entry",
    "Fallback",
    "Flow",
    "GoTo",
    "Group",
    "HangUp",
    "Header",
    "Hunt",
    "Inside",
    "Item",
    "Notify",
    "Outcome",
    "Parameter",
    "ParameterType",
    "ParameterValue",
    "Prompt",
    "PstnTarget",
    "Reference",
    "Reply",
    "ReturnToAgent",
    "Route",
    "Say",
    "Secret",
    "Setting",
    "SipTarget",
    "Step",
    "StepList",
    "Steps",
    "Storage",
    "Subject",
    "Target",
    "Text",
    "Transfer",
    "Webhook",
    "every_step",
    "inside",
    "settings",
    "settings_of",
    "step_lists",
    "steps_within",
    "text_of",
    "told_first",
]
