"""flowc: a compiler for phone calls. `flowc.compiler` is the place to start reading."""

__version__ = "0.1.0"
