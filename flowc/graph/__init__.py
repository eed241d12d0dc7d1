"""A flow as a picture: what begins a call, the agent, what it may ask for, who is rung, and what follows each outcome.

`drawing.py` makes the nodes and edges of it from the IR; `mermaid.py` and `dot.py` write them down. All of it is pure.
"""

from __future__ import annotations

from flowc.graph.dot import dot
from flowc.graph.drawing import Drawing, Edge, Node, Shape, drawing
from flowc.graph.mermaid import mermaid

__all__ = ["Drawing", "Edge", "Node", "Shape", "dot", "drawing", "mermaid"]
