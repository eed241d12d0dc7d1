"""Errors of a file before anything is known of its language: encoding and YAML."""

from flowc.rule import Rule

READING: tuple[Rule, ...] = (
    Rule(
        "FLOW001",
        "not UTF-8 text",
        """\
The file is in another encoding than UTF-8, often UTF-16, as some editors and shells on Windows write it.

Why: read in another encoding, the caller would hear other letters than those that were written.

Example:

    $ iconv -f UTF-8 -t UTF-16 flows/function_calling.yaml > flows/other.yaml
    $ flowc check flows/other.yaml

Instead:

    $ iconv -f UTF-16 -t UTF-8 flows/other.yaml > flows/function_calling.yaml
    $ flowc check flows/function_calling.yaml
""",
    ),
    Rule(
        "FLOW002",
        "not YAML",
        """\
The text cannot be read as YAML: a quote or a bracket that is never closed, a tab in the indentation, a sign that has a
meaning in YAML. What is behind the place cannot be judged, so errors further down appear when this one is mended.

Quotes around a sentence are always right: most of these errors are sentences without them.

Why: what a caller gets would depend on a guess at how the text goes on.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: [{say: hello}, hang_up]}
    prompts:
      hello: Good morning: how can we help?
    actions:
      end_call: {description: End the call., do: hang_up}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: [{say: hello}, hang_up]}
    prompts:
      hello: "Good morning: how can we help?"
    actions:
      end_call: {description: End the call., do: hang_up}
""",
    ),
    Rule(
        "FLOW003",
        "empty file",
        """\
The file is empty, or holds nothing but comments.

Why: a flow that was lost on the way, by an editor or a merge, would leave a number without anybody who answers.

Example:

    # The front desk.

Instead:

    # The front desk.
    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    actions:
      end_call: {description: End the call., do: hang_up}
""",
    ),
    Rule(
        "FLOW004",
        "more than one document",
        """\
`---` begins a second document of YAML. A file holds one flow, or one file of call scripts.

Why: the calls of the second flow would be answered by nobody.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    actions:
      end_call: {description: End the call., do: hang_up}
    ---
    flow: another

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    actions:
      end_call: {description: End the call., do: hang_up}
""",
    ),
    Rule(
        "FLOW005",
        "anchors, aliases, merge keys and tags are not part of the language",
        """\
Something of YAML that the language leaves out: an anchor (`&name`), an alias (`*name`), a merge key (`<<`), a tag
(`!!str`) or a directive (`%YAML`). What several places have in common is a name: of a prompt, a target, a route.

Why: what stands in one place would change what happens in another, where nobody sees it.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: &desk {pstn: "+15550100001", caller_id: "+15550100002"}
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
        "FLOW006",
        "key given twice",
        """\
A mapping has the same key twice. Headers of SIP count as the same whatever their case.

Why: readers of YAML take one of them without a word: half of what is written would not happen.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer:
        description: Transfer the caller to a person.
        do: hang_up
        do: {transfer: desk}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer:
        description: Transfer the caller to a person.
        do: {transfer: desk}
""",
    ),
    Rule(
        "FLOW007",
        "too large or nested too deeply",
        """\
A file has at most 1 MiB, also a file of call scripts with its rows filled in, and at most 40 levels.

Why: one file could keep the compiler busy for hours, and no correction would reach a caller meanwhile.

Example:

    flowc: 1
    flow: desk
    agent:
      metadata: {deep: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}
      api_key: {secret: KEY}
      agent_id: agent_1
      unavailable: hang_up
    actions:
      end_call: {description: End the call., do: hang_up}

Instead:

    flowc: 1
    flow: desk
    agent:
      metadata: {deep: text}
      api_key: {secret: KEY}
      agent_id: agent_1
      unavailable: hang_up
    actions:
      end_call: {description: End the call., do: hang_up}
""",
    ),
    Rule(
        "FLOW008",
        "invisible character",
        r"""A character that nobody can see, or that changes the direction of writing: a no-break space, one without
width. They come along when text is copied from a web page or a document. One that is meant is written as an escape in
double quotes: `"Vous entendez\u00A0?"`. The selector that an emoji has behind it (U+FE0E, U+FE0F) is no such character
there, and is one behind everything else.

Why: two names that look the same are not, and what is reviewed is not what a caller hears.

Example:

    $ printf 'call:\302\240{max_duration: 2h}\n' >> flows/function_calling.yaml
    $ flowc check flows/function_calling.yaml

Instead:

    $ LC_ALL=C sed "s/$(printf '\302\240')/ /g" flows/function_calling.yaml > mended
    $ mv mended flows/function_calling.yaml
    $ flowc check flows/function_calling.yaml
""",
    ),
)
