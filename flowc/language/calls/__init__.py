"""The language of call scripts: its shapes, as literals."""
