"""The flow language as data: one grammar, from which come the structural checks, the JSON Schema and its hover help."""
