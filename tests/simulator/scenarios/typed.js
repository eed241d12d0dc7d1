// A careful scenario that type-checks: one agent, one caller, any request ends the call.
require(Modules.Cartesia);
require(Modules.ApplicationStorage);

const S = {
  /** @type {Call | null} */
  caller: null,
  /** @type {Cartesia.AgentsClient | null} */
  agent: null,
  /** @type {Record<string, string>} */
  settings: {},
};

VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);
VoxEngine.addEventListener(AppEvents.HttpRequest, onRequest);

/** @param {_CallAlertingEvent} event */
function onAlerting(event) {
  S.caller = event.call;
  S.caller.addEventListener(CallEvents.Disconnected, end);
  S.caller.addEventListener(CallEvents.Failed, end);
  Promise.all([setting("KEY"), setting("ID")]).then(connect).then(onAgent).catch(end);
}

/** @param {string} name */
function setting(name) {
  return ApplicationStorage.get(name).then((entry) => {
    if (entry === null) throw new Error(name + " is missing");
    S.settings[name] = entry.value;
  });
}

function connect() {
  return Cartesia.createAgentsClient({ apiKey: S.settings.KEY, agentId: S.settings.ID, cartesiaVersion: "2025-04-16", onWebSocketClose: end });
}

/** @param {Cartesia.AgentsClient} client */
function onAgent(client) {
  S.agent = client;
  if (!S.caller) return;
  S.caller.answer();
  VoxEngine.sendMediaBetween(S.caller, client);
  client.start({ metadata: {} });
}

/** @param {_HttpRequestEvent} event */
function onRequest(event) {
  Logger.write(event.method);
  end();
  return JSON.stringify({ ok: true });
}

function end() {
  VoxEngine.terminate();
}
