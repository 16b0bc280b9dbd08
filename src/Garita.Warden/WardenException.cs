namespace Garita.Warden;

/// <summary>The warden cannot start; the message says what to do.</summary>
internal sealed class WardenException(string message, Exception? inner = null) : Exception(message, inner);
