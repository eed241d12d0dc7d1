// error: exception TypeError: CallEvents.Answered is not part of the VoxEngine API
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting(event) {
  event.call.addEventListener(CallEvents.Answered, onAlerting); // here
}
