// What a report says of the data that the call was started with.

/** @param {Record<string, unknown>} report */
function reportData(report) {
  /** @type {Values} */
  const data = {};
  REPORTED_DATA.filter((name) => has(S.data, name)).forEach((name) => {
    data[name] = S.data[name];
  });
  report.data = S.isOutbound ? data : null;
}

ON_REPORT.push(reportData);
