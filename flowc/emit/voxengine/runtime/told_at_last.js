// The platform ends a session before a webhook is told what is recorded: one request is still possible, which nobody waits
// for. Where there is a report, that is in it. Where nothing is recorded, it is for what waits to be sent.

/**
 * What would be lost: which webhook is told, and of what. Of several the first that can be told.
 * @type {(() => { webhook: string, content: object } | null)[]}
 */
const ON_LAST = [];

function tellAtLast() {
  const found = ON_LAST.map((find) => find()).find((each) => each !== null && addressOfWebhook(each.webhook) !== "");
  const last = found ? newPost(found.webhook, found.content) : S.posts.find((post) => !post.isUnderWay);
  if (last !== undefined) sendPost(last);
}

VoxEngine.addEventListener(AppEvents.Terminating, tellAtLast);
