// error: exception TypeError: console.error is not part of the VoxEngine API
console.error("hello"); // here
