"""What a change of a flow means to a caller, and to the other half that is deployed already: `flowc diff --against`.

Both versions are compiled to the IR, and every field of it is compared with its namesake. A room for each noun of the
flow says what a difference means, in sentences: `of_flow` is the page to begin with, `aspects` says which function
compares which field. `change.Kind` is for whom. What old tools and a new scenario do with each other, and the reverse,
is said where the protocol has it: `of_parameters`, `of_actions`, `of_agents`; `tests/skew/` holds the two against each
other.

A name that has changed alone is told as that (`naming`). Nothing is passed over in silence: a field that differs
without a sentence of its own gets one (`aspects.differences`), and a test walks over all types of the IR.
"""
