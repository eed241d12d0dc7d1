// error: async async functions are not emulated: use .then and .catch
// An async function, and one that awaits.
VoxEngine.addEventListener(AppEvents.CallAlerting, async () => Logger.write("async")); // here
