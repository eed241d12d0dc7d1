// What a report says of the language of the call.

/** @param {Record<string, unknown>} _ @param {Record<string, unknown>} call */
function reportLanguage(_, call) {
  call.language = S.language;
}

ON_REPORT.push(reportLanguage);
