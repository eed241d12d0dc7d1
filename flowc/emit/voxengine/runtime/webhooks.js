// Webhooks: told in their order, without the call waiting for it, and once more if nobody has answered.

/**
 * @typedef {{ url: Setting, headers?: Record<string, Setting>, sign?: Setting, answer?: object }} Webhook
 * @typedef {{ headers: Record<string, string>, body: string }} Told what a webhook gets
 * @typedef {{ webhook: string, id: string, body: string, tries: number, isUnderWay: boolean, timer: number }} Post
 */

/** A webhook is about to be told: adds to what it gets. @type {((name: string, told: Told) => void)[]} */
const ON_WEBHOOK_TOLD = [];

/** For how many requests there has to be room besides. @type {(() => number)[]} */
const ON_ROOM = [];

/** Whether there is more to tell, which cannot be sent yet. @type {(() => boolean)[]} */
const ON_UNTOLD = [];

const MAX_ACTIVE_HTTP = 3; // further ones would wait on the platform, and are lost there when the session ends
const NOTIFY_MS = 10000;
const LATEST_ANSWER_MS = 12000; // the platform says after NOTIFY_MS that nobody has answered, if it says anything
const AGAIN_MS = [1000, 5000];
const LAST_NOTIFY_MS = 55000; // the platform ends a session 60 s after its last call
const NO_ADDRESS = "its address is missing or not https";
const NOT_REACHED = -1;
const NOT_IN_TIME = -7; // what the platform says then
const NOT_NOW = [408, 425, 429]; // too slow, too early, too often: another time it may not be the same
const FOR_GOOD = [-2, -5, -9]; // no address, redirected without end, too long an answer: another time it is the same

function webhooksState() {
  return {
    /** What webhooks are to be told, in its order, until that is done. @type {Post[]} */
    posts: [],
    /** How many there have been. */
    posted: 0,
    endTimer: 0,
  };
}

/** The address of a webhook, or "" if it is missing or not https. @param {string} name */
function addressOfWebhook(name) {
  const address = valueOf(WEBHOOKS[name].url);
  return /^https:\/\//.test(address) ? address : "";
}

/** @param {string} name @param {object} content @returns {Post} */
function newPost(name, content) {
  S.posted += 1;
  const id = FLOW.name + "-" + S.sessionId + "-" + S.posted;
  return { webhook: name, id: id, body: JSON.stringify(content), tries: 0, isUnderWay: false, timer: 0 };
}

/** What a webhook is told first, of all that it is still to be told. @param {string} name */
function firstPostTo(name) {
  return S.posts.find((post) => post.webhook === name);
}

function postsUnderWay() {
  return S.posts.filter((post) => post.isUnderWay).length;
}

/** Of one webhook only the first, as long as that is not done: it gets them in their order. */
function sendPosts() {
  if (postsUnderWay() + ON_ROOM.reduce((room, needed) => room + needed(), 0) >= MAX_ACTIVE_HTTP) return;
  const next = S.posts.find((post) => post === firstPostTo(post.webhook) && !post.isUnderWay && post.timer === 0);
  if (next === undefined) return;
  next.timer = setTimeout(onWebhookLate.bind(null, next.webhook), LATEST_ANSWER_MS);
  sendPost(next); // if the platform refuses it at once, the others have been sent by then
  sendPosts();
}

/** Its timer stands for this time: of an earlier one may be said what it likes. @param {Post} post */
function sendPost(post) {
  const name = post.webhook;
  const { timer } = post;
  const told = whatIsTold(post);
  post.tries += 1;
  post.isUnderWay = true;
  const sent = safely("reach the webhook " + name, () => {
    Net.httpRequestAsync(addressOfWebhook(name), {
      method: "POST",
      headers: told.headers,
      postData: told.body,
      timeout: NOTIFY_MS / 1000,
    }).then(onWebhookAnswered.bind(null, name, timer), onWebhookFailed.bind(null, name, timer));
  });
  if (!sent) onWebhookFailed(name, timer);
}

/** @param {Post} post */
function whatIsTold(post) {
  /** @type {Told} */
  const told = { headers: { "Content-Type": "application/json", "Idempotency-Key": post.id }, body: post.body };
  ON_WEBHOOK_TOLD.forEach((add) => add(post.webhook, told));
  return told;
}

/** @param {string} name @param {number} timer */
function onWebhookFailed(name, timer) {
  onWebhookAnswered(name, timer, { code: NOT_REACHED });
}

/**
 * The platform has said nothing. It ends a request after the `timeout` of that, so it has room for another one again: if it
 * had none, that one would wait on the platform until it is over itself, and be told again like this one. @param {string} name
 */
function onWebhookLate(name) {
  const post = firstPostTo(name);
  if (post !== undefined) onWebhookAnswered(name, post.timer, { code: NOT_IN_TIME });
}

/**
 * Whoever has refused something would refuse it again; nobody else is known to have got it. When the call is over, what was
 * not sent yet comes before what nobody answers, if it waits for that or could be sent now: there is no time for both.
 * @param {string} name
 * @param {number} timer
 * @param {{ code: number }} result
 */
function onWebhookAnswered(name, timer, result) {
  const post = firstPostTo(name);
  if (post === undefined || !post.isUnderWay || post.timer !== timer) return; // nobody waits for that any more
  const { code } = result;
  const isUnheard = code >= 500 || NOT_NOW.includes(code) || (code < 100 && !FOR_GOOD.includes(code));
  const isPassedOver = code < 100 && S.phase === "ended" && S.posts.some((each) => each.tries === 0 && (each.webhook === name || each === firstPostTo(each.webhook)));
  const again = isUnheard && !isPassedOver && post.tries <= AGAIN_MS.length ? AGAIN_MS[post.tries - 1] : 0;
  clearTimeout(timer);
  post.timer = 0;
  post.isUnderWay = false;
  if (code < 200 || code > 299) {
    const what = code < 100 ? "could not be reached, code " : "answered ";
    log("the webhook " + name + " " + what + code + (again > 0 ? ", and is told again in " + again / 1000 + " s" : ""));
  }
  if (again > 0) post.timer = setTimeout(onTellAgain.bind(null, name), again);
  else S.posts = S.posts.filter((each) => each !== post);
  sendPosts();
  endOnceTold();
}

/** @param {string} name */
function onTellAgain(name) {
  const post = firstPostTo(name);
  if (post === undefined) return;
  post.timer = 0;
  sendPosts();
}

function isAllTold() {
  return S.posts.length === 0 && !ON_UNTOLD.some((isThere) => isThere());
}

/** The call is over, and waits for nothing else. */
function endOnceTold() {
  if (S.endTimer !== 0 && isAllTold()) endAfterWebhooks();
}

/** A session outlives its call until webhooks are told, but not for long. */
function waitForWebhooks() {
  if (isAllTold()) return false;
  startTimer("endTimer", LAST_NOTIFY_MS, endAfterWebhooks);
  return true;
}

/** What is under way the platform still delivers. */
function endAfterWebhooks() {
  stopTimer("endTimer");
  const lost = S.posts.filter((post) => !post.isUnderWay).length + ON_UNTOLD.filter((isThere) => isThere()).length;
  if (lost > 0) log("the session has to end: webhooks that are not told: " + lost);
  S.posts = [];
  endSession();
}

ON_SESSION_END.push(waitForWebhooks);
