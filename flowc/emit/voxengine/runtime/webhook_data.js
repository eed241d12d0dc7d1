// What webhooks are told of the data that the call was started with.

/** @param {Record<string, unknown>} content */
function addStartData(content) {
  content.data = S.isOutbound ? S.data : null;
}

ON_CONTENT.push(addStartData);
