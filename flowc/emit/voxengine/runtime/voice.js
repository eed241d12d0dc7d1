// The voice that speaks prompts.

function withVoice() {
  return withVoiceNamed(String(FLOW.voice));
}

ON_SPEECH.push(withVoice);
