// The control URL: every request gets one JSON reply, and changes nothing unless it is known, valid and allowed now.

const MAX_REPLIES = 200; // so many are remembered: they must fit into the 16 MB of a session
const MAX_BODY = 8192;

/**
 * A request takes an action back: its answer, or null if this action cannot be taken back.
 * @type {((content: string, id: string) => string | null)[]}
 */
const ON_TAKEN_BACK = [];
/** The agent's tools were built from another version of the flow. @type {(() => void)[]} */
const ON_OTHER_CONTRACT = [];

function controlState() {
  return {
    controlUrl: "",
    token: "",
    /** @type {Record<string, { content: string, reply: string }>} */
    replies: {},
    /** The fingerprint of tools that were built from another version of the flow. */
    otherContract: "",
  };
}

/** @param {_StartedEvent} event */
function beginControl(event) {
  S.controlUrl = event.accessSecureURL;
  safely("make a token", () => {
    S.token = uuidgen();
  });
}

/** @param {_HttpRequestEvent} request */
function onHttpRequest(request) {
  try {
    return answer(request);
  } catch (error) {
    log("request failed: " + kindOf(error));
    return refusal("bad_request", "the request could not be handled");
  }
}

/** @param {_HttpRequestEvent} request @returns {string} */
function answer(request) {
  if (request.method !== "POST") return refusal("bad_request", "only POST is accepted");
  const token = header(request, "x-flowc-token");
  if (token === "" ? FLOW.tokenRequired : token !== S.token) {
    return refusal("unauthorized", "the token of this session is missing or wrong");
  }
  const id = header(request, "x-flowc-request-id");
  const fingerprint = header(request, "x-flowc-contract");
  compareContract(fingerprint);
  const reply =
    request.content === "{}" && fingerprint !== "" // it only shows its contract
      ? JSON.stringify({ ok: true })
      : answerAction(request, id);
  if (id !== "" && header(request, "x-flowc-reply") === "event") repeatToAgent(id, reply);
  return reply;
}

/** @param {_HttpRequestEvent} request @param {string} id @returns {string} */
function answerAction(request, id) {
  const content = request.content;
  if (typeof content !== "string" || content.length > MAX_BODY) return refusal("bad_request", "the body is too large");
  const takesBack = hasHeader(request, "x-flowc-cancel"); // whatever its value is
  if (id === "" && takesBack) return refusal("bad_request", "what is taken back is named by its request id");
  if (id === "") return perform(content, "");
  if (id.length > 100) return refusal("bad_request", "the request id is too long");
  if (!takesBack) return answerOnce(content, id, () => perform(content, id));
  const taken = firstReply(ON_TAKEN_BACK, (take) => take(content, id));
  return taken || refusal("bad_request", "this is no action that can be taken back");
}

/** The same id gets the first answer again. @param {string} content @param {string} id @param {() => string} firstAnswer */
function answerOnce(content, id, firstAnswer) {
  const key = "id " + id;
  if (isReused(content, id)) return refusal("request_id_reused", "this id was another request's");
  if (has(S.replies, key)) return S.replies[key].reply;
  const reply = firstAnswer();
  const known = Object.keys(S.replies);
  if (known.length >= MAX_REPLIES) delete S.replies[known[0]];
  S.replies[key] = { content: content, reply: reply };
  return reply;
}

/** @param {string} content @param {string} id */
function isReused(content, id) {
  return has(S.replies, "id " + id) && S.replies["id " + id].content !== content;
}

/** @param {_HttpRequestEvent} request @param {string} name in lower case */
function header(request, name) {
  const found = headersNamed(request, name)[0];
  return found ? String(found.value) : "";
}

/** @param {_HttpRequestEvent} request @param {string} name in lower case */
function hasHeader(request, name) {
  return headersNamed(request, name).length > 0;
}

/** @param {_HttpRequestEvent} request @param {string} name */
function headersNamed(request, name) {
  return (request.headers || []).filter((entry) => String(entry.key).toLowerCase() === name);
}

/**
 * Says over the agent's connection what the request was answered: some platforms keep the reply's body to themselves.
 * @param {string} id
 * @param {string} reply
 */
function repeatToAgent(id, reply) {
  const client = S.agent;
  if (client === null || S.phase === "starting") return;
  const repeated = { vox_event: "reply", request_id: id, reply: JSON.parse(reply) };
  safely("repeat a reply to the agent", () => tellAgent(client, repeated));
}

/** @param {string} fingerprint */
function compareContract(fingerprint) {
  if (fingerprint === "" || fingerprint === FLOW.contract || S.otherContract !== "") return;
  S.otherContract = /^[0-9a-f]{1,64}$/.test(fingerprint) ? fingerprint : "malformed";
  log("the agent's tools were built from another version of this flow: contract " + S.otherContract);
  ON_OTHER_CONTRACT.forEach((report) => report());
}

ON_STARTED.push(beginControl);
VoxEngine.addEventListener(AppEvents.HttpRequest, onHttpRequest);
