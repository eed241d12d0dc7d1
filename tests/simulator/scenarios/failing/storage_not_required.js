// error: exception ReferenceError: ApplicationStorage is not loaded: require(Modules.ApplicationStorage) comes first
ApplicationStorage.get("KEY"); // here
