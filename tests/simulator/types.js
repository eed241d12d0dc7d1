// What voxengine.d.ts accepts, and what it must refuse: a refused line stands under `@ts-expect-error`.
require(Modules.AMD);
require(Modules.ApplicationStorage);
require(Modules.Cartesia);
require(Modules.Conference);
require(Modules.Recorder);
require(Modules.Silero);

console.log("hello", 1);
trace("hello");

const S = {
  /** @type {Call | null} */
  caller: null,
  /** @type {Cartesia.AgentsClient | null} */
  agent: null,
  timer: 0,
};

VoxEngine.addEventListener(AppEvents.Started, (event) => Logger.write(event.accessSecureURL));
VoxEngine.addEventListener(AppEvents.HttpRequest, (event) => JSON.stringify(event.headers.map((header) => header.key)));
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

/** @param {_CallAlertingEvent} event */
function onAlerting(event) {
  S.caller = event.call;
  event.call.addEventListener(CallEvents.Failed, (failed) => Logger.write(String(failed.code)));
  event.call.addEventListener(CallEvents.Disconnected, (gone) => Logger.write(String(gone.internalCode)));
  const player = VoxEngine.createTTSPlayer("Hello", { voice: VoiceList.Amazon.en_US_Joanna });
  player.addEventListener(PlayerEvents.PlaybackFinished, (end) => end.player.stop());
  player.sendMediaTo(event.call);
  S.timer = setTimeout(() => event.call.hangup(), 1000);
  Cartesia.createAgentsClient({ apiKey: "k", agentId: "a", cartesiaVersion: "v", onWebSocketClose: onClose })
    .then(onClient)
    .catch((error) => Logger.write(String(error)));
  ApplicationStorage.get("KEY").then((entry) => (entry === null ? "" : entry.value));
  Net.httpRequestAsync("https://crm.example", { method: "POST", postData: "{}" }).then((result) => result.code);
}

/** @param {Cartesia.AgentsClient} client */
function onClient(client) {
  S.agent = client;
  client.addEventListener(Cartesia.AgentsEvents.Clear, (event) => event.client.clearMediaBuffer());
  client.addEventListener(Cartesia.Events.WebSocketMediaEnded, onSilent);
  if (S.caller) VoxEngine.sendMediaBetween(S.caller, client);
}

/** @param {Cartesia.AgentsEvent} event */
function onSilent(event) {
  event.client.close();
}

/** @param {_WebSocketCloseEvent} event */
function onClose(event) {
  Logger.write(event.reason);
}

/** @param {Call} call */
function useUnits(call) {
  const detector = AMD.create({ model: AMD.Model.US, timeout: 5000 });
  detector.addEventListener(AMD.Events.DetectionComplete, (event) => event.resultClass === AMD.ResultClass.VOICEMAIL);
  const leg = VoxEngine.callUser({ username: "ann", callerid: "1", extraHeaders: { "VI-CallTimeout": "20" }, amd: detector });
  const conference = VoxEngine.createConference({ hd_audio: false });
  VoxEngine.sendMediaBetween(leg, conference);
  const recorder = VoxEngine.createRecorder({ name: "voicemail", expire: RecordExpireTime.ONEYEAR });
  recorder.addEventListener(RecorderEvents.Stopped, (event) => Logger.write(String(event.duration)));
  call.sendMediaTo(recorder);
  Silero.createVAD({ threshold: 0.5 }).then((voice) => {
    voice.addEventListener(Silero.VADEvents.Result, (event) => event.vad === voice && event.speechStartAt !== undefined);
    call.sendMediaTo(voice);
  });
  call.addEventListener(CallEvents.TransferFailed, (event) => Logger.write(event.reason));
  const sequence = VoxEngine.createSequencePlayer({ segments: [{ text: "Hello" }, { url: "https://audio.example/a.mp3" }] });
  sequence.addEventListener(SequencePlayerEvents.PlaybackFinished, (event) => event.sequencePlayer.stop());
  ApplicationStorage.keys("ns").then((page) => page.keys.length);
  Net.httpRequest("https://crm.example", (result) => Logger.write(String(result.code)), { rawOutput: true });
}

// @ts-expect-error an entry lives for a time that has to be said
ApplicationStorage.put("KEY", "value");
// @ts-expect-error the positional form is of the past
VoxEngine.callUser("ann", "1");
// @ts-expect-error a handler of HttpRequest returns text
VoxEngine.addEventListener(AppEvents.HttpRequest, () => ({ ok: true }));
// @ts-expect-error and not a promise of it
VoxEngine.addEventListener(AppEvents.HttpRequest, () => Promise.resolve("{}"));
// @ts-expect-error there is no such function
VoxEngine.callPhone("+15550100001");
// @ts-expect-error a caller ID is required
VoxEngine.callPSTN("+15550100001");
// @ts-expect-error there is no ring limit
VoxEngine.callPSTN("+15550100001", "+15550100009", { timeout: 20 });
// @ts-expect-error a secret may be missing
Logger.write(VoxEngine.getSecretValue("KEY"));
// @ts-expect-error null is not a media unit
VoxEngine.sendMediaBetween(S.caller, S.agent);
// @ts-expect-error text is not a media unit
VoxEngine.sendMediaBetween(VoxEngine.createToneScriptPlayer("425@-19;*(1/4/1)"), "caller");
// @ts-expect-error an event of a call is not an event of the session
VoxEngine.addEventListener(CallEvents.Connected, () => undefined);
// @ts-expect-error Failed has a code, Disconnected an internalCode
VoxEngine.callSIP("sip:a@b").addEventListener(CallEvents.Disconnected, (event) => event.code);
// @ts-expect-error an entry may be null
ApplicationStorage.get("KEY").then((entry) => entry.value);
// @ts-expect-error an agent needs an id
Cartesia.createAgentsClient({ apiKey: "k", cartesiaVersion: "v" });
// @ts-expect-error newer than ES2018
[1].at(0);
// @ts-expect-error there is no host
console.error("hello");
// @ts-expect-error nothing is constructed by hand
new Call();
