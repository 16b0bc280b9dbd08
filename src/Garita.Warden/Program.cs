Console.Error.WriteLine("garita-warden: nothing to hold yet");
return 1;
