// The steps of the flow, one after the other.

/** @param {Step[]} steps @param {string} way where they stand in the flow */
function run(steps, way) {
  S.steps = steps;
  S.position = 0;
  S.way = way;
  nextStep();
}

/** Goes on until a step has to wait for something, or the steps have decided what becomes of the caller. */
function nextStep() {
  while (S.phase !== "ended") {
    const index = S.position;
    if (index >= S.steps.length) {
      endCall("the steps of " + S.way + " have run out");
      return;
    }
    const step = S.steps[index];
    S.position += 1;
    if ("notify" in step) {
      const sent = notify(step.notify, S.request);
      logStep(S.way, index, sent ? "notify" : "cannot notify");
    } else if ("route" in step) {
      logStep(S.way, index, "route", step.route);
      S.steps = ROUTES[step.route];
      S.position = 0;
      S.way = "route " + step.route;
    } else if ("say" in step) {
      const speaks = announce(PROMPTS[step.say]);
      logStep(S.way, index, speaks ? "say" : "cannot say", step.say);
      if (speaks) return;
    } else if ("transfer" in step) {
      logStep(S.way, index, "transfer", chosen(step.transfer));
      startTransfer(step);
      return;
    } else if ("return_to_agent" in step) {
      logStep(S.way, index, "return_to_agent");
      returnToAgent(step.return_to_agent.say);
      return;
    } else if ("hang_up" in step) {
      logStep(S.way, index, "hang_up");
      endCall("the flow hangs up");
      return;
    } else {
      unknownStep("reply" in step ? "reply" : step);
      return;
    }
  }
}

/**
 * What the type checker takes for impossible; a caller is not left in silence for it.
 * @param {"reply" | never} step a reply has its place where the conversation goes on, and nowhere else
 */
function unknownStep(step) {
  const name = typeof step === "string" ? step : Object.keys(step)[0];
  endCall(S.way + " has a step that this scenario cannot carry out: " + name);
}

/** Speaks a prompt to the caller. False if there is nothing to wait for. @param {string} text */
function announce(text) {
  const spoken = fill(text, S.request === null ? {} : S.request.parameters);
  S.phase = "steps";
  return play(spoken);
}

/** Nobody speaks slower than this; a player that never reports its end must not hold the call. @param {string} text */
function announcementLimit(text) {
  return 10000 + 150 * text.length;
}

function onAnnouncementLate() {
  S.timers.announcement = 0;
  log("an announcement did not end");
  announced();
}

/** @param {{ player: Player }} event */
function onPlayerDone(event) {
  if (event.player === S.player) announced();
}

/** What was spoken is over: ringback follows while a target rings, otherwise the next step. */
function announced() {
  const ringback = S.ringbackNext;
  stopPlayer();
  if (ringback) playRingback();
  else if (S.phase === "steps") nextStep();
}

/** Speaks to the caller, instead of what the caller hears now. @param {string} text */
function play(text) {
  const caller = S.caller;
  if (caller === null || text.trim() === "") return false;
  stopPlayer();
  const spoken = shortened(text, MAX_SPOKEN);
  const played = safely("speak", () => {
    const player = VoxEngine.createTTSPlayer(spoken);
    S.player = player;
    player.addEventListener(PlayerEvents.PlaybackFinished, onPlayerDone);
    player.addEventListener(PlayerEvents.Error, onPlayerDone);
    player.sendMediaTo(caller);
    startTimer("announcement", announcementLimit(spoken), onAnnouncementLate);
  });
  if (!played) releasePlayer();
  return played;
}

/** It repeats until it is stopped; should it end, or not begin, all the same, it begins anew. */
function playRingback() {
  stopPlayer();
  beginRingback();
}

function beginRingback() {
  const caller = S.caller;
  releasePlayer();
  if (caller === null) return;
  if (S.timers.ringback === 0) startTimer("ringback", RINGBACK_PAUSE_MS, onRingbackPaused);
  const played = safely("play ringback", () => {
    const player = VoxEngine.createToneScriptPlayer(RINGBACK, { loop: true });
    S.player = player;
    player.addEventListener(PlayerEvents.PlaybackFinished, onRingbackEnded);
    player.addEventListener(PlayerEvents.Error, onRingbackEnded);
    player.sendMediaTo(caller);
  });
  if (!played) releasePlayer();
}

/** The first end begins it anew at once; a further one within the pause waits for the pause. @param {{ player: Player }} event */
function onRingbackEnded(event) {
  if (event.player !== S.player) return;
  const again = S.timers.ringback === 0 || !S.ringbackAgain;
  S.ringbackAgain = true;
  if (again) beginRingback();
  else releasePlayer();
}

function onRingbackPaused() {
  S.timers.ringback = 0;
  S.ringbackAgain = false;
  if (S.player === null) beginRingback();
}

/** The caller is to hear something else now, or nothing. */
function stopPlayer() {
  S.ringbackNext = false;
  S.ringbackAgain = false;
  stopTimer("announcement");
  stopTimer("ringback");
  releasePlayer();
}

/** One player at a time, and stopped also at its end, which frees it: the platform allows ten in a session. */
function releasePlayer() {
  const player = S.player;
  S.player = null;
  if (player !== null) safely("stop a player", () => player.stop());
}

/** The address of a webhook, or "" if it is missing or not https. @param {Setting} url */
function addressOfWebhook(url) {
  const address = valueOf(url);
  if (/^https:\/\//.test(address)) return address;
  log("a webhook's address is missing or not https");
  return "";
}

/**
 * Tells a webhook, without waiting for it. False if that is not possible.
 * @param {Setting} url
 * @param {Request | null} request
 * @param {Record<string, unknown>} [more] what else there is to tell
 */
function notify(url, request, more) {
  const address = addressOfWebhook(url);
  if (address === "") return false;
  const told = {
    flow: FLOW.name,
    call: { id: S.sessionId, from: S.from, to: S.to },
    action: request === null ? null : request.action,
    request_id: request === null ? null : request.id,
    parameters: request === null ? {} : request.parameters,
    result: S.result,
  };
  const body = more === undefined ? told : Object.assign(told, more);
  return safely("reach a webhook", () => {
    Net.httpRequestAsync(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      postData: JSON.stringify(body),
      timeout: NOTIFY_MS / 1000,
    }).then(onNotified, onNotifyFailed);
    S.notifying += 1;
  });
}

/** @param {{ code: number }} result */
function onNotified(result) {
  if (result.code < 200 || result.code > 299) log("a webhook answered " + result.code);
  notifyDone();
}

function onNotifyFailed() {
  log("a webhook could not be reached");
  notifyDone();
}

function notifyDone() {
  S.notifying -= 1;
  if (S.timers.end !== 0 && S.notifying <= MAX_ACTIVE_HTTP) endSession();
}
