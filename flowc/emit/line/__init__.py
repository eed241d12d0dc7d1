"""The back end for the Cartesia Line SDK: the tools of each flow, and what the tools of all flows share."""

from flowc.emit.line.view import MINIMUM_PYTHON, class_name, emit

__all__ = ["MINIMUM_PYTHON", "class_name", "emit"]
