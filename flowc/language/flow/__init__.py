"""The language of flows: its shapes, as literals, and what a flow is decoded to."""
