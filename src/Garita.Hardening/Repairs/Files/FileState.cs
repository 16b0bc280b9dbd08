namespace Garita.Hardening.Repairs.Files;

/// <summary>What a file or folder was like.</summary>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="User">Its owner's id.</param>
/// <param name="Group">Its group's id.</param>
/// <param name="Hash">The fingerprint of its content; null for a folder.</param>
public sealed record FileState(bool IsFolder, UnixFileMode Mode, uint User, uint Group, string? Hash);
