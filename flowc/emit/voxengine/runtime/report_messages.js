// What a report says of the messages that the caller has left. It is sent after the last of them.

function reportMessagesState() {
  return {
    /** Of which webhooks were told. @type {{ url: string, seconds: number }[]} */
    messagesTold: [],
  };
}

/** @param {{ url: string, seconds: number }} message */
function noteMessage(message) {
  S.messagesTold.push(message);
}

/** @param {Record<string, unknown>} report */
function reportMessages(report) {
  report.messages = S.messagesTold.slice();
}

/** With the one that is being taken, where the platform ends the session. @param {Record<string, unknown>} report */
function reportLastMessage(report) {
  const message = messageSoFar();
  report.messages = message === null ? S.messagesTold : S.messagesTold.concat([message]);
}

function reportAfterMessage() {
  if (S.report !== null) reportMessages(S.report);
  sendReport();
}

ON_MESSAGE_TOLD.push(noteMessage);
ON_MESSAGE_OVER.push(reportAfterMessage);
ON_REPORT.push(reportMessages);
ON_REPORT_AT_LAST.push(reportLastMessage);
BEFORE_REPORT.push(isMessageLeft);
