namespace Garita.WayBack;

/// <summary>A way back that cannot be held, or not be confirmed; the message is for the administrator.</summary>
internal sealed class WayBackException(string message) : Exception(message);
