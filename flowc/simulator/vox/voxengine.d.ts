// The part of the VoxEngine API that generated scenarios use, for `tsc --checkJs`.
// Generated from api.json by flowc/simulator/declarations.py. DO NOT EDIT.

declare function require(module: Modules): void;

/** Loaded by `require`. */
declare enum Modules {
  AMD = "amd",
  ApplicationStorage = "applicationstorage",
  CallList = "calllist",
  Cartesia = "cartesia",
  Conference = "conference",
  PushService = "pushservice",
  Recorder = "recorder",
  Silero = "silero",
  SmartQueue = "smartqueue",
}

/** Events of the session. */
declare enum AppEvents {
  /** The first event of every session. */
  Started = "Application.Started",
  /** An incoming call. */
  CallAlerting = "Application.CallAlerting",
  /** A request to the session's access URL. What the handler returns is the reply's body. */
  HttpRequest = "Application.HttpRequest",
  /** The session is about to end. Timers are gone, one HTTP request is allowed. */
  Terminating = "Application.Terminating",
  /** The last event. Only Logger.write works. */
  Terminated = "Application.Terminated",
}

interface _StartedEvent {
  readonly name: string;
  readonly accessURL: string;
  readonly accessSecureURL: string;
  readonly accountId: number;
  readonly applicationId: number;
  readonly logURL: string;
  readonly sessionId: number;
}

interface _CallAlertingEvent {
  readonly name: string;
  readonly call: Call;
  readonly callerid: string;
  readonly destination: string;
  readonly toURI: string;
  readonly fromURI: string;
  readonly displayName: string;
  readonly headers: { [name: string]: string };
  readonly customData?: string;
  readonly scheme: string;
}

interface _HttpRequestEvent {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly content: string;
  readonly headers: { key: string; value: string }[];
}

interface _TerminatingEvent {
  readonly name: string;
  readonly systemError?: boolean;
}

interface _TerminatedEvent {
  readonly name: string;
  readonly systemError?: boolean;
}

interface AppEventsHandlers {
  [AppEvents.Started]: (event: _StartedEvent) => void;
  [AppEvents.CallAlerting]: (event: _CallAlertingEvent) => void;
  [AppEvents.HttpRequest]: (event: _HttpRequestEvent) => string;
  [AppEvents.Terminating]: (event: _TerminatingEvent) => void;
  [AppEvents.Terminated]: (event: _TerminatedEvent) => void;
}

/** Events of a call. */
declare enum CallEvents {
  /** The other side rings (outgoing calls). */
  Ringing = "Call.Ringing",
  /** Answered, or early media. */
  AudioStarted = "Call.AudioStarted",
  /** The call is established. */
  Connected = "Call.Connected",
  /** An established call ended. */
  Disconnected = "Call.Disconnected",
  /** An outgoing call ended before it was connected. */
  Failed = "Call.Failed",
  /** What Call.say or Call.startPlayback plays has been loaded. */
  PlaybackReady = "Call.PlaybackReady",
  /** Call.say or Call.startPlayback has begun; duration in milliseconds. */
  PlaybackStarted = "Call.PlaybackStarted",
  /** Call.say or Call.startPlayback has ended, or failed with an error. Not after Call.stopPlayback. */
  PlaybackFinished = "Call.PlaybackFinished",
  /** After enableBeepDetection: there was a beep, or (timeout is true) none in time, or (false) it was switched off. */
  BeepDetectionComplete = "Call.BeepDetectionComplete",
  /** Nobody listens for a beep any more. */
  BeepDetectionError = "Call.BeepDetectionError",
  /** A DTMF digit, after handleTones(true). */
  ToneReceived = "Call.ToneReceived",
  /** Recording has begun. */
  RecordStarted = "Call.RecordStarted",
  /** Recording has ended, after Disconnected. */
  RecordStopped = "Call.RecordStopped",
  /** Recording failed. */
  RecordError = "Call.RecordError",
  /** A text message of the other side. */
  MessageReceived = "Call.MessageReceived",
  /** A SIP INFO message of the other side. */
  InfoReceived = "Call.InfoReceived",
  /** The other side has put the call on hold. */
  OnHold = "Call.OnHold",
  /** The other side has taken the call up again. */
  OffHold = "Call.OffHold",
  /** The other side asks to be transferred, after handleBlindTransfer(true). */
  BlindTransferRequested = "Call.BlindTransferRequested",
  /** The other side has carried out Call.transferTo; the call ends. */
  TransferComplete = "Call.TransferComplete",
  /** The other side has not carried out Call.transferTo. */
  TransferFailed = "Call.TransferFailed",
}

interface _RingingEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
  readonly headers?: { [name: string]: string };
}

interface _AudioStartedEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
  readonly headers?: { [name: string]: string };
}

interface _ConnectedEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
  readonly customData?: string;
  readonly headers: { [name: string]: string };
}

interface _DisconnectedEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
  readonly internalCode: number;
  readonly reason: string;
  readonly duration: number;
  readonly cost: number;
  readonly direction: string;
  readonly headers?: { [name: string]: string };
}

interface _FailedEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
  readonly code: number;
  readonly reason: string;
  readonly headers?: { [name: string]: string };
}

interface _PlaybackReadyEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
}

interface _PlaybackStartedEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
  readonly duration: number;
}

interface _PlaybackFinishedEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
  readonly error?: string;
}

interface _BeepDetectionCompleteEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
  readonly frequencies?: number[];
  readonly timeout?: boolean;
}

interface _BeepDetectionErrorEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
  readonly reason: string;
}

interface _ToneReceivedEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
  readonly tone: string;
  readonly type: string;
}

interface _RecordStartedEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
  readonly url: string;
}

interface _RecordStoppedEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
  readonly url: string;
  readonly cost: string;
  readonly duration: number;
}

interface _RecordErrorEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
  readonly error: string;
}

interface _MessageReceivedEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
  readonly text: string;
  readonly headers?: { [name: string]: string };
}

interface _InfoReceivedEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
  readonly mimeType: string;
  readonly body: string;
  readonly headers?: { [name: string]: string };
}

interface _OnHoldEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
}

interface _OffHoldEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
}

interface _BlindTransferRequestedEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
  readonly transferTo: string;
  readonly headers?: { [name: string]: string };
}

interface _TransferCompleteEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
  readonly role?: string;
  readonly headers?: { [name: string]: string };
}

interface _TransferFailedEvent {
  readonly name: string;
  readonly call: Call;
  readonly id: string;
  readonly code: number;
  readonly reason: string;
  readonly role?: string;
  readonly headers?: { [name: string]: string };
}

interface CallEventsHandlers {
  [CallEvents.Ringing]: (event: _RingingEvent) => void;
  [CallEvents.AudioStarted]: (event: _AudioStartedEvent) => void;
  [CallEvents.Connected]: (event: _ConnectedEvent) => void;
  [CallEvents.Disconnected]: (event: _DisconnectedEvent) => void;
  [CallEvents.Failed]: (event: _FailedEvent) => void;
  [CallEvents.PlaybackReady]: (event: _PlaybackReadyEvent) => void;
  [CallEvents.PlaybackStarted]: (event: _PlaybackStartedEvent) => void;
  [CallEvents.PlaybackFinished]: (event: _PlaybackFinishedEvent) => void;
  [CallEvents.BeepDetectionComplete]: (event: _BeepDetectionCompleteEvent) => void;
  [CallEvents.BeepDetectionError]: (event: _BeepDetectionErrorEvent) => void;
  [CallEvents.ToneReceived]: (event: _ToneReceivedEvent) => void;
  [CallEvents.RecordStarted]: (event: _RecordStartedEvent) => void;
  [CallEvents.RecordStopped]: (event: _RecordStoppedEvent) => void;
  [CallEvents.RecordError]: (event: _RecordErrorEvent) => void;
  [CallEvents.MessageReceived]: (event: _MessageReceivedEvent) => void;
  [CallEvents.InfoReceived]: (event: _InfoReceivedEvent) => void;
  [CallEvents.OnHold]: (event: _OnHoldEvent) => void;
  [CallEvents.OffHold]: (event: _OffHoldEvent) => void;
  [CallEvents.BlindTransferRequested]: (event: _BlindTransferRequestedEvent) => void;
  [CallEvents.TransferComplete]: (event: _TransferCompleteEvent) => void;
  [CallEvents.TransferFailed]: (event: _TransferFailedEvent) => void;
}

/** Events of a player. */
declare enum PlayerEvents {
  /** The speech or file has been loaded. Not for tones. */
  PlaybackReady = "Player.PlaybackReady",
  /** Playback has begun; duration in milliseconds. */
  Started = "Player.Started",
  /** Player.stop was called. */
  Stopped = "Player.Stopped",
  /** Playback has ended, well or with an error. */
  PlaybackFinished = "Player.PlaybackFinished",
  /** Playback has failed. */
  Error = "Player.Error",
  /** A marker of Player.addMarker has been reached. */
  PlaybackMarkerReached = "Player.PlaybackMarkerReached",
}

interface _PlayerPlaybackReadyEvent {
  readonly name: string;
  readonly player: Player;
}

interface _PlayerStartedEvent {
  readonly name: string;
  readonly player: Player;
  readonly duration: number;
}

interface _PlayerStoppedEvent {
  readonly name: string;
  readonly player: Player;
}

interface _PlayerPlaybackFinishedEvent {
  readonly name: string;
  readonly player: Player;
  readonly error?: string;
}

interface _PlayerErrorEvent {
  readonly name: string;
  readonly player: Player;
  readonly error: string;
}

interface _PlayerPlaybackMarkerReachedEvent {
  readonly name: string;
  readonly player: Player;
  readonly offset: number;
}

interface PlayerEventsHandlers {
  [PlayerEvents.PlaybackReady]: (event: _PlayerPlaybackReadyEvent) => void;
  [PlayerEvents.Started]: (event: _PlayerStartedEvent) => void;
  [PlayerEvents.Stopped]: (event: _PlayerStoppedEvent) => void;
  [PlayerEvents.PlaybackFinished]: (event: _PlayerPlaybackFinishedEvent) => void;
  [PlayerEvents.Error]: (event: _PlayerErrorEvent) => void;
  [PlayerEvents.PlaybackMarkerReached]: (event: _PlayerPlaybackMarkerReachedEvent) => void;
}

/** Events of a sequence player. */
declare enum SequencePlayerEvents {
  /** Playback of the first segment has begun. */
  Started = "SequencePlayer.Started",
  /** SequencePlayer.stop was called. */
  Stopped = "SequencePlayer.Stopped",
  /** Playback of all segments has ended, well or with an error. */
  PlaybackFinished = "SequencePlayer.PlaybackFinished",
  /** Playback has failed. */
  Error = "SequencePlayer.Error",
}

interface _SequencePlayerStartedEvent {
  readonly name: string;
  readonly sequencePlayer: SequencePlayer;
  readonly duration: number;
}

interface _SequencePlayerStoppedEvent {
  readonly name: string;
  readonly sequencePlayer: SequencePlayer;
}

interface _SequencePlayerPlaybackFinishedEvent {
  readonly name: string;
  readonly sequencePlayer: SequencePlayer;
  readonly error?: string;
}

interface _SequencePlayerErrorEvent {
  readonly name: string;
  readonly sequencePlayer: SequencePlayer;
  readonly error: string;
}

interface SequencePlayerEventsHandlers {
  [SequencePlayerEvents.Started]: (event: _SequencePlayerStartedEvent) => void;
  [SequencePlayerEvents.Stopped]: (event: _SequencePlayerStoppedEvent) => void;
  [SequencePlayerEvents.PlaybackFinished]: (event: _SequencePlayerPlaybackFinishedEvent) => void;
  [SequencePlayerEvents.Error]: (event: _SequencePlayerErrorEvent) => void;
}

/** Events of a recorder. */
declare enum RecorderEvents {
  /** Recording has begun. */
  Started = "Recorder.Started",
  /** Recording has ended; duration in seconds. */
  Stopped = "Recorder.Stopped",
  /** Recording has failed. */
  RecorderError = "Recorder.Error",
}

interface _RecorderStartedEvent {
  readonly name: string;
  readonly recorder: Recorder;
  readonly url: string;
}

interface _RecorderStoppedEvent {
  readonly name: string;
  readonly recorder: Recorder;
  readonly cost: string;
  readonly duration: number;
}

interface _RecorderErrorEvent {
  readonly name: string;
  readonly recorder: Recorder;
  readonly error: string;
}

interface RecorderEventsHandlers {
  [RecorderEvents.Started]: (event: _RecorderStartedEvent) => void;
  [RecorderEvents.Stopped]: (event: _RecorderStoppedEvent) => void;
  [RecorderEvents.RecorderError]: (event: _RecorderErrorEvent) => void;
}

/** Events of a place in a queue. */
declare enum SmartQueueEvents {
  /** The caller has gone: the handler calls `cancel`. */
  ClientDisconnected = "SmartQueue.ClientDisconnected",
  /** Which place the caller has, every 10 to 15 s: `ewt` is in milliseconds, and not known with the code 501. */
  Waiting = "SmartQueue.Waiting",
  /** Somebody of the queue has taken the call. */
  OperatorReached = "SmartQueue.OperatorReached",
  /** Nobody takes the call: why, says the status. */
  TaskCanceled = "SmartQueue.TaskCanceled",
  /** There is no such place. */
  Error = "SmartQueue.Error",
}

interface _SmartQueueClientDisconnectedEvent {
  readonly cancel: () => void;
}

interface _SmartQueueWaitingEvent {
  readonly position: number;
  readonly ewt: number;
  readonly code: number;
}

interface _SmartQueueOperatorReachedEvent {
  readonly agentCall: Call;
}

interface _SmartQueueTaskCanceledEvent {
  readonly status: number;
  readonly description: string;
}

interface _SmartQueueErrorEvent {
  readonly type: number;
  readonly description: string;
}

interface SmartQueueEventsHandlers {
  [SmartQueueEvents.ClientDisconnected]: (event: _SmartQueueClientDisconnectedEvent) => void;
  [SmartQueueEvents.Waiting]: (event: _SmartQueueWaitingEvent) => void;
  [SmartQueueEvents.OperatorReached]: (event: _SmartQueueOperatorReachedEvent) => void;
  [SmartQueueEvents.TaskCanceled]: (event: _SmartQueueTaskCanceledEvent) => void;
  [SmartQueueEvents.Error]: (event: _SmartQueueErrorEvent) => void;
}

/** Events of a conference. */
declare enum ConferenceEvents {
  /** The conference takes calls. */
  Started = "Conference.Started",
  /** The conference is over. */
  Stopped = "Conference.Stopped",
  /** Something about the conference has failed. */
  ConferenceError = "Conference.Error",
}

interface _ConferenceStartedEvent {
  readonly name: string;
  readonly conference: Conference;
}

interface _ConferenceStoppedEvent {
  readonly name: string;
  readonly conference: Conference;
}

interface _ConferenceErrorEvent {
  readonly name: string;
  readonly conference: Conference;
  readonly error: string;
  readonly code: number;
  readonly endpointId?: string;
}

interface ConferenceEventsHandlers {
  [ConferenceEvents.Started]: (event: _ConferenceStartedEvent) => void;
  [ConferenceEvents.Stopped]: (event: _ConferenceStoppedEvent) => void;
  [ConferenceEvents.ConferenceError]: (event: _ConferenceErrorEvent) => void;
}

/** How long a recording is kept. */
declare enum RecordExpireTime {
  THREEMONTHS = "",
  SIXMONTHS = "-6m",
  ONEYEAR = "-1y",
  TWOYEARS = "-2y",
  THREEYEARS = "-3y",
  FIVEYEARS = "-5y",
}

/** How DTMF digits travel. */
declare enum DTMFType {
  ALL = 0,
  TELEPHONE_EVENT = 1,
  IN_BAND = 2,
  SIP_INFO = 3,
}

interface CallPSTNParameters {
  readonly followDiversion?: boolean;
  readonly amd?: AMD.AnsweringMachineDetector;
}

interface CallSIPParameters {
  readonly regId?: number;
  readonly callerid?: string;
  readonly displayName?: string;
  readonly password?: string;
  readonly authUser?: string;
  readonly headers?: { [name: string]: string };
  readonly outProxy?: string;
  readonly amd?: AMD.AnsweringMachineDetector;
  readonly allow180After183?: boolean;
}

interface CallUserParameters {
  readonly username: string;
  readonly callerid: string;
  readonly displayName?: string;
  readonly extraHeaders?: { [name: string]: string };
  readonly analyticsLabel?: string;
  readonly amd?: AMD.AnsweringMachineDetector;
  readonly pushNotificationTimeout?: number;
}

interface CallWhatsappUserParameters {
  readonly number: string;
  readonly callerid: string;
  readonly headers?: { [name: string]: string };
  readonly disableDtxForAudio?: boolean;
}

interface TransferToParameters {
  readonly to: string;
  readonly call?: Call;
  readonly headers?: { [name: string]: string };
}

interface PhoneNumberInfo {
  readonly number: string;
  readonly region: string;
  readonly numberType: string;
  readonly location: string;
  readonly isPossibleNumber: boolean;
  readonly isValidNumber: boolean;
  readonly isValidNumberForRegion: boolean;
  readonly error?: string;
}

interface CallSayParameters {
  readonly voice?: Voice;
  readonly progressivePlayback?: boolean;
}

interface StartPlaybackParameters {
  readonly loop?: boolean;
  readonly progressivePlayback?: boolean;
}

interface CallRecordParameters {
  readonly hd_audio?: boolean;
  readonly lossless?: boolean;
  readonly stereo?: boolean;
  readonly recordNamePrefix?: string;
  readonly expire?: RecordExpireTime;
  readonly secure?: boolean;
  readonly transcribe?: boolean;
  readonly labels?: string[];
}

interface RecorderParameters {
  readonly name?: string;
  readonly hd_audio?: boolean;
  readonly lossless?: boolean;
  readonly recordNamePrefix?: string;
  readonly expire?: RecordExpireTime;
  readonly secure?: boolean;
}

interface SmartQueueQueue {
  readonly id?: number;
  readonly name?: string;
}

interface SmartQueueSkill {
  readonly name: string;
  readonly level: number[];
}

interface SmartQueueTaskParameters {
  readonly call?: Call;
  readonly queue: SmartQueueQueue;
  readonly timeout?: number;
  readonly priority?: number;
  readonly skills?: SmartQueueSkill[];
}

interface ConferenceParameters {
  readonly hd_audio: boolean;
}

interface TTSPlayerParameters {
  readonly voice?: Voice;
  readonly progressivePlayback?: boolean;
  readonly onPause?: boolean;
}

interface ToneScriptPlayerParameters {
  readonly loop?: boolean;
  readonly progressivePlayback?: boolean;
}

interface URLPlayerRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: { name: string; value: string }[];
  readonly body?: string;
}

interface URLPlayerParameters {
  readonly loop?: boolean;
  readonly progressivePlayback?: boolean;
  readonly onPause?: boolean;
}

interface SequencePlayerSegment {
  readonly text?: string;
  readonly url?: string;
  readonly parameters?: TTSPlayerParameters | URLPlayerParameters;
}

interface SequencePlayerParameters {
  readonly segments: SequencePlayerSegment[];
}

interface SendMediaParameters {
  readonly tag?: string;
}

interface StorageKey {
  readonly key: string;
  readonly value: string;
  readonly expireAt: number;
}

interface StoragePage {
  readonly keys: string[];
}

interface CallEnableBeepDetectionParameters {
  readonly frequencies?: number[];
  readonly timeout?: number;
}

interface _WebSocketCloseEvent {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** One leg: an incoming or outgoing call. */
declare class Call {
  private constructor();
  answer(extraHeaders?: { [name: string]: string }): void;
  reject(code: number, extraHeaders?: { [name: string]: string }): void;
  ring(extraHeaders?: { [name: string]: string }): void;
  startEarlyMedia(extraHeaders?: { [name: string]: string }): void;
  hangup(extraHeaders?: { [name: string]: string }): void;
  say(text: string, parameters?: CallSayParameters): void;
  startPlayback(url: string, parameters?: StartPlaybackParameters): void;
  playProgressTone(country: string): void;
  stopPlayback(): void;
  record(parameters: CallRecordParameters): void;
  sendDigits(digits: string): void;
  sendMessage(text: string): void;
  sendInfo(mimeType: string, body: string, headers?: { [name: string]: string }): void;
  transferTo(parameters: TransferToParameters): void;
  handleBlindTransfer(handle: boolean): void;
  notifyBlindTransferSuccess(): void;
  notifyBlindTransferFailed(code: number, reason: string): void;
  enableBeepDetection(parameters?: CallEnableBeepDetectionParameters): void;
  disableBeepDetection(): void;
  handleTones(doHandle: boolean, supportedDtmfTypes?: DTMFType): void;
  sendMediaTo(mediaUnit: VoxMediaUnit, parameters?: SendMediaParameters): void;
  stopMediaTo(mediaUnit: VoxMediaUnit): void;
  id(): string;
  state(): string;
  callerid(): string;
  displayName(): string;
  number(): string;
  incoming(): boolean;
  clientType(): string;
  customData(customData?: string): string;
  addEventListener<T extends keyof CallEventsHandlers>(event: T, callback: CallEventsHandlers[T]): void;
  removeEventListener<T extends keyof CallEventsHandlers>(event: T, callback?: CallEventsHandlers[T]): void;
}

/** Plays speech, tones or a file to the units it is sent to. */
declare class Player {
  private constructor();
  sendMediaTo(mediaUnit: VoxMediaUnit, parameters?: SendMediaParameters): void;
  stopMediaTo(mediaUnit: VoxMediaUnit): void;
  pause(): void;
  resume(): void;
  addMarker(offset: number): void;
  stop(): void;
  id(): string;
  addEventListener<T extends keyof PlayerEventsHandlers>(event: T, callback: PlayerEventsHandlers[T]): void;
  removeEventListener<T extends keyof PlayerEventsHandlers>(event: T, callback?: PlayerEventsHandlers[T]): void;
}

/** Plays segments of speech and files, one after the other. */
declare class SequencePlayer {
  private constructor();
  sendMediaTo(mediaUnit: VoxMediaUnit, parameters?: SendMediaParameters): void;
  stopMediaTo(mediaUnit: VoxMediaUnit): void;
  pause(): void;
  resume(): void;
  stop(): void;
  id(): string;
  addEventListener<T extends keyof SequencePlayerEventsHandlers>(event: T, callback: SequencePlayerEventsHandlers[T]): void;
  removeEventListener<T extends keyof SequencePlayerEventsHandlers>(event: T, callback?: SequencePlayerEventsHandlers[T]): void;
}

/** Records everything that is sent to it. */
declare class Recorder {
  private constructor();
  mute(doMute: boolean): void;
  stop(): void;
  id(): string;
  addEventListener<T extends keyof RecorderEventsHandlers>(event: T, callback: RecorderEventsHandlers[T]): void;
  removeEventListener<T extends keyof RecorderEventsHandlers>(event: T, callback?: RecorderEventsHandlers[T]): void;
}

/** A place in a queue. */
declare class SmartQueueTask {
  private constructor();
  end(description: string, status?: number): void;
  addEventListener<T extends keyof SmartQueueEventsHandlers>(event: T, callback: SmartQueueEventsHandlers[T]): void;
  removeEventListener<T extends keyof SmartQueueEventsHandlers>(event: T, callback?: SmartQueueEventsHandlers[T]): void;
}

/** A mixer in which everybody hears all others. */
declare class Conference {
  private constructor();
  sendMediaTo(mediaUnit: VoxMediaUnit, parameters?: SendMediaParameters): void;
  stopMediaTo(mediaUnit: VoxMediaUnit): void;
  stop(): void;
  id(): string;
  addEventListener<T extends keyof ConferenceEventsHandlers>(event: T, callback: ConferenceEventsHandlers[T]): void;
  removeEventListener<T extends keyof ConferenceEventsHandlers>(event: T, callback?: ConferenceEventsHandlers[T]): void;
}

/** The session. */
declare namespace VoxEngine {
  function callPSTN(number: string, callerid: string, parameters?: CallPSTNParameters): Call;
  function callSIP(to: string, parameters?: CallSIPParameters): Call;
  function callUser(parameters: CallUserParameters): Call;
  function callWhatsappUser(parameters: CallWhatsappUserParameters): Call;
  function createConference(parameters: ConferenceParameters): Conference;
  function destroyConference(conference: Conference): void;
  function enqueueTask(parameters: SmartQueueTaskParameters): SmartQueueTask;
  function createRecorder(parameters?: RecorderParameters): Recorder;
  function createSequencePlayer(parameters: SequencePlayerParameters): SequencePlayer;
  function createTTSPlayer(text: string, parameters?: TTSPlayerParameters): Player;
  function createToneScriptPlayer(script: string, parameters?: ToneScriptPlayerParameters): Player;
  function createURLPlayer(request: URLPlayerRequest, parameters?: URLPlayerParameters): Player;
  function sendMediaBetween(mediaUnit1: VoxMediaUnit, mediaUnit2: VoxMediaUnit): void;
  function stopMediaBetween(mediaUnit1: VoxMediaUnit, mediaUnit2: VoxMediaUnit): void;
  function getSecretValue(name: string): string | undefined;
  function customData(customData?: string): string;
  function terminate(): void;
  function addEventListener<T extends keyof AppEventsHandlers>(event: T, callback: AppEventsHandlers[T]): void;
  function removeEventListener<T extends keyof AppEventsHandlers>(event: T, callback?: AppEventsHandlers[T]): void;
}

/** Answering machine detection. */
declare namespace AMD {
  /** Events of an answering machine detector. */
  enum Events {
    /** It is known who has answered, or time is up; confidence from 0 to 100. */
    DetectionComplete = "AMD.Events.DetectionComplete",
    /** Detection has failed. */
    DetectionError = "AMD.Events.DetectionError",
  }

  interface _DetectionCompleteEvent {
    readonly name: string;
    readonly amd: AMD.AnsweringMachineDetector;
    readonly call: Call;
    readonly callId: string;
    readonly resultClass: AMD.ResultClass;
    readonly resultSubtype?: AMD.ResultSubtype;
    readonly confidence?: number;
  }

  interface _DetectionErrorEvent {
    readonly name: string;
    readonly amd: AMD.AnsweringMachineDetector;
    readonly callId?: string;
    readonly message: string;
  }

  interface EventsHandlers {
    [Events.DetectionComplete]: (event: _DetectionCompleteEvent) => void;
    [Events.DetectionError]: (event: _DetectionErrorEvent) => void;
  }

  /** What answering machines sound like in a country. */
  enum Model {
    BR = "br",
    CL = "cl",
    CO = "colombia",
    KZ = "kz",
    MX = "mx",
    RU = "ru",
    PH = "ph",
    PE = "pe",
    US = "us",
    EU_GENERAL = "eu_general",
    ES = "es",
  }

  /** Who has answered. */
  enum ResultClass {
    VOICEMAIL = "VOICEMAIL",
    HUMAN = "HUMAN",
    TIMEOUT = "TIMEOUT",
    CALL_ENDED = "CALL_ENDED",
  }

  /** What kind of answering machine. */
  enum ResultSubtype {
    MIMIC = "MIMIC",
    NONE = "NONE",
  }

  interface Thresholds {
    readonly human?: number;
    readonly voicemail?: number;
    readonly mimic?: number;
  }

  interface Parameters {
    readonly model: AMD.Model;
    readonly timeout?: number;
    readonly thresholds?: AMD.Thresholds;
    readonly call?: Call;
  }

  /** Finds out whether a person or a machine has answered a call. */
  class AnsweringMachineDetector {
    private constructor();
    detect(): Promise<AMD.Events>;
    id(): string;
    addEventListener<T extends keyof AMD.EventsHandlers>(event: T, callback: AMD.EventsHandlers[T]): void;
    removeEventListener<T extends keyof AMD.EventsHandlers>(event: T, callback?: AMD.EventsHandlers[T]): void;
  }

  function create(parameters: AMD.Parameters): AMD.AnsweringMachineDetector;
}

/** The call list that has started the session; each call is an attempt of one of its tasks. */
declare namespace CallList {
  function reportErrorAsync(error: string | object): Promise<Net.HttpRequestResult>;
  function reportResultAsync(result: string | object): Promise<Net.HttpRequestResult>;
}

/** Voice detection. */
declare namespace Silero {
  /** Events of a voice detection. */
  enum VADEvents {
    /** What it runs on. */
    ConnectorInformation = "Silero.VADEvents.ConnectorInformation",
    /** It does not work. */
    Error = "Silero.VADEvents.Error",
    /** It begins anew, as it was asked to. */
    Reset = "Silero.VADEvents.Reset",
    /** Speech has begun, or has ended: when, in seconds, which may be 0. */
    Result = "Silero.VADEvents.Result",
  }

  interface _VADConnectorInformationEvent {
    readonly name: string;
    readonly vad: Silero.VAD;
    readonly data?: object;
  }

  interface _VADErrorEvent {
    readonly name: string;
    readonly reason?: string;
  }

  interface _VADResetEvent {
    readonly name: string;
  }

  interface _VADResultEvent {
    readonly name: string;
    readonly vad: Silero.VAD;
    readonly speechStartAt?: number;
    readonly speechEndAt?: number;
  }

  interface VADEventsHandlers {
    [VADEvents.ConnectorInformation]: (event: _VADConnectorInformationEvent) => void;
    [VADEvents.Error]: (event: _VADErrorEvent) => void;
    [VADEvents.Reset]: (event: _VADResetEvent) => void;
    [VADEvents.Result]: (event: _VADResultEvent) => void;
  }

  interface VADParameters {
    readonly threshold?: number;
    readonly minSilenceDurationMs?: number;
    readonly speechPadMs?: number;
  }

  /** Hears whether somebody speaks on the leg that is sent to it. */
  class VAD {
    private constructor();
    close(): void;
    reset(): void;
    id(): string;
    webSocketId(): string;
    addEventListener<T extends keyof Silero.VADEventsHandlers>(event: T, callback: Silero.VADEventsHandlers[T]): void;
    removeEventListener<T extends keyof Silero.VADEventsHandlers>(event: T, callback?: Silero.VADEventsHandlers[T]): void;
  }

  function createVAD(parameters: Silero.VADParameters): Promise<Silero.VAD>;
}

/** Cartesia agents. */
declare namespace Cartesia {
  /** Events that the agent sends. */
  enum AgentsEvents {
    /** The agent has accepted the start. */
    ACK = "Cartesia.Agents.ACK",
    /** The caller has interrupted: queued audio is to be dropped. */
    Clear = "Cartesia.Agents.Clear",
    /** A custom event of the agent. */
    Custom = "Cartesia.Agents.Custom",
    /** The agent sends a DTMF digit. */
    DTMF = "Cartesia.Agents.DTMF",
    /** Information of the connector. */
    ConnectorInformation = "Cartesia.Agents.ConnectorInformation",
    /** The answer to the connection attempt. */
    HTTPResponse = "Cartesia.Agents.HTTPResponse",
    /** The socket failed. */
    WebSocketError = "Cartesia.Agents.WebSocketError",
    /** Anything else. */
    Unknown = "Cartesia.Agents.Unknown",
  }

  interface AgentsEvent {
    readonly name: string;
    readonly client: Cartesia.AgentsClient;
    readonly data?: Cartesia.AgentsEventData;
  }

  interface AgentsEventsHandlers {
    [AgentsEvents.ACK]: (event: AgentsEvent) => void;
    [AgentsEvents.Clear]: (event: AgentsEvent) => void;
    [AgentsEvents.Custom]: (event: AgentsEvent) => void;
    [AgentsEvents.DTMF]: (event: AgentsEvent) => void;
    [AgentsEvents.ConnectorInformation]: (event: AgentsEvent) => void;
    [AgentsEvents.HTTPResponse]: (event: AgentsEvent) => void;
    [AgentsEvents.WebSocketError]: (event: AgentsEvent) => void;
    [AgentsEvents.Unknown]: (event: AgentsEvent) => void;
  }

  /** Events of the agent's audio. */
  enum Events {
    /** The agent has begun to speak. */
    WebSocketMediaStarted = "Cartesia.Events.WebSocketMediaStarted",
    /** The agent has been silent for one second. */
    WebSocketMediaEnded = "Cartesia.Events.WebSocketMediaEnded",
  }

  interface WebSocketMediaStartedEvent {
    readonly name: string;
    readonly client: Cartesia.AgentsClient;
    readonly tag?: string;
    readonly encoding?: string;
    readonly customParameters?: { [name: string]: string };
  }

  interface WebSocketMediaEndedEvent {
    readonly name: string;
    readonly client: Cartesia.AgentsClient;
    readonly tag?: string;
    readonly mediaInfo?: { [name: string]: unknown };
  }

  interface EventsHandlers {
    [Events.WebSocketMediaStarted]: (event: WebSocketMediaStartedEvent) => void;
    [Events.WebSocketMediaEnded]: (event: WebSocketMediaEndedEvent) => void;
  }

  interface AgentsClientParameters {
    readonly apiKey: string;
    readonly agentId: string;
    readonly cartesiaVersion: string;
    readonly onWebSocketClose?: (event: _WebSocketCloseEvent) => void;
    readonly statistics?: boolean;
    readonly trace?: boolean;
    readonly privacy?: boolean;
  }

  interface AgentsEventData {
    readonly customEvent?: string;
    readonly payload?: { [name: string]: unknown };
  }

  interface ClearMediaBufferParameters {
    readonly tag?: string;
  }

  /** The connection to a Cartesia agent. */
  class AgentsClient {
    private constructor();
    start(parameters: object): void;
    custom(parameters: object): void;
    dtmf(parameters: object): void;
    clearMediaBuffer(parameters?: Cartesia.ClearMediaBufferParameters): void;
    sendMediaTo(mediaUnit: VoxMediaUnit, parameters?: SendMediaParameters): void;
    stopMediaTo(mediaUnit: VoxMediaUnit): void;
    close(): void;
    id(): string;
    webSocketId(): string;
    addEventListener<T extends keyof Cartesia.AgentsEventsHandlers>(event: T, callback: Cartesia.AgentsEventsHandlers[T]): void;
    removeEventListener<T extends keyof Cartesia.AgentsEventsHandlers>(event: T, callback?: Cartesia.AgentsEventsHandlers[T]): void;
    addEventListener<T extends keyof Cartesia.EventsHandlers>(event: T, callback: Cartesia.EventsHandlers[T]): void;
    removeEventListener<T extends keyof Cartesia.EventsHandlers>(event: T, callback?: Cartesia.EventsHandlers[T]): void;
  }

  function createAgentsClient(parameters: Cartesia.AgentsClientParameters): Promise<Cartesia.AgentsClient>;
}

/** The application's key-value storage. A key that does not exist is null. */
declare namespace ApplicationStorage {
  function get(key: string): Promise<StorageKey | null>;
  function put(key: string, value: string, ttl: number): Promise<StorageKey>;
  function remove(key: string): Promise<StorageKey>;
  function keys(pattern?: string, count?: number): Promise<StoragePage>;
}

/** Outgoing HTTP requests. */
declare namespace Net {
  interface HttpRequestOptions {
    readonly method?: string;
    readonly postData?: string | number[];
    readonly headers?: { [name: string]: string };
    readonly params?: { [name: string]: string };
    readonly rawOutput?: boolean;
    readonly timeout?: number;
    readonly connectionTimeout?: number;
    readonly enableSystemLog?: boolean;
  }

  interface HttpRequestResult {
    readonly code: number;
    readonly text?: string;
    readonly data?: number[];
    readonly headers?: { key: string; value: string }[];
    readonly raw_headers?: string;
    readonly error?: string;
  }

  function httpRequestAsync(url: string, options?: Net.HttpRequestOptions): Promise<Net.HttpRequestResult>;
  function httpRequest(url: string, callback: (result: Net.HttpRequestResult) => void, options?: Net.HttpRequestOptions): void;
}

/** The session's log. */
declare namespace Logger {
  function write(message: string): void;
  function hideTones(doHide: boolean): void;
}

/** Telephone numbers. */
declare namespace PhoneNumber {
  function getInfo(number: string, country?: string): PhoneNumberInfo;
}

/** The session's log, too. What it makes of values that are no text is not documented. */
declare namespace console {
  function log(...data: unknown[]): void;
}

/** Digests: in hexadecimal digits, in Base64 or as bytes, which is not documented. */
declare namespace Crypto {
  function sha256(data: string): string;
  function hmac_sha256(key: string, data: string): string;
  function md5(data: string): string;
  function sha1(data: string): string;
}

/** A voice of VoiceList. */
declare class Voice {
  private constructor();
}

declare namespace VoiceList {
  namespace Amazon {
    const en_US_Joanna: Voice;
  }
  namespace Amazon.Neural {
    const en_US_Joanna: Voice;
  }
  namespace Default {
    const en_US_Female: Voice;
  }
  namespace ElevenLabs {
    const Alice: Voice;
  }
  namespace Google {
    const en_US_Standard_C: Voice;
  }
  namespace IBM {
  }
  namespace IBM.Neural {
    const en_US_Lisa: Voice;
  }
  namespace Microsoft {
  }
  namespace Microsoft.Neural {
    const en_US_JennyNeural: Voice;
  }
  namespace SaluteSpeech {
  }
  namespace TBank {
  }
  namespace Yandex {
  }
  namespace Yandex.Neural {
  }
  namespace YandexV3 {
  }
}

declare function setTimeout(callback: () => void, delay?: number): number;
declare function clearTimeout(id?: number): void;
declare function setInterval(callback: () => void, delay?: number): number;
declare function clearInterval(id?: number): void;
declare function uuidgen(): string;
declare function getLocalTime(timezone: string, date: Date): Date;
declare function trace(data: string): void;

/** Everything that sends or receives media. */
type VoxMediaUnit = Call | Player | SequencePlayer | Recorder | Conference | AMD.AnsweringMachineDetector | Silero.VAD | Cartesia.AgentsClient;
