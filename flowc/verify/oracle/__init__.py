"""A second reading of the language, from `flows/README.md` alone, that says what a call has to look like.

It reads the flow (`flowc.ir`) and never the scenario, and shares nothing with the compiler's back half or the runtime:
what is wrong there cannot be wrong here in the same way. Given where a call stands (`standing`) and what the world
does, it says what has to be seen (`effects`): who rings, what the caller hears, what the agent, webhooks and whoever
posts are told, and what follows. Where the language leaves something open (when within a limit, which of two things
at one instant comes first) there are several answers, and each is right.

What joins the language joins here: a step in `steps`, what webhooks are told of it in `webhooks`, what it waits for as
a stage in `standing` with its limit in `limits`, what is heard meanwhile in `hearing`, what ends it in `oracle`. The
type checker names what was left out. Of a hunt, `rounds` has who is rung in turn and its outcome, `hunts` what legs,
keys and time lead to while it rings, `machines` and `conversation` what comes of an answer. `agents` is what the agent
does, `asking` what it asks for, `recording` a message that is taken.
"""

from flowc.verify.oracle.effects import Disagreement
from flowc.verify.oracle.given import Given
from flowc.verify.oracle.observation import Seen, seen_in
from flowc.verify.oracle.oracle import Oracle
from flowc.verify.oracle.standing import Roles, Standing

__all__ = ["Disagreement", "Given", "Oracle", "Roles", "Seen", "Standing", "seen_in"]
