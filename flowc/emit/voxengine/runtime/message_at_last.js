// A message of which nobody was told when the platform ends the session.

function messageAtLast() {
  const message = messageSoFar();
  if (message === null || S.message === null) return null;
  return { webhook: S.message.take_message, content: Object.assign(contentFor(S.request), { message: message }) };
}

ON_LAST.push(messageAtLast);
