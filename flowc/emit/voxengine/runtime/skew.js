// The webhook that is told when the agent's tools are of another version.

function skewState() {
  return { contractReported: false };
}

/** Tells the flow's webhook, once its address is known. */
function reportContract() {
  if (FLOW.skew === undefined || S.otherContract === "" || S.contractReported || S.phase === "ended") return;
  if (!settingsOfWebhook(FLOW.skew).every(isLoaded)) return;
  S.contractReported = valueOf(WEBHOOKS[FLOW.skew].url) !== ""; // a read that failed is tried again
  const why = notify(FLOW.skew, null, { contract: { scenario: FLOW.contract, tools: S.otherContract } });
  if (why !== "") log("cannot notify " + FLOW.skew + ", " + why);
}

ON_OTHER_CONTRACT.push(reportContract);
ON_SETTING_ARRIVED.push(reportContract);
