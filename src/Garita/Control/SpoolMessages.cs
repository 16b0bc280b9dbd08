namespace Garita.Control;

/// <summary>What is to be tried now.</summary>
/// <param name="Tenant">One tenant's messages; null with no id: all.</param>
/// <param name="Id">One message.</param>
internal sealed record SpoolFlushRequest(string? Tenant, string? Id);

/// <summary>What a flush does.</summary>
/// <param name="Messages">How many messages are tried.</param>
internal sealed record SpoolFlushAnswer(int Messages);

/// <summary>Whether a message is to be held.</summary>
/// <param name="Release">Whether it is let go instead.</param>
internal sealed record SpoolHoldRequest(bool Release);
