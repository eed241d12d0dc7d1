"""What the tools of every flow share: how a tool reaches the scenario, and an outcome the agent.

`flowc.emit.line.shared` makes one module of it: what follows the marker of each file, verbatim, below the imports in
`shared.py.jinja`. It runs beside the Line SDK on Python 3.10 and later; flowc itself never imports it.
"""
