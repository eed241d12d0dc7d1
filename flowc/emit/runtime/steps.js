// The steps of the flow, one after the other.

/** @param {Step[]} steps */
function run(steps) {
  S.steps = steps;
  S.position = 0;
  nextStep();
}

/** Goes on until a step has to wait for something, or the steps have decided what becomes of the caller. */
function nextStep() {
  while (S.phase !== "ended") {
    const step = S.steps[S.position];
    S.position += 1;
    if ("notify" in step) {
      notify(step.notify, S.request);
    } else if ("route" in step) {
      S.steps = ROUTES[step.route];
      S.position = 0;
    } else if ("say" in step) {
      if (announce(PROMPTS[step.say])) return;
    } else if ("transfer" in step) {
      startTransfer(step);
      return;
    } else if ("return_to_agent" in step) {
      returnToAgent(step.return_to_agent.say);
      return;
    } else if ("hang_up" in step) {
      endCall("the flow hangs up");
      return;
    }
  }
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
  return attempt("speak", () => {
    const player = VoxEngine.createTTSPlayer(text.slice(0, MAX_SPOKEN));
    S.player = player;
    player.addEventListener(PlayerEvents.PlaybackFinished, onPlayerDone);
    player.addEventListener(PlayerEvents.Error, onPlayerDone);
    player.sendMediaTo(caller);
    startTimer("announcement", announcementLimit(text), onAnnouncementLate);
  });
}

function playRingback() {
  const caller = S.caller;
  stopPlayer();
  if (caller === null) return;
  attempt("play ringback", () => {
    const player = VoxEngine.createToneScriptPlayer(RINGBACK, { loop: true });
    S.player = player;
    player.addEventListener(PlayerEvents.PlaybackFinished, onRingbackEnded);
    player.sendMediaTo(caller);
  });
}

/** It repeats until it is stopped; should it end all the same, it begins anew. @param {{ player: Player }} event */
function onRingbackEnded(event) {
  if (event.player === S.player) playRingback();
}

/** One player at a time, and stopped also at its end, which frees it: the platform allows ten in a session. */
function stopPlayer() {
  const player = S.player;
  S.player = null;
  S.ringbackNext = false;
  stopTimer("announcement");
  if (player !== null) attempt("stop a player", () => player.stop());
}

/**
 * Tells a webhook, without waiting for it.
 * @param {Setting} url
 * @param {Request | null} request
 * @param {Record<string, unknown>} [more] what else there is to tell
 */
function notify(url, request, more) {
  const address = valueOf(url);
  if (!/^https:\/\//.test(address)) {
    log("a webhook's address is missing or not https");
    return;
  }
  const told = {
    flow: FLOW.name,
    call: { id: S.sessionId, from: S.from, to: S.to },
    action: request === null ? null : request.action,
    request_id: request === null ? null : request.id,
    parameters: request === null ? {} : request.parameters,
    result: S.result,
  };
  const body = more === undefined ? told : Object.assign(told, more);
  attempt("reach a webhook", () => {
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
