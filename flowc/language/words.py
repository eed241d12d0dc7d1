"""Words that cannot be names, and why: they would mean something else in a flow or in what is generated from it."""

from __future__ import annotations

# fmt: off
PYTHON = frozenset({
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except",
    "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass",
    "raise", "return", "try", "while", "with", "yield",
})

# What a generated module or an annotation in it may call by its plain name.
PYTHON_BUILT_IN = frozenset({
    "asyncio", "bool", "bytes", "dict", "exec", "float", "int", "isinstance", "json", "len", "line", "list",
    "object", "print", "set", "str", "super", "tuple", "type",
})

JAVASCRIPT = frozenset({
    "arguments", "async", "await", "break", "case", "catch", "class", "const", "constructor", "continue",
    "debugger", "default", "delete", "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for",
    "function", "if", "implements", "import", "in", "instanceof", "interface", "let", "new", "null", "package",
    "private", "protected", "public", "return", "static", "super", "switch", "this", "throw", "true", "try",
    "typeof", "undefined", "var", "void", "while", "with", "yield",
})

# The Line SDK leaves the first five out of a tool's parameters without a word; `action` names the action in a request.
PARAMETERS = frozenset({"self", "cls", "ctx", "context", "event", "action"})

ROUTES = frozenset({
    "hang_up", "notify", "otherwise", "play", "record", "reply", "return_to_agent", "say", "send_digits",
    "start_agent", "transfer",
})

PROMPTS = frozenset({"ringback"})
# fmt: on

# Folders that Windows cannot have.
FLOWS = frozenset({"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))})


def why_reserved(kind: str, name: str) -> str:
    """Why a `kind` (flow, prompt, target, action, parameter, route) cannot have this name; empty if it can."""
    match kind:
        case "action" | "parameter" if name in PYTHON:
            return "it is a keyword of Python"
        case "action" | "parameter" if name in JAVASCRIPT:
            return "JavaScript keeps it for itself"
        case "action" if name in PYTHON_BUILT_IN:
            return "the generated Python uses it"
        case "parameter" if name == "action":
            return "it names the action in a request"
        case "parameter" if name in PARAMETERS:
            return "the Line SDK would silently leave it out"
        case "route" if name in ROUTES:
            return "it is a word of the flow language"
        case "prompt" if name in PROMPTS:
            return "it is a word of the flow language"
        case "flow" if name in FLOWS:
            return "Windows cannot have a folder of that name"
        case _:
            # Every object of JavaScript has one already.
            return "JavaScript keeps it for itself" if name == "constructor" else ""
