// error: exception TypeError: more than 10 media players
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting() {
  for (let i = 0; i < 11; i += 1) VoxEngine.createToneScriptPlayer("425@-19;*(1/4/1)"); // here
}
