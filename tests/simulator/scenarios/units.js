// Does to the platform what the requests say, like commands.js: recorders, conferences, detectors, messages, storage,
// users and requests with a callback. Units are kept by the id that the platform gives them.
require(Modules.AMD);
require(Modules.ApplicationStorage);
require(Modules.Cartesia);
require(Modules.Conference);
require(Modules.Recorder);

const S = { units: {} };

const COMMANDS = {
  dial: (command) => keep(watchCall(VoxEngine.callPSTN(command.number, command.callerid || "+15550100009", command.parameters))),
  dialSip: (command) => keep(watchCall(VoxEngine.callSIP(command.to, { callerid: "desk", headers: command.headers }))),
  dialUser: (command) => keep(watchCall(VoxEngine.callUser(command.parameters))),
  dialWhatsapp: (command) => keep(watchCall(VoxEngine.callWhatsappUser(command.parameters))),
  dialAndDetect: (command) => keep(watchCall(VoxEngine.callPSTN(command.number, "+15550100009", { amd: newDetector(command) }))),
  detector: (command) => newDetector(command),
  detect: (command) => void S.units[command.unit].detect().then((event) => Logger.write("detect: " + event)),
  recorder: (command) => keep(watch(VoxEngine.createRecorder(command.parameters), RecorderEvents, ["Started", "Stopped"])),
  mute: (command) => S.units[command.unit].mute(true),
  conference: () => keep(watch(VoxEngine.createConference({ hd_audio: false }), ConferenceEvents, ["Started", "Stopped"])),
  destroy: (command) => VoxEngine.destroyConference(S.units[command.unit]),
  speech: (command) => keep(watch(VoxEngine.createTTSPlayer(command.text, command.parameters), PlayerEvents, ["PlaybackReady", "Started", "PlaybackMarkerReached", "PlaybackFinished"])),
  pause: (command) => S.units[command.unit].pause(),
  resume: (command) => S.units[command.unit].resume(),
  mark: (command) => S.units[command.unit].addMarker(command.offset),
  sequence: (command) => keep(watch(VoxEngine.createSequencePlayer({ segments: command.segments }), SequencePlayerEvents, ["Started", "PlaybackFinished", "Stopped"])),
  agent: () => void Cartesia.createAgentsClient({ apiKey: "k", agentId: "a", cartesiaVersion: "2025-04-16", onWebSocketClose: onClose }).then(onClient),
  clear: () => S.units["agent-1"].clearMediaBuffer(),
  send: (command) => S.units[command.from].sendMediaTo(S.units[command.to]),
  bridge: (command) => VoxEngine.sendMediaBetween(S.units[command.a], S.units[command.b]),
  unbridge: (command) => VoxEngine.stopMediaBetween(S.units[command.a], S.units[command.b]),
  stop: (command) => S.units[command.unit].stop(),
  hangup: (command) => {
    S.units[command.unit].hangup(command.headers);
    Logger.write("after hangup");
  },
  say: (command) => S.units.caller.say(command.text),
  play: (command) => S.units.caller.startPlayback(command.url, { loop: command.loop }),
  progress: () => S.units.caller.playProgressTone("US"),
  stopPlayback: () => S.units.caller.stopPlayback(),
  record: () => S.units.caller.record({ expire: RecordExpireTime.ONEYEAR, stereo: true }),
  tones: (command) => S.units.caller.handleTones(true, DTMFType[command.type]),
  message: (command) => S.units.caller.sendMessage(command.text),
  info: (command) => S.units.caller.sendInfo("text/plain", command.text),
  watchLoading: () => S.units.caller.addEventListener(CallEvents.PlaybackReady, onEvent),
  handleTransfers: (command) => S.units.caller.handleBlindTransfer(command.handle),
  transferred: () => S.units.caller.notifyBlindTransferSuccess(),
  notTransferred: (command) => S.units.caller.notifyBlindTransferFailed(command.code, "no"),
  transfer: (command) => S.units[command.unit].transferTo({ to: "sip:other@pbx.example.com" }),
  put: (command) => void ApplicationStorage.put(command.key, command.value, command.ttl).then(onStorage, onNoStorage),
  get: (command) => void ApplicationStorage.get(command.key).then(onStorage, onNoStorage),
  remove: (command) => void ApplicationStorage.remove(command.key).then(onStorage, onNoStorage),
  keys: (command) => void ApplicationStorage.keys(command.pattern).then(onStorage, onNoStorage),
  fetch: (command) => Net.httpRequest(command.url, onFetched, command.options),
  timer: (command) => setTimeout(() => Logger.write("timer"), command.ms),
  digest: (command) => Logger.write(Crypto[command.name](command.text)),
};

VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);
VoxEngine.addEventListener(AppEvents.HttpRequest, onRequest);

function onAlerting(event) {
  keep(watchCall(event.call));
  event.call.answer();
}

function onRequest(event) {
  const command = JSON.parse(event.content);
  COMMANDS[command.do](command);
  return "{}";
}

function keep(unit) {
  S.units[unit.id()] = unit;
}

function watch(unit, events, names) {
  names.forEach((name) => unit.addEventListener(events[name], onEvent));
  return unit;
}

function watchCall(call) {
  return watch(call, CallEvents, ["Connected", "Disconnected", "Failed", "PlaybackStarted", "PlaybackFinished", "ToneReceived", "RecordStarted", "RecordStopped", "MessageReceived", "InfoReceived", "BlindTransferRequested", "TransferComplete", "TransferFailed"]);
}

function newDetector(command) {
  const call = command.call ? { call: S.units[command.call] } : {};
  const detector = AMD.create(Object.assign({ model: AMD.Model.US, timeout: command.timeout }, call));
  keep(watch(detector, AMD.Events, ["DetectionComplete", "DetectionError"]));
  return detector;
}

function onEvent(event) {
  const details = ["code", "internalCode", "tone", "type", "text", "body", "url", "duration", "error", "resultClass", "resultSubtype", "confidence", "message", "offset", "transferTo"];
  Logger.write([event.name].concat(details.filter((name) => event[name] !== undefined).map((name) => name + "=" + event[name])).join(" "));
}

function onClient(client) {
  keep(client);
  client.start({ metadata: {} });
}

function onClose(event) {
  Logger.write("socket closed: " + event.reason);
}

function onStorage(entry) {
  Logger.write("storage: " + JSON.stringify(entry));
}

function onNoStorage(error) {
  Logger.write("no storage: " + error.message);
}

function onFetched(result) {
  Logger.write("fetched: " + JSON.stringify({ code: result.code, text: result.text.slice(0, 10), data: result.data }));
}
