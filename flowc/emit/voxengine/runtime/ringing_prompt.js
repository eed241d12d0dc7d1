// Prompts that the caller hears first while it rings.

function ringingPromptState() {
  return { ringingPrompt: 0 }; // which of the prompts of `ringing` comes next
}

function playWhileRinging() {
  S.ringingPrompt = 0;
  playNextPrompt();
  return true;
}

/** One after the other; the last one goes on if it repeats, else ringback follows. */
function playNextPrompt() {
  const prompts = S.transfer === null || S.transfer.ringing === "ringback" ? [] : S.transfer.ringing;
  while (S.ringingPrompt < prompts.length) {
    const prompt = prompts[S.ringingPrompt];
    S.ringingPrompt += 1;
    const why = speak(prompt, playNextPrompt, S.ringingPrompt === prompts.length);
    if (why === "") return;
    cannotSay(S.position - 1, prompt, why);
  }
  playRingback();
}

ON_RINGING.push(playWhileRinging);
