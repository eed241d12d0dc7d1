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
  };
}

/** The agent that has the caller, or is to have them. */
function ourAgent() {
  return AGENTS[S.agentName];
}

/** Where its steps stand in the flow. */
function wayOfLoss() {
  return ourAgent().way || "agent unavailable";
}

/** Each start has a token of its own: with it ends what an agent before could ask for. */
function makeTokenAnew() {
  if (S.phase !== "starting") return; // the caller is back with an agent that is still there
  safely("make a token", () => {
    S.token = uuidgen();
  });
}

/** It has given the caller away, or was lost. One that could not be started never had them. */
function noteLastAgent() {
  S.unreached = S.phase === "starting" ? S.agentName : "";
  if (S.phase !== "starting") S.lastAgent = S.agentName;
}

/** @param {Record<string, unknown>} told */
function tellWhoItIs(told) {
  told.vox_agent = S.agentName;
}

ON_AGENT_HEARD.push(makeTokenAnew);
ON_ANEW.push(noteLastAgent);
ON_AGENT_TOLD.push(tellWhoItIs);
