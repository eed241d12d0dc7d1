// An agent that is started where somebody has been rung before learns what came of that.

function tellWhatCameBefore() {
  if (S.result !== null) S.returned = whatCameOfIt({ return_to_agent: {} });
}

ON_STARTING.push(tellWhatCameBefore);
