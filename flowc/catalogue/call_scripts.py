"""Errors of call scripts (*.calls.yaml), found when they are held against their flow and what was generated."""

from flowc.rule import Rule

CALL_SCRIPTS: tuple[Rule, ...] = (
    Rule(
        "FLOW501",
        "no flow to play",
        """\
The flow that a file of call scripts is about is not there, or is no flow. `flow` is the name of its file, as seen from
the folder of the script. Where the flow has errors itself, those are told, and which call scripts they keep from being
played.

Why: a test that is not played finds nothing.

Example:

    flowc: 1
    flow: function_caling.yaml
    account:
      storage: {CARTESIA_API_KEY: test-key, CARTESIA_AGENT_ID: agent_1, PSTN_CALLER_ID: "+15550009999"}
    calls:
      a call:
        - caller: calls

Instead:

    flowc: 1
    flow: function_calling.yaml
    account:
      storage: {CARTESIA_API_KEY: test-key, CARTESIA_AGENT_ID: agent_1, PSTN_CALLER_ID: "+15550009999"}
    calls:
      a call:
        - caller: calls
""",
    ),
    Rule(
        "FLOW502",
        "scenario that has not been generated",
        """\
Call scripts are played against the generated scenario, the file itself, and it is not there or cannot be read.

Why: a test of anything but the generated file says nothing about what callers get.

Example:

    $ rm generated/function_calling/function_calling.voxengine.js
    $ flowc test flows/function_calling.calls.yaml

Instead:

    $ flowc build
    $ flowc test flows/function_calling.calls.yaml
""",
    ),
    Rule(
        "FLOW503",
        "expectation that cannot be met",
        """\
Something is expected that cannot happen with this flow, whatever anybody does: an outcome that does not exist, a
prompt that the platform never speaks, a webhook where the flow has none.

Why: such an expectation tests nothing that a caller could meet.

Example:

    flowc: 1
    flow: function_calling.yaml
    account:
      storage: {CARTESIA_API_KEY: test-key, CARTESIA_AGENT_ID: agent_1, PSTN_CALLER_ID: "+15550009999"}
    calls:
      a call:
        - caller: calls
        - agent: {asks: call_transfer}
        - wait: 4s
        - support: is busy
        - expect: {agent told: {outcome: bussy}}

Instead:

    flowc: 1
    flow: function_calling.yaml
    account:
      storage: {CARTESIA_API_KEY: test-key, CARTESIA_AGENT_ID: agent_1, PSTN_CALLER_ID: "+15550009999"}
    calls:
      a call:
        - caller: calls
        - agent: {asks: call_transfer}
        - wait: 4s
        - support: is busy
        - expect: {agent told: {outcome: busy}}
""",
    ),
    Rule(
        "FLOW504",
        "event that cannot happen",
        """\
A step of a script cannot happen there: somebody speaks before the call has come in, it comes in a second time,
something that takes time is `at once`, or the script's `account` lacks a setting that its calls need: what starts the
agent, or the number or the caller ID of a target that a script names. What is missing on purpose is an empty text:
`storage: {PSTN_CALLER_ID: ""}`.

Why: the script is about a call that no caller can make.

Example:

    flowc: 1
    flow: function_calling.yaml
    account:
      storage: {CARTESIA_API_KEY: test-key, CARTESIA_AGENT_ID: agent_1, PSTN_CALLER_ID: "+15550009999"}
    calls:
      a call:
        - agent: {asks: end_call}

Instead:

    flowc: 1
    flow: function_calling.yaml
    account:
      storage: {CARTESIA_API_KEY: test-key, CARTESIA_AGENT_ID: agent_1, PSTN_CALLER_ID: "+15550009999"}
    calls:
      a call:
        - caller: calls
        - agent: {asks: end_call}
""",
    ),
    Rule(
        "FLOW505",
        "name that call scripts keep for themselves",
        r"""The flow has a target or a prompt whose name is a word of call scripts, such as `agent`, `wait` or
`nobody`, so that a step could not say which is meant.

Why: a script that can be read in two ways proves neither.

Example:

    $ sed 's/support/wait/' flows/function_calling.yaml > changed
    $ mv changed flows/function_calling.yaml
    $ printf 'flowc: 1\nflow: function_calling.yaml\n' > flows/short.calls.yaml
    $ printf 'account: {storage: {CARTESIA_API_KEY: key, CARTESIA_AGENT_ID: agent}}\n' >> flows/short.calls.yaml
    $ printf 'calls: {a call: [{caller: calls}]}\n' >> flows/short.calls.yaml
    $ flowc check flows/short.calls.yaml

Instead:

    $ sed 's/wait/people/' flows/function_calling.yaml > changed
    $ mv changed flows/function_calling.yaml
    $ flowc check flows/short.calls.yaml
""",
    ),
    Rule(
        "FLOW506",
        "generated file that is not what the flow generates",
        """\
A file in `generated/` differs from what the flow generates: `flowc build` is due, or somebody has edited it. Nothing
of it is run, unless `flowc test --edited` says so.

Why: a test of another file than the one that callers get proves nothing.

Example:

    $ echo '// changed by hand' >> generated/function_calling/function_calling.voxengine.js
    $ flowc test flows/function_calling.calls.yaml

Instead:

    $ flowc build
    $ flowc test flows/function_calling.calls.yaml
""",
    ),
)
