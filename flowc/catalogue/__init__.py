"""Every code of an error or a warning, with its rule: what `flowc explain` and flows/ERRORS.md show.

Where a check over the IR finds an error, the rule is the check's module. Errors that are found while files are read,
names looked up and call scripts prepared have theirs here, in the same form.
"""

from __future__ import annotations

from flowc.catalogue.call_scripts import CALL_SCRIPTS
from flowc.catalogue.ignores import IGNORES
from flowc.catalogue.names import NAMES
from flowc.catalogue.reading import READING
from flowc.catalogue.structure import STRUCTURE
from flowc.checks import RULES
from flowc.diagnostics import Code
from flowc.rule import Rule

CATALOGUE: dict[Code, Rule] = {
    rule.code: rule
    for rule in sorted((*READING, *STRUCTURE, *NAMES, *IGNORES, *CALL_SCRIPTS, *RULES), key=lambda rule: rule.code)
}

CHAPTERS: dict[str, str] = {
    "FLOW0": "Reading the file",
    "FLOW1": "Structure",
    "FLOW2": "Names and references",
    "FLOW3": "Meaning",
    "FLOW4": "Platform limits",
    "FLOW5": "Call scripts",
    "FLOW6": "Warnings",
}
