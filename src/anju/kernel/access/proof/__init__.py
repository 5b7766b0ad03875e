"""What proves who somebody is: passwords, second factors, and the lock against guessing."""
