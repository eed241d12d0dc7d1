"""Errors of names: what refers to something that is not there."""

from flowc.rule import Rule

NAMES: tuple[Rule, ...] = (
    Rule(
        "FLOW201",
        "unknown name",
        """\
A prompt, target, route, action or parameter is named that is not declared. Usually it is misspelt, or was renamed
elsewhere.

Why: the step would have nothing to say, or nobody to call, while the caller waits.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer: {description: Transfer the caller to a person., do: {transfer: dsek}}

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
        "FLOW202",
        "reserved name",
        """\
The name has a meaning already. Names of actions and parameters become Python functions and arguments, so words of
Python, JavaScript and the Line SDK are taken; the name of a route cannot be that of a step; Windows has names that no
folder can have.

Why: the generated tools would not start, or another thing would happen than the name says.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    actions:
      order:
        description: Repeat the menu that was ordered.
        parameters:
          class: {type: string, description: which menu}
        do: {reply: {menu: "${class}"}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    actions:
      order:
        description: Repeat the menu that was ordered.
        parameters:
          menu: {type: string, description: which menu}
        do: {reply: {menu: "${menu}"}}
""",
    ),
    Rule(
        "FLOW204",
        "unknown reference in a text",
        """\
A `${…}` refers to nothing that is known where the text stands. Known are `${call.from}`, `${call.to}`, `${call.id}`,
and the parameters of actions; in `metadata` no parameters, in a `reply` those of its own action. What the agent itself
speaks (`say` of an action or of `return_to_agent`) has no `${…}` at all. `$${` is a literal `${`.
What other tools write (`{{name}}`, `{name}`, `$name`) is refused where the name is one that is known.

Why: the caller would hear a gap, or the signs themselves.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {hello: "Hello ${call.form or 'you'}."}
    actions:
      repeat: {description: Repeat the number of the caller., do: [{say: hello}, hang_up]}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {hello: "Hello ${call.from or 'you'}."}
    actions:
      repeat: {description: Repeat the number of the caller., do: [{say: hello}, hang_up]}
""",
    ),
)
