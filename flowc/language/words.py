"""Words that cannot be names, and why: they would mean something else in a flow or in what is generated from it."""

from __future__ import annotations

from flowc.language.flow.steps import STEP, STEP_WORDS

# fmt: off
PYTHON = frozenset({
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except",
    "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass",
    "raise", "return", "try", "while", "with", "yield",
})

JAVASCRIPT = frozenset({
    "arguments", "async", "await", "break", "case", "catch", "class", "const", "constructor", "continue",
    "debugger", "default", "delete", "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for",
    "function", "if", "implements", "import", "in", "instanceof", "interface", "let", "new", "null", "package",
    "private", "protected", "public", "return", "static", "super", "switch", "this", "throw", "true", "try",
    "typeof", "undefined", "var", "void", "while", "with", "yield",
})

# The Line SDK leaves them out of a tool's parameters without a word.
PARAMETERS = frozenset({"self", "cls", "ctx", "context", "event"})

ROUTES = frozenset({*STEP.by_key, *STEP_WORDS, "otherwise"})

PROMPTS = frozenset({"ringback"})

LANGUAGES = frozenset({"play", "missing", "otherwise"})

AGENTS = frozenset({"agent"})
CALLERS = frozenset({"withheld", "missing", "otherwise"})

WEBHOOKS = frozenset({"call", "hours", "data", "queue"})
# fmt: on

# Folders that Windows cannot have.
FLOWS = frozenset({"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))})


# Every object of JavaScript has a property of that name already.
EVERYWHERE = frozenset({"constructor"})

# Kind of name -> words it cannot be, with the reason.
RESERVED: dict[str, tuple[tuple[frozenset[str], str], ...]] = {
    "flow": ((FLOWS, "Windows cannot have a folder of that name"),),
    "prompt": ((PROMPTS, "it is a word of the flow language"),),
    "language": ((LANGUAGES, "it is a word of the flow language"),),
    "agent": ((AGENTS, "it is what the others are told apart from: the one under `agent`"),),
    "target": (),
    "callers": ((CALLERS, "it is a value that `call.from` has already"),),
    "webhook": ((WEBHOOKS, "what stands before the dot in `${…}` and `by` must tell it from the rest of the call"),),
    "hours": (),
    "route": ((ROUTES, "it is a word of the flow language"),),
    "action": (
        (PYTHON, "it is a keyword of Python"),
        (JAVASCRIPT, "JavaScript keeps it for itself"),
    ),
    "parameter": (
        (PYTHON, "it is a keyword of Python"),
        (JAVASCRIPT, "JavaScript keeps it for itself"),
        (frozenset({"action"}), "it names the action in a request"),
        (PARAMETERS, "the Line SDK would silently leave it out"),
    ),
    "property": ((PYTHON, "it is a keyword of Python"),),
    "field": (),
}


def why_reserved(kind: str, name: str) -> str:
    """Why a `kind` of thing cannot have this name; empty if it can."""
    return _WHY[kind].get(name, "")


_WHY = {
    kind: {
        **{word: why for words, why in reversed(reasons) for word in words},
        **dict.fromkeys(EVERYWHERE, "JavaScript keeps it for itself"),
    }
    for kind, reasons in RESERVED.items()
}
