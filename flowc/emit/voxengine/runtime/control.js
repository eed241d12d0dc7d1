// The control URL: every request gets one JSON reply, and changes nothing unless it is known, valid and allowed now.

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
      : answerOnce(request, id);
  if (id !== "" && header(request, "x-flowc-reply") === "event") repeatToAgent(id, reply);
  return reply;
}

/** The same id gets the first answer again. @param {_HttpRequestEvent} request @param {string} id @returns {string} */
function answerOnce(request, id) {
  const content = request.content;
  if (typeof content !== "string" || content.length > MAX_BODY) return refusal("bad_request", "the body is too large");
  const cancels = header(request, "x-flowc-cancel") !== "";
  if (id === "") return cancels ? refusal("bad_request", "what is taken back is named by its request id") : perform(content, "");
  if (id.length > 100) return refusal("bad_request", "the request id is too long");
  const key = "id " + id;
  if (cancels && !mayBeCancelled(content)) return refusal("bad_request", "this is no action that can be taken back");
  const first = has(S.replies, key) ? S.replies[key] : null;
  if (first !== null && first.content !== content) return refusal("request_id_reused", "this id was another request's");
  const own = S.request;
  if (cancels && S.phase === "leaving" && own !== null && own.id === id) stayWithAgent(S.agent, own);
  if (first !== null) return first.reply;
  const reply = cancels ? cancellation() : perform(content, id);
  const known = Object.keys(S.replies);
  if (known.length >= MAX_REPLIES) delete S.replies[known[0]];
  S.replies[key] = { content: content, reply: reply };
  return reply;
}

/** @param {string} content @param {string} id */
function perform(content, id) {
  const body = parsed(content);
  if (body === null) return refusal("bad_request", "the body is not a JSON object");
  const name = body.action;
  if (typeof name !== "string" || name === "") return refusal("bad_request", "the body names no action");
  if (!has(ACTIONS, name)) return refusal("unknown_action", "this scenario has no such action");
  const action = ACTIONS[name];
  /** @type {Values} */
  const parameters = {};
  const complaint = readParameters(action.parameters, body, parameters);
  if (complaint !== "") return refusal("invalid_parameters", complaint);

  if (S.phase === "ended") return refusal("call_ended", "the call is over");
  if (S.phase === "new" || S.phase === "starting") return refusal("not_ready", "the agent is not on the call yet");
  const request = { action: name, id: id, parameters: parameters };
  if (action.do.every(leavesConversationAlone)) return handBack(action.do, request);
  if (S.phase !== "talking") return refusal("busy", "another action is under way");
  log("action " + name);
  leaveAgent(request, action.says === true);
  return JSON.stringify({ ok: true });
}

/** @param {Step} step */
function leavesConversationAlone(step) {
  return "notify" in step || "reply" in step;
}

/**
 * Carries out the steps of an action that leaves the conversation alone. What cannot be done is refused before anything
 * is: `ok` means that it is under way.
 * @param {Step[]} steps
 * @param {Request} request
 * @returns {string}
 */
function handBack(steps, request) {
  const written = writtenReply(steps, request.parameters);
  if (written === null) return refusal("invalid_parameters", "with these parameters the reply is too long");
  const webhooks = steps.filter((step) => "notify" in step).length;
  if (webhooks > 0 && S.notifying + webhooks > MAX_HTTP - KEPT_HTTP) {
    return refusal("not_sent", "too many webhooks are waiting to be sent");
  }
  if (steps.some((step) => "notify" in step && addressOfWebhook(step.notify) === "")) {
    return refusal("not_sent", "the webhook has no address");
  }
  const sent = steps.map((step, index) => {
    const done = "notify" in step ? notify(step.notify, request) : true;
    logStep(request.action, index, (done ? "" : "cannot ") + ("notify" in step ? "notify" : "reply"));
    return done;
  });
  // Where some are sent, asking once more would send those twice.
  return webhooks > 0 && sent.filter((done) => !done).length === webhooks
    ? refusal("not_sent", "the webhook could not be reached")
    : written;
}

/** What an action hands back, or null if that is longer than it may be. @param {Step[]} steps @param {Values} parameters */
function writtenReply(steps, parameters) {
  /** @type {{ ok: true, data?: Record<string, string> }} */
  const reply = { ok: true };
  const data = steps.map((step) => ("reply" in step ? step.reply : {})).find((texts) => Object.keys(texts).length > 0);
  if (data !== undefined) {
    const lengths = Object.keys(data).map((name) => filledLength(data[name], parameters));
    if (lengths.reduce((sum, length) => sum + length, 0) > MAX_REPLY) return null;
    reply.data = fillAll(data, parameters);
  }
  const written = JSON.stringify(reply);
  return written.length > MAX_REPLY ? null : written;
}

/** Whether the flow lets the caller interrupt what is asked for. @param {string} content */
function mayBeCancelled(content) {
  const body = parsed(content);
  return body !== null && typeof body.action === "string" && has(ACTIONS, body.action) && ACTIONS[body.action].cancels === true;
}

/** What a request is answered that the caller has interrupted, however often it arrives. */
function cancellation() {
  return refusal("cancelled", "the caller interrupted it");
}

/** @param {string} code @param {string} message */
function refusal(code, message) {
  log("refused a request: " + code);
  return JSON.stringify({ ok: false, error: { code: code, message: message } });
}

/** @param {_HttpRequestEvent} request @param {string} name in lower case */
function header(request, name) {
  const found = (request.headers || []).find((entry) => String(entry.key).toLowerCase() === name);
  return found ? String(found.value) : "";
}

/** @param {string} content @returns {Record<string, unknown> | null} */
function parsed(content) {
  try {
    const body = JSON.parse(content);
    return body !== null && typeof body === "object" && !Array.isArray(body) ? body : null;
  } catch (error) {
    return null;
  }
}

/**
 * Takes the declared parameters out of the body into `values`; says what is wrong with them, or "".
 * @param {Record<string, Parameter>} declared
 * @param {Record<string, unknown>} body
 * @param {Values} values
 */
function readParameters(declared, body, values) {
  const unknown = Object.keys(body).find((name) => name !== "action" && !has(declared, name));
  if (unknown !== undefined) return "unknown parameter " + JSON.stringify(unknown.slice(0, 64));
  const complaints = Object.keys(declared).map((name) => {
    const parameter = declared[name];
    const written = has(body, name) ? body[name] : null;
    const value = parameter.optional && written === "" ? null : written; // models leave things out in this way too
    if (value === null) return parameter.optional ? "" : name + " is missing";
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return name + " has a wrong type";
    values[name] = value;
    return complaintAbout(name, parameter, value);
  });
  return complaints.find((complaint) => complaint !== "") || "";
}

/** @param {string} name @param {Parameter} parameter @param {string | number | boolean} value */
function complaintAbout(name, parameter, value) {
  if (typeof value !== (parameter.type === "integer" ? "number" : parameter.type)) return name + " must be " + parameter.type;
  if (typeof value === "number" && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) return name + " is out of range"; // it may have been rounded
  if (parameter.type === "integer" && !Number.isInteger(value)) return name + " must be a whole number";
  if (typeof value === "string") {
    const length = Array.from(value).length; // in characters, as JSON Schema counts
    if (parameter.enum !== undefined && !parameter.enum.includes(value)) return name + " must be one of " + parameter.enum.join(", ");
    if (parameter.minLength !== undefined && length < parameter.minLength) return name + " is too short";
    if (parameter.maxLength !== undefined && length > parameter.maxLength) return name + " is too long";
  }
  if (typeof value === "number") {
    if (parameter.minimum !== undefined && value < parameter.minimum) return name + " is too small";
    if (parameter.maximum !== undefined && value > parameter.maximum) return name + " is too large";
  }
  return "";
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
  safely("repeat a reply to the agent", () => client.custom({ metadata: repeated }));
}

/** @param {string} fingerprint */
function compareContract(fingerprint) {
  if (fingerprint === "" || fingerprint === FLOW.contract || S.otherContract !== "") return;
  S.otherContract = /^[0-9a-f]{1,64}$/.test(fingerprint) ? fingerprint : "malformed";
  log("the agent's tools were built from another version of this flow: contract " + S.otherContract);
  reportContract();
}

/** Tells the flow's webhook, once its address is known. */
function reportContract() {
  if (FLOW.skew === undefined || S.otherContract === "" || S.contractReported || !isLoaded(FLOW.skew)) return;
  if (S.phase === "ended") return;
  S.contractReported = valueOf(FLOW.skew) !== ""; // a read that failed is tried again
  notify(FLOW.skew, null, { contract: { scenario: FLOW.contract, tools: S.otherContract } });
}
