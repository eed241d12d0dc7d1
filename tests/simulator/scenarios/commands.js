// Does to the platform what the requests say: {"do": NAME, …}. Events are logged as EVENT or EVENT:DETAIL.
require(Modules.Cartesia);
require(Modules.ApplicationStorage);

const S = { caller: null, calls: [], players: [], clients: [], timers: [], note: "" };

const COMMANDS = {
  dial: (command) => S.calls.push(watchCall(VoxEngine.callPSTN(command.number, "+15550100009"))),
  dialSip: (command) => S.calls.push(watchCall(VoxEngine.callSIP(command.to, { callerid: "desk", headers: command.headers }))),
  hangup: (command) => unit(command.unit).hangup(),
  say: (command) => S.caller.say(command.text),
  tts: (command) => S.players.push(watchPlayer(VoxEngine.createTTSPlayer(command.text, { voice: VoiceList.Amazon.en_US_Joanna }))),
  tone: (command) => S.players.push(watchPlayer(VoxEngine.createToneScriptPlayer(command.script, { loop: command.loop }))),
  stop: (command) => unit(command.unit).stop(),
  send: (command) => unit(command.from).sendMediaTo(unit(command.to)),
  unsend: (command) => unit(command.from).stopMediaTo(unit(command.to)),
  bridge: (command) => VoxEngine.sendMediaBetween(unit(command.a), unit(command.b)),
  agent: () => connectAgent(),
  start: () => S.clients[0].start({ metadata: { from: S.caller.callerid() } }),
  custom: (command) => S.clients[0].custom(command.parameters),
  clear: () => S.clients[0].clearMediaBuffer(),
  close: () => S.clients[0].close(),
  timer: (command) => S.timers.push(setTimeout(onTimer, command.ms)),
  interval: (command) => S.timers.push(setInterval(onTimer, command.ms)),
  untimer: (command) => clearInterval(S.timers[command.index]),
  fetch: (command) => void Net.httpRequestAsync(command.url, command.options).then(onFetched),
  lookup: (command) => void ApplicationStorage.get(command.key).then(onEntry, onNoEntry),
  record: () => S.caller.record({ stereo: true }),
  tones: () => S.caller.handleTones(true),
  digits: (command) => S.caller.sendDigits(command.digits),
  hash: (command) => Logger.write(Crypto.sha256(command.text)),
  hmac: (command) => Logger.write(Crypto.hmac_sha256(command.key, command.text)),
  uuid: () => Logger.write(uuidgen()),
  random: () => Logger.write(String(Math.random())),
  clock: () => Logger.write(new Date().toISOString() + " " + new Date().getHours() + " " + Date.now()),
  secret: (command) => Logger.write(String(VoxEngine.getSecretValue(command.name))),
  chain: () => chain(),
  terminate: () => {
    VoxEngine.terminate();
    Logger.write("after terminate");
  },
};

VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);
VoxEngine.addEventListener(AppEvents.HttpRequest, onRequest);
VoxEngine.addEventListener(AppEvents.Terminating, onTerminating);
VoxEngine.addEventListener(AppEvents.Terminated, onTerminated);

function onAlerting(event) {
  S.caller = watchCall(event.call);
  if (event.headers["X-Leave"] !== "unanswered") S.caller.answer();
}

function onRequest(event) {
  const command = JSON.parse(event.content);
  COMMANDS[command.do](command);
  return JSON.stringify({ did: command.do });
}

function unit(name) {
  if (name === "caller") return S.caller;
  if (name.startsWith("agent")) return S.clients[0];
  const index = Number(name.split("-")[1]) - 1;
  return name.startsWith("call") ? S.calls[index] : S.players[index];
}

function watchCall(call) {
  for (const name of ["Ringing", "AudioStarted", "Connected", "Disconnected", "Failed", "PlaybackStarted", "PlaybackFinished", "ToneReceived", "RecordStarted", "RecordStopped"]) {
    call.addEventListener(CallEvents[name], onCallEvent);
  }
  return call;
}

function onCallEvent(event) {
  const details = { "Call.Failed": event.code, "Call.Disconnected": event.internalCode, "Call.ToneReceived": event.tone, "Call.PlaybackFinished": event.error };
  const detail = details[event.name];
  Logger.write(event.call.id() + " " + event.name + (detail === undefined ? "" : ":" + detail));
}

function watchPlayer(player) {
  player.addEventListener(PlayerEvents.Started, onPlayerEvent);
  player.addEventListener(PlayerEvents.PlaybackFinished, onPlayerEvent);
  player.addEventListener(PlayerEvents.Stopped, onPlayerEvent);
  player.addEventListener(PlayerEvents.Error, onPlayerEvent);
  return player;
}

function onPlayerEvent(event) {
  Logger.write(event.player.id() + " " + event.name + (event.error === undefined ? "" : ":" + event.error));
}

function connectAgent() {
  Cartesia.createAgentsClient({ apiKey: "k", agentId: "a", cartesiaVersion: "2025-04-16", onWebSocketClose: onClose }).then(onClient, onRefused);
}

function onClient(client) {
  S.clients.push(client);
  for (const name of ["ACK", "Clear", "Custom", "DTMF", "WebSocketError", "Unknown"]) client.addEventListener(Cartesia.AgentsEvents[name], onAgentEvent);
  client.addEventListener(Cartesia.Events.WebSocketMediaStarted, onAgentEvent);
  client.addEventListener(Cartesia.Events.WebSocketMediaEnded, onAgentEvent);
}

function onRefused(error) {
  Logger.write("refused: " + error.message);
}

function onAgentEvent(event) {
  Logger.write(event.client.id() + " " + event.name + (event.data ? ":" + JSON.stringify(event.data.payload) : ""));
}

function onClose(event) {
  Logger.write("socket closed:" + event.code + " " + event.reason);
}

function onTimer() {
  Logger.write("timer");
}

function onFetched(result) {
  Logger.write("fetched:" + result.code);
}

function onEntry(entry) {
  Logger.write("entry:" + (entry === null ? "null" : entry.value));
}

function onNoEntry(error) {
  Logger.write("no entry: " + error.message);
}

function chain() {
  Promise.resolve(1)
    .then((value) => Promise.reject(new Error("no " + value)))
    .catch((error) => error.message)
    .finally(() => Logger.write("finally"))
    .then((message) => Logger.write(message));
  Promise.race([new Promise(() => undefined), Promise.resolve("race")]).then((value) => Logger.write(value));
  Promise.all([1, Promise.resolve(2)]).then((values) => Logger.write(JSON.stringify(values)));
  new Promise((resolve) => resolve({ then: (done) => done("thenable") })).then((value) => Logger.write(value));
  Logger.write("first");
}

function onTerminating(event) {
  Logger.write("terminating" + (event.systemError ? " after an error" : ""));
  Net.httpRequestAsync("https://crm.example/end", { method: "POST", postData: "{}" }).then(onFetched);
}

function onTerminated() {
  Logger.write("terminated");
}
