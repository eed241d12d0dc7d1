"""`flowc lsp`: a language server for flows and call scripts, over the compiler itself.

From a text and a place in it to an answer; only `project.py` reads files, and only `server.py` knows the protocol:

    positions.py    lines and columns of an editor, and of flowc
    tree.py         any text as a tree with places, also one that is half typed
    places.py       which shape of the grammar each of its places has
    names.py        where names stand: declared, and meant
    file.py         a text with all of that
    completion.py   hover.py   navigation.py   rename.py   symbols.py   findings.py: the answers
    project.py      files as an editor has them, else as they are on the disk
    editor.py       what is open
    server.py       the protocol, by pygls, which is an extra: `pip install 'flowc[lsp]'`
"""
