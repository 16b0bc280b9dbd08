using System.Runtime.Versioning;

// Packet filter, file modes, unix sockets.
[assembly: SupportedOSPlatform("linux")]
