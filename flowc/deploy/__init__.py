"""What a flow needs of a Voximplant account, and how it gets there: the page to begin with.

    flow  ->  needs.py     which secrets, entries of ApplicationStorage, caller IDs and all else it goes by
    account.py             an application of an account, as values; as a file of JSON, too
    state.py               both, held against each other: findings, and for some the step that mends it
    order.py               which half goes out first: the scenario, or the agent's tools
    report.py              all of it for people and programs

All of that is pure. `api.py` is the edge: the one module that talks to Voximplant's Management API, through the
vendor's own client, reads an account and carries out steps.
"""

from flowc.deploy.account import Account, BadExport, exported, imported
from flowc.deploy.needs import Needs, OfFlow, ProjectNeeds, needs
from flowc.deploy.order import Order, order
from flowc.deploy.state import Finding, State, Step, StepKind, state

__all__ = [
    "Account",
    "BadExport",
    "Finding",
    "Needs",
    "OfFlow",
    "Order",
    "ProjectNeeds",
    "State",
    "Step",
    "StepKind",
    "exported",
    "imported",
    "needs",
    "order",
    "state",
]
