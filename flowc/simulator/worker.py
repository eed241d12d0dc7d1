"""A process with one V8 context, for `flowc.simulator.context`: run as a script, it imports nothing of flowc.

Before it takes a request, it gives up files, network and other processes: `flowc.confinement`. Requests come on
standard input, answers leave on standard output, each as a line of ASCII and a text of as many bytes as the line says.
Request: `SECONDS BYTES`; answer: `KIND BYTES`. The kind is `value`, or what kept the text from being evaluated: `time`,
`memory`, `syntax`, `error`; then the text is V8's. One answer comes unasked: `value` when V8 is ready, or `start` and
why it cannot be. The first request is not answered: it is evaluated when another one has run out of time, and tells
then what that was doing. The process ends with its input.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys

LOOK_S = 1.0
COLLECT_EVERY = 50
LARGE = 65_536
"""Characters of what is asked or answered that count as a request more: whole batches of calls leave much behind."""


def main(memory: int, packages: str, confinement: str) -> None:
    """`memory` is in bytes, `packages` the folder that py_mini_racer is in, `confinement` the file of that module."""
    for number in (signal.SIGINT, signal.SIGTERM):  # they are for the process that asks, which may go on
        signal.signal(number, signal.SIG_IGN)
    confine = runpy.run_path(confinement)
    confine["confine_root"]()
    sys.path.append(packages)  # last, so that nothing there stands in for a part of Python
    try:
        from py_mini_racer import JSEvalException, JSOOMException, JSParseException, JSTimeoutException, MiniRacer
        from py_mini_racer import init_mini_racer as start_v8

        start_v8(flags=())  # by default it compiles and collects in the thread that runs the scenario, and that waits
        context = MiniRacer()
        context.set_hard_memory_limit(memory)
    except Exception as error:  # whatever a library that is broken or incomplete may raise
        _write("start", " ".join(f"{type(error).__name__}: {error}".split()))
        return
    confine["confine_engine"]()
    _write("value", "")

    def evaluate(seconds: float, code: str) -> tuple[str, str]:
        try:
            result = context.eval(code, timeout_sec=seconds)
        except JSTimeoutException:
            return "time", ""
        except JSOOMException as error:
            return "memory", str(error)
        except JSParseException as error:
            return "syntax", str(error)
        except JSEvalException as error:
            return "error", str(error)
        return "value", result if isinstance(result, str) else ""

    def collect(last: int) -> int:
        """V8 lets garbage lie until its limit is reached, and then there is no more memory, though all could be had.
        So it is collected when half of the limit is in use, and much of that is new. Returns what was left then."""
        used = context.heap_stats()["used_heap_size"]
        if used < memory // 2 or used - last < memory // 8:
            return last
        context.low_memory_notification()
        return int(context.heap_stats()["used_heap_size"])

    _, doing = _read()
    requests = left = 0
    while True:
        seconds, code = _read()
        requests += len(code) // LARGE + 1
        if requests >= COLLECT_EVERY:  # asking V8 takes longer than most requests
            left, requests = collect(left), 0
        kind, text = evaluate(seconds, code)
        requests += len(text) // LARGE
        if kind == "time":
            found, told = evaluate(LOOK_S, doing)
            text = told if found == "value" else ""
        _write(kind, text)


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
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
