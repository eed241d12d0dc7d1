// What an agent is told of the data that the call was started with.

/** @param {Record<string, unknown>} told */
function tellData(told) {
  if (S.isOutbound) told.vox_data = S.data;
}

ON_AGENT_TOLD.push(tellData);
