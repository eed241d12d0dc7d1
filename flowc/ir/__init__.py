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
    Parameter,
    ParameterType,
    Prompt,
    PstnTarget,
    Route,
    SipTarget,
    Target,
)
from flowc.ir.hours import DAYS, Hours, OpenOn, Range
from flowc.ir.setting import Secret, Setting, Storage
from flowc.ir.steps import (
    TERMINAL,
    Choice,
    Fallback,
    GoTo,
    Group,
    HangUp,
    Hunt,
    Inside,
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
from flowc.ir.text import Entry, Reference, Text, text_of
from flowc.ir.walk import (
    StepList,
    every_step,
    hours_in_texts,
    hours_of_targets,
    settings,
    settings_of,
    step_lists,
    steps_within,
    webhooks,
)

__all__ = [
    "DAYS",
    "TERMINAL",
    "Action",
    "Agent",
    "Call",
    "Choice",
    "Entry",
    "Fallback",
    "Flow",
    "GoTo",
    "Group",
    "HangUp",
    "Hours",
    "Hunt",
    "Inside",
    "Notify",
    "OpenOn",
    "Outcome",
    "Parameter",
    "ParameterType",
    "Prompt",
    "PstnTarget",
    "Range",
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
    "Target",
    "Text",
    "Transfer",
    "every_step",
    "hours_in_texts",
    "hours_of_targets",
    "inside",
    "settings",
    "settings_of",
    "step_lists",
    "steps_within",
    "text_of",
    "webhooks",
]
