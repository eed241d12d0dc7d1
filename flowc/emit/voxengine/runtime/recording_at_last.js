// A recording of the call of which nobody was told when the platform ends the session.

function recordingAtLast() {
  const recording = recordingSoFar();
  const call = { id: S.sessionId, from: S.from, to: S.to };
  return recording === null ? null : { webhook: RECORDING.webhook, content: { flow: FLOW.name, call: call, recording: recording } };
}

ON_LAST.push(recordingAtLast);
