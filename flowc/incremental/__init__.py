"""Building again without doing again what is known: the result is always that of a build from nothing.

`make.py` is the page to read: from the names of flow files to what `build` and `check` say and write. A source is
compiled by itself (`work.py`), on several cores if there are many (`cores.py`), to a `flowc.unit.Unit`; the texts of
artifacts that are on disk already are dropped, the others wait in a file (`texts.py`), so that memory does not grow
with what is generated. What `flowc build` finds out is kept in `.flowc_cache/` (`state.py`):

- of each source and each generated file a stamp and a digest, and of each source its unit. What has the stamp has not
  changed (`stamp.py` says when a stamp is believed); what has another stamp and the same digest has not, either. What
  has another digest is compiled, or compared with what is compiled. Nothing is kept of former contents.
- It holds for one flowc, byte for byte, with one set of settings; with another it is worth nothing, and so is one that
  is broken, or that has come from elsewhere: with a checkout, an archive, a copy.
- Only `flowc build` writes it, alone (`artifacts.exclusive`), and with success it is as if it were not there.
"""
