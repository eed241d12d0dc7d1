// The report of a call that was placed.

/** @param {Record<string, unknown>} _ @param {Record<string, unknown>} call */
function reportDirection(_, call) {
  if (S.isOutbound) call.direction = "outbound";
}

ON_REPORT.push(reportDirection);
