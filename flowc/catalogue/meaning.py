"""Errors of what a flow means, as far as they are found before the flow is whole."""

from flowc.rule import Rule

MEANING: tuple[Rule, ...] = ()
