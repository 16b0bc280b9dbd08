namespace Garita.Tests.WayBack;

/// <summary>The process is killed: nobody handles this.</summary>
internal sealed class KilledException(string before) : Exception("killed before: " + before);
