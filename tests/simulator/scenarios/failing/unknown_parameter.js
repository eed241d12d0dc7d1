// error: exception TypeError: VoxEngine.createTTSPlayer: parameters: voise is not a known parameter
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting() {
  VoxEngine.createTTSPlayer("Hello", { voise: VoiceList.Amazon.en_US_Joanna }); // here
}
