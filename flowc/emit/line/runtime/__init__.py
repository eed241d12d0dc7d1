"""The fixed part of every generated tools module: how a tool reaches the scenario, and an outcome the agent.

`flowc.emit.line.view` puts what follows the marker of each file below the flow's own part, verbatim; the imports are in
`tools.py.jinja`. It runs beside the Line SDK on Python 3.10 and later; flowc itself never imports it.
"""
