"""`dataclasses.replace` for what is frozen, has no `__post_init__` and is replaced tens of thousands of times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import replace
else:

    def replace(value: Any, /, **changes: Any) -> Any:
        """Without `__init__`, which sets fifty fields one by one; what has slots has nothing to copy at once."""
        kind = type(value)
        fields = kind.__dataclass_fields__
        if not changes.keys() <= fields.keys():
            raise TypeError(f"{kind.__name__} has no {', '.join(changes.keys() - fields.keys())}")
        if hasattr(kind, "__slots__"):
            return kind(**{name: changes[name] if name in changes else getattr(value, name) for name in fields})
        made = object.__new__(kind)
        made.__dict__.update(value.__dict__, **changes)
        return made


__all__ = ["replace"]
