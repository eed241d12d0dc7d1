"""A flow, or calls that were played, as one page of HTML that needs nothing else: no file, no network, no server.

`document.py` puts pages together, of what `tree.py`, `declared.py`, `hours.py`, `waiting.py`, `proof.py` and `calls.py`
make; `markup.py` is the one place where a text becomes markup. The page's looks are `page.css`, and what moves in it is
`player/`, which `script.py` puts together: both stand in the page, whose own policy lets nothing else in. All of it is
pure.
"""

from __future__ import annotations

from flowc.page.document import MARK, Checked, of_calls, of_flow

__all__ = ["MARK", "Checked", "of_calls", "of_flow"]
