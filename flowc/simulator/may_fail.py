"""What of the platform a scenario calls, and what may therefore fail: in a search, and where a call script says so."""

from __future__ import annotations

MAY_FAIL = (
    "AMD.AnsweringMachineDetector.addEventListener",
    "AMD.AnsweringMachineDetector.detect",
    "AMD.create",
    "ApplicationStorage.get",
    "Call.addEventListener",
    "Call.answer",
    "Call.clientType",
    "Call.enableBeepDetection",
    "Call.handleBlindTransfer",
    "Call.handleTones",
    "Call.hangup",
    "Call.notifyBlindTransferFailed",
    "Call.reject",
    "Call.ring",
    "Call.say",
    "Call.sendDigits",
    "Call.stopPlayback",
    "Call.transferTo",
    "Cartesia.AgentsClient.addEventListener",
    "Cartesia.AgentsClient.clearMediaBuffer",
    "Cartesia.AgentsClient.close",
    "Cartesia.AgentsClient.custom",
    "Cartesia.AgentsClient.start",
    "Cartesia.createAgentsClient",
    "Crypto.hmac_sha256",
    "Logger.hideTones",
    "Net.httpRequestAsync",
    "PhoneNumber.getInfo",
    "Player.addEventListener",
    "Player.resume",
    "Player.sendMediaTo",
    "Player.stop",
    "VoxEngine.callPSTN",
    "VoxEngine.callSIP",
    "VoxEngine.callUser",
    "VoxEngine.callWhatsappUser",
    "VoxEngine.createTTSPlayer",
    "VoxEngine.createToneScriptPlayer",
    "VoxEngine.createURLPlayer",
    "VoxEngine.getSecretValue",
    "VoxEngine.sendMediaBetween",
    "VoxEngine.stopMediaBetween",
    "getLocalTime",
    "uuidgen",
)
"""Functions of the platform that a scenario calls, and that may throw. Not the log, the timers and the session's own
listeners, without which nothing is possible, and not `terminate`: a session that cannot be ended ends with its last
call, on the platform's own account.
"""
