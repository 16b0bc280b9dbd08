using Garita.Commands;

// Read by the runtime at the first socket: completions run on the thread that polls, which halves the CPU for a connection.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
return await CommandLine.RunAsync(args);
