// Several agents: which of them the caller is with.

/** @typedef {Agent & { way?: string, actions: string[] }} OneOfAgents */

function agentsState() {
  return {
    /** Who has the caller, or is to have them. */
    agentName: "agent",
    /** Who had the caller last; "" before anybody had. */
    lastAgent: "",
    /** Who could not be started, when somebody else is to have the caller instead. */
    unreached: "",
    /** What that one was to be told. @type {Record<string, unknown> | null} */
    undelivered: null,
  };
}

/** The agent that has the caller, or is to have them. */
function ourAgent() {
  return AGENTS[S.agentName];
}

/** Its token is made when it gets the caller. */
function needsToken() {
  return false;
}

/** Where its steps stand in the flow. */
function wayOfLoss() {
  return ourAgent().way || "agent unavailable";
}

/** Each start has a token of its own: with it ends what an agent before could ask for. */
function makeTokenAnew() {
  if (S.phase !== "starting") return; // the caller is back with an agent that is still there
  S.token = "";
  safely("make a token", () => {
    S.token = uuidgen();
  });
}

/** It has given the caller away, or was lost. One that could not be started never had them. */
function noteLastAgent() {
  const isUnreached = S.phase === "starting";
  S.unreached = isUnreached ? S.agentName : "";
  S.undelivered = isUnreached ? S.returned : null;
  if (!isUnreached) S.lastAgent = S.agentName;
}

/** @param {Record<string, unknown>} told */
function tellWhoItIs(told) {
  told.vox_agent = S.agentName;
}

ON_AGENT_HEARD.push(makeTokenAnew);
ON_ANEW.push(noteLastAgent);
ON_AGENT_TOLD.push(tellWhoItIs);
