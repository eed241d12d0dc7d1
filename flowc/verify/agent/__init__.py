"""The agent's half of `flowc verify`: the generated tools, whatever the world does to them.

    decisions -- world: caller, Cartesia, network, model, and a scenario that is a page of rules (`scenario`)
                   |  events, connections in memory, a clock that is virtual (`loop`)
                 the SDK's own conversation loop -- its own `LlmAgent` -- the generated modules, exec'd as they are

**Run.** One call in one *situation*: from the agent's start over what the model asks for, and what goes wrong
meanwhile, to a last turn in which the model is shown all it will ever know, the end of the connection, and the end of
everything. Whenever the world could go on in more than one way, it asks for a decision (`choices`); the same decisions
make the same run.

**Exploration.** All sequences of decisions of a situation are run, depth first and by replay (`explore`). What is
decided: what becomes of each request and its reply (`network`); whether the caller speaks, a noise is heard or the
connection closes, at every single turn of the event loop and so at every await of the tools; what the model asks for
after that; what comes of an action that was accepted (`outcomes`); how the control data arrive, and whose. What a model
may get wrong in its arguments is in `arguments`, made of what the flow declares. `situation` lists what is tried.
By default some of it is tried only where everything waits, and with fewer fates of requests; `thorough` is all.

**Properties** are functions over what could be seen of a run (`record`, `properties`): each action is done exactly
once, no exception, no outcome lost, honest answers within the stated seconds, and everything ends.

What is assumed: the platform delivers what the scenario says over the agent's connection, in its order, as long as that
is open; no two requests have one id; the tools take no time but by waiting.

Code of strangers runs in a process of its own (`program`, `inside`), and what is found out about it comes from there:
it is the word of the tools' own process. `program.explore_tools` is what a command calls.
"""
