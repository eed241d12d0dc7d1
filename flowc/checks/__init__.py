"""What is wrong with a flow whose every line is right: one rule a file, each with its checks, `check(flow)` yielding
diagnostics.

A rule reads the IR and nothing else. `CHECKS` look at one place at a time and always run; `WHOLE_FLOW_CHECKS` follow
steps from place to place, or say that something is never used or reached. They run only when nothing else is wrong, so
that one misspelled word is not followed by ten errors about what it would have led to. `WARNINGS` are asked of a flow
without errors.

A new rule is a new file and a line in `RULES`; what it says of itself is in `flowc.rule`. A code that is new is also a
line in `flowc.diagnostics.Code`, and a page: `flowc explain --markdown > flows/ERRORS.md`.

`same_name` compares flows, and `platform_limits.scenario_size` reads what is generated: the compiler calls these two.
"""

from __future__ import annotations

from flowc.checks import (
    agent_after_itself,
    before_the_agent,
    boolean_in_a_prompt,
    branch_values,
    briefing,
    briefing_while_thinking,
    cut_text,
    emergency_by_hours,
    endless_cycle,
    extension_without_accept,
    filled_digits,
    idle_while_thinking,
    impossible_hours,
    impossible_outcome,
    list_in_a_text,
    missing_in_a_prompt,
    model_of_another_country,
    never_filled_in,
    no_agent,
    not_possible_here,
    outcome_without_next_step,
    own_number,
    pause_of_nothing,
    placed_calls,
    placeholder,
    platform_limits,
    recorded_person,
    same_name,
    sensitive_value,
    steps_that_run_out,
    unreached_steps,
    unused_declaration,
    unused_route,
    voice_of_another_language,
)
from flowc.rule import Check, Rule

# In the order in which they are asked: of more errors than anybody reads, the first are told.
RULES: tuple[Rule, ...] = (
    same_name.RULE,
    steps_that_run_out.RULE,
    unreached_steps.RULE,
    outcome_without_next_step.RULE,
    impossible_hours.RULE,
    impossible_outcome.RULE,
    not_possible_here.RULE,
    briefing.RULE,
    platform_limits.RULE,
    no_agent.RULE,
    before_the_agent.RULE,
    agent_after_itself.RULE,
    placed_calls.RULE,
    branch_values.RULE,
    endless_cycle.RULE,
    never_filled_in.RULE,
    missing_in_a_prompt.RULE,
    boolean_in_a_prompt.RULE,
    list_in_a_text.RULE,
    filled_digits.RULE,
    sensitive_value.RULE,
    unused_route.RULE,
    unused_declaration.RULE,
    extension_without_accept.RULE,
    voice_of_another_language.RULE,
    recorded_person.RULE,
    pause_of_nothing.RULE,
    idle_while_thinking.RULE,
    cut_text.RULE,
    briefing_while_thinking.RULE,
    model_of_another_country.RULE,
    emergency_by_hours.RULE,
    own_number.RULE,
    placeholder.RULE,
)

CHECKS: tuple[Check, ...] = tuple(check for rule in RULES for check in rule.checks)
WHOLE_FLOW_CHECKS: tuple[Check, ...] = tuple(check for rule in RULES for check in rule.whole_flow_checks)
LAST_CHECKS: tuple[Check, ...] = tuple(check for rule in RULES for check in rule.last_checks)
WARNINGS: tuple[Check, ...] = tuple(check for rule in RULES for check in rule.warnings)
