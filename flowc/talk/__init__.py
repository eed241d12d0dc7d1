"""Trying a flow by talking: a person is the caller, and decides what the people do who are called.

    person -- emulated VoxEngine -- AgentsClient ~~ WebSocket ~~ VoiceAgentApp -- the app's agent -- generated tools
                    ^------------------------- HTTP on 127.0.0.1 ------------------------------------'

As with `flowc test --with-tools`, but with the agent of an app and its model, and in the time of whoever types. Without
a key for the model an echo takes its place. Nothing here is imported before it is needed: the SDK is no dependency of
flowc.
"""
