"""Patterns of parameters: see `pattern.py`."""

from flowc.patterns.automaton import MOST_READINGS
from flowc.patterns.fault import PatternFault
from flowc.patterns.pattern import FORMATS, Pattern, read

__all__ = ["FORMATS", "MOST_READINGS", "Pattern", "PatternFault", "read"]
