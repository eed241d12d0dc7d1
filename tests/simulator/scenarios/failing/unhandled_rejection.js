// error: unhandled_rejection TypeError: Cannot read properties of null (reading 'value')
require(Modules.ApplicationStorage);
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting() {
  ApplicationStorage.get("MISSING").then((entry) => Logger.write(entry.value)); // here
}
