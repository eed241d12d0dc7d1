"""A process with one V8 context, for `flowc.simulator.context`: run as a script, it imports nothing of flowc.

Requests come on standard input, answers leave on standard output, each as a line of ASCII and a text of as many bytes
as the line says. Request: `SECONDS BYTES`; answer: `KIND BYTES`, see `KINDS`. The first request is to be evaluated when
another one has run out of time, and tells then what it was doing. The process ends with its input.
"""

from __future__ import annotations

import os
import sys

from py_mini_racer import JSEvalException, JSOOMException, JSParseException, JSTimeoutException, MiniRacer

KINDS: dict[type[Exception], str] = {
    JSTimeoutException: "time",
    JSOOMException: "memory",
    JSParseException: "syntax",
    JSEvalException: "error",
}
"""What kept the text from being evaluated; the answer's text is the exception's. `value` if nothing did."""
LOOK_S = 1.0


def main(memory: int) -> None:
    context = MiniRacer()
    context.set_hard_memory_limit(memory)
    _, doing = _read()
    while True:
        seconds, code = _read()
        try:
            result = context.eval(code, timeout_sec=seconds)
            kind, told = "value", result if isinstance(result, str) else ""
        except tuple(KINDS) as error:
            kind, told = KINDS[type(error)], str(error)
        if kind == "time":
            told = _looked(context, doing)
        _write(kind, told)


def _looked(context: MiniRacer, doing: str) -> str:
    try:
        found = context.eval(doing, timeout_sec=LOOK_S)
    except tuple(KINDS):
        return ""
    return found if isinstance(found, str) else ""


def _read() -> tuple[float, str]:
    head = sys.stdin.buffer.readline().split()
    if not head:
        os._exit(0)  # V8 would take its time
    return float(head[0]), sys.stdin.buffer.read(int(head[1])).decode("utf-8", "surrogatepass")


def _write(kind: str, text: str) -> None:
    body = text.encode("utf-8", "surrogatepass")
    sys.stdout.buffer.write(b"%s %d\n%s" % (kind.encode(), len(body), body))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
