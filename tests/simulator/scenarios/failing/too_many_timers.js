// error: exception TypeError: more than 100 active timers
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting() {
  for (let i = 0; i < 101; i += 1) setTimeout(onAlerting, 1000); // here
}
