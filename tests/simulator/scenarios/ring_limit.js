// Rings a leg for five seconds, then hangs up and says so; anything later about that leg is logged.
const S = { caller: null, leg: null };

VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting(event) {
  S.caller = event.call;
  S.caller.addEventListener(CallEvents.Connected, onAnswered);
  S.caller.answer();
}

function onAnswered() {
  S.leg = VoxEngine.callPSTN("+15550100001", "+15550100009");
  S.leg.addEventListener(CallEvents.Connected, onLegEvent);
  S.leg.addEventListener(CallEvents.Disconnected, onLegEvent);
  S.leg.addEventListener(CallEvents.Failed, onLegEvent);
  setTimeout(onRingLimit, 5000);
}

function onRingLimit() {
  S.leg.hangup();
  Logger.write("gave up");
}

function onLegEvent(event) {
  Logger.write(event.name);
}
