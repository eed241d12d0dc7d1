// The vendor's "Function calling" example as somebody would write it in an afternoon.
require(Modules.Cartesia);
require(Modules.ApplicationStorage);

const S = { url: "", caller: null, agent: null, consult: null };

VoxEngine.addEventListener(AppEvents.Started, onStarted);
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);
VoxEngine.addEventListener(AppEvents.HttpRequest, onRequest);

function onStarted(event) {
  S.url = event.accessSecureURL;
}

function onAlerting(event) {
  S.caller = event.call;
  S.caller.addEventListener(CallEvents.Connected, onAnswered);
  S.caller.addEventListener(CallEvents.Disconnected, end);
  S.caller.answer();
}

function onAnswered() {
  Promise.all([ApplicationStorage.get("CARTESIA_API_KEY"), ApplicationStorage.get("CARTESIA_AGENT_ID")])
    .then((entries) =>
      Cartesia.createAgentsClient({ apiKey: entries[0].value, agentId: entries[1].value, cartesiaVersion: "2025-04-16" }),
    )
    .then(onAgent)
    .catch(onNoAgent);
}

function onAgent(client) {
  S.agent = client;
  VoxEngine.sendMediaBetween(S.caller, client);
  client.start({ metadata: { vox_session_control_url: S.url } });
}

function onNoAgent(error) {
  Logger.write("no agent: " + error.message);
  end();
}

function onRequest(event) {
  const command = JSON.parse(event.content);
  if (command.action === "end_call") {
    S.caller.hangup();
    S.agent.close();
    VoxEngine.terminate();
  } else if (command.action === "call_transfer") {
    transfer();
  }
  return '{"ok":true}';
}

function transfer() {
  VoxEngine.stopMediaBetween(S.caller, S.agent);
  S.agent.close();
  S.consult = VoxEngine.callPSTN("+15550100001", "+15550100009");
  S.consult.addEventListener(CallEvents.Connected, onConsult);
  S.consult.addEventListener(CallEvents.Failed, onConsultFailed);
}

function onConsult() {
  VoxEngine.sendMediaBetween(S.caller, S.consult);
}

function onConsultFailed(event) {
  Logger.write("transfer failed: " + event.code);
  S.caller.hangup();
}

function end() {
  VoxEngine.terminate();
}
