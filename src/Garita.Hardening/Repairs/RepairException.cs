namespace Garita.Hardening.Repairs;

/// <summary>A change cannot be done, or not be undone; the message is for the administrator.</summary>
/// <param name="message">What, and what to do next.</param>
public sealed class RepairException(string message) : Exception(message);
