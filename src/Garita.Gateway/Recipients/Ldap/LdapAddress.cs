namespace Garita.Gateway.Recipients.Ldap;

/// <summary>
/// Addresses as directories write them: bare in mail, with a scheme in proxyAddresses: <c>SMTP:</c> the primary one, <c>smtp:</c> others, and
/// <c>x500:</c>, <c>sip:</c> and the like, which are no mail addresses.
/// </summary>
internal static class LdapAddress
{
    private const string ProxyAddresses = "proxyAddresses";

    /// <summary>The address in a value; empty where the value is none for SMTP.</summary>
    internal static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> value)
    {
        // No unquoted local part has a colon (RFC 5321 §4.1.2); before the @ one ends a scheme.
        var colon = value.IndexOf((byte)':');
        var at = value.IndexOf((byte)'@');
        if (colon < 0 || value[0] == '"' || (at >= 0 && at < colon))
            return value;
        return System.Text.Ascii.EqualsIgnoreCase(value[..colon], "smtp"u8) ? value[(colon + 1)..] : default;
    }

    /// <summary>What stands before an address in an attribute.</summary>
    internal static string PrefixIn(string attribute) => attribute.Equals(ProxyAddresses, StringComparison.OrdinalIgnoreCase) ? "smtp:" : "";
}
