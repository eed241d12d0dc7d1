// The part of the VoxEngine API that generated scenarios use, for `tsc --checkJs`.
// Generated from api.json by flowc/simulator/declarations.py. DO NOT EDIT.

declare function require(module: Modules): void;

/** Loaded by `require`. */
declare enum Modules {
  ApplicationStorage = "applicationstorage",
  Cartesia = "cartesia",
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
  /** Call.say has begun; duration in milliseconds. */
  PlaybackStarted = "Call.PlaybackStarted",
  /** Call.say has ended, or failed with an error. */
  PlaybackFinished = "Call.PlaybackFinished",
  /** A DTMF digit, after handleTones(true). */
  ToneReceived = "Call.ToneReceived",
  /** Recording has begun. */
  RecordStarted = "Call.RecordStarted",
  /** Recording has ended, after Disconnected. */
  RecordStopped = "Call.RecordStopped",
  /** Recording failed. */
  RecordError = "Call.RecordError",
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

interface CallEventsHandlers {
  [CallEvents.Ringing]: (event: _RingingEvent) => void;
  [CallEvents.AudioStarted]: (event: _AudioStartedEvent) => void;
  [CallEvents.Connected]: (event: _ConnectedEvent) => void;
  [CallEvents.Disconnected]: (event: _DisconnectedEvent) => void;
  [CallEvents.Failed]: (event: _FailedEvent) => void;
  [CallEvents.PlaybackStarted]: (event: _PlaybackStartedEvent) => void;
  [CallEvents.PlaybackFinished]: (event: _PlaybackFinishedEvent) => void;
  [CallEvents.ToneReceived]: (event: _ToneReceivedEvent) => void;
  [CallEvents.RecordStarted]: (event: _RecordStartedEvent) => void;
  [CallEvents.RecordStopped]: (event: _RecordStoppedEvent) => void;
  [CallEvents.RecordError]: (event: _RecordErrorEvent) => void;
}

/** Events of a player. */
declare enum PlayerEvents {
  /** Playback has begun; duration in milliseconds. */
  Started = "Player.Started",
  /** Player.stop was called. */
  Stopped = "Player.Stopped",
  /** Playback has ended, well or with an error. */
  PlaybackFinished = "Player.PlaybackFinished",
  /** Playback has failed. */
  Error = "Player.Error",
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

interface PlayerEventsHandlers {
  [PlayerEvents.Started]: (event: _PlayerStartedEvent) => void;
  [PlayerEvents.Stopped]: (event: _PlayerStoppedEvent) => void;
  [PlayerEvents.PlaybackFinished]: (event: _PlayerPlaybackFinishedEvent) => void;
  [PlayerEvents.Error]: (event: _PlayerErrorEvent) => void;
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
}

interface CallSIPParameters {
  readonly regId?: number;
  readonly callerid?: string;
  readonly displayName?: string;
  readonly password?: string;
  readonly authUser?: string;
  readonly headers?: { [name: string]: string };
  readonly outProxy?: string;
}

interface CallSayParameters {
  readonly voice?: Voice;
  readonly progressivePlayback?: boolean;
}

interface CallRecordParameters {
  readonly hd_audio?: boolean;
  readonly lossless?: boolean;
  readonly stereo?: boolean;
  readonly recordNamePrefix?: string;
}

interface TTSPlayerParameters {
  readonly voice?: Voice;
  readonly progressivePlayback?: boolean;
}

interface ToneScriptPlayerParameters {
  readonly loop?: boolean;
  readonly progressivePlayback?: boolean;
}

interface URLPlayerRequest {
  readonly url: string;
  readonly method?: string;
}

interface URLPlayerParameters {
  readonly loop?: boolean;
  readonly progressivePlayback?: boolean;
}

interface SendMediaParameters {
  readonly tag?: string;
}

interface StorageKey {
  readonly key: string;
  readonly value: string;
  readonly expireAt: number;
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
  stopPlayback(): void;
  record(parameters: CallRecordParameters): void;
  sendDigits(digits: string): void;
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
  stop(): void;
  id(): string;
  addEventListener<T extends keyof PlayerEventsHandlers>(event: T, callback: PlayerEventsHandlers[T]): void;
  removeEventListener<T extends keyof PlayerEventsHandlers>(event: T, callback?: PlayerEventsHandlers[T]): void;
}

/** The session. */
declare namespace VoxEngine {
  function callPSTN(number: string, callerid: string, parameters?: CallPSTNParameters): Call;
  function callSIP(to: string, parameters?: CallSIPParameters): Call;
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
    WebSocketMediaStarted = "Cartesia.WebSocketMediaStarted",
    /** The agent has been silent for one second. */
    WebSocketMediaEnded = "Cartesia.WebSocketMediaEnded",
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
}

/** Outgoing HTTP requests. */
declare namespace Net {
  interface HttpRequestOptions {
    readonly method?: string;
    readonly postData?: string;
    readonly headers?: { [name: string]: string };
    readonly params?: { [name: string]: string };
    readonly timeout?: number;
    readonly connectionTimeout?: number;
    readonly enableSystemLog?: boolean;
  }

  interface HttpRequestResult {
    readonly code: number;
    readonly text?: string;
    readonly headers?: { key: string; value: string }[];
    readonly raw_headers?: string;
    readonly error?: string;
  }

  function httpRequestAsync(url: string, options?: Net.HttpRequestOptions): Promise<Net.HttpRequestResult>;
}

/** The session's log. */
declare namespace Logger {
  function write(message: string): void;
}

/** Digests, as lower-case hexadecimal text. */
declare namespace Crypto {
  function sha256(data: string): string;
  function hmac_sha256(key: string, data: string): string;
}

/** A voice of VoiceList. */
declare class Voice {
  private constructor();
}

declare namespace VoiceList {
  namespace Amazon {
    const en_US_Joanna: Voice;
  }
}

declare function setTimeout(callback: () => void, delay?: number): number;
declare function clearTimeout(id?: number): void;
declare function setInterval(callback: () => void, delay?: number): number;
declare function clearInterval(id?: number): void;
declare function uuidgen(): string;

/** Everything that sends or receives media. */
type VoxMediaUnit = Call | Player | Cartesia.AgentsClient;
