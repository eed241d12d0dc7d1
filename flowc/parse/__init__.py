"""From bytes to a positioned tree that has the shape of the language.

`yaml_tree` reads YAML into `nodes`, `decode` holds them against the shapes of `flowc.language`; `syntax_errors`,
`value_errors` and `key_errors` say what is wrong in each, `suggestions` and `placement` what to write instead. What
names refer to is not known here.
"""
