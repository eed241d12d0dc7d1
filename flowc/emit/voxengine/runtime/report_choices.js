// What a report says of what the caller has chosen in menus.

/** @param {Record<string, unknown>} report */
function reportChoices(report) {
  report.chosen = S.chosen;
}

ON_REPORT.push(reportChoices);
