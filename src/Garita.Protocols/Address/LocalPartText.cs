namespace Garita.Protocols.Address;

/// <summary>How a local part is written: as a dot-string where it can be, else quoted (RFC 5321 §4.1.2).</summary>
internal static class LocalPartText
{
    internal static bool IsDotString(string localPart) => throw new NotImplementedException();

    internal static string Quote(string localPart) => throw new NotImplementedException();
}
