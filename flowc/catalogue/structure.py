"""Errors of keys and values, each for itself: what the grammar does not have."""

from flowc.rule import Rule

STRUCTURE: tuple[Rule, ...] = (
    Rule(
        "FLOW101",
        "unknown key",
        """\
The language has no such key here. It is misspelt, stands one level too far in or out, or belongs to another place.

Why: nothing is accepted and ignored: a misspelt `fallback` would be one that no caller gets.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer:
        description: Transfer the caller to a person.
        do: {transfer: desk, fallbck: {otherwise: hang_up}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer:
        description: Transfer the caller to a person.
        do: {transfer: desk, fallback: {otherwise: hang_up}}
""",
    ),
    Rule(
        "FLOW102",
        "missing key",
        """\
A key is required here and not there. In a call script it may be a parameter that the action needs, or a value that a
row lacks.

Why: without it there is a decision that nobody has taken, such as which number the person called sees.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001"}
    actions:
      call_transfer: {description: Transfer the caller to a person., do: {transfer: desk}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer: {description: Transfer the caller to a person., do: {transfer: desk}}
""",
    ),
    Rule(
        "FLOW103",
        "wrong type of value",
        """\
A value is of another kind than what stands here: a list for a text, a number for a text, nothing at all. Phone numbers
and sentences of digits alone need quotes, durations a unit; `yes` and `no` are text.

Why: a guess might be wrong: 20 seconds or 20 milliseconds is the difference between a ring and none.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002", ring: 20}
    actions:
      call_transfer: {description: Transfer the caller to a person., do: {transfer: desk}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002", ring: 20s}
    actions:
      call_transfer: {description: Transfer the caller to a person., do: {transfer: desk}}
""",
    ),
    Rule(
        "FLOW104",
        "malformed value",
        """\
The value is of the right kind, but not of the right form: a phone number that is not E.164, a name with capital
letters, a duration such as `1.5s`, a text that ends at a ` #`, a `${` that is never closed, curly quotes around a text,
a path such as `"C:\\notes"`, in which `\\n` is a new line, or a `pattern` that Python and JavaScript do not read alike,
or that keeps a call busy with some texts.

Why: the platform would refuse it in the middle of a call, or the caller would hear half a sentence.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "0800 5550100", caller_id: "+15550100002"}
    actions:
      call_transfer: {description: Transfer the caller to a person., do: {transfer: desk}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+18005550100", caller_id: "+15550100002"}
    actions:
      call_transfer: {description: Transfer the caller to a person., do: {transfer: desk}}
""",
    ),
    Rule(
        "FLOW105",
        "value out of range",
        """\
The value is of the right form, but too small, too large, too long or empty.

Why: a limit of ten seconds would end every call in the middle of the first sentence.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    call: {max_duration: 10s}
    actions:
      end_call: {description: End the call., do: hang_up}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    call: {max_duration: 10m}
    actions:
      end_call: {description: End the call., do: hang_up}
""",
    ),
    Rule(
        "FLOW106",
        "keys that exclude each other",
        """\
Two keys stand together that cannot: each says something else about the same thing, or two steps are in one mapping.

Why: only one of them could happen, and the file does not say which: a target is called by telephone or by SIP.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", sip: "sip:desk@pbx.example.com", caller_id: "+15550100002"}
    actions:
      call_transfer: {description: Transfer the caller to a person., do: {transfer: desk}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer: {description: Transfer the caller to a person., do: {transfer: desk}}
""",
    ),
    Rule(
        "FLOW107",
        "a sound file where a sentence is needed",
        """\
A prompt that is a sound file stands where only a sentence can be heard: in what one person hears alone (`accept`,
`whisper`, `gone`), in what a machine records (`message`), in a `warning`, in the `say` of a recording and in the
announcement of a queue. What the caller hears otherwise can be a sound file: a step `say`, `ringing`.

Why: the platform loads a file when it is to be heard, which may take 12 s, and it may not be there. While it loads, the
caller hears ringback; here there is nothing to hear meanwhile, or the call cannot wait for it: a person who hears
nothing hangs up, a machine records silence, and a warning keeps those apart who talk.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets: {desk: {pstn: "+15550100001", caller_id: "+15550100002", whisper: a_call}}
    prompts: {a_call: {play: "https://sounds.example.com/a_call.mp3"}}
    actions:
      call_desk: {description: Call the desk., do: {transfer: desk}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets: {desk: {pstn: "+15550100001", caller_id: "+15550100002", whisper: a_call}}
    prompts: {a_call: A call from the website.}
    actions:
      call_desk: {description: Call the desk., do: {transfer: desk}}
""",
    ),
    Rule(
        "FLOW108",
        "secret written into the file",
        """\
A key, a token or a password stands in the file, or something that looks like one. A secret is read on the platform
when the call starts: `{secret: NAME}` or `{storage: NAME}`. flowc does not print what it has found. A secret that was
committed is known: replace it by a new one.

Why: whoever can read the repository could place calls at your expense, and listen to your callers.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: my-own-key, agent_id: agent_1, unavailable: hang_up}
    actions:
      end_call: {description: End the call., do: hang_up}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    actions:
      end_call: {description: End the call., do: hang_up}
""",
    ),
    Rule(
        "FLOW109",
        "value listed twice",
        """\
A list names the same value twice: a target, or a value of an `enum`.

Why: each target of a hunt is rung once; the second time, somebody else was probably meant.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer: {description: Transfer the caller to a person., do: {transfer: [desk, desk]}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
      backup: {pstn: "+15550100003", caller_id: "+15550100002"}
    actions:
      call_transfer: {description: Transfer the caller to a person., do: {transfer: [desk, backup]}}
""",
    ),
)
