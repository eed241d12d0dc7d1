"""Call scripts with both sides: the scenario in the emulator, the generated tools in the real SDK of Cartesia Line.

    caller -- emulated VoxEngine -- AgentsClient ~~ WebSocket ~~ VoiceAgentApp -- LlmAgent -- generated tools
                      ^------------------------- HTTP on 127.0.0.1 ----------------------------------'

What Cartesia does in between is done here: what the scenario does with its client becomes frames of the SDK's own
WebSocket, and what the agent says is heard by the emulated caller. Only the model is scripted. Nothing here is imported
before it is needed: the SDK is no dependency of flowc.
"""
