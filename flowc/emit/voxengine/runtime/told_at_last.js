// The platform ends a session before a webhook is told what is recorded: one request is still possible, which nobody waits
// for. Where there is a report, that is in it.

/**
 * What would be lost: which webhook is told, and of what. Of several the first.
 * @type {(() => { webhook: string, content: object } | null)[]}
 */
const ON_LAST = [];

function tellAtLast() {
  const [told] = ON_LAST.map((find) => find()).filter((found) => found !== null);
  if (told === undefined || told === null) return;
  if (addressOfWebhook(told.webhook) !== "") sendPost(newPost(told.webhook, told.content));
}

VoxEngine.addEventListener(AppEvents.Terminating, tellAtLast);
