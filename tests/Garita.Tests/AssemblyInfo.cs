using System.Runtime.Versioning;

// Unix sockets with peer credentials, file modes, systemd.
[assembly: SupportedOSPlatform("linux")]
