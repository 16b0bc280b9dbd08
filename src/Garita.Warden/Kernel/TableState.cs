namespace Garita.Warden.Kernel;

/// <summary>What of the table the kernel has, apart from elements.</summary>
/// <param name="Identity">Numbers that the kernel gave table and sets: others after they were made anew, and are empty. Null when the table or one of its sets is missing.</param>
/// <param name="IsFlooding">Whether the flood chains have their rules.</param>
/// <param name="HasMailPorts">Whether the set of mail ports is there, which flood rules need.</param>
/// <param name="HasCounter">Whether the named counter of the flood rules is there.</param>
/// <param name="Problem">Why it could not be seen, or what is missing; null for nothing.</param>
internal sealed record TableState(string? Identity, bool IsFlooding, bool HasMailPorts, bool HasCounter, string? Problem);
